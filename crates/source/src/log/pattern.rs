//! Text formats as patterns: literals, and between them parts with names.
//!
//! `$remote_addr - $remote_user [$time_local] "$request" $status` is a pattern as nginx's `log_format` has it; Apache's
//! `%h %l %u %t "%r" %>s` means the same. Both are compiled once to a list of parts and the literals that end them.

use super::entry::{Entry, Fault, Filling, NotUnderstood, Part};
use super::time::Clock;

/// A compiled format.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What stands before the first part.
    start: Vec<u8>,
    steps: Vec<Step>,
    clock: Clock,
    /// Does a line count that was cut within quotes, behind its status code?
    takes_cut_lines: bool,
}

#[derive(Debug, Clone)]
struct Step {
    part: Part,
    /// What stands behind it; empty at the end of the line.
    end: Vec<u8>,
    /// Is it within quotes, so that quotes in it are escaped?
    is_quoted: bool,
}

/// Why text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It has no status code.
    #[error("it has no status code: `$status` of nginx, `%>s` of Apache")]
    NoStatus,
    /// It has no time.
    #[error("it has no time: `$time_local` of nginx, `%t` of Apache")]
    NoTime,
    /// Two parts touch, so that nobody can tell where one ends.
    #[error("nothing stands between `{0}` and what follows it")]
    Touching(String),
}

impl Pattern {
    /// Compiles a `log_format` of nginx or a `LogFormat` of Apache.
    ///
    /// # Errors
    ///
    /// When it lacks what every line needs.
    pub fn compile(text: &str) -> Result<Self, PatternError> {
        let is_apache = text.contains('%') && !text.contains('$');
        let pieces = if is_apache { apache(&text.replace("\\\"", "\"")) } else { nginx(text) };
        Self::from_pieces(pieces)
    }

    /// A pattern of parts that are separated by one byte: CloudFront's table.
    pub(super) fn separated(parts: impl Iterator<Item = Part>, separator: u8) -> Self {
        let mut steps: Vec<Step> =
            parts.map(|part| Step { part, end: vec![separator], is_quoted: false }).collect();
        if let Some(last) = steps.last_mut() {
            last.end.clear();
        }
        Self { start: Vec::new(), steps, clock: Clock::default(), takes_cut_lines: true }
    }

    fn from_pieces(pieces: Vec<Piece>) -> Result<Self, PatternError> {
        let mut start = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => match steps.last_mut() {
                    None => start.extend_from_slice(text.as_bytes()),
                    Some(step) => step.end.extend_from_slice(text.as_bytes()),
                },
                Piece::Part(name, part) => {
                    if let Some(before) = steps.last()
                        && before.end.is_empty()
                    {
                        return Err(PatternError::Touching(name));
                    }
                    let before = steps.last().map_or(start.last(), |step| step.end.last());
                    let is_quoted = before == Some(&b'"');
                    steps.push(Step { part, end: Vec::new(), is_quoted });
                }
            }
        }
        let has = |part: Part| steps.iter().any(|step| step.part == part);
        if !has(Part::Status) {
            return Err(PatternError::NoStatus);
        }
        if !(has(Part::Time) || has(Part::Clock)) {
            return Err(PatternError::NoTime);
        }
        Ok(Self { start, steps, clock: Clock::default(), takes_cut_lines: true })
    }

    /// The same, for finding out the format: a cut line of another one must not count.
    pub(super) fn strict(self) -> Self {
        Self { takes_cut_lines: false, ..self }
    }

    /// The same, for reading.
    pub(super) fn lenient(self) -> Self {
        Self { takes_cut_lines: true, ..self }
    }

    /// Takes a line apart.
    ///
    /// # Errors
    ///
    /// When it is not of this format.
    pub fn parse<'a>(&mut self, line: &'a [u8]) -> Result<Entry<'a>, NotUnderstood> {
        let mut filling = Filling::default();
        if !line.starts_with(&self.start) {
            return Err(NotUnderstood::new(0, Fault::Shape));
        }
        let mut at = self.start.len();
        for step in &self.steps {
            let rest = line.get(at..).unwrap_or_default();
            let Some(length) = step.find_end(rest) else {
                // Servers cut long lines: what was answered is known all the same.
                let counts = self.takes_cut_lines && step.is_quoted && filling.has_status;
                return if counts { Ok(filling.entry) } else { Err(NotUnderstood::new(at, Fault::Shape)) };
            };
            let text = rest.get(..length).unwrap_or_default();
            if !filling.take(step.part, text, &mut self.clock) {
                let why = if step.part == Part::Status { Fault::Status } else { Fault::Time };
                return Err(NotUnderstood::new(at, why));
            }
            at += length + step.end.len().min(rest.len() - length);
        }
        if at < line.len() {
            return Err(NotUnderstood::new(at, Fault::Shape));
        }
        if !filling.has_status {
            return Err(NotUnderstood::new(0, Fault::Status));
        }
        Ok(filling.entry)
    }
}

