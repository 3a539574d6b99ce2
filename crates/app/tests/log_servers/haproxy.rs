//! HAProxy: its formats, on stdout and by syslog.

use std::net::UdpSocket;
use std::process::Command;
use std::time::Duration;

use crate::series;
use crate::support::{Daemon, folder, free_port};

const FORMATS: [(&str, &str); 5] = [
    ("httplog", "option httplog"),
    (
        "captures",
        "option httplog\n  capture request header User-Agent len 64\n  capture response header Server len 20",
    ),
    ("httpslog", "option httpslog"),
    ("clf", "option httplog clf"),
    ("syslog", "option httplog"),
];

#[test]
fn end_to_end_haproxy_is_counted_in_each_of_its_formats() {
    for (name, options) in FORMATS {
        let syslog = UdpSocket::bind("127.0.0.1:0").unwrap();
        syslog.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let target = if name == "syslog" { "rfc5424" } else { "rfc3164" };
        let (sent, lines) = run(&syslog, target, options);
        let folder = folder();
        let log = format!("{name}.log");
        std::fs::write(folder.path().join(&log), lines.concat()).unwrap();
        crate::holds(folder.path(), &log, &sent);
    }
}

/// Sends the series; what was sent, and the lines that HAProxy wrote of it.
fn run(syslog: &UdpSocket, target: &str, options: &str) -> (series::Sent, Vec<String>) {
    let folder = folder();
    let port = free_port();
    let config = format!(
        "global
  log {} len 8192 format {target} local0
defaults
  mode http
  log global
  option dontlognull
  timeout client 20s
  timeout server 20s
  timeout connect 5s
frontend in
  {options}
  bind 127.0.0.1:{port}
  http-request return status 503 if {{ path_beg /v1/broken }}
  http-request return status 200 content-type text/plain string ok if {{ path_beg /v1/ }}
  http-request return status 404
",
        syslog.local_addr().unwrap(),
    );
    std::fs::write(folder.path().join("haproxy.cfg"), config).unwrap();
    let mut command = Command::new("haproxy");
    command.arg("-db").arg("-f").arg(folder.path().join("haproxy.cfg"));
    let haproxy = Daemon::start(command, port);
    let sent = series::send(port, None, |_| true);
    let mut datagram = vec![0; 64 << 10];
    let mut lines = Vec::new();
    while (lines.len() as u64) < sent.len() {
        let length = syslog.recv(&mut datagram).unwrap();
        let line = String::from_utf8(datagram[..length].to_vec()).unwrap();
        if !line.contains("Proxy in started") {
            lines.push(line.trim_end().to_owned() + "\n");
        }
    }
    haproxy.stop();
    (sent, lines)
}
