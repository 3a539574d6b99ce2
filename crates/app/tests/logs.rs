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
fn lines_within_dockers_own_and_a_format_of_goaccess_are_counted() {
    let folder = folder();
    let (plain, docker) = (folder.path().join("plain.log"), folder.path().join("docker-json.log"));
    let wrapped = |line: &str| {
        let log = serde_json::to_string(&format!("{line}\n")).unwrap();
        format!("{{\"log\":{log},\"stream\":\"stdout\",\"time\":\"2026-11-23T10:00:00.1Z\"}}\n")
    };
    std::fs::write(&plain, log()).unwrap();
    std::fs::write(&docker, log().lines().map(wrapped).collect::<String>()).unwrap();
    assert_eq!(counted(&docker, "code"), counted(&plain, "code"));
    let goaccess = r#"%h %^[%d:%t %^] "%r" %s %b "%R" "%u" %T"#;
    let ran =
        statusquo(folder.path(), &["logs", "plain.log", "--format", goaccess, "--by", "code", "-o", "csv"]);
    let detected = statusquo(folder.path(), &["logs", "plain.log", "--by", "code", "-o", "csv"]);
    assert_eq!((ran.code, ran.out), (0, detected.out));
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

/// What `awk` counts of a log: its words by a program, each with its count, as CSV.
fn awk(log: &std::path::Path, program: &str) -> std::collections::BTreeMap<String, u64> {
    let output = std::process::Command::new("awk").arg(program).arg(log).output().unwrap();
    let mut counts = std::collections::BTreeMap::new();
    for word in String::from_utf8(output.stdout).unwrap().lines() {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

/// The first two columns of a CSV.
fn counted(log: &std::path::Path, by: &str) -> std::collections::BTreeMap<String, u64> {
    let ran =
        statusquo(log.parent().unwrap(), &["logs", &log.display().to_string(), "--by", by, "-o", "csv"]);
    let row = |line: &str| {
        let mut cells = line.split(',');
        (cells.next().unwrap().to_owned(), cells.next().unwrap().parse().unwrap())
    };
    ran.out.lines().skip(1).map(row).collect()
}

/// A personal web site's log of May 2015 (elastic/examples, Apache-2.0): an excerpt, and all of it where it is at hand.
#[test]
fn a_real_log_is_counted_as_awk_counts_it_code_by_code_and_hour_by_hour() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let whole = here.join("../../../shared/data/apache-combined-10k.log");
    let excerpt = here.join("tests/data/apache-combined-excerpt.log");
    for log in [excerpt, whole].iter().filter(|log| log.exists()) {
        assert_eq!(counted(log, "code"), awk(log, "{ print $9 }"), "{}", log.display());
        // [17/May/2015:10:05:03 +0000]
        let hour = "{ split($4, at, /[\\[\\/:]/); printf \"%s-05-%sT%s:00Z\\n\", at[4], at[2], at[5] }";
        assert_eq!(counted(log, "hour"), awk(log, hour), "{}", log.display());
    }
}

#[test]
fn what_files_go_through_costs_no_request() {
    let folder = folder();
    let line = |second: u32, code: u16| {
        format!(
            "192.0.2.7 - - [23/Nov/2025:10:00:{second:02} +0000] \"GET /a HTTP/1.1\" {code} 5 \"-\" \"x\""
        )
    };
    let mut text = b"\xef\xbb\xbf".to_vec();
    text.extend(format!("{}\r\n\r\n{}\r\n", line(1, 200), line(2, 404)).bytes());
    // A file that was truncated while its writer went on, a server of another kind, and a line that was torn.
    text.extend(vec![0; 5_000]);
    text.extend(format!("{}\n", line(3, 503)).bytes());
    text.extend(b"{\"time\":\"2025-11-23T10:00:04Z\",\"method\":\"GET\",\"uri\":\"/a\",\"status\":429}\n");
    text.extend(line(5, 200).bytes().take(30));
    std::fs::write(folder.path().join("access.log"), &text).unwrap();
    let ran = statusquo(folder.path(), &["logs", "access.log", "--by", "code", "-o", "csv", "--show-bad"]);
    assert_eq!(ran.out, "code,requests\n200,1\n404,1\n429,1\n503,1\n");
    assert!(ran.err.contains("1 of 5 lines were not understood:"), "{}", ran.err);
    assert!(ran.err.contains("at byte 16: it is shaped otherwise"), "{}", ran.err);
    // Several members of gzip, one behind the other.
    let part = |text: &str| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(text.as_bytes()).unwrap();
        gz.finish().unwrap()
    };
    let members = [part(&format!("{}\n", line(1, 200))), part(&format!("{}\n", line(2, 500)))].concat();
    std::fs::write(folder.path().join("access.log.1.gz"), members).unwrap();
    let ran = statusquo(folder.path(), &["logs", "access.log.1.gz", "--by", "code", "-o", "csv"]);
    assert_eq!(ran.out, "code,requests\n200,1\n500,1\n");
}

#[test]
fn a_request_is_found_by_its_id_in_a_log() {
    let folder = folder();
    let id = "9f86d081884c7d659a2feaa0c55ad015";
    let mut text = log();
    text.push_str(&format!(
        "192.0.2.7 - - [23/Nov/2025:10:09:00 +0000] \"GET /v1/orders/7?token=secret HTTP/1.1\" 503 17 \"-\" \"acme/1\" 30.000 {id}\n"
    ));
    std::fs::write(folder.path().join("access.log"), text).unwrap();
    let ran = statusquo(folder.path(), &["find", id, "access.log"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("GET /v1/orders/7?token=*** from 192.0.2.7 (acme/1) at 10:09:00 UTC"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("secret"), "{}", ran.out);
    assert!(ran.out.contains("Reply   \"Your request"), "{}", ran.out);
    let json = statusquo(folder.path(), &["find", id, "access.log", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json["schema"].as_str(), json["status"].as_u64()), (Some("request/1"), Some(503)));
    let not = statusquo(folder.path(), &["find", "0123456789abcdef", "access.log"]);
    assert_eq!(not.code, 1);
    assert!(not.out.starts_with("no line of 304 is about request `0123456789abcdef`."), "{}", not.out);
}

#[test]
fn folders_and_patterns_stand_for_rotated_logs_and_zstd_is_read() {
    let folder = folder();
    std::fs::create_dir(folder.path().join("logs")).unwrap();
    let line = |minute: u32, code: u16| {
        format!(
            "192.0.2.7 - - [23/Nov/2025:10:{minute:02}:00 +0000] \"GET /a HTTP/1.1\" {code} 5 \"-\" \"x\"\n"
        )
    };
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(folder.path().join("logs").join(name), bytes).unwrap();
    write("access.log", line(3, 500).as_bytes());
    write("access.log.1", line(2, 404).as_bytes());
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(line(1, 200).as_bytes()).unwrap();
    write("access.log.2.gz", &gz.finish().unwrap());
    write("error.log", b"something else\nand more of it\n");
    let of = |name: &str| statusquo(folder.path(), &["logs", name, "--by", "code", "-o", "csv"]);
    let ran = of("logs");
    assert_eq!(ran.out, "code,requests\n200,1\n404,1\n500,1\n");
    assert!(ran.err.contains("left out: `logs/error.log` has no format that is known"), "{}", ran.err);
    assert!(!ran.err.contains("the clock went back"), "{}", ran.err);
    assert_eq!(of("logs/access.log?*").out, "code,requests\n200,1\n404,1\n");
    assert!(of("logs/nothing*").err.contains("no file is like `logs/nothing*`"));

    // Two frames, one behind the other, as `zstd` writes them without compressing: magic, descriptor, size, a raw block.
    let frame = |text: &str| {
        let length = u8::try_from(text.len()).unwrap();
        let block = (u32::from(length) << 3 | 1).to_le_bytes();
        [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, length][..], &block[..3], text.as_bytes()].concat()
    };
    write("b.zst", &[frame(&line(1, 200)), frame(&line(2, 503))].concat());
    assert_eq!(of("logs/b.zst").out, "code,requests\n200,1\n503,1\n");
    write("c.xz", b"\xfd7zXZ\0...");
    assert!(of("logs/c.xz").err.contains("use `xzcat logs/c.xz | statusquo logs -`"));
}

#[test]
fn the_report_ends_with_what_changed_and_clients_are_told_apart() {
    let folder = folder();
    let mut text = String::new();
    for second in 0..7_200_u32 {
        let (hour, minute) = (13 + second / 3_600, second / 60 % 60);
        let is_out = hour == 14 && minute >= 2;
        let code = if is_out && second % 13 == 0 { 503 } else { 200 };
        text.push_str(&format!(
            "192.0.2.{} - - [23/Nov/2025:{hour}:{minute:02}:{:02} +0000] \"POST /v1/orders HTTP/1.1\" {code} 5 \"-\" \"x\"\n",
            if code == 503 { 7 } else { second % 3 },
            second % 60
        ));
    }
    std::fs::write(folder.path().join("access.log"), text).unwrap();
    let ran = statusquo(folder.path(), &["logs", "access.log", "--tz", "UTC"]);
    assert!(
        ran.out.contains("POST /v1/orders changed at 2025-11-23 14:02: 503 from 0 % to 7.7 %."),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with("next: statusquo logs … --code 503 --by consumer\n"), "{}", ran.out);
    let ran =
        statusquo(folder.path(), &["logs", "access.log", "--code", "503", "--by", "consumer", "-o", "csv"]);
    assert_eq!(ran.out, "consumer,requests,2xx,3xx,4xx,5xx,unanswered\n192.0.2.7,267,0,0,0,267,0\n");
}

#[test]
fn traps_of_a_log_are_told() {
    let folder = folder();
    let mut text = String::new();
    for second in 0..120 {
        // Without a zone, errors alone, and a clock that goes back once.
        let minute = if second < 60 { 50 } else { 10 };
        text.push_str(&format!("2025-11-23 10:{minute}:{:02}|GET|/a|{}\n", second % 60, 500 + second % 4));
    }
    std::fs::write(folder.path().join("own.log"), text).unwrap();
    let ran = statusquo(folder.path(), &["logs", "own.log"]);
    for note in ["the times have no zone", "the clock went back 1 times", "there is no success in this log"] {
        assert!(ran.err.contains(note), "{note}: {}", ran.err);
    }
}

#[test]
fn coverage_tells_what_is_answered_and_not_declared_and_what_is_declared_and_never_seen() {
    let folder = folder();
    std::fs::write(folder.path().join("access.log"), log()).unwrap();
    std::fs::write(
        folder.path().join("openapi.yaml"),
        "openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths:\n  /v1/orders/{id}:\n    get:\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n      responses:\n        '200': {description: ok}\n        '404': {description: no}\n",
    )
    .unwrap();
    let ran = statusquo(folder.path(), &["coverage", "access.log", "--routes", "openapi.yaml", "-o", "csv"]);
    assert_eq!(
        ran.out,
        "finding,method,route,code,requests\nnot-declared,GET,/v1/orders/{id},503,30\nnever-seen,GET,/v1/orders/{id},404,0\n"
    );
    assert_eq!(ran.code, 1);
}
