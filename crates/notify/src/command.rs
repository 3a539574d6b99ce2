//! A command of the user's own: it gets the message on its standard input.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use statusquo_alert::Notification;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use crate::plain::{clip, one_line};
use crate::{Delivery, Message, thread, webhook};

/// More of what it prints is not read.
const MOST_OUTPUT: u64 = 4096;
/// More of it is not repeated.
const SAID: usize = 120;
/// What a command may know of our environment, which holds secrets.
const PASSED_ON: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

/// A command of the user's own.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program and its arguments; no shell is between.
    pub words: Vec<String>,
    /// It and all that it started are killed after so long.
    pub deadline: Duration,
}

/// How it ended.
struct Ended {
    code: Option<i32>,
    output: String,
}

impl Program {
    pub(crate) async fn send(&self, notification: &Notification, message: &Message) -> Delivery {
        let mut child = match self.spawn(notification, message) {
            Ok(child) => child,
            // Tried again: programs come back, as when they are being replaced.
            Err(error) => return Delivery::later(format!("cannot be run: {error}")),
        };
        let group = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let content = webhook::render(notification, message);
        let ended = tokio::time::timeout(self.deadline, talk(&mut child, content)).await;
        // Also what it left behind in the background.
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::KILL);
        }
        match ended {
            Ok(Ok(ended)) => judge(&ended),
            Ok(Err(error)) => Delivery::later(format!("was lost: {error}")),
            Err(_) => {
                let _ = child.wait().await;
                Delivery::later(format!("did not end within {} s, and was killed", self.deadline.as_secs()))
            }
        }
    }

    fn spawn(&self, notification: &Notification, message: &Message) -> std::io::Result<Child> {
        let (program, arguments) = self.words.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
        let known = PASSED_ON.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
        Command::new(program)
            .args(arguments)
            .env_clear()
            .envs(known)
            .envs(variables(notification, message))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own, so that all of it can be killed.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}

/// What a short script needs, without reading JSON.
#[must_use]
pub fn variables(notification: &Notification, message: &Message) -> BTreeMap<&'static str, String> {
    let brief = &notification.brief;
    BTreeMap::from([
        ("STATUSQUO_KEY", notification.key.clone()),
        ("STATUSQUO_NOTICE", notification.notice.as_str().to_owned()),
        ("STATUSQUO_RECEIVER", notification.receiver.to_string()),
        ("STATUSQUO_INCIDENT", brief.incident.to_string()),
        ("STATUSQUO_THREAD", thread::name(notification)),
        ("STATUSQUO_SUBJECT", thread::subject(notification).to_owned()),
        ("STATUSQUO_STATE", message.state.as_str().to_owned()),
        ("STATUSQUO_TITLE", message.headline.clone()),
        ("STATUSQUO_TEXT", message.text()),
        ("STATUSQUO_LINK", thread::page(message).map(ToString::to_string).unwrap_or_default()),
    ])
}

/// Gives it the message and reads what it prints, until it ends.
async fn talk(child: &mut Child, content: String) -> std::io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let write = async {
        if let Some(mut stdin) = stdin {
            // It need not read it.
            let _ = stdin.write_all(content.as_bytes()).await;
        }
    };
    let work = async { tokio::join!(write, read(stdout), read(stderr)) };
    tokio::pin!(work);
    // Something in the background may hold the output open: what counts is the command itself.
    let mut said = (String::new(), String::new());
    let status = tokio::select! {
        biased;
        ((), out, err) = &mut work => {
            said = (out, err);
            child.wait().await?
        }
        status = child.wait() => {
            if let Ok(((), out, err)) = tokio::time::timeout(Duration::from_millis(200), work).await {
                said = (out, err);
            }
            status?
        }
    };
    let output = if said.1.trim().is_empty() { said.0 } else { said.1 };
    Ok(Ended { code: status.code(), output: clip(&one_line(&output), SAID) })
}

/// Its output up to the cap; the rest is read and thrown away, or it would wait for us.
async fn read(from: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut from) = from else { return String::new() };
    let mut bytes = Vec::new();
    let _ = (&mut from).take(MOST_OUTPUT).read_to_end(&mut bytes).await;
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// 0 is a yes. What will not be better next time (sysexits.h: usage, data, configuration) is a no; anything else is
/// tried again.
fn judge(ended: &Ended) -> Delivery {
    let how = match ended.code {
        Some(code) => format!("ended with {code}"),
        None => "was killed by a signal".to_owned(),
    };
    let reason = if ended.output.is_empty() { how } else { format!("{how}: {}", ended.output) };
    match ended.code {
        Some(0) if ended.output.is_empty() => Delivery::Sent { answer: "ended with 0".to_owned() },
        Some(0) => Delivery::Sent { answer: ended.output.clone() },
        Some(64 | 65 | 78) => Delivery::Refused { reason },
        Some(_) | None => Delivery::later(reason),
    }
}
