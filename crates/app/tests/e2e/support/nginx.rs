//! A real nginx: plain HTTP/1.1, and HTTP/1.1 and HTTP/2 over TLS.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::certificates::Certificates;
use super::{free_port, wait_for};

/// What nginx is made to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Ok,
    /// 503 with `Retry-After: 3600`.
    Unavailable,
    /// Accepts the request and never answers: its upstream does not.
    Hang,
    /// Answers well, but for a date that is none.
    BadDate,
    /// Shows a certificate that expired in 2024.
    Expired,
}

pub(crate) struct Nginx {
    pub plain: u16,
    pub tls: u16,
    folder: tempfile::TempDir,
    good: PathBuf,
    expired: PathBuf,
    key: PathBuf,
    /// Listens and never answers.
    silent: TcpListener,
    process: Option<Child>,
}

impl Nginx {
    pub(crate) fn start(certificates: &Certificates) -> Self {
        let mut nginx = Self {
            plain: free_port(),
            tls: free_port(),
            folder: tempfile::tempdir().unwrap(),
            good: certificates.good.clone(),
            expired: certificates.expired.clone(),
            key: certificates.key.clone(),
            silent: TcpListener::bind("127.0.0.1:0").unwrap(),
            process: None,
        };
        nginx.become_mode(Mode::Ok);
        nginx
    }

    /// Stops it, and starts it again in this mode.
    pub(crate) fn become_mode(&mut self, mode: Mode) {
        self.stop();
        let config = self.folder.path().join("nginx.conf");
        std::fs::write(&config, self.config(mode)).unwrap();
        let process = Command::new("nginx")
            .env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()))
            .args(["-e", "stderr", "-p"])
            .arg(self.folder.path())
            .arg("-c")
            .arg(&config)
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is installed (./check installs it)");
        self.process = Some(process);
        let (plain, tls) = (self.plain, self.tls);
        wait_for("nginx to listen", || {
            let up = |port: u16| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
            (up(plain) && up(tls)).then_some(())
        });
    }

    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    fn config(&self, mode: Mode) -> String {
        let folder = self.folder.path().display();
        let certificate = if mode == Mode::Expired { &self.expired } else { &self.good }.display();
        let answer = match mode {
            Mode::Ok | Mode::Expired => "return 200 'fine\\n';".to_owned(),
            Mode::BadDate => "add_header Last-Modified yesterday; return 200 'fine\\n';".to_owned(),
            Mode::Unavailable => "add_header Retry-After 3600 always; return 503;".to_owned(),
            Mode::Hang => {
                let silent = self.silent.local_addr().unwrap();
                format!("proxy_pass http://{silent}; proxy_read_timeout 1h;")
            }
        };
        format!(
            "daemon off; master_process off; pid {folder}/pid; error_log stderr crit;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ access_log off; default_type text/plain;\n\
               client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
               fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
               server {{ listen 127.0.0.1:{plain}; listen 127.0.0.1:{tls} ssl http2;\n\
                 ssl_certificate {certificate}; ssl_certificate_key {key};\n\
                 location / {{ {answer} }} }} }}\n",
            plain = self.plain,
            tls = self.tls,
            key = self.key.display(),
        )
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.stop();
    }
}
