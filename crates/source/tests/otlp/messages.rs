//! What messages say.

use statusquo_exchange::FailureKind;
use statusquo_source::otlp::{
    Cumulative, Held, Increase, JsonFault, Said, Side, Signal, Told, Undo, encode_json, read,
};

use crate::support::{number, spans, text};

/// What a span with these attributes tells, seen by a function.
fn told<T>(attributes: &[String], see: impl Fn(&Told<'_>) -> T) -> T {
    let message = spans(&attributes.join(","));
    let mut seen = None;
    read(Signal::Traces, &message, &mut |resource, said| {
        assert_eq!(resource.service, b"shop");
        let Said::Request(told) = said else { panic!("{said:?}") };
        seen = Some(see(&told));
    })
    .unwrap();
    seen.expect("the span tells of a request")
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn stable_names_and_old_ones_say_the_same() {
    let stable = [
        text("http.request.method", "POST"),
        number("http.response.status_code", 503),
        text("http.route", "/v1/orders/{id}"),
        text("url.path", "/v1/orders/7"),
        text("server.address", "api.test"),
        text("client.address", "192.0.2.1"),
        text("user_agent.original", "acme/1"),
        number("http.response.body.size", 17),
    ];
    let old = [
        text("http.method", "POST"),
        number("http.status_code", 503),
        text("http.route", "/v1/orders/{id}"),
        text("http.target", "/v1/orders/7"),
        text("http.host", "api.test"),
        text("http.client_ip", "192.0.2.1"),
        text("http.user_agent", "acme/1"),
        number("http.response_content_length", 17),
    ];
    let see = |told: &Told<'_>| {
        assert_eq!(
            (told.side, told.at_us, told.duration_us),
            (Side::Server, 1_544_712_661_500_000, Some(1_500_000))
        );
        let texts =
            [told.method, told.route, told.target, told.host, told.client, told.user_agent].map(shown);
        (texts, told.status, told.bytes, told.trace_id.len(), told.span_id.len())
    };
    let expect =
        ["POST", "/v1/orders/{id}", "/v1/orders/7", "api.test", "192.0.2.1", "acme/1"].map(str::to_owned);
    assert_eq!(told(&stable, see), (expect, Some(503), 17, 16, 8));
    assert_eq!(told(&old, see), told(&stable, see));
    // Some SDKs say both for a while, and the old ones may be wrong.
    let both = [
        text("http.method", "GET"),
        text("http.request.method", "PUT"),
        text("http.target", "/b?c"),
        text("url.path", "/b"),
    ];
    assert_eq!(
        told(&both, |told| (shown(told.method), shown(told.target))),
        ("PUT".to_owned(), "/b".to_owned())
    );
}

#[test]
fn a_route_is_taken_from_the_name_of_the_span_when_nothing_else_tells_it() {
    let method = || text("http.request.method", "GET");
    assert_eq!(told(&[method()], |told| shown(told.route)), "/orders/{id}");
    assert_eq!(told(&[method(), text("http.route", "/o/:id")], |told| shown(told.route)), "/o/:id");
}

#[test]
fn a_url_gives_path_and_host() {
    let url = |url: &str| {
        let attributes = [text("http.request.method", "GET"), text("url.full", url)];
        told(&attributes, |told| (shown(told.host), shown(told.target)))
    };
    assert_eq!(
        url("https://me:pw@api.test:8443/a/b?c=d"),
        ("api.test:8443".to_owned(), "/a/b?c=d".to_owned())
    );
    assert_eq!(url("https://api.test"), ("api.test".to_owned(), "/".to_owned()));
    assert_eq!(url("/only/a/path"), (String::new(), "/only/a/path".to_owned()));
}

#[test]
fn without_a_status_code_the_error_says_what_took_its_place() {
    for (error, expect) in [
        ("timeout", FailureKind::Timeout),
        ("java.net.SocketTimeoutException", FailureKind::Timeout),
        ("java.net.UnknownHostException", FailureKind::NameNotFound),
        ("ConnectionRefusedError", FailureKind::ConnectRefused),
        ("SSLError", FailureKind::TlsHandshake),
        ("name_not_found", FailureKind::NameNotFound),
        ("SomethingElse", FailureKind::ConnectionClosed),
    ] {
        let attributes = [text("http.request.method", "GET"), text("error.type", error)];
        assert_eq!(told(&attributes, |told| (told.code(), told.failure())), (None, expect), "{error}");
    }
    let broken = [number("http.response.status_code", 200), text("error.type", "ConnectionResetError")];
    assert!(told(&broken, |told| told.is_broken_off()));
    let named = [number("http.response.status_code", 404), text("error.type", "404")];
    assert!(!told(&named, |told| told.is_broken_off()));
}

#[test]
fn spans_that_are_no_requests_are_taken_and_left_out() {
    let span = |kind: u32, end: &str, attributes: &str| {
        format!(r#"{{"kind":{kind},"endTimeUnixNano":"{end}","attributes":[{attributes}]}}"#)
    };
    let http = text("http.request.method", "GET");
    let all = [
        span(1, "5000000", &http),
        span(2, "5000000", &text("db.system", "postgresql")),
        span(2, "0", &http),
        span(3, "5000000", &http),
    ];
    let message = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#, all.join(","));
    let message = encode_json(Signal::Traces, message.as_bytes()).unwrap();
    let mut sides = Vec::new();
    let held = read(Signal::Traces, &message, &mut |_, said| match said {
        Said::Request(told) => sides.push(told.side),
        said => panic!("{said:?}"),
    });
    assert_eq!(held, Ok(Held { items: 4, others: 2, rejected: 1 }));
    assert_eq!(sides, [Side::Client]);
}

/// One data point of a metric, as a message.
fn metric(name: &str, kind: &str, point: &str) -> Vec<u8> {
    let attributes = [
        text("http.request.method", "GET"),
        number("http.response.status_code", 200),
        text("http.route", "/a"),
    ];
    let text = format!(
        r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"{name}","unit":"","{kind}":
        {{"aggregationTemporality":1,"dataPoints":[{{"startTimeUnixNano":"1000000000","timeUnixNano":"2000000000",
        "attributes":[{}],{point}}}]}}}}]}}]}}]}}"#,
        attributes.join(",")
    );
    encode_json(Signal::Metrics, text.as_bytes()).unwrap()
}

