//! `statusquo logs` through the real binary.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::io::Write;

use support::{folder, statusquo};

/// Orders with numbers, a scanner, a server error, and a line that is none.
fn log() -> String {
    let mut text = String::new();
    let mut line = |second: u32, request: &str, code: u16| {
        text.push_str(&format!(
            "192.0.2.{} - - [23/Nov/2025:10:{:02}:{:02} +0000] \"{request} HTTP/1.1\" {code} 17 \"-\" \"x\" {}.250\n",
            second % 3,
            second / 60 % 60,
            second % 60,
            second % 2
        ));
    };
    for order in 0..300 {
        line(order, &format!("GET /v1/orders/{order}"), if order % 10 == 0 { 503 } else { 200 });
    }
    line(301, "GET /.env", 404);
    line(302, "GET /wp-login.php", 404);
    text.push_str("this is no line of a log\n");
    text
}

#[test]
fn codes_and_endpoints_are_counted_exactly_and_scanners_make_no_endpoint() {
    let folder = folder();
    std::fs::write(folder.path().join("access.log"), log()).unwrap();
    let ran = statusquo(folder.path(), &["logs", "access.log", "--by", "code", "-o", "csv"]);
    assert_eq!(ran.out, "code,requests\n200,270\n404,2\n503,30\n");
    assert!(ran.err.contains("1 of 303 lines were not understood"), "{}", ran.err);
    let ran = statusquo(folder.path(), &["logs", "access.log", "-o", "csv"]);
    let rows: Vec<&str> = ran.out.lines().collect();
    assert!(rows[0].starts_with("method,route,requests"), "{}", ran.out);
    assert!(rows[1].starts_with("GET,/v1/orders/{int},300,270,0,0,30,"), "{}", ran.out);
    assert!(rows[2].starts_with("GET,(unmatched),2,0"), "{}", ran.out);
    assert_eq!(rows.len(), 3);
}

#[test]
fn gzip_pipes_selections_and_the_users_own_format_work() {
    let folder = folder();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(log().as_bytes()).unwrap();
    std::fs::write(folder.path().join("access.log.gz"), gz.finish().unwrap()).unwrap();
    let of = |flags: &[&str]| {
        statusquo(folder.path(), &[&["logs", "access.log.gz", "--by", "code", "-o", "csv"], flags].concat())
            .out
    };
    assert_eq!(of(&["--code", "5xx"]), "code,requests\n503,30\n");
    assert_eq!(of(&["--since", "2025-11-23T10:05:00Z"]), "code,requests\n404,2\n");
    std::fs::write(
        folder.path().join("own.log"),
        "200|2025-11-23T10:00:00Z|GET|/a\n500|2025-11-23T10:00:01Z|GET|/a\n",
    )
    .unwrap();
    let own = [
        "logs",
        "own.log",
        "--format",
        "$status|$time_iso8601|$request_method|$request_uri",
        "--by",
        "hour",
        "-o",
        "csv",
    ];
    assert_eq!(
        statusquo(folder.path(), &own).out,
        "hour,requests,2xx,3xx,4xx,5xx,unanswered\n2025-11-23T10:00Z,2,1,0,0,1,0\n"
    );
}

#[test]
fn what_is_no_log_is_refused_with_the_next_step() {
    let folder = folder();
    std::fs::write(folder.path().join("hello.txt"), "hello\nworld\n").unwrap();
    let ran = statusquo(folder.path(), &["logs", "hello.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("say which with --format"), "{}", ran.err);
    assert_eq!(statusquo(folder.path(), &["logs", "missing.log"]).code, 2);
}
