//! Tokens while a server runs: the command line makes them through it, and what was shown is safe.

use std::process::Output;

use super::support::server::Server;

/// Runs a command that may use the server's store, as far as the server does not.
fn run(server: &Server, secret: &str, arguments: &[&str]) -> Output {
    let mut command = Server::command();
    command.args(arguments).arg("-c").arg(server.config()).arg("--data").arg(server.data());
    command.args(["--server", &format!("http://127.0.0.1:{}", server.port)]);
    command.env("STATUSQUO_TOKEN", secret).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn end_to_end_a_token_that_was_shown_outlives_a_kill_and_a_revoked_one_opens_nothing() {
    let mut server = Server::start("", &[]);
    let made = run(&server, "", &["token", "create", "ci", "--role", "admin"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let secret = text(&made.stdout).trim();
    assert!(secret.starts_with("sq_"), "{secret}");
    server.kill();

    server.go_on();
    let listed = run(&server, secret, &["token", "list"]);
    assert!(text(&listed.stdout).contains("ci    admin"), "{listed:?}");
    let again = run(&server, secret, &["token", "create", "ci"]);
    assert_eq!(text(&again.stderr), "error: there is a token `ci` already; revoke it first\n");
    let revoked = run(&server, secret, &["token", "revoke", "ci"]);
    assert_eq!(text(&revoked.stderr), "token `ci` is revoked\n");
    let refused = run(&server, secret, &["monitor", "list"]);
    assert!(text(&refused.stderr).contains("wants to know who asks"), "{refused:?}");

    let deeds = server.json("/api/v1/audit")["deeds"].clone();
    let said: Vec<_> = deeds.as_array().unwrap().iter().map(|deed| (&deed["who"], &deed["what"])).collect();
    assert_eq!(said[0], (&"token:ci".into(), &"revoked token ci".into()));
    assert_eq!(said[1], (&"local".into(), &"made token ci with the role admin".into()));
    server.terminate();
    let kept = run(&server, "", &["token", "list"]);
    assert_eq!(text(&kept.stdout), "name  role  created\n", "the store says the same: {kept:?}");
}
