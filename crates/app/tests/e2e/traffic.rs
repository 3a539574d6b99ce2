//! Real traffic: nginx under load, its log rotated in every way while we are killed and started again. What is counted in
//! the end is what nginx has counted.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use statusquo_slo::Answer;
use statusquo_slo::kept::Layer;
use statusquo_store::{Resolution, Retention, Store};

use super::support::server::{Server, toml_path};
use super::support::{free_port, wait_for};

const ROUNDS: u64 = 10;

/// A single nginx that logs each request twice: into a log that is rotated, and into one that is not.
struct Logging {
    port: u16,
    folder: tempfile::TempDir,
    process: Child,
}

impl Logging {
    fn start() -> Self {
        let (port, folder) = (free_port(), tempfile::tempdir().unwrap());
        let at = folder.path().display();
        let config = format!(
            "daemon off; master_process off; pid {at}/pid; error_log stderr crit;\n\
             events {{ worker_connections 64; }}\n\
             http {{ default_type text/plain; keepalive_requests 1000000;\n\
               access_log {at}/access.log combined; access_log {at}/whole combined;\n\
               client_body_temp_path {at}/body; proxy_temp_path {at}/proxy;\n\
               fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n\
               server {{ listen 127.0.0.1:{port};\n\
                 location /orders/ {{ return 200 'fine'; }} location /broken/ {{ return 503; }}\n\
                 location / {{ return 404; }} }} }}\n"
        );
        std::fs::write(folder.path().join("nginx.conf"), config).unwrap();
        let process = Command::new("nginx")
            .env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()))
            .args(["-e", "stderr", "-p"])
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is installed (./check installs it)");
        wait_for("nginx to listen", || TcpStream::connect(("127.0.0.1", port)).ok());
        Self { port, folder, process }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What nginx has counted, by code.
    fn counts(&self) -> BTreeMap<u16, u64> {
        let mut counts = BTreeMap::new();
        for line in BufReader::new(std::fs::File::open(self.path("whole")).unwrap()).lines() {
            let line = line.unwrap();
            // The last line may be half written.
            let code = line.split("\" ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
            *counts.entry(code.unwrap_or(0)).or_default() += 1;
        }
        counts
    }

    /// Renames the log; nginx opens a new one.
    fn rename(&self, to: &str) {
        std::fs::rename(self.path("access.log"), self.path(to)).unwrap();
        signal(self.process.id(), rustix::process::Signal::USR1);
        wait_for("nginx to open its log again", || self.path("access.log").exists().then_some(()));
    }

    fn compress(&self, name: &str) {
        assert!(Command::new("gzip").arg(self.path(name)).status().unwrap().success());
    }

    fn copy_and_truncate(&self, to: &str) {
        std::fs::copy(self.path("access.log"), self.path(to)).unwrap();
        OpenOptions::new().write(true).open(self.path("access.log")).unwrap().set_len(0).unwrap();
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn signal(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Requests one after the other, until it is stopped.
struct Load {
    sent: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    /// Whoever holds it holds the load.
    held: Arc<Mutex<()>>,
    thread: std::thread::JoinHandle<()>,
}

impl Load {
    fn start(port: u16) -> Self {
        let (sent, stop, held) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default(), Arc::default());
        let (counted, stopped, hold): (_, _, Arc<Mutex<()>>) =
            (sent.clone(), stop.clone(), Arc::clone(&held));
        let thread = std::thread::spawn(move || {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            while !stopped.load(Ordering::Relaxed) {
                let _held = hold.lock().unwrap();
                let number = counted.fetch_add(1, Ordering::Relaxed);
                let path = match number % 10 {
                    0..7 => format!("/orders/{number}"),
                    7 | 8 => format!("/broken/{number}"),
                    _ => format!("/nothing/{number}"),
                };
                ask(&mut stream, &path);
            }
        });
        Self { sent, stop, held, thread }
    }

    /// Waits for so many more requests.
    fn wait(&self, more: u64) {
        let wanted = self.sent.load(Ordering::Relaxed) + more;
        wait_for("requests", || (self.sent.load(Ordering::Relaxed) >= wanted).then_some(()));
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}

/// One request on a connection that stays open: the answer is read to its end.
fn ask(stream: &mut TcpStream, path: &str) {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: load\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let read = stream.read(&mut bytes).unwrap();
        assert!(read > 0, "nginx closed the connection");
        answer.extend_from_slice(&bytes[..read]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, content)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
        if content.len() >= length.parse::<usize>().unwrap() {
            return;
        }
    }
}

/// What the store has counted, by code, at each resolution.
fn saved(data: &Path) -> Vec<BTreeMap<u16, u64>> {
    let store = Store::open(data, Retention::default()).unwrap();
    let now = jiff::Timestamp::now().as_second();
    let all = Resolution::ALL.map(|resolution| {
        let found = store.reader().traffic("shop", None, resolution, &(now - 7200..now + 3600)).unwrap();
        let series = found.get(&Layer::Edge).cloned().unwrap_or_default();
        let codes = series.by_answer().into_iter().filter_map(|(answer, count)| match answer {
            Answer::Status(code) => Some((code.get(), count)),
            Answer::Failure(_) | Answer::None => None,
        });
        codes.collect()
    });
    store.close();
    all.to_vec()
}

#[test]
fn each_request_is_counted_once_however_the_log_is_rotated_and_whenever_we_are_killed() {
    let nginx = Logging::start();
    let config = format!(
        "[[log]]\nname = \"proxy\"\nservice = \"shop\"\npath = {}\nslow_after = \"1s\"\n",
        toml_path(&nginx.path("access.log"))
    );
    let mut server = Server::configured(&config, &[]);
    let load = Load::start(nginx.port);
    for round in 0..ROUNDS {
        server.go_on();
        load.wait(50 + round * 17);
        let (name, is_down) = (format!("access.log.{round}"), round % 2 == 0);
        if is_down {
            server.kill();
            load.wait(30);
        }
        match round % 3 {
            0 => nginx.rename(&name),
            1 => {
                nginx.rename(&name);
                nginx.compress(&name);
            }
            _ => {
                // What is written between the two is lost by nature: nothing may be. nginx answers before it logs.
                let _held = load.held.lock().unwrap();
                let sent = load.sent.load(Ordering::Relaxed);
                wait_for("nginx to log", || (nginx.counts().values().sum::<u64>() == sent).then_some(()));
                nginx.copy_and_truncate(&name);
            }
        }
        load.wait(30);
        server.kill();
    }
    load.wait(100);
    load.stop();
    server.go_on();
    let source = wait_for("all of it to be read", || {
        let source = server.json("/api/v1/sources")["sources"][0].clone();
        let is_done = source["lines"].as_u64() > Some(0) && source["behind_bytes"] == 0;
        is_done.then_some(source)
    });
    assert_eq!((&source["not_understood"], &source["dropped"]), (&0.into(), &0.into()), "{source}");
    assert!(source["format"].is_string(), "{source}");
    server.terminate();
    let expected = nginx.counts();
    assert_eq!(expected.len(), 3);
    for counted in saved(&server.data()) {
        assert_eq!(counted, expected);
    }
}

#[test]
fn messages_of_syslog_are_counted_and_shown() {
    let port = free_port();
    let config = format!("[[log]]\nname = \"shop\"\nsyslog = \"udp://{port}\"\nlayer = \"app\"\n");
    let mut server = Server::start(&config, &[]);
    let now = jiff::Timestamp::now().strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let line = format!("127.0.0.1 - - [{now}] \"GET /a HTTP/1.1\" 200 5 \"-\" \"-\"");
    let message = format!("<190>Nov 29 18:00:00 web nginx: {line}");
    let source = wait_for("a message to be counted", || {
        // Nobody may listen yet.
        let _ = socket.send_to(message.as_bytes(), ("127.0.0.1", port));
        let source = server.json("/api/v1/sources")["sources"][0].clone();
        (source["lines"].as_u64() > Some(0)).then_some(source)
    });
    assert_eq!((&source["layer"], &source["kind"]), (&"app".into(), &"syslog".into()), "{source}");
    let (status, metrics) = server.get("/metrics");
    assert!(status == 200 && metrics.contains("statusquo_source_lines_total{source=\"shop\"}"), "{metrics}");
    server.terminate();
}
