//! What `check` prints.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use statusquo_exchange::{Exchange, FailureKind, Outcome, Response, StatusCode, Timing, Tls};

use super::judged::Judged;
use crate::cli::args::Check;
use crate::cli::lint::{self, Report};
use crate::cli::screen::{columns, pad};
use crate::cli::{Screen, Tone};

/// Where the timing stands on the first line when there is room.
const TIMING_COLUMN: usize = 72;

/// All that was found, for people.
pub(super) fn text(screen: &Screen, flags: &Check, judged: &[Judged], verbose: bool) -> String {
    let mut blocks = Vec::new();
    for url in &flags.urls {
        let of_url: Vec<&Judged> = judged.iter().filter(|judged| is_for(judged, url)).collect();
        if flags.urls.len() > 1 {
            let url = url::Url::parse(url).map_or_else(|_| url.clone(), |url| without_credentials(&url));
            blocks.push(screen.paint(Tone::Strong, &url));
        }
        match of_url.as_slice() {
            [] => {}
            [one] => blocks.push(one_probe(screen, one, verbose)),
            [earlier @ .., last] => {
                blocks.extend(
                    earlier.iter().filter_map(|judged| judged.exchange()).map(|e| first_line(screen, e)),
                );
                blocks.push(one_probe(screen, last, verbose));
                blocks.push(summary(&of_url));
            }
        }
    }
    blocks.join("\n")
}

fn is_for(judged: &Judged, url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| url == judged.url)
}

fn one_probe(screen: &Screen, judged: &Judged, verbose: bool) -> String {
    let mut lines = Vec::new();
    for exchange in &judged.probed.exchanges {
        lines.push(first_line(screen, exchange));
        if verbose {
            lines.extend(exchange.interim.iter().flat_map(|response| header_lines(screen, response)));
            lines.extend(exchange.response().into_iter().flat_map(|response| header_lines(screen, response)));
        }
    }
    if let Some(exchange) = judged.exchange() {
        lines.extend(facts(screen, exchange));
        if let (Some(code), false) = (exchange.status(), judged.good) {
            let text = format!("got {code}, expected {}", judged.expected);
            lines.push(fact(screen, "Expected", &text));
        }
    }
    lines.join("\n")
}

/// Mark, code, who acts, timing, protocol.
fn first_line(screen: &Screen, exchange: &Exchange) -> String {
    let (mark, title, who) = match &exchange.outcome {
        Outcome::Answered(response) => {
            let code = response.status;
            (screen.mark(code), format!("{code} {}", code.phrase()), whose_turn(exchange, response))
        }
        Outcome::Failed { failure, .. } => {
            let sentence = format!("{} {}", host(exchange), failed(exchange, failure.kind));
            (screen.no_answer(), sentence, String::new())
        }
    };
    let mut line = format!("{mark} {}", screen.paint(Tone::Strong, &title));
    if !who.is_empty() {
        line.push_str(&format!("    {who}"));
    }
    let line = pad(&line, TIMING_COLUMN.max(columns(&line) + 4));
    let version = exchange.response().and_then(|response| response.version);
    let version = version.map(|version| format!("    {version}")).unwrap_or_default();
    format!("{line}{}{version}", timing(&exchange.timing)).trim_end().to_owned()
}

/// What went wrong, in one clause that names the answer that had begun, if one had.
pub(super) fn failed(exchange: &Exchange, kind: FailureKind) -> String {
    let Some(code) = exchange.response().map(|response| response.status) else {
        return kind.in_words().to_owned();
    };
    let words = if kind == FailureKind::ConnectionClosed {
        "closes the connection in the middle of its answer"
    } else if kind == FailureKind::Timeout {
        "does not finish its answer in time"
    } else {
        kind.in_words()
    };
    format!("{words}, {code} {}", code.phrase())
}

/// "client's turn: sign in, then repeat"; for a redirect, where it leads.
fn whose_turn(exchange: &Exchange, response: &Response) -> String {
    let location = response.fields.lines().find(|line| line.name.eq_ignore_ascii_case(b"location"));
    if let (true, Some(line)) = (response.status.is_redirection(), location) {
        return format!("to {}", shown(&line.value));
    }
    if response.status.is_success() {
        return exchange.request.target.clone();
    }
    match response.status.entry() {
        Some(entry) => format!("{}'s turn: {}", entry.actor.name(), entry.who_acts),
        None => response.status.class().whose_problem().to_owned(),
    }
}

