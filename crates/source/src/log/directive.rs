//! The names that nginx and Apache give to the parts of their logs.

use super::goaccess;
use super::part::{Part, Unit};

/// A piece of a format as its user wrote it.
pub(super) enum Piece {
    Literal(String),
    /// Its name for messages, what it is, and how many spaces it has within.
    Part(String, Part, usize),
}

/// The pieces of a `log_format`, a `LogFormat`, or a `log-format` of GoAccess.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let text = as_it_stands(text);
    if goaccess::is_one(&text) {
        return goaccess::pieces(&text);
    }
    let is_apache = text.contains('%') && !text.contains('$');
    if is_apache { apache(&text.replace("\\\"", "\"")) } else { nginx(&text) }
}

/// Takes a whole directive apart: `log_format main '…' '…';` and `LogFormat "…" name` are accepted as they stand in the
/// configuration.
pub(super) fn as_it_stands(text: &str) -> String {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("log_format") {
        let quoted = rest.find(['\'', '"']).and_then(|at| rest.get(at..)).unwrap_or_default();
        return unquoted(quoted);
    }
    if let Some(rest) = text.strip_prefix("log-format ") {
        return rest.trim().to_owned();
    }
    if let Some(rest) = text.strip_prefix("LogFormat") {
        let inner = rest.trim().strip_prefix('"').unwrap_or(rest);
        return inner.rfind('"').and_then(|end| inner.get(..end)).unwrap_or(inner).to_owned();
    }
    text.to_owned()
}

/// Strings in quotes, one behind the other.
fn unquoted(text: &str) -> String {
    let mut all = String::new();
    let mut quote = None;
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => all.push(c),
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None => {}
        }
    }
    all
}

fn nginx(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (literal, after) = rest.split_at(at);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal.to_owned()));
        }
        let (name, after) = variable(after.get(1..).unwrap_or_default());
        pieces.push(Piece::Part(format!("${name}"), nginx_part(name), 0));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    pieces
}

/// `{name}` or `name`, and what follows.
fn variable(text: &str) -> (&str, &str) {
    if let Some(split) = text.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        return split;
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.split_at(end)
}

/// What a variable of nginx is.
pub(super) fn nginx_part(name: &str) -> Part {
    match name {
        "time_local" | "time_iso8601" | "msec" | "time" => Part::Time,
        "date" => Part::Date,
        "time_of_day" => Part::TimeOfDay,
        "request" => Part::Request,
        "request_method" => Part::Method,
        "request_uri" | "uri" | "document_uri" => Part::Target,
        "host" | "http_host" | "server_name" => Part::Host,
        "status" => Part::Status,
        "upstream_status" => Part::UpstreamStatus,
        "body_bytes_sent" | "bytes_sent" => Part::Bytes,
        "request_time" => Part::Duration(Unit::Seconds),
        "more_seconds" => Part::Duration(Unit::MoreSeconds),
        "duration_ms" => Part::Duration(Unit::Milliseconds),
        "duration_us" => Part::Duration(Unit::Microseconds),
        "duration" => Part::Duration(Unit::ByForm),
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
                pieces.push(Piece::Part("%t".to_owned(), Part::Time, 1));
                pieces.push(Piece::Literal("]".to_owned()));
            }
            (directive, argument) => {
                let part = apache_part(directive, argument);
                let spaces = if part == Part::Time { argument.matches(' ').count() } else { 0 };
                pieces.push(Piece::Part(format!("%{directive}"), part, spaces));
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
    // `%^FU` and `%^ti` have three characters.
    let text = if letter == '^' { chars.as_str().get(2..).unwrap_or_default() } else { chars.as_str() };
    (letter, argument, text)
}

fn apache_part(directive: char, argument: &str) -> Part {
    let argument = argument.to_ascii_lowercase();
    match (directive, argument.as_str()) {
        ('h' | 'a', _) => Part::Client,
        ('t', "msec_frac" | "usec_frac" | "begin:msec_frac" | "begin:usec_frac" | "%z") => Part::Ignored,
        ('t', _) => Part::Time,
        ('r', _) => Part::Request,
        ('m', _) => Part::Method,
        ('U', _) => Part::Target,
        ('q', _) => Part::Query,
        ('s', _) => Part::Status,
        ('b' | 'B' | 'O', _) => Part::Bytes,
        ('D', _) | ('T', "us") => Part::Duration(Unit::Microseconds),
        ('T', "ms") => Part::Duration(Unit::Milliseconds),
        ('T', _) => Part::Duration(Unit::Seconds),
        ('v' | 'V', _) | ('i', "host") => Part::Host,
        ('i', "user-agent") => Part::UserAgent,
        ('i' | 'o', "x-request-id" | "request-id") | ('e', "unique_id") | ('L', _) => Part::RequestId,
        _ => Part::Ignored,
    }
}
