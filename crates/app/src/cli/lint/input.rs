//! Opens recordings and gives their exchanges one after the other.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, bail};
use bytes::Bytes;
use statusquo_exchange::{Exchange, Name};
use statusquo_serve::wire::parse_exchange;
use statusquo_source::openapi::Description;
use statusquo_source::recording::{Recorded, Recording};

use super::report::FilePlace;
use crate::cli::args::Kind;

/// A recording that is no stream of lines may not be larger.
const LARGEST_BYTES: u64 = 1 << 30;
/// No line may be longer.
const LONGEST_LINE_BYTES: u64 = 64 << 20;

/// An exchange with the place where it was read.
pub(super) struct Exchanged {
    pub(super) exchange: Exchange,
    pub(super) place: FilePlace,
    /// Does somebody wait for the answer to this one?
    pub(super) is_live: bool,
}

/// What was read.
pub(super) enum Input {
    /// An exchange.
    Exchange(Box<Exchanged>),
    /// An OpenAPI document.
    Description(String),
}

/// What is done with each exchange, or with the reason why one could not be read.
pub(super) type Sink<'a> = dyn FnMut(Result<Input, String>) -> anyhow::Result<()> + 'a;

/// Gives all exchanges of a file to `sink`. What cannot be read does not keep the rest from being read.
pub(super) fn read(path: &Path, kind: Kind, sink: &mut Sink<'_>) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let is_live = name == "-";
    let source: Box<dyn Read> = if is_live {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).with_context(|| format!("cannot read `{name}`"))?)
    };
    let mut source = BufReader::with_capacity(1 << 16, source);
    let mut first = Vec::new();
    while first.trim_ascii().is_empty() {
        if next_line(&mut source, &mut first).with_context(|| format!("cannot read `{name}`"))? == 0 {
            break;
        }
    }
    let is_lines = match kind {
        Kind::Jsonl => true,
        Kind::Auto => is_exchange_line(&first),
        Kind::Http | Kind::Har | Kind::Nock | Kind::Vcr | Kind::Openapi => false,
    };
    if is_lines {
        return lines(&name, is_live, first, source, sink);
    }
    let mut text = first;
    source.take(LARGEST_BYTES).read_to_end(&mut text).with_context(|| format!("cannot read `{name}`"))?;
    if text.len() as u64 >= LARGEST_BYTES {
        bail!("`{name}` is larger than 1 GiB; cut it, or convert it to JSON lines, which have no limit");
    }
    whole(&name, kind, &Bytes::from(text), sink)
}

/// Is this a whole exchange as JSON on one line? Pretty-printed files are not.
fn is_exchange_line(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"{")
        && serde_json::from_slice::<serde_json::Value>(line).is_ok_and(|value| value.get("request").is_some())
}

fn next_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<usize> {
    source.take(LONGEST_LINE_BYTES).read_until(b'\n', line)
}

fn lines(
    name: &str,
    is_live: bool,
    first: Vec<u8>,
    mut source: impl BufRead,
    sink: &mut Sink<'_>,
) -> anyhow::Result<()> {
    let skipped = first.iter().filter(|byte| **byte == b'\n').count();
    let (mut line, mut at, mut number) = (first, skipped.max(1), 0);
    loop {
        let text = line.trim_ascii();
        if !text.is_empty() {
            number += 1;
            sink(one(name, text, at).map(|mut exchange| {
                if exchange.id.0.is_empty() {
                    exchange.id.0 = number.to_string();
                }
                boxed(Exchanged {
                    exchange,
                    place: FilePlace { file: name.to_owned(), line: at, number: Some(number) },
                    is_live,
                })
            }))?;
        }
        line.clear();
        if next_line(&mut source, &mut line).with_context(|| format!("cannot read `{name}`"))? == 0 {
            return Ok(());
        }
        at += 1;
    }
}

fn boxed(exchanged: Exchanged) -> Input {
    Input::Exchange(Box::new(exchanged))
}

fn one(name: &str, text: &[u8], line: usize) -> Result<Exchange, String> {
    let text = std::str::from_utf8(text).map_err(|why| format!("{name}:{line}: {why}"))?;
    parse_exchange(text).map_err(|why| format!("{name}:{line}: not an exchange: {why}"))
}

fn whole(name: &str, kind: Kind, text: &Bytes, sink: &mut Sink<'_>) -> anyhow::Result<()> {
    if kind == Kind::Openapi || (kind == Kind::Auto && Description::detect(text)) {
        return sink(Ok(Input::Description(String::from_utf8_lossy(text).into_owned())));
    }
    let form = match kind {
        Kind::Http => Some(Recording::Http),
        Kind::Har => Some(Recording::Har),
        Kind::Nock => Some(Recording::Nock),
        Kind::Vcr => Some(Recording::Vcr),
        Kind::Auto | Kind::Jsonl | Kind::Openapi => Recording::detect(text),
    };
    if let (None, true) = (form, is_pretty_exchange(text)) {
        let text = String::from_utf8_lossy(text);
        let exchange = parse_exchange(&text).map_err(|why| format!("{name}: not an exchange: {why}"));
        return sink(exchange.map(|exchange| {
            boxed(Exchanged {
                exchange,
                place: FilePlace { file: name.to_owned(), line: 1, number: Some(1) },
                is_live: false,
            })
        }));
    }
    let Some(form) = form else {
        bail!(
            "`{name}` is none of: HAR, nock, VCR, HTTP text, OpenAPI, exchanges as JSON lines; say what it is with --kind, or see \
             docs/exchange.md for the JSON form"
        );
    };
    let entries = form.read(text, &Name::from(name)).with_context(|| format!("cannot read `{name}`"))?;
    for entry in entries {
        let read = |Recorded { exchange, line, number }| {
            boxed(Exchanged {
                exchange,
                place: FilePlace { file: name.to_owned(), line, number: Some(number) },
                is_live: false,
            })
        };
        sink(entry.map(read).map_err(|why| format!("{name}: {why}")))?;
    }
    Ok(())
}

/// One exchange as JSON over several lines.
fn is_pretty_exchange(text: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(text).is_ok_and(|value| value.get("request").is_some())
}
