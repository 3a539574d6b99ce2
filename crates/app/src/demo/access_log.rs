//! The access log of the sample API, as nginx would write it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use jiff::Timestamp;

/// The format, in nginx's words.
pub(super) const FORMAT: &str = "$remote_addr - - [$time_iso8601] \"$request\" $status $body_bytes_sent \"-\" \
                                 \"$http_user_agent\" $request_time $request_id";
/// A longer file is put aside; the one that was aside is gone then.
const LONGEST_BYTES: u64 = 8 << 20;
/// So many lines may wait; more are left out.
const WAITING: usize = 1024;

/// Where the sample API writes down what it answered. The file ends with the last of its clones.
#[derive(Debug, Clone)]
pub(super) struct AccessLog(SyncSender<String>);

/// One request and its answer.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) client: &'a str,
    pub(super) user_agent: &'a str,
    pub(super) method: &'a str,
    pub(super) target: &'a str,
    pub(super) status: u16,
    pub(super) bytes: usize,
    pub(super) millis: u64,
    pub(super) request_id: u64,
}

impl AccessLog {
    /// Begins a file.
    pub(super) fn begin(path: PathBuf) -> std::io::Result<Self> {
        let file = open(&path)?;
        let (lines, waiting) = sync_channel(WAITING);
        std::thread::Builder::new()
            .name("demo log".to_owned())
            .spawn(move || write(file, &path, &waiting))?;
        Ok(Self(lines))
    }

    /// Notes an answer; never waits.
    pub(super) fn note(&self, line: &Line<'_>, now: Timestamp) {
        let Line { client, user_agent, method, target, status, bytes, millis, request_id } = line;
        let at = now.strftime("%Y-%m-%dT%H:%M:%S+00:00");
        let (seconds, rest) = (millis / 1000, millis % 1000);
        let text = format!(
            "{client} - - [{at}] \"{method} {target} HTTP/1.1\" {status} {bytes} \"-\" \"{user_agent}\" \
             {seconds}.{rest:03} req_{request_id:012x}\n"
        );
        // A demo may leave out a line when the disk does not keep up.
        let _ = self.0.try_send(text);
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn write(mut file: File, path: &Path, lines: &Receiver<String>) {
    let mut written = 0;
    while let Ok(line) = lines.recv() {
        if written > LONGEST_BYTES {
            let aside = path.with_extension("log.1");
            let Ok(next) = std::fs::rename(path, aside).and_then(|()| open(path)) else { return };
            (file, written) = (next, 0);
        }
        if file.write_all(line.as_bytes()).is_err() {
            return;
        }
        written += line.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use statusquo_source::log::Format;

    use super::*;

    #[test]
    fn what_is_written_is_understood_by_the_format_that_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.log");
        let (lines, waiting) = sync_channel(1);
        let log = AccessLog(lines);
        let line = Line {
            client: "192.0.2.7",
            user_agent: "acme-web/5.2",
            method: "POST",
            target: "/v1/orders",
            status: 503,
            bytes: 99,
            millis: 1042,
            request_id: 0x8f3c,
        };
        log.note(&line, "2026-11-23T14:41:20Z".parse().unwrap());
        drop(log);
        write(open(&path).unwrap(), &path, &waiting);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut format = Format::named(FORMAT).unwrap();
        let entry = format.parse(text.trim_end().as_bytes()).unwrap().unwrap();
        assert_eq!(entry.code().map(|code| code.get()), Some(503));
        assert_eq!((entry.method, entry.target), (&b"POST"[..], &b"/v1/orders"[..]));
        assert_eq!((entry.client, entry.request_id), (&b"192.0.2.7"[..], &b"req_000000008f3c"[..]));
        assert_eq!((entry.duration_us, entry.bytes), (Some(1_042_000), 99));
    }
}
