//! The real binary, started, killed, asked over its API.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{free_port, wait_for};

pub(crate) struct Server {
    pub port: u16,
    pub folder: tempfile::TempDir,
    pub environment: Vec<(String, String)>,
    /// A command that the server is started by, if any.
    pub wrapped: Vec<String>,
    process: Option<Child>,
}

impl Server {
    /// Writes the configuration and starts `statusquo serve` on it.
    pub(crate) fn start(config: &str, environment: &[(&str, &str)]) -> Self {
        let mut server = Self::configured(config, environment);
        server.go_on();
        server
    }

    /// Writes the configuration, without starting.
    pub(crate) fn configured(config: &str, environment: &[(&str, &str)]) -> Self {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let folder = tempfile::tempdir().unwrap();
        let server = Self { port: free_port(), folder, environment, wrapped: Vec::new(), process: None };
        std::fs::write(server.config(), config).unwrap();
        server
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("statusquo.toml")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn command() -> Command {
        Command::new(env!("CARGO_BIN_EXE_statusquo"))
    }

    /// Starts it (again), and waits until it answers.
    pub(crate) fn go_on(&mut self) {
        self.spawn();
        wait_for("the server to be ready", || (self.get("/readyz").0 == 200).then_some(()));
    }

    pub(crate) fn spawn(&mut self) {
        let mut command = self.wrapped.split_first().map_or_else(Self::command, |(first, rest)| {
            let mut command = Command::new(first);
            command.args(rest).arg(env!("CARGO_BIN_EXE_statusquo"));
            command
        });
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        command.arg("serve").arg("-c").arg(self.config()).arg("--data").arg(self.data());
        command.arg("--listen").arg(format!("127.0.0.1:{}", self.port));
        command.envs(self.environment.iter().map(|(k, v)| (k, v)));
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        self.process = Some(command.spawn().unwrap());
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.as_ref().expect("it runs").id()
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn terminate(&mut self) {
        if let Some(mut process) = self.process.take() {
            let pid = rustix::process::Pid::from_child(&process);
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
            process.wait().unwrap();
        }
    }

    /// `kill -9`
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Asks it to end, as an operator does, and waits until it has.
    pub(crate) fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let id = process.id().to_string();
            assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
            process.wait().unwrap();
        }
    }

    /// Status code and body; 0 when nobody answers.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        self.ask("GET", path, "")
    }

    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        let (status, body) = self.get(path);
        assert_eq!(status, 200, "{path}: {body}\n{}", self.log());
        serde_json::from_str(&body).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> (u16, String) {
        self.ask("POST", path, body)
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        ask(self.port, method, path, body).unwrap_or((0, String::new()))
    }
}

pub(crate) fn ask(port: u16, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, content) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    Some((status, if chunked { unchunk(content) } else { content.to_owned() }))
}

fn unchunk(mut content: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = content.split_once("\r\n") {
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else { break };
        if size == 0 {
            break;
        }
        whole.push_str(rest.get(..size).unwrap_or(rest));
        content = rest.get(size + 2..).unwrap_or("");
    }
    whole
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("log of statusquo:\n{}", self.log());
        }
    }
}

/// A path as it is written in TOML.
pub(crate) fn toml_path(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}
