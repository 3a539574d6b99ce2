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
        "1763892000000000 GET /x 503 - 0 19 10.0.0.8 id-1",
    ),
    (
        "AWS ALB",
        r#"https 2025-11-23T10:00:00.000000Z app/lb/1 192.0.2.7:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://a.example:443/x HTTP/1.1" "curl" ECDHE TLSv1.2 arn:x "Root=1-58337364" "a.example" "arn:y" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#,
        "1763892000000000 GET https://a.example:443/x 200 200 171000 57 192.0.2.7 -",
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
    (
        "JSON",
        r#"{"request":{"method":"GET","uri":"/v1/a?b=c","url":"http://a.example:8000/v1/a?b=c","size":90,"querystring":{"b":"c"},"headers":{"host":"a.example","content-length":"7"}},"response":{"status":502,"size":42,"headers":{"date":"x"}},"upstream_status":"502","latencies":{"request":15,"kong":3,"proxy":12},"started_at":1763892000000,"client_ip":"192.0.2.7","route":{"name":"orders","paths":["/v1"]},"service":{"host":"up.example","path":"/x","name":"s"},"tries":[{"ip":"10.0.0.1","port":80}]}"#,
        "1763892000000000 GET /v1/a?b=c 502 502 15000 42 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"https://a.example/x?y","requestSize":"90","status":503,"responseSize":"284","userAgent":"curl","remoteIp":"192.0.2.7","latency":"0.120s"},"insertId":"1x","jsonPayload":{"statusDetails":"failed_to_connect_to_backend"},"resource":{"labels":{"url_map_name":"lb"},"type":"http_load_balancer"},"severity":"WARNING","timestamp":"2025-11-23T10:00:00.000000Z"}"#,
        "1763892000000000 GET https://a.example/x?y 503 - 120000 284 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"requestId":"c6af9ac6","ip":"192.0.2.7","requestTime":"23/Nov/2025:10:00:00 +0000","httpMethod":"GET","routeKey":"GET /pets/{id}","status":"429","protocol":"HTTP/1.1","responseLength":"26"}"#,
        "1763892000000000 GET - 429 - - 26 192.0.2.7 c6af9ac6",
    ),
    (
        "JSON",
        r#"{"start_time":"2025-11-23T10:00:00.000Z","method":"POST","path":"/pay","protocol":"HTTP/2","response_code":503,"response_flags":"UO","bytes_received":10,"bytes_sent":24,"duration":7,"upstream_service_time":null,"x_forwarded_for":null,"user_agent":"app","request_id":"9b1c","authority":"pay.example","upstream_host":null,"upstream_cluster":"outbound|80||x","route_name":"default","downstream_remote_address":"192.0.2.7:1234"}"#,
        "1763892000000000 POST /pay 503 - 7000 24 192.0.2.7 9b1c",
    ),
    (
        "JSON",
        r#"{"@timestamp":"2025-11-23T10:00:00.000Z","http":{"version":"1.1","request":{"method":"GET"},"response":{"status_code":201,"body":{"bytes":9}}},"url":{"original":"/a?b","path":"/a"},"source":{"ip":"192.0.2.7"},"event":{"duration":12000000},"user_agent":{"original":"curl"}}"#,
        "1763892000000000 GET /a?b 201 - 12000 0 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"level":30,"time":1763892000000,"pid":1,"hostname":"x","req":{"id":1,"method":"GET","url":"/a","headers":{"host":"a"},"remoteAddress":"192.0.2.7","remotePort":53},"res":{"statusCode":200,"headers":{}},"responseTime":12,"msg":"request completed"}"#,
        "1763892000000000 GET /a 200 - 12000 0 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"w":"2025-11-23T10:00:00Z","c":"192.0.2.7","m":"DELETE","u":"\/v1\/a","s":204,"b":17,"ref":"/from","took_ms":3}"#,
        "1763892000000000 DELETE \\/v1\\/a 204 - 3000 0 192.0.2.7 -",
    ),
    (
        "JSON",
        r#"{"date":"2025-11-23","time":"10:00:00","c-ip":"192.0.2.7","cs-method":"GET","cs(Host)":"a","cs-uri-stem":"/a","sc-status":"403","sc-bytes":"19","time-taken":"0.5"}"#,
        "1763892000000000 GET /a 403 - 500000 19 192.0.2.7 -",
    ),
    (
        "HAProxy CLF",
        r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /a HTTP/1.1" 200 1234 "" "" 33317 123 "in" "be" "s1" 0 0 1 29 30 "----" 1 1 0 0 0 0 0 "" "" "" """#,
        "1763892000000000 GET /a 200 - 30000 1234 192.0.2.7 -",
    ),
    (
        "AWS ELB",
        r#"2025-11-23T10:00:00.000000Z lb 192.0.2.7:2817 - -1 -1 -1 503 0 0 57 "GET http://a.example:80/x HTTP/1.1" "curl/8" - -"#,
        "1763892000000000 GET http://a.example:80/x 503 - - 57 192.0.2.7 -",
    ),
    (
        "AWS S3",
        r#"79a59d bucket [23/Nov/2025:10:00:00 +0000] 192.0.2.7 79a59d 3E57427F3 REST.GET.OBJECT a.txt "GET /bucket/a.txt HTTP/1.1" 404 NoSuchKey 113 - 7 - "-" "S3Console/0.4" - x= SigV4"#,
        "1763892000000000 GET /bucket/a.txt 404 - 7000 113 192.0.2.7 3E57427F3",
    ),
    (
        "common",
        r#"192.0.2.7 - - [23/Nov/2025 10:00:00] "GET /a HTTP/1.1" 200 -"#,
        "1763892000000000 GET /a 200 - - 0 192.0.2.7 -",
    ),
    (
        "common",
        r#"h.example - - [23/Nov/2025:10:00:00 +0000] "GET /htbin/wais.pl?"a b" HTTP/1.0" 200 317"#,
        "1763892000000000 GET /htbin/wais.pl?\"a b\" 200 - - 317 h.example -",
    ),
    (
        "logfmt",
        r#"I, [2025-11-23T10:00:00.000000 #1]  INFO -- : method=GET path=/jobs/8.json format=json controller=JobsController action=show status=200 duration=58.33 view=40.43 db=15.26"#,
        "1763892000000000 GET /jobs/8.json 200 - 58330 0 - -",
    ),
    (
        "logfmt",
        r#"2025-11-23T10:00:00.000000+00:00 heroku[router]: at=info method=POST path="/a?b=c" host=a.example request_id=8601b555 fwd="192.0.2.7" dyno=web.1 connect=1ms service=18ms status=503 bytes=13"#,
        "1763892000000000 POST /a?b=c 503 - 18000 13 - 8601b555",
    ),
    (
        "uWSGI",
        r#"[pid: 1|app: 0|req: 1/1] 192.0.2.7 () {28 vars in 350 bytes} [Sun Nov 23 10:00:00 2025] GET /a => generated 12 bytes in 3 msecs (HTTP/1.1 500) 2 headers in 79 bytes (1 switches on core 0)"#,
        "1763892000000000 GET /a 500 - 3000 12 192.0.2.7 -",
    ),
    (
        "Gin",
        r#"[GIN] 2025/11/23 - 10:00:00 | 200 |     834.5µs |       192.0.2.7 | GET      "/ping""#,
        "1763892000000000 GET /ping 200 - 835 0 192.0.2.7 -",
    ),
];