impl Step {
    /// How long the part is, whose end is known by what follows.
    fn find_end(&self, rest: &[u8]) -> Option<usize> {
        let Some(first) = self.end.first() else { return Some(rest.len()) };
        let mut from = 0;
        loop {
            let at = from + memchr::memchr(*first, rest.get(from..)?)?;
            let is_end =
                rest.get(at..).is_some_and(|end| end.starts_with(&self.end)) || self.is_last_quote(rest, at);
            let goes_on = if self.is_quoted { is_escaped(rest, at) } else { is_within_list(rest, at) };
            if is_end && !goes_on {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// Trailing space of a pattern may be missing at the end of a line.
    fn is_last_quote(&self, rest: &[u8], at: usize) -> bool {
        let tail = rest.get(at..).unwrap_or_default();
        tail.len() < self.end.len() && self.end.starts_with(tail) && !tail.is_empty()
    }
}

/// Is there an odd number of backslashes before this byte?
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// nginx writes lists of upstreams as `a, b : c`: their spaces end no part.
fn is_within_list(text: &[u8], at: usize) -> bool {
    if text.get(at) != Some(&b' ') {
        return false;
    }
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let is_before_colon = text.get(at + 1) == Some(&b':') && text.get(at + 2) == Some(&b' ');
    let is_after_colon = before == Some(&b':') && at >= 2 && text.get(at - 2) == Some(&b' ');
    before == Some(&b',') || is_before_colon || is_after_colon
}

enum Piece {
    Literal(String),
    Part(String, Part),
}

fn nginx(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (literal, after) = rest.split_at(at);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        let after = after.get(1..).unwrap_or_default();
        let (name, after) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(split) => split,
            None => {
                let end =
                    after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
                after.split_at(end)
            }
        };
        pieces.push(Piece::Part(format!("${name}"), nginx_part(name)));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    pieces
}

fn nginx_part(name: &str) -> Part {
    match name {
        "time_local" | "time_iso8601" | "msec" | "time" => Part::Time,
        "date" => Part::Date,
        "clock" => Part::Clock,
        "request" => Part::Request,
        "request_method" => Part::Method,
        "request_uri" | "uri" => Part::Target,
        "host" | "http_host" | "server_name" => Part::Host,
        "status" => Part::Status,
        "upstream_status" => Part::UpstreamStatus,
        "body_bytes_sent" | "bytes_sent" => Part::Bytes,
        "request_time" => Part::Seconds,
        "duration_ms" => Part::Milliseconds,
        "duration_us" => Part::Microseconds,
        "remote_addr" | "realip_remote_addr" | "http_cf_connecting_ip" => Part::Client,
        "client_port" => Part::ClientPort,
        "http_user_agent" => Part::UserAgent,
        "request_id" | "http_x_request_id" | "req_id" | "sent_http_x_request_id" => Part::RequestId,
        "route" => Part::Route,
        "rest" => Part::Rest,
        _ => Part::Ignored,
    }
}

fn apache(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (literal, after) = rest.split_at(at);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        let (directive, argument, after) = directive(after.get(1..).unwrap_or_default());
        match (directive, argument) {
            ('%', _) => pieces.push(Piece::Literal("%".to_owned())),
            // %t writes the brackets itself.
            ('t', "") => {
                pieces.push(Piece::Literal("[".to_owned()));
                pieces.push(Piece::Part("%t".to_owned(), Part::Time));
                pieces.push(Piece::Literal("]".to_owned()));
            }
            (directive, argument) => {
                pieces.push(Piece::Part(format!("%{directive}"), apache_part(directive, argument)));
            }
        }
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    merged(pieces)
}

/// Literals that follow each other become one.
fn merged(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (all.last_mut(), piece) {
            (Some(Piece::Literal(before)), Piece::Literal(text)) => before.push_str(&text),
            (_, piece) => all.push(piece),
        }
    }
    all
}

/// `>s`, `{Referer}i`, `!200,304{x}o` → the letter, its argument, and what follows.
fn directive(text: &str) -> (char, &str, &str) {
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>' | '!' | ','));
    let (argument, text) =
        text.strip_prefix('{').and_then(|inner| inner.split_once('}')).unwrap_or(("", text));
    let mut chars = text.chars();
    let letter = chars.next().unwrap_or('%');
    (letter, argument, chars.as_str())
}

fn apache_part(directive: char, argument: &str) -> Part {
    let argument = argument.to_ascii_lowercase();
    match (directive, argument.as_str()) {
        ('h' | 'a', _) => Part::Client,
        ('t', "sec" | "msec" | "usec" | "end:sec" | "begin:sec") => Part::Time,
        ('r', _) => Part::Request,
        ('m', _) => Part::Method,
        ('U', _) => Part::Target,
        ('q', _) => Part::Query,
        ('s', _) => Part::Status,
        ('b' | 'B' | 'O', _) => Part::Bytes,
        ('D', _) | ('T', "us") => Part::Microseconds,
        ('T', "ms") => Part::Milliseconds,
        ('T', _) => Part::Seconds,
        ('v' | 'V', _) | ('i', "host") => Part::Host,
        ('i', "user-agent") => Part::UserAgent,
        ('i' | 'o', "x-request-id" | "request-id") | ('e', "unique_id") | ('L', _) => Part::RequestId,
        _ => Part::Ignored,
    }
}
