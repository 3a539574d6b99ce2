//! A real SMTP server with STARTTLS and AUTH (`mail.py`).

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::certificates::Certificates;
use super::free_port;

pub(crate) struct Mail {
    pub port: u16,
    folder: tempfile::TempDir,
    process: Child,
}

/// One message as it was received.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub id: String,
    pub subject: String,
    pub text: String,
}

impl Mail {
    pub(crate) const USER: &str = "statusquo";
    pub(crate) const PASSWORD: &str = "a secret of the test";

    pub(crate) fn start(certificates: &Certificates) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/mail.py");
        let mut process = Command::new("/usr/bin/python3")
            .arg(script)
            .arg(port.to_string())
            .arg(folder.path())
            .args([&certificates.good, &certificates.key])
            .args([Self::USER, Self::PASSWORD])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 is installed (./check installs it, with python3-aiosmtpd)");
        let mut ready = String::new();
        let out = process.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut ready).unwrap();
        assert_eq!(ready, "ready\n", "the SMTP server starts");
        Self { port, folder, process }
    }

    /// All messages so far, in the order of their arrival.
    pub(crate) fn all(&self) -> Vec<Message> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
            .collect();
        files.sort();
        files.iter().map(|path| parse(&String::from_utf8_lossy(&std::fs::read(path).unwrap()))).collect()
    }

    /// The messages with each Message-ID once, as a mailbox shows them.
    pub(crate) fn distinct(&self) -> Vec<Message> {
        let mut seen = std::collections::BTreeSet::new();
        self.all().into_iter().filter(|message| seen.insert(message.id.clone())).collect()
    }
}

fn parse(text: &str) -> Message {
    let unfolded = text.replace("\r\n ", " ").replace("\r\n\t", " ");
    let field = |name: &str| {
        let of = |line: &str| {
            line.split_once(':')
                .filter(|(n, _)| n.eq_ignore_ascii_case(name))
                .map(|(_, v)| v.trim().to_owned())
        };
        unfolded.lines().take_while(|line| !line.is_empty()).find_map(of).unwrap_or_default()
    };
    Message { id: field("Message-ID"), subject: field("Subject"), text: text.to_owned() }
}

impl Drop for Mail {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
