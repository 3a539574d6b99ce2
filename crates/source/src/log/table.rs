//! Tables whose header names the columns: CloudFront, IIS and whatever else writes the W3C's extended log format.

use super::entry::{Fault, NotUnderstood};
use super::part::{Filling, Part, Unit};
use super::time::Clock;

/// Reads tables; the columns are known once a header was seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    columns: Vec<Part>,
    separator: Option<u8>,
    clock: Clock,
}

impl Table {
    /// Takes a line apart; headers fill nothing.
    ///
    /// # Errors
    ///
    /// When it is not of this table.
    pub(super) fn fill<'a>(
        &mut self,
        line: &'a [u8],
        filling: &mut Filling<'a>,
    ) -> Result<(), NotUnderstood> {
        if line.starts_with(b"#") {
            if let Some(header) = line.strip_prefix(b"#Fields:") {
                self.columns = columns(header);
                self.separator = None;
            }
            return Ok(());
        }
        if self.columns.is_empty() {
            return Err(NotUnderstood::new(0, Fault::Shape));
        }
        let separator = *self.separator.get_or_insert_with(|| separator(line, self.columns.len()));
        let mut at = 0;
        let mut values = line.split(|byte| *byte == separator);
        for part in &self.columns {
            let Some(value) = values.next() else { return Err(NotUnderstood::new(at, Fault::Shape)) };
            let text = unquoted(value);
            if !filling.take(*part, text, &mut self.clock) {
                let why = if *part == Part::Status { Fault::Status } else { Fault::Shape };
                return Err(NotUnderstood::new(at, why));
            }
            at += value.len() + 1;
        }
        if !filling.has_status {
            return Err(NotUnderstood::new(0, Fault::Status));
        }
        Ok(())
    }
}

fn unquoted(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(text)
}

/// What separates the values of a line that has so many.
fn separator(line: &[u8], columns: usize) -> u8 {
    let count = |separator: &u8| memchr::memchr_iter(*separator, line).count() + 1;
    b"\t|;, "
        .iter()
        .find(|separator| count(separator) == columns)
        .copied()
        .unwrap_or_else(|| if line.contains(&b'\t') { b'\t' } else { b' ' })
}

/// The columns that a header names.
fn columns(header: &[u8]) -> Vec<Part> {
    let header = String::from_utf8_lossy(header).to_ascii_lowercase();
    let names: Vec<&str> = header
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'))
        .filter(|name| !name.is_empty())
        .collect();
    // IIS counts milliseconds, everybody else seconds.
    let is_iis = names
        .iter()
        .any(|name| matches!(*name, "s-ip" | "s-computername" | "sc-win32-status" | "s-sitename"));
    let part = |name: &&str| match *name {
        "date" => Part::Date,
        "time" | "time-local" => Part::TimeOfDay,
        "timestamp" | "timestamp(ms)" | "x-timestamp" => Part::Time,
        "cs-method" => Part::Method,
        "cs-uri-stem" | "cs-uri" => Part::Target,
        "cs-uri-query" => Part::Query,
        "x-host-header" | "cs(host)" | "cs-host" => Part::Host,
        "sc-status" => Part::Status,
        "sc-bytes" => Part::Bytes,
        "time-taken" if is_iis => Part::Duration(Unit::Milliseconds),
        "time-taken" => Part::Duration(Unit::Seconds),
        "c-ip" => Part::Client,
        "cs(user-agent)" => Part::UserAgent,
        "x-edge-request-id" => Part::RequestId,
        _ => Part::Ignored,
    };
    names.iter().map(part).collect()
}
