//! `statusquo top` through the real binary.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use expect_test::expect;
use serde_json::Value;
use support::{Ran, command, folder};

/// Two hours of one order a second, long ago; in the last four minutes every third one fails.
fn log() -> String {
    let mut text = String::new();
    for second in 0..7200_u32 {
        let (hour, minute) = (10 + second / 3600, second / 60 % 60);
        let code = if second >= 7200 - 240 && second % 3 == 0 { 503 } else { 200 };
        let rest = format!("\"POST /v1/orders HTTP/1.1\" {code} 5 \"-\" \"acme/1\" 0.020");
        writeln!(text, "192.0.2.1 - - [02/Mar/2026:{hour}:{minute:02}:{:02} +0000] {rest}", second % 60)
            .unwrap();
    }
    text
}

fn holding(name: &str, text: &str) -> tempfile::TempDir {
    let folder = folder();
    std::fs::write(folder.path().join(name), text).unwrap();
    folder
}

fn top(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut command = command(folder);
    command.arg("top").args(arguments).args(["--tz", "UTC"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // It may end before all is read.
    let writing = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_log_of_the_past_is_shown_as_it_was_at_its_end() {
    let folder = holding("access.log", &log());
    let ran = top(folder.path(), &["access.log"], "");
    expect![[r#"
        access.log  2026-03-02 12:00:00  the end of the log  1.0 requests/s
        ■ POST /v1/orders answers 503 to 1 request in 3, since 11:56

        ● 200 OK                              0.7/s  ████████████████▅▅▅▅
        ■ 503 Service Unavailable             0.3/s  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁████  unusual

          endpoint         /s   ▲ 4xx  ■ 5xx  main error  p95
          POST /v1/orders  1.0  -      33 %   503         20 ms
    "#]]
    .assert_eq(&ran.out);
    assert_eq!(ran.code, 1, "something is out of the usual");
    let piped = top(folder.path(), &["-", "--once"], &log());
    assert_eq!(piped.out.replace("standard input", "access.log"), ran.out);
}

#[test]
fn programs_get_the_same_as_json() {
    let folder = holding("access.log", &log());
    let ran = top(folder.path(), &["access.log", "-o", "json"], "");
    let top: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(top["at"], "2026-03-02T12:00:00Z");
    assert_eq!(top["codes"][1]["code"], 503);
    assert_eq!(top["codes"][1]["is_unusual"], true);
    assert_eq!(top["endpoints"][0]["slug"], "post.v1.orders");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = holding("notes.txt", "this is\nno access log\n");
    let ran = top(folder.path(), &["missing.log"], "");
    assert_eq!((ran.code, ran.err.contains("cannot read `missing.log`")), (2, true), "{ran:?}");
    let ran = top(folder.path(), &["notes.txt"], "");
    assert_eq!((ran.code, ran.out.contains("2 of 2 lines were not understood")), (0, true), "{ran:?}");
    let ran = top(folder.path(), &["--server", "http://127.0.0.1:1"], "");
    assert_eq!((ran.code, ran.err.contains("no Statusquo at")), (2, true), "{ran:?}");
}

#[test]
fn a_terminal_shows_it_live_and_is_left_as_it_was() {
    let folder = holding("access.log", &log());
    let top = format!("{} top access.log --every 100ms", env!("CARGO_BIN_EXE_statusquo"));
    // `script` gives it a terminal of its own.
    let mut script = Command::new("script")
        .args(["--quiet", "--return", "--command", &top, "/dev/null"])
        .current_dir(folder.path())
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "xterm")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut keys, mut out) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
    let mut seen = Vec::new();
    let mut until = |text: &str| {
        let has = |seen: &[u8]| seen.windows(text.len()).any(|window| window == text.as_bytes());
        while !has(&seen) {
            let mut bytes = [0; 4096];
            let count = out.read(&mut bytes).unwrap();
            assert!(count > 0, "it ended: {}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&bytes[..count]);
        }
    };
    until("503 Service Unavailable");
    keys.write_all(b"/nowhere\r").unwrap();
    until("no endpoint has `nowhere`");
    keys.write_all(b"q").unwrap();
    out.read_to_end(&mut seen).unwrap();
    assert_eq!(script.wait().unwrap().code(), Some(0));
    let text = String::from_utf8_lossy(&seen);
    assert!(text.contains("\u{1b}[?1049h") && text.trim_end().ends_with("\u{1b}[?1049l"), "{text}");
}
