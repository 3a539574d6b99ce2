//! Caddy: JSON.

use std::process::Command;

use crate::series;
use crate::support::{Daemon, folder, free_port};

#[test]
fn end_to_end_caddy_is_counted() {
    let folder = folder();
    let port = free_port();
    let at = folder.path().display();
    let config = format!(
        "{{
  admin off
  auto_https off
  storage file_system {at}/storage
}}
http://:{port} {{
  bind 127.0.0.1
  log {{
    output file {at}/access.log
  }}
  respond /v1/broken 503
  respond /v1/* ok 200
  respond 404
}}
"
    );
    std::fs::write(folder.path().join("Caddyfile"), config).unwrap();
    let mut command = Command::new("caddy");
    command
        .env("HOME", folder.path())
        .args(["run", "--adapter", "caddyfile", "--config"])
        .arg(folder.path().join("Caddyfile"));
    let caddy = Daemon::start(command, port);
    // What is no HTTP is refused by Go before Caddy sees it.
    let sent = series::send(port, Some(200), |case| !case.is_noise);
    caddy.stop();
    crate::holds(folder.path(), "access.log", &sent);
}
