//! nginx: all its formats at once.

use std::net::TcpListener;
use std::process::Command;

use crate::series;
use crate::support::{Daemon, folder, free_port};

const FORMATS: &str = r#"
    log_format odd escape=json '{"w":"$time_iso8601","who":"$remote_addr","line":"$request","st":$status,"len":$body_bytes_sent,"took":$request_time,"up":"$upstream_status","ua":"$http_user_agent"}';
    log_format parts escape=json '{"timestamp":"$msec","http":{"verb":"$request_method","uri":"$request_uri"},"rsp_code":"$status"}';
    log_format bars '$time_iso8601|$request|$status|$request_time|$http_user_agent';
    log_format more '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time us="$upstream_status" rid=$request_id';
    log_format own '$host [$time_local] $remote_addr $request_length "$request" $status $upstream_response_time "$http_user_agent"';
    log_format ingress '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$host] [] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $request_id';
"#;
const LOGS: [&str; 7] = ["combined", "odd", "parts", "bars", "more", "own", "ingress"];

#[test]
fn end_to_end_nginx_is_counted_in_each_of_its_formats() {
    let folder = folder();
    let port = free_port();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let upstream = silent.local_addr().unwrap();
    let at = folder.path().display();
    let logs: String = LOGS.map(|log| format!("    access_log {at}/{log}.log {log};\n")).concat();
    let config = format!(
        "daemon off; pid {at}/pid; error_log {at}/error.log; worker_processes 1;
events {{ }}
http {{ {FORMATS} {logs}
  client_body_temp_path {at}; proxy_temp_path {at}; fastcgi_temp_path {at}; uwsgi_temp_path {at}; scgi_temp_path {at};
  server {{ listen 127.0.0.1:{port}; merge_slashes off;
    location /v1/ {{ return 200 ok; }}
    location /v1/broken {{ return 503; }}
    location /v1/hang {{ proxy_pass http://{upstream}; }}
    location / {{ return 404; }}
  }}
}}"
    );
    std::fs::write(folder.path().join("nginx.conf"), config).unwrap();
    let mut command = Command::new("nginx");
    command.args(["-e", "stderr", "-p"]).arg(folder.path()).arg("-c").arg(folder.path().join("nginx.conf"));
    let nginx = Daemon::start(command, port);
    let sent = series::send(port, Some(499), |_| true);
    // It has seen that the client left when it says so.
    nginx
        .stop_when(|| std::fs::read_to_string(folder.path().join("combined.log")).unwrap().contains(" 499 "));
    for log in LOGS {
        crate::holds(folder.path(), &format!("{log}.log"), &sent);
    }
}
