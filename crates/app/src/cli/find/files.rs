//! Looks for a request in log files: lines that hold its id, taken apart.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;
use statusquo_exchange::Name;
use statusquo_slo::kept::{Layer, Why};
use statusquo_source::log::{Format, unwrapped};
use statusquo_store::Kept;

use crate::kept::row_of;

/// The beginning of a log decides its format.
const HEAD_BYTES: u64 = 64 << 10;
/// Longer lines are cut.
const LONGEST_LINE_BYTES: u64 = 64 << 10;
/// More lines with the same id are not one request.
const MOST_FOUND: usize = 200;

/// What was looked through, and found.
#[derive(Debug, Default)]
pub(super) struct Searched {
    pub(super) kept: Vec<Kept>,
    lines: u64,
    /// Lines that hold the id, but not as the id of a request or not in a form that is understood.
    mentions: u64,
}

impl Searched {
    /// Why nothing was found.
    pub(super) fn absent(&self, id: &str) -> String {
        let mut why = format!("no line of {} is about request `{id}`.", self.lines);
        if self.mentions > 0 {
            let form = if self.mentions == 1 { "line holds" } else { "lines hold" };
            why.push_str(&format!(" {} {form} this text and cannot be taken apart.", self.mentions));
        }
        why.push_str(" A log tells of a request only if its format has the id, and only while it is kept.");
        why
    }
}

/// Looks through files, in their order.
pub(super) fn search(id: &str, files: &[PathBuf], format: &str) -> anyhow::Result<Searched> {
    let id = id.trim();
    if id.len() < 3 {
        bail!("`{id}` is too short to be the id of a request");
    }
    let mut searched = Searched::default();
    for file in files {
        let name = file.display().to_string();
        look(id, file, format, &mut searched).with_context(|| format!("cannot read `{name}`"))?;
    }
    searched.kept.sort_by_key(|kept| kept.row.at_us);
    Ok(searched)
}

fn look(id: &str, file: &Path, format: &str, searched: &mut Searched) -> anyhow::Result<()> {
    let mut source = open(file)?;
    let mut head = Vec::new();
    source.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    let Some(mut format) = of(format, &head, file)? else { return Ok(()) };
    let service = Name::from(file.file_name().map_or("-".into(), |name| name.to_string_lossy()).as_ref());
    let finder = memchr::memmem::Finder::new(id.as_bytes());
    let mut lines = BufReader::with_capacity(1 << 20, std::io::Cursor::new(head).chain(source));
    let (mut line, mut room) = (Vec::new(), Vec::new());
    while read_line(&mut lines, &mut line)? {
        searched.lines += 1;
        // The header of a table names its columns.
        let is_header = line.starts_with(b"#");
        if !is_header && finder.find(&line).is_none() {
            continue;
        }
        match format.parse(unwrapped(&line, &mut room)) {
            Ok(Some(entry)) if searched.kept.len() < MOST_FOUND => searched.kept.push(Kept {
                number: 0,
                service: service.clone(),
                row: row_of(&entry, Layer::Edge, Why::Sample),
            }),
            Ok(_) => {}
            Err(_) => searched.mentions += 1,
        }
    }
    Ok(())
}

/// Reads a line without its end; `false` when there is none any more. What is too long is cut.
fn read_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<bool> {
    line.clear();
    let read = lines.by_ref().take(LONGEST_LINE_BYTES).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(false);
    }
    if !line.ends_with(b"\n") && read as u64 == LONGEST_LINE_BYTES {
        lines.skip_until(b'\n')?;
    }
    while line.ends_with(b"\n") || line.ends_with(b"\r") {
        line.pop();
    }
    Ok(true)
}

fn of(format: &str, head: &[u8], file: &Path) -> anyhow::Result<Option<Format>> {
    if head.trim_ascii().is_empty() {
        return Ok(None);
    }
    if format != "auto" {
        return Ok(Some(Format::named(format).with_context(|| format!("`{format}` is no format"))?));
    }
    let whole = memchr::memrchr(b'\n', head).map_or(head, |at| head.get(..at).unwrap_or_default());
    let Some(detected) = Format::detect(whole) else {
        bail!(
            "`{}` has no format that is known; say which with --format: {}, or a `log_format` of nginx or `LogFormat` of Apache",
            file.display(),
            Format::NAMES.join(", ")
        );
    };
    Ok(Some(detected.format))
}

/// The log, decompressed if its first bytes say so.
fn open(file: &Path) -> anyhow::Result<Box<dyn Read>> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let mut opened = std::fs::File::open(file)?;
    let mut magic = [0; 2];
    let count = opened.read(&mut magic)?;
    std::io::Seek::rewind(&mut opened)?;
    match magic.get(..count).unwrap_or_default() {
        [0x1f, 0x8b] => Ok(Box::new(MultiGzDecoder::new(opened))),
        _ => Ok(Box::new(opened)),
    }
}
