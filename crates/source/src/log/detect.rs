//! Which format a log has.

use super::entry::{Entry, Fault, NotUnderstood, Part};
use super::{JsonLines, Pattern, PatternError};

/// So many lines of a source decide.
const LINES: usize = 200;
/// A format is the right one when it understands so many of a hundred lines.
const ENOUGH: usize = 95;

/// The formats that are known by name. The more precise ones come first: what they understand, others would as well.
const KNOWN: &[(&str, &str)] = &[
    (
        "ingress-nginx",
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id",
    ),
    (
        "Traefik",
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $count \"$router\" \"$server\" ${duration_ms}ms",
    ),
    (
        "Istio",
        "[$time] \"$request\" $status $flags $details $termination \"$failure\" $received $body_bytes_sent $duration_ms $upstream_ms \"$http_x_forwarded_for\" \"$http_user_agent\" \"$request_id\" \"$host\" \"$upstream\" $cluster $local $downstream $remote $sni $route",
    ),
    (
        "Envoy",
        "[$time] \"$request\" $status $flags $received $body_bytes_sent $duration_ms $upstream_ms \"$http_x_forwarded_for\" \"$http_user_agent\" \"$request_id\" \"$host\" \"$upstream\"",
    ),
    (
        "AWS ALB",
        "$type $time $elb $client_port $target_port $before $request_time $after $status $upstream_status $received $bytes_sent \"$request\" \"$http_user_agent\" $cipher $protocol $group \"$trace\" \"$host\" $more",
    ),
    (
        "combined with the host before it",
        "$host $remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"",
    ),
    (
        "combined",
        "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"",
    ),
    (
        "combined with more behind it",
        "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\" $rest",
    ),
    ("common", "$remote_addr $ident $remote_user [$time_local] \"$request\" $status $body_bytes_sent"),
];

/// The part of a HAProxy line behind the syslog prefix.
const HAPROXY: &str = "$client_port [$time] $frontend $backend $tr/$tw/$tc/$response/$duration_ms $status $bytes_sent $request_cookie $response_cookie $termination $connections $queues $captures\"$request\"";

/// How lines are taken apart.
#[derive(Debug, Clone)]
pub enum Format {
    /// By a pattern.
    Text(Pattern),
    /// HAProxy's: a pattern behind a syslog prefix.
    Haproxy(Pattern),
    /// By the names of JSON members.
    Json(JsonLines),
    /// CloudFront's: a table whose header names the columns.
    Table(Option<Pattern>),
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

impl Format {
    /// A format by its name, or a pattern of the user's own.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub fn named(text: &str) -> Result<Self, PatternError> {
        match text {
            "json" => Ok(Self::Json(JsonLines::default())),
            "cloudfront" => Ok(Self::Table(None)),
            "haproxy" => Pattern::compile(HAPROXY).map(Self::Haproxy),
            "combined" => Pattern::compile(known("combined")).map(Self::Text),
            "common" => Pattern::compile(known("common")).map(Self::Text),
            "envoy" => Pattern::compile(known("Envoy")).map(Self::Text),
            "istio" => Pattern::compile(known("Istio")).map(Self::Text),
            "traefik" => Pattern::compile(known("Traefik")).map(Self::Text),
            "alb" => Pattern::compile(known("AWS ALB")).map(Self::Text),
            "ingress-nginx" => Pattern::compile(known("ingress-nginx")).map(Self::Text),
            pattern => Pattern::compile(pattern).map(Self::Text),
        }
    }

    /// The names that [`named`](Self::named) knows.
    pub const NAMES: [&str; 10] = [
        "combined",
        "common",
        "json",
        "ingress-nginx",
        "traefik",
        "envoy",
        "istio",
        "haproxy",
        "alb",
        "cloudfront",
    ];

