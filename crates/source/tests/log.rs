//! Every format of access logs is found out by itself, and its lines are read.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use proptest::prelude::*;
use statusquo_source::log::{Format, NotUnderstood};

/// Format, line, and what is in it: moment, method, target, status, upstream, µs, bytes, client, id.
const LINES: &[(&str, &str, &str)] = &[
    (
        "combined",
        r#"192.0.2.7 - ada [23/Nov/2025:10:00:00 +0000] "GET /v1/orders?x=y HTTP/1.1" 200 512 "-" "curl/8 \"x\"""#,
        "1763892000000000 GET /v1/orders?x=y 200 - - 512 192.0.2.7 -",
    ),
    (
        "combined with more behind it",
        r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "POST /a HTTP/2.0" 503 0 "-" "k6" rt=1.250 us=502 rid=0af7651916cd43dd8448eb211c80319c"#,
        "1763892000000000 POST /a 503 502 1250000 0 192.0.2.7 0af7651916cd43dd8448eb211c80319c",
    ),
    (
        "common",
        r#"::1 - - [23/Nov/2025:10:00:00 +0000] "\x16\x03\x01" 400 157"#,
        "1763892000000000 - - 400 - - 157 ::1 -",
    ),
    (
        "combined with the host before it",
        r#"api.example:443 192.0.2.7 - - [23/Nov/2025:11:00:00 +0100] "GET / HTTP/1.1" 304 - "-" "x""#,
        "1763892000000000 GET / 304 - - 0 192.0.2.7 -",
    ),
    (
        "ingress-nginx",
        r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /cart HTTP/2.0" 502 150 "-" "Go-http-client" 321 0.004 [shop-cart-8080] [] 10.0.0.1:8080, 10.0.0.2:8080 0, 150 0.001, 0.003 502, 504 8f3c1a90"#,
        "1763892000000000 GET /cart 502 504 4000 150 192.0.2.7 8f3c1a90",
    ),
    (
        "Traefik",
        r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /who HTTP/1.1" 200 17 "-" "-" 42 "web@docker" "http://10.0.0.1:80" 12ms"#,
        "1763892000000000 GET /who 200 - 12000 17 192.0.2.7 -",
    ),
    (
        "Envoy",
        r#"[2025-11-23T10:00:00.000Z] "POST /pay HTTP/2" 504 UT 10 24 15000 - "-" "app" "9b1c" "pay.example" "10.0.0.3:80""#,
        "1763892000000000 POST /pay 504 - 15000000 24 - 9b1c",
    ),
    (
        "Istio",
        r#"[2025-11-23T10:00:00.000Z] "GET /x HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "-" "curl" "id-1" "x:80" "-" outbound|80||x - 10.0.0.9:80 10.0.0.8:1234 - default"#,
        "1763892000000000 GET /x 503 - 0 19 - id-1",
    ),
    (
        "AWS ALB",
        r#"https 2025-11-23T10:00:00.000000Z app/lb/1 192.0.2.7:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://a.example:443/x HTTP/1.1" "curl" ECDHE TLSv1.2 arn:x "Root=1-58337364" "a.example" "arn:y" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#,
        "1763892000000000 GET https://a.example:443/x 200 200 48000 57 192.0.2.7 -",
    ),
    (
        "HAProxy",
        r#"Nov 23 10:00:00 lb haproxy[14389]: 192.0.2.7:33317 [23/Nov/2025:10:00:00.123] http-in~ static/srv1 10/0/30/69/109 504 2750 - - sH-- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1""#,
        "1763892000123000 GET /index.html 504 - 109000 2750 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"time":"2025-11-23T10:00:00+00:00","remote_addr":"192.0.2.7","request":"GET /a?b HTTP/1.1","status":"502","body_bytes_sent":12,"request_time":"0.250","upstream_status":"502","http_user_agent":"a\"b","request_id":"abc"}"#,
        "1763892000000000 GET /a?b 502 502 250000 12 192.0.2.7 abc",
    ),
    (
        "JSON",
        r#"{"level":"info","ts":1763892000.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.7","proto":"HTTP/2.0","method":"PUT","host":"a.example","uri":"/x","headers":{"Accept":["*/*"]}},"duration":0.002,"size":5,"status":204,"resp_headers":{"Server":["Caddy"]}}"#,
        "1763892000500000 PUT /x 204 - 2000 5 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"ClientHost":"192.0.2.7","DownstreamContentSize":19,"DownstreamStatus":404,"Duration":1500000,"OriginStatus":404,"RequestMethod":"GET","RequestPath":"/nope?a=b","RouterName":"web","StartLocal":"2025-11-23T11:00:00+01:00","StartUTC":"2025-11-23T10:00:00Z"}"#,
        "1763892000000000 GET /nope?a=b 404 404 1500 19 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"EdgeStartTimestamp":1763892000000000000,"ClientRequestMethod":"GET","ClientRequestURI":"/y","EdgeResponseStatus":522,"OriginResponseStatus":0,"EdgeResponseBytes":7,"ClientIP":"192.0.2.7","RayID":"7d1"}"#,
        "1763892000000000 GET /y 522 - - 7 192.0.2.7 7d1",
    ),
];

