//! Which format a log has.

use super::columns::Columns;
use super::docker::unwrapped;
use super::entry::{Entry, NotUnderstood};
use super::learn::learn;
use super::pairs::Pairs;
use super::part::Filling;
use super::peel::{is_collected, peel};
use super::table::Table;
use super::{JsonLines, Pattern, PatternError, known, template};

/// So many lines of a source decide.
const LINES: usize = 200;
/// A format is the right one when it understands so many of a hundred lines; else the columns are looked at.
const ENOUGH: usize = 95;
/// A log may have lines of other programs: it is one when so many of a hundred lines are requests.
const LEAST: usize = 10;

/// How lines are taken apart.
#[derive(Debug, Clone)]
pub struct Format {
    usual: Reader,
    /// What lines are tried with that are not usual: several servers may write into one file.
    others: Vec<Reader>,
    /// Does something of a collector stand before each line? `None`: the first line will tell.
    is_peeled: Option<bool>,
}

#[derive(Debug, Clone)]
enum Reader {
    Text(Pattern),
    Json(JsonLines),
    Pairs(Pairs),
    Table(Table),
    Columns(Columns),
}

/// A format, and how sure that is.
#[derive(Debug, Clone)]
pub struct Detected {
    /// What it is called.
    pub name: &'static str,
    /// How lines are taken apart.
    pub format: Format,
    /// So many of the first lines were understood …
    pub understood: usize,
    /// … of so many.
    pub of: usize,
}

impl Detected {
    const fn is_sure(&self) -> bool {
        self.understood * 100 >= self.of * ENOUGH
    }

    /// Does any of these lines say when it was?
    fn has_times(&self, lines: &[&[u8]]) -> bool {
        let mut format = self.format.clone();
        let mut at = |line: &&[u8]| format.parse(line).ok().flatten().and_then(|entry| entry.at_us);
        lines.iter().any(|line| at(line).is_some())
    }
}

impl Format {
    /// A format by its name, or a pattern of the user's own.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub fn named(text: &str) -> Result<Self, PatternError> {
        let usual = match text {
            "json" => Reader::Json(JsonLines::default()),
            "logfmt" => Reader::Pairs(Pairs::default()),
            "w3c" | "cloudfront" | "iis" => Reader::Table(Table::default()),
            text => match template::of_json(text) {
                Some(json) => Reader::Json(json),
                None => Reader::Text(known::named(text)?),
            },
        };
        // A pattern of the user's own is of whole lines.
        let is_name = Self::NAMES.contains(&text);
        let is_peeled = if text.starts_with("haproxy") { Some(true) } else { (!is_name).then_some(false) };
        Ok(Self { usual, others: Vec::new(), is_peeled })
    }

    /// The names that [`named`](Self::named) knows.
    pub const NAMES: [&str; 20] = [
        "combined",
        "common",
        "vhost",
        "json",
        "ingress-nginx",
        "traefik",
        "envoy",
        "istio",
        "haproxy",
        "haproxy-https",
        "haproxy-clf",
        "alb",
        "elb",
        "s3",
        "cloudfront",
        "iis",
        "logfmt",
        "uwsgi",
        "gin",
        "uvicorn",
    ];

    /// Finds out the format by the first lines of a source; `None` when no format understands enough of them.
    #[must_use]
    pub fn detect(text: &[u8]) -> Option<Detected> {
        let mut room = Vec::new();
        let text = unwrapped(text, &mut room);
        let lines: Vec<&[u8]> =
            text.split(|byte| *byte == b'\n').map(trim).filter(|line| !line.is_empty()).take(LINES).collect();
        let peeled: Vec<&[u8]> = lines.iter().map(|line| peel(line)).collect();
        let is_prefixed = peeled != lines;
        // The words of a collector would be taken for those of the log, unless they have the only time.
        if lines.iter().all(|line| is_collected(line))
            && let Some(found) = detect_lines(&peeled, true, false)
            && found.is_sure()
            && found.has_times(&lines)
        {
            return Some(found);
        }
        let ways =
            [(&lines, false, false), (&peeled, true, false), (&lines, false, true), (&peeled, true, true)];
        let mut best: Option<Detected> = None;
        for (lines, is_peeled, by_columns) in
            ways.into_iter().filter(|(_, is_peeled, _)| is_prefixed || !is_peeled)
        {
            let found = detect_lines(lines, is_peeled, by_columns);
            let understood = |found: &Option<Detected>| found.as_ref().map_or(0, |found| found.understood);
            if understood(&found) > understood(&best) {
                best = found;
            }
            if best.as_ref().is_some_and(Detected::is_sure) {
                break;
            }
        }
        best
    }

    /// Takes a line apart; `None` for lines that are not about a request, such as headers of tables.
    ///
    /// # Errors
    ///
    /// When it is not of this format.
    pub fn parse<'a>(&mut self, line: &'a [u8]) -> Result<Option<Entry<'a>>, NotUnderstood> {
        let mut filling = Filling::default();
        let is_request = self.fill(line, &mut filling)?;
        Ok(is_request.then_some(filling.entry))
    }

    /// The same into memory of the caller's, which has to be empty: for many lines, since an entry is large to move. Says
    /// whether the line is about a request.
    ///
    /// # Errors
    ///
    /// When it is not of this format.
    pub fn fill<'a>(&mut self, line: &'a [u8], filling: &mut Filling<'a>) -> Result<bool, NotUnderstood> {
        let whole = trim(line);
        // Nobody who names a format thinks of what a collector writes before it: the first line tells.
        let is_peeled = *self.is_peeled.get_or_insert_with(|| is_collected(whole));
        let line = if is_peeled { peel(whole) } else { whole };
        let why = match self.usual.fill(line, filling) {
            Ok(is_request) => return Ok(is_request),
            Err(why) => why,
        };
        let is_understood = self.others.iter_mut().any(|other| {
            *filling = Filling::default();
            other.fill(line, filling) == Ok(true)
        });
        if is_understood { Ok(true) } else { Err(why) }
    }

    /// The header that names the columns of what follows, if this is a table.
    #[must_use]
    pub fn needs_header(&self) -> bool {
        matches!(self.usual, Reader::Table(_))
    }
}

