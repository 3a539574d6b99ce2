//! The terminal that Statusquo runs in.

use std::fmt::{self, Write as _};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use statusquo_alert::State;

use crate::{Delivery, Message};

/// How text looks on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// With colours.
    pub colour: bool,
    /// Without characters outside of ASCII, where they are ours.
    pub ascii: bool,
}

/// Prints messages.
#[derive(Clone)]
pub struct Terminal {
    out: Arc<Mutex<Box<dyn Write + Send>>>,
    style: Style,
}

impl Terminal {
    /// Prints to `out`.
    #[must_use]
    pub fn new(out: Box<dyn Write + Send>, style: Style) -> Self {
        Self { out: Arc::new(Mutex::new(out)), style }
    }

    /// A terminal can be stopped (Ctrl-S) for any time, so it gets a thread of its own.
    pub(crate) async fn send(&self, message: &Message) -> Delivery {
        let (out, text) = (self.out.clone(), render(message, self.style));
        let printed = tokio::task::spawn_blocking(move || {
            let mut out = out.lock().unwrap_or_else(PoisonError::into_inner);
            out.write_all(text.as_bytes())?;
            out.flush()
        });
        match printed.await.unwrap_or_else(|_| Err(io::ErrorKind::Other.into())) {
            Ok(()) => Delivery::Sent { answer: "printed".to_owned() },
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                Delivery::Refused { reason: "nobody reads the output any more".to_owned() }
            }
            Err(error) => Delivery::later(format!("cannot print: {error}")),
        }
    }
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal").field("style", &self.style).finish_non_exhaustive()
    }
}

/// The message as lines; all but the title are indented.
#[must_use]
pub fn render(message: &Message, style: Style) -> String {
    let (strong, faint, end) =
        if style.colour { (colour(message.state), "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
    let mark = if style.ascii { ascii(message.state) } else { message.state.glyph() };
    let mut text = format!("{strong}{mark} {}{end}\n", message.headline);
    for line in &message.lines {
        let _ = writeln!(text, "  {}", line.text);
    }
    for link in &message.links {
        let _ = writeln!(text, "  {faint}{}:{end} {}", link.label, link.url);
    }
    if !message.footer.is_empty() {
        let _ = writeln!(text, "  {faint}{}{end}", message.footer);
    }
    if style.ascii { text.replace('…', "...") } else { text }
}

/// Bold, in the colour of the state.
const fn colour(state: State) -> &'static str {
    match state {
        State::Ok => "\x1b[1;34m",
        State::Degraded => "\x1b[1;33m",
        State::Failing => "\x1b[1;31m",
        State::Unknown => "\x1b[1;35m",
        State::Paused => "\x1b[1m",
    }
}

const fn ascii(state: State) -> char {
    match state {
        State::Ok => '.',
        State::Degraded => '!',
        State::Failing => '#',
        State::Unknown => '?',
        State::Paused => '=',
    }
}