const CLOUDFRONT: &str = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) time-taken\n2025-11-23\t10:00:00\tVIE50\t2390\t192.0.2.7\tGET\td1.example\t/a.html\t000\t-\tMozilla/5.0%20(x)\t0.120\n";

fn text(bytes: &[u8]) -> String {
    if bytes.is_empty() { "-".to_owned() } else { String::from_utf8_lossy(bytes).into_owned() }
}

fn shown(format: &mut Format, line: &str) -> String {
    let entry = format.parse(line.as_bytes()).unwrap_or_else(|why| panic!("{why}: {line}")).unwrap();
    let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    format!(
        "{} {} {} {} {} {} {} {} {}",
        entry.at_us.unwrap(),
        text(entry.method),
        text(entry.target),
        entry.status,
        number(entry.upstream_status.map(u64::from)),
        number(entry.duration_us.map(u64::from)),
        entry.bytes,
        text(entry.client),
        text(entry.request_id)
    )
}

#[test]
fn each_format_is_found_out_and_read() {
    for (name, line, expect) in LINES {
        let mut detected =
            Format::detect(line.as_bytes()).unwrap_or_else(|| panic!("{name} is not found out: {line}"));
        assert_eq!(detected.name, *name, "{line}");
        assert_eq!(shown(&mut detected.format, line), *expect, "{name}");
    }
    let mut table = Format::detect(CLOUDFRONT.as_bytes()).unwrap().format;
    let entries: Vec<_> =
        CLOUDFRONT.lines().filter_map(|line| table.parse(line.as_bytes()).unwrap()).collect();
    let entry = entries[0];
    assert_eq!(
        (entry.status, entry.code(), entry.duration_us, entry.at_us),
        (0, None, Some(120_000), Some(1_763_892_000_000_000))
    );
}

#[test]
fn the_users_own_formats_are_taken_as_they_stand() {
    for (pattern, line, expect) in [
        (r#"$time_iso8601|$request_method|$host$request_uri|$status|$request_time"#, "", ""),
        (
            r#"$time_iso8601|$request_method|$request_uri|$status|$request_time|$upstream_status"#,
            "2025-11-23T10:00:00+00:00|GET|/a b|200|0.010|200 : 503",
            "1763892000000000 GET /a b 200 503 10000 0 - -",
        ),
        (
            r#"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" %D %{X-Request-Id}o"#,
            r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" 1234 r-1"#,
            "1763892000000000 GET / 200 - 1234 5 192.0.2.7 r-1",
        ),
    ] {
        let format = Format::named(pattern);
        if line.is_empty() {
            assert!(format.is_err(), "nothing tells where the host ends");
            continue;
        }
        assert_eq!(shown(&mut format.unwrap(), line), expect);
    }
    assert_eq!(
        Format::named("hello").unwrap_err().to_string(),
        "it has no status code: `$status` of nginx, `%>s` of Apache"
    );
}

#[test]
fn a_line_that_was_cut_behind_its_status_code_counts() {
    let whole = r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x""#;
    let mut format = Format::detect(whole.as_bytes()).unwrap().format;
    let cut = r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /a HTTP/1.1" 503 5 "-" "Mozilla/5.0 (comp"#;
    assert_eq!(format.parse(cut.as_bytes()).unwrap().unwrap().status, 503);
    assert!(format.parse(&cut.as_bytes()[..60]).is_err());
}

#[test]
fn a_line_of_another_shape_is_told_where_it_breaks() {
    let mut format = Format::named("combined").unwrap();
    let why: NotUnderstood =
        format.parse(b"192.0.2.7 - - [yesterday] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"").unwrap_err();
    assert_eq!(why.to_string(), "at byte 16: it has no moment that can be read");
    assert_eq!(Format::detect(b"hello\nworld\n").map(|detected| detected.name), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn no_line_makes_a_reader_panic(line in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]\"{}:,\\\\ a-z0-9/#-]{0,120}".prop_map(String::into_bytes),
    ]) {
        for name in Format::NAMES {
            let mut format = Format::named(name).unwrap();
            let _ = format.parse(b"#Fields: date time sc-status");
            let _ = format.parse(&line);
            let _ = format.parse(&line);
        }
        let _ = Format::detect(&line);
    }
}