impl Reader {
    /// Takes a line apart; says whether it is about a request.
    fn fill<'a>(&mut self, line: &'a [u8], filling: &mut Filling<'a>) -> Result<bool, NotUnderstood> {
        match self {
            Self::Text(pattern) => pattern.fill(line, filling)?,
            Self::Json(json) => json.fill(line, filling)?,
            Self::Pairs(pairs) => pairs.fill(line, filling)?,
            Self::Columns(columns) => columns.fill(line, filling)?,
            Self::Table(table) => table.fill(line, filling)?,
        }
        // Proxies write lines for connections that never became a request.
        let entry = &filling.entry;
        Ok(entry.status != 0 || !entry.method.is_empty() || !entry.target.is_empty())
    }

    fn lenient(self) -> Self {
        match self {
            Self::Text(pattern) => Self::Text(pattern.lenient()),
            Self::Json(_) | Self::Pairs(_) | Self::Table(_) | Self::Columns(_) => self,
        }
    }
}

fn detect_lines(lines: &[&[u8]], is_peeled: bool, by_columns: bool) -> Option<Detected> {
    let candidates = candidates(lines, by_columns);
    let understands = |reader: &Reader| {
        let mut reader = reader.clone();
        lines.iter().map(|line| reader.fill(line, &mut Filling::default()) == Ok(true)).collect()
    };
    let scores: Vec<Vec<bool>> = candidates.iter().map(|(_, reader)| understands(reader)).collect();
    let count = |score: &Vec<bool>| score.iter().filter(|is_understood| **is_understood).count();
    // Of equals the first one, which is more precise.
    let most = scores.iter().map(count).max().filter(|most| *most > 0)?;
    let best = scores.iter().position(|score| count(score) == most)?;
    let by_any = |at: usize| scores.iter().any(|score| score.get(at) == Some(&true));
    let understood = (0..lines.len()).filter(|at| by_any(*at)).count();
    let of = lines.iter().filter(|line| !line.starts_with(b"#")).count();
    if understood * 100 < of * LEAST {
        return None;
    }
    let mut readers: Vec<(&'static str, Reader)> = candidates;
    let (name, usual) = readers.remove(best);
    let usual = if let Reader::Table(mut table) = usual {
        // The header is part of the format.
        for line in lines {
            let _header = table.fill(line, &mut Filling::default());
        }
        Reader::Table(table)
    } else {
        usual.lenient()
    };
    let others = readers.into_iter().map(|(_, reader)| reader).collect();
    Some(Detected { name, format: Format { usual, others, is_peeled: Some(is_peeled) }, understood, of })
}

/// The formats that these lines may have, the more precise ones first.
fn candidates(lines: &[&[u8]], by_columns: bool) -> Vec<(&'static str, Reader)> {
    let mut all = Vec::new();
    let json = || lines.iter().copied().filter(|line| line.starts_with(b"{"));
    if json().next().is_some() {
        all.extend(learn(json()).map(|json| ("JSON", Reader::Json(json))));
        all.push(("JSON", Reader::Json(JsonLines::default())));
    }
    if lines.iter().any(|line| line.starts_with(b"#Fields:")) {
        all.push(("W3C", Reader::Table(Table::default())));
    }
    all.extend(known::all().map(|(_, title, pattern)| (title, Reader::Text(pattern.strict()))));
    if lines.iter().any(|line| line.contains(&b'=')) {
        all.push(("logfmt", Reader::Pairs(Pairs::default())));
    }
    let text: Vec<&[u8]> =
        lines.iter().copied().filter(|line| !line.starts_with(b"{") && !line.starts_with(b"#")).collect();
    if by_columns && text.len() * 2 > lines.len() {
        all.extend(Columns::infer(&text).into_iter().map(|columns| ("columns", Reader::Columns(columns))));
    }
    all
}

/// Without a byte order mark, the zeros that a truncated file begins with, and the end of the line.
fn trim(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let line = match line.first() {
        Some(0) => {
            line.get(line.iter().position(|byte| *byte != 0).unwrap_or(line.len())..).unwrap_or_default()
        }
        Some(_) | None => line,
    };
    line.trim_ascii_end()
}
