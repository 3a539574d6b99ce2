//! Runs the real binary.

#![allow(dead_code, reason = "not every test file needs all of it")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

/// What a run of the binary left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code.
    pub(crate) code: i32,
    /// What it wrote to stdout.
    pub(crate) out: String,
    /// What it wrote to stderr.
    pub(crate) err: String,
}

/// A folder of its own for each test.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// The binary in a folder, with an environment that does not depend on who runs the test.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_statusquo"));
    command.current_dir(folder).env_clear().env("LANG", "C.UTF-8").stdin(Stdio::null());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// Runs the binary in a folder.
pub(crate) fn statusquo(folder: &Path, arguments: &[&str]) -> Ran {
    run(command(folder).args(arguments))
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A server that gives one answer to one request, as it is; its URL.
pub(crate) fn once(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|window| window == b"\r\n\r\n") {
            let read = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..read]);
            if read == 0 {
                break;
            }
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    url
}

/// A server that takes a connection and never answers; its URL, and what tells that somebody has asked.
pub(crate) fn silent() -> (String, Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, asked) = channel();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            if sender.send(stream).is_err() {
                return;
            }
        }
    });
    (url, asked)
}

/// A TLS server on `localhost` with a certificate that it signed itself (in PEM form), for one request.
pub(crate) fn self_signed() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = rustls::StreamOwned::new(connection, stream);
        // A client that does not trust us leaves before it has asked.
        if stream.read(&mut [0; 1024]).is_ok() {
            let _left =
                stream.write_all(b"HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        }
    });
    (url, made.cert.pem())
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A real server of somebody else, gone when the test ends.
pub(crate) struct Daemon {
    process: std::process::Child,
}

impl Daemon {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(mut command: Command, port: u16) -> Self {
        let path = std::env::var("PATH").unwrap_or_default();
        let program = command.get_program().to_string_lossy().into_owned();
        command.env("PATH", format!("{path}:/usr/sbin")).stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.stderr(Stdio::null()).spawn();
        let process = process.unwrap_or_else(|_| panic!("{program} is not installed (./check installs it)"));
        let mut daemon = Self { process };
        until("it listens", || {
            assert!(daemon.process.try_wait().unwrap().is_none(), "{program} ended at once");
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        daemon
    }

    /// Ends it in its own order, so that its log is whole.
    pub(crate) fn stop(mut self) {
        self.terminate();
    }

    /// The same, once something has happened.
    pub(crate) fn stop_when(self, has_happened: impl FnMut() -> bool) {
        until("what was waited for", has_happened);
        self.stop();
    }

    fn terminate(&mut self) {
        let pid = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let (Some(pid), None) = (pid, self.process.try_wait().unwrap()) {
            let _sent = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
            let _ended = self.process.wait();
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.terminate();
    }
}

/// Asks again and again; a test that waits this long has failed.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !is_so() {
        assert!(std::time::Instant::now() < deadline, "waited in vain until {what}");
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
}
