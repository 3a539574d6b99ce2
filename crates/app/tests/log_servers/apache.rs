//! Apache: all its formats at once.

use std::process::Command;

use crate::series;
use crate::support::{Daemon, folder, free_port};

const FORMATS: [(&str, &str); 6] = [
    ("combined", r#"%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\""#),
    ("common", r#"%h %l %u %t \"%r\" %>s %b"#),
    ("vhost", r#"%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\""#),
    ("micros", r#"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D"#),
    ("own", r#"%{%Y-%m-%dT%H:%M:%S%z}t %a %X %D \"%r\" %>s %B \"%{User-Agent}i\" %{UNIQUE_ID}e"#),
    ("parts", r#"%{sec}t %m \"%U\" \"%q\" %>s %D"#),
];

#[test]
fn end_to_end_apache_is_counted_in_each_of_its_formats() {
    let folder = folder();
    let port = free_port();
    let at = folder.path().display();
    let logs: String =
        FORMATS.map(|(name, format)| format!("CustomLog {at}/{name}.log \"{format}\"\n")).concat();
    let modules = ["mpm_event", "authz_core", "alias", "rewrite", "unixd"]
        .map(|name| {
            let file = format!("/usr/lib/apache2/modules/mod_{name}.so");
            let is_there = std::path::Path::new(&file).exists();
            if is_there { format!("LoadModule {name}_module {file}\n") } else { String::new() }
        })
        .concat();
    let config = format!(
        "ServerRoot {at}
DefaultRuntimeDir {at}
PidFile {at}/pid
Listen 127.0.0.1:{port}
ServerName a.example
{modules}ErrorLog {at}/error.log
DocumentRoot {at}/root
AllowEncodedSlashes On
RewriteEngine on
RewriteRule ^/v1/broken - [R=503,L]
RewriteRule ^/v1/ {at}/root/ok [L]
{logs}"
    );
    std::fs::create_dir(folder.path().join("root")).unwrap();
    std::fs::write(folder.path().join("root/ok"), "ok").unwrap();
    std::fs::write(folder.path().join("httpd.conf"), config).unwrap();
    let mut command = Command::new("apache2");
    command.arg("-DFOREGROUND").arg("-f").arg(folder.path().join("httpd.conf"));
    let apache = Daemon::start(command, port);
    let sent = series::send(port, Some(200), |_| true);
    apache.stop();
    for (name, _) in FORMATS.iter().filter(|(name, _)| *name != "parts") {
        crate::holds(folder.path(), &format!("{name}.log"), &sent);
    }
    // Method and path in columns of their own: what is no request line has neither.
    assert_eq!(crate::counts(folder.path(), "parts.log", &["--by", "code"], 1), sent.by_code());
}