/// `84 ms = dns 2, tcp 9, tls 18, waiting 55`
fn timing(timing: &Timing) -> String {
    let phases = [
        ("dns", timing.resolve),
        ("tcp", timing.connect),
        ("tls", timing.tls),
        ("waiting", timing.wait),
        ("transfer", timing.transfer.filter(|transfer| *transfer >= Duration::from_millis(1))),
    ];
    let phases: Vec<String> = phases
        .iter()
        .filter_map(|(name, took)| took.map(|took| format!("{name} {}", milliseconds(took))))
        .collect();
    let total = format!("{} ms", milliseconds(timing.total));
    if phases.is_empty() { total } else { format!("{total} = {}", phases.join(", ")) }
}

fn milliseconds(took: Duration) -> String {
    match took.as_millis() {
        0 => "<1".to_owned(),
        _ => format!("{:.0}", took.as_secs_f64() * 1000.0),
    }
}

/// The status line and the field lines as they came, numbered.
fn header_lines(screen: &Screen, response: &Response) -> Vec<String> {
    let version = response.version.map_or("HTTP", statusquo_exchange::Version::as_str);
    let reason = response.reason.as_deref().map(shown).unwrap_or_default();
    let status = format!("{version} {} {reason}", response.status).trim_end().to_owned();
    let fields = response.fields.lines().map(|line| format!("{}: {}", shown(&line.name), shown(&line.value)));
    let lines = std::iter::once(status).chain(fields).enumerate();
    lines
        .map(|(at, line)| format!("{} {line}", screen.paint(Tone::Quiet, &format!("{:>3} |", at + 1))))
        .collect()
}

/// Bytes of strangers, made harmless for a terminal.
pub(super) fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn facts(screen: &Screen, exchange: &Exchange) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(exchange.tls.as_ref().and_then(|tls| certificate(screen, tls)));
    match &exchange.outcome {
        Outcome::Answered(response) => lines.extend(meaning(screen, response.status)),
        Outcome::Failed { failure, seen } => {
            if let Some(response) = seen {
                let text = format!("{} {} came before that", response.status, response.status.phrase());
                lines.push(fact(screen, "Seen", &text));
            }
            lines.push(fact(screen, "Why", &failure.detail));
            lines.push(fact(screen, "Next step", failure.kind.next_step()));
        }
    }
    lines
}

fn meaning(screen: &Screen, code: StatusCode) -> Vec<String> {
    let (meaning, next) = match code.entry() {
        Some(entry) => (entry.meaning, entry.next_step),
        None => (code.class().meaning(), code.class().next_step()),
    };
    let mut lines = vec![fact(screen, "Means", meaning)];
    if !code.is_success() {
        lines.push(fact(screen, "Next step", next));
    }
    lines
}

/// Whom the certificate is for, who vouches for it, how long it lasts.
fn certificate(screen: &Screen, tls: &Tls) -> Option<String> {
    let leaf = tls.chain.first()?;
    let expires = tls.expires()?;
    let name = leaf.names.first().cloned().unwrap_or_else(|| leaf.subject.clone());
    let left = Timestamp::now().until(expires).ok()?.total(jiff::Unit::Hour).ok()? / 24.0;
    let tone = if left < 14.0 { Tone::Warning } else { Tone::Quiet };
    let lasting = if left < 0.0 { "expired".to_owned() } else { format!("{left:.0} days left") };
    let lasting = screen.paint(tone, &lasting);
    let text = format!(
        "{name} by {}, {lasting}, until {}, {}",
        issuer(&leaf.issuer),
        screen.time(expires),
        tls.version
    );
    Some(fact(screen, "Certificate", &text))
}

/// The issuer's common name, if it has one.
fn issuer(distinguished: &str) -> &str {
    distinguished.split(", ").find_map(|part| part.strip_prefix("CN=")).unwrap_or(distinguished)
}

