//! The terminal while a live view is shown: keys as they are pressed, and everything as it was afterwards.

use std::fs::File;
use std::io::Read;

use anyhow::Context;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::sync::mpsc;

use super::put;

/// The other screen, without a cursor.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// A key that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A character.
    Char(char),
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// Backspace.
    Back,
    /// One up.
    Up,
    /// One down.
    Down,
    /// Ctrl-C, or the terminal is gone.
    Quit,
}

/// The terminal; to drop it leaves it as it was.
pub(super) struct Terminal {
    tty: File,
    before: Termios,
}

impl Terminal {
    /// Begins to show; keys that are pressed are handed on.
    pub(super) fn enter(pressed: mpsc::Sender<Key>) -> anyhow::Result<Self> {
        // Standard input may be the log.
        let tty = File::open("/dev/tty").context("there is no terminal to read keys from; use --once")?;
        let keys = tty.try_clone().context("cannot read keys")?;
        let before = tcgetattr(&tty).context("cannot read the terminal's settings")?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(&tty, OptionalActions::Now, &raw).context("cannot change the terminal's settings")?;
        let terminal = Self { tty, before };
        put(ENTER)?;
        std::thread::Builder::new().name("keys".to_owned()).spawn(move || read(keys, &pressed))?;
        Ok(terminal)
    }

    /// Shows this text, whose lines are no longer than the screen is wide.
    #[expect(clippy::unused_self, reason = "only who has entered may draw")]
    pub(super) fn draw(&mut self, text: &str) -> std::io::Result<()> {
        let lines: Vec<String> = text.lines().map(|line| format!("{line}\x1b[K")).collect();
        put(&format!("\x1b[H{}\x1b[J", lines.join("\r\n")))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A terminal that is gone cannot be restored.
        let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.before);
        let _ = put(LEAVE);
    }
}

/// How many lines the terminal has.
pub(super) fn rows() -> usize {
    terminal_size::terminal_size().map_or(24, |(_, height)| usize::from(height.0))
}

fn read(mut tty: File, pressed: &mpsc::Sender<Key>) {
    let mut bytes = [0; 64];
    loop {
        let count = tty.read(&mut bytes).unwrap_or(0);
        let read = bytes.get(..count).unwrap_or_default();
        if read.is_empty() {
            let _ = pressed.blocking_send(Key::Quit);
            return;
        }
        for key in keys(read) {
            if pressed.blocking_send(key).is_err() {
                return;
            }
        }
    }
}

/// The keys of what a terminal sends at once; what means nothing here is left out.
fn keys(bytes: &[u8]) -> Vec<Key> {
    let key = match bytes {
        b"\x1b[A" | b"\x1bOA" => Some(Key::Up),
        b"\x1b[B" | b"\x1bOB" => Some(Key::Down),
        b"\x1b" => Some(Key::Escape),
        [0x1b, ..] => None,
        _ => {
            let text = String::from_utf8_lossy(bytes);
            return text.chars().filter_map(of_char).collect();
        }
    };
    key.into_iter().collect()
}

fn of_char(c: char) -> Option<Key> {
    match c {
        '\u{3}' | '\u{4}' => Some(Key::Quit),
        '\r' | '\n' => Some(Key::Enter),
        '\u{7f}' | '\u{8}' => Some(Key::Back),
        c if c.is_control() => None,
        c => Some(Key::Char(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_what_terminals_send() {
        assert_eq!(keys(b"\x1b[A"), [Key::Up]);
        assert_eq!(keys(b"\x1b"), [Key::Escape]);
        assert_eq!(keys(b"\x1b[15~"), []);
        assert_eq!(keys(b"\x03"), [Key::Quit]);
        assert_eq!(keys("é/\r\x7f".as_bytes()), [Key::Char('é'), Key::Char('/'), Key::Enter, Key::Back]);
    }
}
