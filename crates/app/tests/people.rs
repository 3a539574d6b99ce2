//! Users, tokens and `doctor` through the real binary.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod support;

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use support::{Ran, folder, statusquo};

fn with_password(folder: &Path, arguments: &[&str], password: &str) -> Ran {
    fs::write(folder.join("password"), format!("{password}\n")).unwrap();
    statusquo(folder, &[arguments, &["--password-file", "password"]].concat())
}

#[test]
fn a_user_is_added_listed_and_removed() {
    let folder = folder();
    let ran = with_password(folder.path(), &["user", "add", "anna", "--role", "responder"], "correct horse");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(statusquo(folder.path(), &["user", "list"]).out, "name  role\nanna  responder\n");
    assert_eq!(statusquo(folder.path(), &["user", "remove", "anna"]).code, 0);
    assert_eq!(statusquo(folder.path(), &["user", "list"]).out, "name  role\n");
    let gone = statusquo(folder.path(), &["user", "remove", "anna"]);
    assert_eq!((gone.code, gone.err.as_str()), (2, "error: there is no user `anna`\n"));
}

#[test]
fn nothing_prompts_without_a_terminal() {
    let ran = statusquo(folder().path(), &["user", "add", "anna"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--password-file"), "{}", ran.err);
}

#[test]
fn a_short_password_is_refused_and_never_shown() {
    let ran = with_password(folder().path(), &["user", "add", "anna"], "geheim");
    assert_eq!(ran.code, 2);
    assert!(!ran.err.contains("geheim"), "{}", ran.err);
}

#[test]
fn a_token_is_shown_once_and_kept_as_a_hash() {
    let folder = folder();
    let made = statusquo(folder.path(), &["token", "create", "ci"]);
    assert_eq!(made.code, 0);
    let token = made.out.trim();
    assert!(token.starts_with("sq_") && token.len() > 40, "{token}");
    for file in fs::read_dir(folder.path().join("statusquo-data")).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
    assert_eq!(statusquo(folder.path(), &["token", "create", "ci"]).code, 2);
    assert!(statusquo(folder.path(), &["token", "list"]).out.contains("ci    responder"));
    assert_eq!(statusquo(folder.path(), &["token", "revoke", "ci"]).code, 0);
}

#[test]
fn doctor_finds_what_would_keep_us_from_working() {
    let folder = folder();
    let used = TcpListener::bind("127.0.0.1:0").unwrap();
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = format!(
        "[serve]\nlisten = \"{}\"\n[[monitor]]\nname = \"a\"\nurl = \"http://127.0.0.1/\"\n\
         [[receiver]]\nname = \"hook\"\ntype = \"webhook\"\nurl = \"http://{unused}/\"\n\
         [[receiver]]\nname = \"near\"\ntype = \"webhook\"\nurl = \"http://{}/\"\n",
        used.local_addr().unwrap(),
        used.local_addr().unwrap(),
    );
    fs::write(folder.path().join("statusquo.toml"), config).unwrap();
    let ran = statusquo(folder.path(), &["doctor"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    for line in [
        "● configuration  ",
        "● secrets        ",
        "● data folder    ",
        "▲ port           ",
        "● DNS            ",
        "● clock          ",
        "● open files     ",
        "■ receiver hook  ",
        "● receiver near  ",
    ] {
        assert!(ran.out.lines().any(|found| found.starts_with(line)), "{line} is missing in\n{}", ran.out);
    }
    let json = statusquo(folder.path(), &["doctor", "-o", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["checks"][7]["grade"], "wrong");
}