fn fact(screen: &Screen, label: &str, text: &str) -> String {
    let label = screen.paint(Tone::Quiet, &pad(label, 13));
    format!("  {label}{}", screen.wrap(text, 15).trim_start())
}

fn host(exchange: &Exchange) -> String {
    let url = url::Url::parse(&exchange.request.target).ok();
    let host = url.as_ref().and_then(|url| {
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("{}{port}", url.host_str()?))
    });
    host.unwrap_or_else(|| exchange.request.target.clone())
}

/// Several probes of one target in one sentence.
fn summary(judged: &[&Judged]) -> String {
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for exchange in judged.iter().filter_map(|judged| judged.exchange()) {
        let answer = exchange.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string());
        *answers.entry(answer).or_default() += 1;
    }
    let answers: Vec<String> = answers.iter().map(|(answer, count)| format!("{count} × {answer}")).collect();
    let mut took: Vec<Duration> =
        judged.iter().filter_map(|judged| judged.exchange()).map(|exchange| exchange.timing.total).collect();
    took.sort_unstable();
    let at = |index: usize| took.get(index).copied().map(milliseconds).unwrap_or_default();
    let (median, last) = (took.len() / 2, took.len().saturating_sub(1));
    format!(
        "{} probes: {}; fastest {} ms, median {} ms, slowest {} ms",
        judged.len(),
        answers.join(", "),
        at(0),
        at(median),
        at(last)
    )
}

/// All that was found, for programs.
pub(super) fn json(judged: &[Judged], findings: &Report, interrupted: bool) -> Value {
    let checks: Vec<Value> = judged
        .iter()
        .map(|judged| {
            json!({
                "url": without_credentials(&judged.url),
                "good": judged.good,
                "expected": judged.expected,
                "blind": judged.probed.blind.as_ref().map(|blind| json!({
                    "fault": blind.fault.as_str(), "detail": blind.detail,
                })),
                "exchanges": judged.probed.exchanges.iter().map(exchange_json).collect::<Value>(),
            })
        })
        .collect();
    let open: Vec<Value> =
        findings.open.iter().map(|open| json!({ "rule": open.rule, "why": open.why })).collect();
    json!({
        "schema": "check/1",
        "complete": !interrupted,
        "checks": checks,
        "lint": lint::json(findings),
        "open": open,
    })
}

/// The URL as it may be shown.
pub(super) fn without_credentials(url: &url::Url) -> String {
    let mut url = url.clone();
    // These fail only for URLs that cannot have credentials.
    let (_no_user, _no_password) = (url.set_username(""), url.set_password(None));
    url.into()
}

fn exchange_json(exchange: &Exchange) -> Value {
    let milliseconds = |took: Duration| took.as_secs_f64() * 1000.0;
    let timing = &exchange.timing;
    json!({
        "at": exchange.at.to_string(),
        "method": exchange.request.method,
        "target": exchange.request.target,
        "peer": exchange.peer.map(|peer| peer.to_string()),
        "response": exchange.response().map(response_json),
        "interim": exchange.interim.iter().map(response_json).collect::<Value>(),
        "failure": exchange.failure().map(|failure| json!({
            "kind": failure.kind.as_str(), "detail": failure.detail, "next_step": failure.kind.next_step(),
        })),
        "timing_ms": {
            "resolve": timing.resolve.map(milliseconds),
            "connect": timing.connect.map(milliseconds),
            "tls": timing.tls.map(milliseconds),
            "wait": timing.wait.map(milliseconds),
            "transfer": timing.transfer.map(milliseconds),
            "total": milliseconds(timing.total),
        },
        "certificate_expires": exchange.tls.as_ref().and_then(Tls::expires).map(|at| at.to_string()),
    })
}

fn response_json(response: &Response) -> Value {
    let headers: Vec<Value> =
        response.fields.lines().map(|line| json!([shown(&line.name), shown(&line.value)])).collect();
    json!({
        "version": response.version.map(statusquo_exchange::Version::as_str),
        "status": response.status.get(),
        "phrase": response.status.phrase(),
        "headers": headers,
    })
}
