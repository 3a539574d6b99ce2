//! `statusquo top`: what a service answers at this moment, of a running server or of a log that is followed.

mod feed;
mod frame;
mod look;
mod terminal;

use std::io::{IsTerminal, Write};
use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc;

use super::args::{Global, Top};
use super::output::{Format, Printed};
use super::{Exit, Screen};
use feed::{Feed, Shown};
use look::{Look, Next};
use terminal::{Key, Terminal};

/// Somebody who pressed a key does not wait longer than that to see it.
const KEYS: usize = 64;

/// Runs `statusquo top`.
pub(crate) async fn run(global: &Global, flags: &Top) -> anyhow::Result<Exit> {
    let mut feed = Feed::new(global, flags)?;
    let is_live = std::io::stdout().is_terminal() && global.output.is_empty() && !flags.once;
    let ended = if is_live { live(global, flags, &mut feed).await } else { once(global, &mut feed).await };
    feed.close();
    ended
}

/// One look, for programs and pipes.
async fn once(global: &Global, feed: &mut Feed) -> anyhow::Result<Exit> {
    let shown = feed.settled().await?;
    let is_troubled = !shown.top.troubles.is_empty();
    let printed = Printed::text(global, |screen| frame::text(screen, &shown));
    printed
        .json(|| serde_json::to_value(&shown.top).unwrap_or_default())
        .form(Format::Jsonl, |_| serde_json::to_string(&shown.top).context("cannot write JSON"))
        .write()?;
    Ok(if is_troubled { Exit::Found } else { Exit::Clean })
}

/// Looks again and again, until somebody has seen enough.
async fn live(global: &Global, flags: &Top, feed: &mut Feed) -> anyhow::Result<Exit> {
    let (pressed, mut keys) = mpsc::channel(KEYS);
    let mut terminal = Terminal::enter(pressed)?;
    let mut look = Look::new(feed.knows_requests());
    let mut every = tokio::time::interval(flags.every.max(Duration::from_millis(100)));
    let mut shown = Shown::nothing();
    loop {
        tokio::select! {
            _ = every.tick() => if !look.is_paused {
                shown = feed.look().await?;
            },
            key = keys.recv() => match look.press(key.unwrap_or(Key::Quit), &shown.top) {
                Next::Quit => return Ok(Exit::Clean),
                Next::Draw => {}
                Next::Requests(endpoint) => look.requests = feed.requests(&endpoint).await?,
            },
        }
        let (screen, rows) = (Screen::stdout(global)?, terminal::rows());
        terminal.draw(&screen.finish(&frame::frame(&screen, &shown, &look, rows)))?;
    }
}

/// Writes and forgets: a terminal that is gone ends the command by itself.
fn put(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