    /// Finds out the format by the first lines of a source; `None` when no format understands enough of them.
    #[must_use]
    pub fn detect(text: &[u8]) -> Option<Detected> {
        let lines =
            || text.split(|byte| *byte == b'\n').map(trim).filter(|line| !line.is_empty()).take(LINES);
        let candidates = candidates(lines().next()?);
        let mut best: Option<Detected> = None;
        for (name, mut format) in candidates {
            let of = lines().filter(|line| !line.starts_with(b"#")).count();
            let understood = lines().filter(|line| matches!(format.parse(line), Ok(Some(_)))).count();
            if best.as_ref().is_none_or(|best| understood > best.understood) && understood > 0 {
                best = Some(Detected { name, format, understood, of });
            }
        }
        let best = best.filter(|best| best.understood * 100 >= best.of * ENOUGH)?;
        Some(Detected { format: best.format.lenient(), ..best })
    }

    fn lenient(self) -> Self {
        match self {
            Self::Text(pattern) => Self::Text(pattern.lenient()),
            Self::Haproxy(pattern) => Self::Haproxy(pattern.lenient()),
            Self::Json(json) => Self::Json(json),
            Self::Table(pattern) => Self::Table(pattern),
        }
    }

    /// Takes a line apart; `None` for lines that are not about a request, such as headers of tables.
    ///
    /// # Errors
    ///
    /// When it is not of this format.
    pub fn parse<'a>(&mut self, line: &'a [u8]) -> Result<Option<Entry<'a>>, NotUnderstood> {
        match self {
            Self::Text(pattern) => pattern.parse(line).map(Some),
            Self::Json(json) => json.parse(line).map(Some),
            Self::Haproxy(pattern) => {
                let start = memchr::memmem::find(line, b"]: ").map_or(0, |at| at + 3);
                let found = pattern.parse(line.get(start..).unwrap_or_default());
                found.map(Some).map_err(|fault| NotUnderstood { at: fault.at + start, ..fault })
            }
            Self::Table(pattern) => {
                if let Some(header) = line.strip_prefix(b"#Fields:") {
                    *pattern = Some(columns(header));
                }
                match pattern {
                    _ if line.starts_with(b"#") => Ok(None),
                    Some(pattern) => pattern.parse(line).map(Some),
                    None => Err(NotUnderstood::new(0, Fault::Shape)),
                }
            }
        }
    }
}

fn known(name: &str) -> &'static str {
    KNOWN.iter().find(|(known, _)| *known == name).map_or("", |(_, pattern)| pattern)
}

fn candidates(first: &[u8]) -> Vec<(&'static str, Format)> {
    if first.starts_with(b"{") {
        return vec![("JSON", Format::Json(JsonLines::default()))];
    }
    if first.starts_with(b"#") {
        return vec![("CloudFront", Format::Table(None))];
    }
    let text = KNOWN
        .iter()
        .filter_map(|(name, pattern)| Some((*name, Format::Text(Pattern::compile(pattern).ok()?.strict()))));
    let haproxy =
        Pattern::compile(HAPROXY).ok().map(|pattern| ("HAProxy", Format::Haproxy(pattern.strict())));
    text.chain(haproxy).collect()
}

fn trim(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The columns that a header names.
fn columns(header: &[u8]) -> Pattern {
    let header = String::from_utf8_lossy(header);
    let part = |name: &str| match name {
        "date" => Part::Date,
        "time" => Part::Clock,
        "cs-method" => Part::Method,
        "cs-uri-stem" => Part::Target,
        "cs-uri-query" => Part::Query,
        "x-host-header" | "cs(Host)" => Part::Host,
        "sc-status" => Part::Status,
        "sc-bytes" => Part::Bytes,
        "time-taken" => Part::Seconds,
        "c-ip" => Part::Client,
        "cs(User-Agent)" => Part::UserAgent,
        "x-edge-request-id" => Part::RequestId,
        _ => Part::Ignored,
    };
    let parts: Vec<Part> = header.split_whitespace().map(part).collect();
    Pattern::separated(parts.into_iter(), b'\t')
}