/// The same for tables and other texts of several lines, whose last line is read.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "W3C",
        "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) time-taken\n2025-11-23\t10:00:00\tVIE50\t2390\t192.0.2.7\tGET\td1.example\t/a.html\t000\t-\tMozilla/5.0%20(x)\t0.120\n",
        "1763892000000000 GET /a.html 0 - 120000 2390 192.0.2.7 -",
    ),
    (
        "W3C",
        "#Fields: sc-status cs-uri-stem cs-method time date c-ip sc-bytes\n503|/v1/orders|POST|10:00:00|2025-11-23|2001:db8::7|19\n",
        "1763892000000000 POST /v1/orders 503 - - 19 2001:db8::7 -",
    ),
    (
        "W3C",
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2025-11-23 10:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n2025-11-23 10:00:00 10.0.0.1 GET /api/orders/17 a=b 443 - 192.0.2.7 Mozilla/5.0+(x) - 404 0 2 15\n",
        "1763892000000000 GET /api/orders/17 404 - 15000 0 192.0.2.7 -",
    ),
    (
        "HAProxy",
        "Nov 23 10:00:00 lb haproxy[14389]: 192.0.2.7:33317 [23/Nov/2025:10:00:00.123] http-in http-in/<NOSRV> -1/-1/-1/-1/0 400 187 - - PR-- 2/2/0/0/0 0/0 \"<BADREQ>\"\n",
        "1763892000123000 - - 400 - 0 187 192.0.2.7 -",
    ),
    (
        "HAProxy HTTPS",
        "192.0.2.7:33317 [23/Nov/2025:10:00:00.123] in~ be/s1 0/0/1/29/30 200 1234 - - ---- 1/1/0/0/0 0/0 \"GET /a HTTP/1.1\" 0/0000000000000000/0/0/0 a.example/TLSv1.3/TLS_AES_256_GCM_SHA384\n",
        "1763892000123000 GET /a 200 - 30000 1234 192.0.2.7 -",
    ),
    (
        "columns",
        "2025-11-23T10:00:00+00:00|a.example|GET|/v1/a b|200|0.010\n2025-11-23T10:00:00+00:00|a.example|POST|/v1/c|503|1.250\n",
        "1763892000000000 POST /v1/c 503 - 1250000 0 - -",
    ),
    (
        "columns",
        "192.0.2.7 a.example [23/Nov/2025:10:00:00 +0000] \"GET /a HTTP/1.1\" 0.012 status=200 rt=0.5\n192.0.2.7 a.example [23/Nov/2025:10:00:00 +0000] \"GET /b HTTP/1.1\" 0.012 status=502 rt=0.5\n",
        "1763892000000000 GET /b 502 - 500000 0 192.0.2.7 -",
    ),
    (
        "columns",
        "2025-11-23 10:00:00.5 192.0.2.7 GET /a 200 12 - curl\n2025-11-23 10:00:00.5 192.0.2.8 GET /b 404 12 - curl\n",
        "1763892000500000 GET /b 404 - - 0 192.0.2.8 -",
    ),
];

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
    for (name, text, expect) in TEXTS {
        let mut detected =
            Format::detect(text.as_bytes()).unwrap_or_else(|| panic!("{name} is not found out: {text}"));
        assert_eq!(detected.name, *name, "{text}");
        let last = text.trim_end().lines().last().unwrap();
        assert_eq!(shown(&mut detected.format, last), *expect, "{name}");
    }
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
fn what_a_collector_wrote_before_a_line_is_not_taken_for_its_client() {
    let lines = [
        r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x""#,
        r#"192.0.2.7 - ann [23/Nov/2025:10:00:00 +0000] "GET /a HTTP/1.1" 200 5"#,
        r#"192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x" 120 0.004 [shop-80] [] 10.0.0.1:80 5 0.004 200 4f1c"#,
        r#"shop.example 192.0.2.7 - - [23/Nov/2025:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "x""#,
    ];
    for (prefix, suffix) in [
        ("2026-11-23T10:00:00.123456789Z stdout F ", ""),
        ("<190>Nov 23 10:00:00 web nginx: ", ""),
        ("<190>1 2026-11-23T10:00:00Z web nginx 12 - - ", ""),
        ("[pod/web-7d9c/nginx] ", ""),
        ("\"", "\""),
    ] {
        for (line, name) in lines.iter().zip(["combined", "common", "ingress-nginx", "vhost"]) {
            let line = format!("{prefix}{line}{suffix}");
            let detected = Format::detect(format!("{line}\n{line}\n").as_bytes()).unwrap().format;
            for mut format in [detected, Format::named(name).unwrap()] {
                let entry = format.parse(line.as_bytes()).unwrap().unwrap();
                assert_eq!((text(entry.client), entry.status), ("192.0.2.7".to_owned(), 200), "{line}");
            }
        }
    }
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
    #![proptest_config(ProptestConfig::with_cases(400))]

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
