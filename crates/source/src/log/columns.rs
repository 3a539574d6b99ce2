//! Text formats of the users' own, found out by what stands in their columns.

use super::entry::{Fault, NotUnderstood};
use super::names::meaning;
use super::part::{Filling, Part, Unit, is_method, request};
use super::time::Clock;

/// Columns that are looked at.
const MOST_COLUMNS: usize = 64;
/// A column is something when so many of a hundred lines say so.
const ENOUGH: usize = 90;

/// Reads lines by the place of their columns.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    separator: Separator,
    parts: Vec<Part>,
    clock: Clock,
}

impl Columns {
    /// Finds out the columns of lines, in each of the ways in which there is a status code beside a request.
    pub(super) fn infer(lines: &[&[u8]]) -> Vec<Self> {
        let once = b"\t|; ,".iter().map(|byte| Separator { byte: *byte, is_repeated: false });
        let ways = once.chain([Separator { byte: b' ', is_repeated: true }]);
        ways.filter_map(|separator| Self::separated(lines, separator)).collect()
    }

    fn separated(lines: &[&[u8]], separator: Separator) -> Option<Self> {
        let rows: Vec<Vec<&[u8]>> =
            lines.iter().map(|line| Words { rest: line, separator }.take(MOST_COLUMNS).collect()).collect();
        let most = rows.iter().map(Vec::len).max()?;
        let parts = parts(&rows, most);
        let has = |part: Part| parts.contains(&part);
        let is_log = has(Part::Status) && (has(Part::Request) || (has(Part::Method) && has(Part::Target)));
        is_log.then(|| Self { separator, parts, clock: Clock::default() })
    }

    /// Takes a line apart.
    ///
    /// # Errors
    ///
    /// When its columns hold something else.
    pub(super) fn fill<'a>(
        &mut self,
        line: &'a [u8],
        filling: &mut Filling<'a>,
    ) -> Result<(), NotUnderstood> {
        let words = Words { rest: line, separator: self.separator };
        for (part, word) in self.parts.iter().zip(words) {
            let is_taken = filling.take(*part, inner(word), &mut self.clock);
            if !is_taken && *part == Part::Status {
                return Err(NotUnderstood::new(0, Fault::Status));
            }
        }
        if filling.has_status { Ok(()) } else { Err(NotUnderstood::new(0, Fault::Status)) }
    }
}

/// What stands between two columns: a byte, or any number of them.
#[derive(Debug, Clone, Copy)]
struct Separator {
    byte: u8,
    is_repeated: bool,
}

/// The words of a line: quotes and brackets hold together what is within.
struct Words<'a> {
    rest: &'a [u8],
    separator: Separator,
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.separator.is_repeated {
            self.rest = self.rest.trim_ascii_start();
        }
        if self.rest.is_empty() {
            return None;
        }
        let end = self.end();
        let word = self.rest.get(..end)?;
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        Some(word)
    }
}

impl Words<'_> {
    fn end(&self) -> usize {
        let close = match self.rest.first() {
            Some(b'[') if self.separator.byte == b' ' => Some(b']'),
            Some(b'"') => Some(b'"'),
            Some(_) | None => None,
        };
        let mut quote = close;
        let mut before = b' ';
        for (at, byte) in self.rest.iter().enumerate().skip(usize::from(close.is_some())) {
            match quote {
                Some(end) if *byte == end && before != b'\\' => quote = None,
                Some(_) => {}
                None if *byte == self.separator.byte => return at,
                // name="a value"
                None if *byte == b'"' && before == b'=' => quote = Some(b'"'),
                None => {}
            }
            before = *byte;
        }
        self.rest.len()
    }
}

/// A word without its quotes, brackets or name.
fn inner(word: &[u8]) -> &[u8] {
    let (_, value) = named(word);
    let quoted = value.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\""));
    let bracketed = value.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]"));
    quoted.or(bracketed).unwrap_or(value).trim_ascii()
}

/// `rt=0.1` → `rt` and `0.1`
fn named(word: &[u8]) -> (&[u8], &[u8]) {
    let end = word.iter().take(32).position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    match end {
        Some(end) if end > 0 && word.get(end) == Some(&b'=') => {
            (word.get(..end).unwrap_or_default(), word.get(end + 1..).unwrap_or_default())
        }
        Some(_) | None => (b"", word),
    }
}

fn parts(rows: &[Vec<&[u8]>], most: usize) -> Vec<Part> {
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at).copied());
    let holds = |at: usize, is_it: &dyn Fn(&[u8]) -> bool| {
        let count = column(at).filter(|word| is_it(inner(word))).count();
        count * 100 >= rows.len() * ENOUGH && count > 0
    };
    let mut parts = vec![Part::Ignored; most];
    let mut set = |at: Option<usize>, part: Part| {
        if let Some(slot) = at.and_then(|at| parts.get_mut(at)) {
            *slot = part;
        }
    };
    let find = |is_it: &dyn Fn(&[u8]) -> bool| (0..most).find(|at| holds(*at, is_it));
    let line = find(&|word| word.len() > 5 && !request(word).1.is_empty() && word.contains(&b' '));
    let method = find(&|word| is_method(word) && word.iter().all(u8::is_ascii_uppercase) && word.len() > 2);
    let target = find(&|word| matches!(word.first(), Some(b'/')) || word.starts_with(b"http"));
    let after = line.or(target).unwrap_or(0);
    let status = (after..most).chain(0..after).find(|at| holds(*at, &is_status));
    let time = find(&|word| Clock::default().read(word).is_some());
    let date =
        find(&|word| word.len() == 10 && Clock::default().read(&[word, b" 00:00:00"].concat()).is_some());
    let client = find(&is_address);
    let duration = status.and_then(|at| (at + 1..most).find(|at| holds(*at, &is_decimal)));
    set(client, Part::ClientPort);
    set(duration, Part::Duration(Unit::Seconds));
    match line {
        Some(_) => set(line, Part::Request),
        None => {
            set(method, Part::Method);
            set(target, Part::Target);
        }
    }
    match (time, date) {
        (None, Some(at)) => {
            set(date, Part::Date);
            set(Some(at + 1), Part::TimeOfDay);
        }
        _ => set(time, Part::Time),
    }
    set(status, Part::Status);
    name(&mut parts, rows);
    parts
}

/// Columns that carry their names.
fn name(parts: &mut [Part], rows: &[Vec<&[u8]>]) {
    let Some(first) = rows.first() else { return };
    for (part, word) in parts.iter_mut().zip(first) {
        let (name, _) = named(word);
        let meant = if name == b"rt" { Part::Duration(Unit::Seconds) } else { meaning(name).part };
        if *part == Part::Ignored && !name.is_empty() && !matches!(meant, Part::Status | Part::Time) {
            *part = meant;
        }
    }
}

fn is_status(word: &[u8]) -> bool {
    word.len() == 3 && matches!(super::duration::number(word), Some(0 | 100..=599))
}

fn is_decimal(word: &[u8]) -> bool {
    word.contains(&b'.') && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') || word == b"-"
}

fn is_address(word: &[u8]) -> bool {
    let text = std::str::from_utf8(word).unwrap_or_default();
    text.parse::<std::net::IpAddr>().is_ok() || text.parse::<std::net::SocketAddr>().is_ok()
}