fn counted(message: &[u8]) -> (u64, String) {
    let mut seen = None;
    let held = read(Signal::Metrics, message, &mut |_, said| {
        let Said::Durations(durations) = said else { panic!("{said:?}") };
        assert_eq!((durations.told.route, durations.told.status), (&b"/a"[..], Some(200)));
        match Cumulative::default().increase(&durations, &mut Undo::default()) {
            Increase::Counted(counted) => seen = Some((counted.count, format!("{:?}", counted.buckets))),
            other => panic!("{other:?}"),
        }
    });
    seen.unwrap_or_else(|| (0, format!("{held:?}")))
}

#[test]
fn histograms_of_both_kinds_are_read_in_seconds_and_in_milliseconds() {
    let explicit = r#""count":"7","bucketCounts":["1","2","4"],"explicitBounds":[0.5,10]"#;
    assert_eq!(
        counted(&metric("http.server.request.duration", "histogram", explicit)),
        (7, "[(Between(0.0, 0.5), 1), (Between(0.5, 10.0), 2), (Beyond(10.0), 4)]".to_owned())
    );
    let old = r#""count":"3","bucketCounts":["1","2"],"explicitBounds":[500]"#;
    assert_eq!(
        counted(&metric("http.server.duration", "histogram", old)),
        (3, "[(Between(0.0, 0.5), 1), (Beyond(0.5), 2)]".to_owned())
    );
    let exponential =
        r#""count":"6","scale":3,"zeroCount":"1","positive":{"offset":-2,"bucketCounts":["2","0","3"]}"#;
    assert_eq!(
        counted(&metric("http.server.request.duration", "exponentialHistogram", exponential)),
        (
            6,
            "[(Exponential { scale: 3, index: -2 }, 2), (Exponential { scale: 3, index: 0 }, 3), (Zero, 1)]"
                .to_owned()
        )
    );
    assert_eq!(
        counted(&metric("http.server.request.duration", "histogram", r#""count":"5""#)),
        (5, "[]".to_owned())
    );
    assert_eq!(
        counted(&metric("http.server.active_requests", "sum", r#""asInt":"5""#)).0,
        0,
        "another metric"
    );
    let wrong = r#""count":"3","bucketCounts":["1","2"],"explicitBounds":[0.5,1,2]"#;
    let (_, held) = counted(&metric("http.server.request.duration", "histogram", wrong));
    assert!(held.contains("rejected: 1"), "{held}");
}

#[test]
fn log_records_tell_of_requests_or_hold_lines() {
    let message = format!(
        r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[
        {{"timeUnixNano":"7000","attributes":[{},{},{{"key":"duration_ms","value":{{"doubleValue":1.5}}}}]}},
        {{"observedTimeUnixNano":"7000","body":{{"stringValue":"GET / 200"}}}},
        {{"observedTimeUnixNano":"7000"}}]}}]}}]}}"#,
        text("http.request.method", "GET"),
        number("http.response.status_code", 404)
    );
    let message = encode_json(Signal::Logs, message.as_bytes()).unwrap();
    let mut seen = Vec::new();
    let held = read(Signal::Logs, &message, &mut |_, said| {
        seen.push(match said {
            Said::Request(told) => format!("{:?} {:?} {}", told.status, told.duration_us, told.at_us),
            Said::Line(line) => shown(line),
            Said::Durations(_) => panic!("a log holds no data points"),
        });
    });
    assert_eq!(held, Ok(Held { items: 3, others: 1, rejected: 0 }));
    assert_eq!(seen, ["Some(404) Some(1500) 7", "GET / 200"]);
}

#[test]
fn json_that_is_wrong_is_told_by_member() {
    let fault = |text: &str| encode_json(Signal::Traces, text.as_bytes()).unwrap_err();
    assert!(matches!(fault("{"), JsonFault::NotJson(_)));
    assert_eq!(fault("[]").to_string(), "`the message` is not an object");
    let wrong = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}"#;
    assert_eq!(fault(wrong).to_string(), "`traceId` is not a hexadecimal number");
    let unknown = r#"{"resourceSpans":[{"later":{"deep":[1,2]},"scopeSpans":[]}],"more":null}"#;
    assert!(encode_json(Signal::Traces, unknown.as_bytes()).is_ok());
}
