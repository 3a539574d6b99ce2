//! The command line through the real binary: help, exit codes, `explain`, `check`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use std::fs;
use std::process::Stdio;

use expect_test::{expect, expect_file};
use support::{command, folder, once, run, self_signed, silent, statusquo};

fn explained(arguments: &[&str]) -> support::Ran {
    let folder = folder();
    statusquo(folder.path(), &[&["explain"], arguments].concat())
}

#[test]
fn help_starts_with_three_examples() {
    let ran = statusquo(folder().path(), &["--help"]);
    assert_eq!(ran.code, 0);
    let lines: Vec<&str> = ran.out.lines().take(4).collect();
    assert_eq!(lines[0], "Examples:");
    assert!(lines[1..].iter().all(|line| line.starts_with("  statusquo ")), "{lines:?}");
}

#[test]
fn every_command_has_help() {
    for command in [
        "serve",
        "watch",
        "check",
        "explain",
        "codes",
        "monitor",
        "incident",
        "alert",
        "silence",
        "deploy",
        "user",
        "token",
        "config",
        "doctor",
        "completions",
        "man",
    ] {
        let ran = statusquo(folder().path(), &[command, "--help"]);
        assert_eq!(ran.code, 0, "{command}");
        assert!(ran.out.contains("Usage: statusquo"), "{command}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [&["frobnicate"][..], &[], &["check"], &["explain", "503", "-o", "yaml"]] {
        let ran = statusquo(folder().path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn explain_says_all_about_one_code() {
    let ran = explained(&["429"]);
    assert_eq!(ran.code, 0);
    expect_file!["cli/explain-429.txt"].assert_eq(&ran.out);
}

#[test]
fn explain_puts_codes_side_by_side() {
    let ran = explained(&["401", "403"]);
    expect_file!["cli/explain-401-403.txt"].assert_eq(&ran.out);
    let ran = explained(&["401", "403", "-o", "md"]);
    expect_file!["cli/explain-401-403.md"].assert_eq(&ran.out);
}

#[test]
fn explain_knows_classes_words_and_unregistered_codes() {
    expect_file!["cli/explain-1xx.txt"].assert_eq(&explained(&["1xx"]).out);
    expect_file!["cli/explain-520.txt"].assert_eq(&explained(&["520"]).out);
    expect_file!["cli/explain-477.txt"].assert_eq(&explained(&["477"]).out);
    expect![[r#"
        ▲ 418 (Unused): The server sent a code that is reserved because of an old joke about a teapot.
    "#]]
    .assert_eq(&explained(&["teapot"]).out);
    let nothing = explained(&["frobnicate"]);
    assert_eq!(nothing.code, 1);
}

#[test]
fn explain_has_json_for_programs() {
    let ran = explained(&["503", "504", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["schema"], "explain/1");
    assert_eq!(json["codes"][0]["phrase"], "Service Unavailable");
    assert_eq!(json["codes"][1]["actor"], "upstream");
    assert!(json["differences"].as_array().is_some_and(|lines| !lines.is_empty()));
}

#[test]
fn several_outputs_are_written_at_once() {
    let folder = folder();
    let ran = statusquo(folder.path(), &["explain", "404", "--brief", "-o", "text", "-o", "json=out.json"]);
    expect![[r#"
        ▲ 404 Not Found: The server has nothing at this address that the client may know of.
    "#]]
    .assert_eq(&ran.out);
    assert!(fs::read_to_string(folder.path().join("out.json")).unwrap().contains("explain/1"));
}

#[test]
fn without_utf_8_marks_are_ascii() {
    let folder = folder();
    let ran = run(command(folder.path()).env("LANG", "C").args(["explain", "503", "--brief"]));
    assert!(ran.out.is_ascii() && ran.out.starts_with("# 503"), "{}", ran.out);
    assert!(explained(&["404", "--brief", "--ascii"]).out.starts_with("! 404"));
    let ran = run(command(folder.path()).env("STATUSQUO_ASCII", "1").args(["explain", "404", "--brief"]));
    assert!(ran.out.starts_with("! 404"), "{}{}", ran.out, ran.err);
}

#[test]
fn colour_is_used_where_it_is_wanted() {
    let folder = folder();
    let coloured = |name: &str, value: &str| {
        run(command(folder.path()).env(name, value).args(["explain", "503", "--brief"]))
            .out
            .contains('\u{1b}')
    };
    assert!(coloured("CLICOLOR_FORCE", "1"));
    assert!(!coloured("TERM", "xterm"));
    assert!(explained(&["503", "--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = folder();
    let mut child = command(folder.path())
        .args(["explain", "4xx"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn check_says_what_the_answer_means() {
    let url = once("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n");
    let ran = statusquo(folder().path(), &["check", &url, "-v"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let first = ran.out.lines().next().unwrap();
    assert!(first.starts_with("■ 503 Service Unavailable    server's turn: "), "{first}");
    assert!(first.contains(" ms = tcp ") && first.ends_with("HTTP/1.1"), "{first}");
    let rest = ran.out.split_once('\n').unwrap().1;
    expect_file!["cli/check-503.txt"].assert_eq(rest);
}

#[test]
fn check_holds_the_answer_against_what_is_expected() {
    let not_found =
        "HTTP/1.1 404 Not Found\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n";
    let code =
        |expect: &str| statusquo(folder().path(), &["check", &once(not_found), "--expect", expect]).code;
    assert_eq!(code("2xx,404"), 0);
    assert_eq!(code("2xx"), 1);
    assert_eq!(statusquo(folder().path(), &["check", "http://127.0.0.1:1/", "--expect", "40x"]).code, 2);
}

#[test]
fn check_names_the_fault_in_one_sentence_when_nobody_answers() {
    let ran = statusquo(folder().path(), &["check", "http://127.0.0.1:1/"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(ran.out.starts_with("✕ 127.0.0.1:1 refuses connections"), "{}", ran.out);
    assert!(ran.out.contains("Next step    start the server"), "{}", ran.out);

    let silent = once("");
    let ran = statusquo(folder().path(), &["check", &silent]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("closes the connection before it has answered"), "{}", ran.out);
}

#[test]
fn check_gives_programs_the_same_facts() {
    let url = once(
        "HTTP/1.1 200 OK\r\nX-Test: a\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Length: 2\r\n\r\nok",
    );
    let ran = statusquo(folder().path(), &["check", &url, "-o", "json"]);
    assert_eq!(ran.code, 0);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let response = &json["checks"][0]["exchanges"][0]["response"];
    assert_eq!((response["status"].as_u64(), &response["headers"][0][0]), (Some(200), &"X-Test".into()));
    assert_eq!(json["checks"][0]["good"], true);
}

#[test]
fn check_never_shows_credentials_of_a_url() {
    let url = once("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").replace("http://", "http://me:hunter2@");
    for format in ["text", "json"] {
        let ran = statusquo(folder().path(), &["check", &url, "-o", format]);
        assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2"), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn completions_and_manual_pages_are_made() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = statusquo(folder().path(), &["completions", shell]);
        assert!(ran.code == 0 && ran.out.contains("statusquo"), "{shell}");
    }
    let folder = folder();
    assert_eq!(statusquo(folder.path(), &["man", "pages"]).code, 0);
    assert!(folder.path().join("pages/statusquo.1").exists());
    assert!(folder.path().join("pages/statusquo-incident-ack.1").exists());
}

#[test]
fn check_says_that_nobody_vouches_for_a_certificate() {
    let (url, _) = self_signed();
    let ran = statusquo(folder().path(), &["check", &url]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let first = ran.out.lines().next().unwrap();
    assert!(first.contains("shows a certificate that nobody vouches for"), "{first}");

    let (url, pem) = self_signed();
    let folder = folder();
    fs::write(folder.path().join("ca.pem"), pem).unwrap();
    let ran = statusquo(folder.path(), &["check", &url, "--ca", "ca.pem"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("tls "), "{}", ran.out);
    assert!(ran.out.contains("  Certificate  localhost by "), "{}", ran.out);
}

#[test]
fn check_gives_up_after_the_timeout() {
    let (url, _asked) = silent();
    let ran = statusquo(folder().path(), &["check", &url, "--timeout", "100ms"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("does not answer in time"), "{}", ran.out);
}

#[test]
fn an_interrupted_check_prints_what_it_has_and_ends_with_130() {
    let (url, asked) = silent();
    let folder = folder();
    let mut child = command(folder.path())
        .args(["check", &url, "--timeout", "5m"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let _open = asked.recv().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    let mut out = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut out).unwrap();
    assert!(out.contains("interrupted"), "{out}");
}

#[test]
fn several_probes_of_one_target_end_in_one_sentence() {
    let ran = statusquo(folder().path(), &["check", "http://127.0.0.1:1/", "--repeat", "3"]);
    assert_eq!(ran.code, 1);
    let last = ran.out.lines().last().unwrap();
    assert!(last.starts_with("3 probes: 3 × no answer; fastest "), "{last}");
}

#[test]
fn the_reference_is_written_as_a_site_of_files() {
    let folder = folder();
    let ran = statusquo(folder.path(), &["codes", "export", "site"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(ran.err.contains("site/index.html"), "{}", ran.err);
    let read = |path: &str| fs::read_to_string(folder.path().join("site").join(path)).unwrap();
    assert!(read("index.html").contains("codes/429.html"));
    assert!(read("codes/429.html").contains("too-many-requests-no-retry-after"));
    let json: serde_json::Value = serde_json::from_str(&read("codes/429.json")).unwrap();
    assert_eq!(json["codes"][0]["code"], 429);

    let denied = statusquo(folder.path(), &["codes", "export", "site/index.html"]);
    assert_eq!(denied.code, 2);
    assert!(denied.err.contains("cannot write `site/index.html/"), "{}", denied.err);
}

/// A server that leaves in the middle of its answer, with what it was asked still unread, so that the connection is
/// reset; its URL.
fn leaving(answer: &'static str) -> String {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut [0; 4]).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
    });
    url
}

#[test]
fn check_judges_what_came_before_the_connection_was_reset() {
    let url =
        leaving("HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nsign");
    let ran = statusquo(folder().path(), &["check", &url]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let first = ran.out.lines().next().unwrap();
    assert!(first.starts_with("✕ 127.0.0.1:") && first.contains("in the middle of its answer"), "{first}");
    assert!(ran.out.contains("must[unauthorized-missing-challenge]"), "{}", ran.out);
}

#[test]
fn check_says_that_a_name_is_not_there() {
    // Names under `invalid` never are (RFC 6761, 6.4): nobody has to be asked.
    let ran = statusquo(folder().path(), &["check", "http://nowhere.invalid/"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    let first = ran.out.lines().next().unwrap();
    assert!(first.starts_with("✕ nowhere.invalid has no address: its name does not resolve"), "{first}");
    assert!(ran.out.contains("Next step    check the DNS zone"), "{}", ran.out);
}

#[test]
fn one_target_that_is_not_there_does_not_hide_what_another_answers() {
    let url = once("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
    let ran = statusquo(folder().path(), &["check", "http://127.0.0.1:1/", &url]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("refuses connections"), "{}", ran.out);
    assert!(ran.out.contains("must[method-not-allowed-missing-allow]"), "{}", ran.out);
}

#[test]
fn who_does_not_answer_stands_in_every_form_of_the_report() {
    let folder = folder();
    for (form, expect) in [
        ("github", "::error title=no-answer::http://127.0.0.1:1/: refuses connections"),
        ("md", "- **no-answer**: http://127.0.0.1:1/: refuses connections"),
        ("junit", "failures=\"1\""),
        ("sarif", "\"ruleId\": \"no-answer\""),
        ("gitlab", "\"check_name\": \"no-answer\""),
        ("html", "no-answer"),
    ] {
        let ran = statusquo(folder.path(), &["check", "http://127.0.0.1:1/", "-o", form]);
        assert_eq!((ran.code, ran.out.contains(expect)), (1, true), "{form}: {}", ran.out);
        assert!(!ran.out.contains("nothing found"), "{form}: {}", ran.out);
    }
    let url =
        support::once("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let ran = statusquo(folder.path(), &["check", &url, "-o", "github"]);
    assert!(ran.out.contains("title=unexpected-status::") && ran.out.contains("got 503"), "{}", ran.out);
    assert!(!ran.out.contains("file="), "there is no file: {}", ran.out);
}
