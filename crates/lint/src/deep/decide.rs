//! What an answer shows of the rule that its question is about.
//!
//! The three rules of validation are held against each other: a server that refuses one fault by name, and another by name,
//! and of both together names one, stops at the first. What speaks for anything else leaves the rule open, with the reason.

use statusquo_catalogue::StatusCode;
use statusquo_exchange::{Content, Exchange, Outcome, Version};

use super::{Ask, Purpose};
use crate::case::Case;
use crate::json::{Json, Kind};
use crate::judge::finding;
use crate::known::Known;
use crate::verdict::{Flag, Verdict};
use crate::{Finding, Judge, Place, rule};

/// Where the first answer took more than this part of the patience, a 100 may only be late.
const SLOW_PART: u32 = 4;

/// A question and how it was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// What was asked.
    pub ask: &'a Ask,
    /// How it ended.
    pub exchange: &'a Exchange,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The rule's id.
    pub rule: &'static str,
    /// What became of it.
    pub decided: Decided,
}

/// How a rule was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It is kept.
    Kept,
    /// It is broken.
    Broken(Box<Finding>),
    /// It could not be decided, for this reason.
    Open(String),
}

/// A verdict, or why there is none.
type Shown = Result<Verdict, String>;

/// What an answer shows of the rule that its question is about, given the answer to the first question and those to earlier
/// ones. `None` when it is about no rule, or the rule is off.
#[must_use]
pub fn decide(
    judge: &Judge,
    first: &Exchange,
    earlier: &[Answered<'_>],
    last: Answered<'_>,
) -> Option<Decision> {
    let rule = rule(last.ask.purpose.rule()?)?;
    let level = judge.level(rule)?;
    let decided = match shown(first, earlier, last) {
        Ok(Verdict::Flagged(flags)) => {
            let flag = flags.into_iter().next()?;
            Decided::Broken(Box::new(finding(rule, level, flag)))
        }
        Ok(Verdict::Clean | Verdict::Silent) => Decided::Kept,
        Err(why) => Decided::Open(why),
    };
    Some(Decision { rule: rule.id, decided })
}

/// Why a question need not be sent any more, given the answers so far: nothing is changed at somebody's API without reason.
#[must_use]
pub fn spared(ask: &Ask, earlier: &[Answered<'_>]) -> Option<String> {
    if let Some(code) = earlier.iter().find_map(|answered| asked_to_wait(answered.exchange)) {
        return Some(format!("the server asked to wait: {code}"));
    }
    if !ask.purpose.is_made() || matches!(ask.purpose, Purpose::Valid { .. }) {
        return None;
    }
    let code = |answered: &Answered<'_>| answered.exchange.status().map(|code| code.get());
    let valid = earlier.iter().find(|answered| matches!(answered.ask.purpose, Purpose::Valid { .. }));
    let valid = valid.and_then(code);
    let is_success = |code: Option<u16>| code.is_some_and(|code| (200..300).contains(&code));
    let is_taken = |code: Option<u16>| {
        let refuses_content = matches!(code, Some(400 | 422));
        is_success(code) || (refuses_content && ask.purpose != Purpose::KeyReused)
    };
    if !is_taken(valid) {
        let got = valid.map_or_else(|| "no answer".to_owned(), |code| format!("a {code}"));
        return Some(format!("the valid request got {got}"));
    }
    let accepted = earlier
        .iter()
        .any(|answered| matches!(answered.ask.purpose, Purpose::Broken { .. }) && is_success(code(answered)));
    let is_broken = matches!(ask.purpose, Purpose::Broken { .. });
    (accepted && is_broken).then(|| "a broken request was accepted already".to_owned())
}

/// The code by which a server says that it wants no more requests for now.
fn asked_to_wait(exchange: &Exchange) -> Option<StatusCode> {
    let response = exchange.response()?;
    let waits = match response.status.get() {
        429 => true,
        503 => response.fields.has(Known::RetryAfter.as_str()),
        _ => false,
    };
    waits.then_some(response.status)
}

fn shown(first: &Exchange, earlier: &[Answered<'_>], last: Answered<'_>) -> Shown {
    let Some(case) =
        Case::new(last.exchange).filter(|_| matches!(last.exchange.outcome, Outcome::Answered(_)))
    else {
        let words =
            last.exchange.failure().map_or("gives no final answer", |failure| failure.kind.in_words());
        return Err(format!("the server {words}"));
    };
    match &last.ask.purpose {
        Purpose::Plain => Ok(Verdict::Silent),
        Purpose::EmptyLineFirst => empty_line(&case),
        Purpose::HeldBack { patience } => {
            let slow = first.timing.total.saturating_mul(SLOW_PART) > *patience;
            held_back(&case, first, slow)
        }
        Purpose::Valid { is_example } => valid(&case, last.ask, *is_example),
        Purpose::Broken { members } => match members.as_slice() {
            [one] => broken(&case, one, earlier),
            [one, other] => broken_twice(&case, one, other, earlier),
            [] | [..] => Err("it has no fault, or too many".to_owned()),
        },
        Purpose::KeyReused => key_reused(&case),
    }
}

fn status(message: String) -> Flag {
    Flag::at(Place::StatusLine).saying(message)
}

/// The answer is about something else.
fn other(case: &Case<'_>) -> Shown {
    Err(format!("the answer is {}", case.code))
}

fn empty_line(case: &Case<'_>) -> Shown {
    match case.number() {
        400 => Ok(status("the same request after an empty line got 400, not 200".to_owned()).into()),
        _ if case.code.is_success() || case.code.is_redirection() => Ok(Verdict::Clean),
        _ => other(case),
    }
}

/// Content that was held back. That it never went is recorded as none of it.
fn held_back(case: &Case<'_>, first: &Exchange, slow: bool) -> Shown {
    let was_sent = !matches!(case.exchange.request.content, Content::Beginning(_));
    if !was_sent || case.exchange.interim.iter().any(|interim| interim.status.get() == 100) {
        return Ok(Verdict::Clean);
    }
    if is_http10(first) || is_http10(case.exchange) {
        return Err("HTTP/1.0 lies in between, which knows no 100".to_owned());
    }
    if slow {
        return Err("the server is too slow to tell: ask with a longer --timeout".to_owned());
    }
    if case.code.is_server_error() {
        return other(case);
    }
    let message =
        format!("neither 100 nor a final status came until the content was sent; then {}", case.code);
    Ok(status(message).into())
}

/// Does somebody on the way speak HTTP/1.0? Nobody sends such a client a 100 (RFC 9110, 10.1.1).
fn is_http10(exchange: &Exchange) -> bool {
    let Some(case) = Case::new(exchange) else { return false };
    let is_old = |value: &[u8]| {
        let mut hops = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        hops.any(|hop| hop.starts_with(b"1.0 ") || hop.to_ascii_uppercase().starts_with(b"HTTP/1.0 "))
    };
    case.version().is_ok_and(|version| version < Version::Http11)
        || case.fields().is_ok_and(|fields| fields.lines(Known::Via).any(|line| is_old(line.value)))
}

fn valid(case: &Case<'_>, ask: &Ask, is_example: bool) -> Shown {
    if case.code.is_success() {
        return Ok(Verdict::Clean);
    }
    if !matches!(case.number(), 400 | 405 | 415 | 422) {
        return other(case);
    }
    let named = members_of(&ask.content).into_iter().find(|member| names(case, member));
    if let (Some(named), false) = (named, is_example) {
        return Err(format!(
            "the answer names `{named}`: perhaps a rule that no schema can express; an example in the description would tell"
        ));
    }
    let content =
        if is_example { "the description's own example" } else { "content that fits the description" };
    Ok(status(format!("{content} got {}", case.code)).into())
}

fn broken(case: &Case<'_>, member: &str, earlier: &[Answered<'_>]) -> Shown {
    let is_valid_accepted = earlier.iter().any(|answered| {
        let is_valid = matches!(answered.ask.purpose, Purpose::Valid { .. });
        is_valid && answered.exchange.status().is_some_and(|code| code.is_success())
    });
    let fault = || Ok(status(format!("content that is wrong in `{member}` got {}", case.code)).into());
    match case.number() {
        400 | 422 => Ok(Verdict::Clean),
        202 | 207 => Err(format!("the answer is {}, and it may still be refused", case.code)),
        500 if is_valid_accepted => fault(),
        _ if case.code.is_success() && has_error_inside(case) => {
            Err(format!("the answer is {} with an error inside", case.code))
        }
        _ if case.code.is_success() => fault(),
        _ => other(case),
    }
}

fn broken_twice(case: &Case<'_>, one: &str, two: &str, earlier: &[Answered<'_>]) -> Shown {
    let is_refusal = |case: &Case<'_>| matches!(case.number(), 400 | 422);
    if !is_refusal(case) {
        return other(case);
    }
    for member in [one, two] {
        let alone = earlier.iter().find(
            |answered| matches!(&answered.ask.purpose, Purpose::Broken { members } if members.as_slice() == [member]),
        );
        let answer = alone.and_then(|answered| Case::new(answered.exchange));
        if !answer.is_some_and(|answer| is_refusal(&answer) && names(&answer, member)) {
            return Err(format!("`{member}` alone is not refused by its name"));
        }
    }
    match (names(case, one), names(case, two)) {
        (true, true) => Ok(Verdict::Clean),
        (false, false) => Err("the answer names neither of the two members".to_owned()),
        (is_first, _) => {
            let named = if is_first { one } else { two };
            let message = format!("`{one}` and `{two}` are wrong, and the answer names `{named}` alone");
            Ok(status(message).into())
        }
    }
}

fn key_reused(case: &Case<'_>) -> Shown {
    match case.number() {
        // The draft asks for 422; Stripe, which many follow, answers 400 or 409.
        400 | 409 | 422 => Ok(Verdict::Clean),
        _ if case.code.is_success() || case.number() == 500 => {
            Ok(status(format!("the same key with other content got {}, not 422", case.code)).into())
        }
        _ => other(case),
    }
}

/// The names of a JSON object's members.
fn members_of(content: &str) -> Vec<String> {
    let Ok(json) = Json::parse(content.as_bytes()) else { return Vec::new() };
    json.root().children().filter_map(|child| Some(child.key()?.into_owned())).collect()
}

/// Does a success say that it is none?
fn has_error_inside(case: &Case<'_>) -> bool {
    let Ok(Some(json)) = case.valid_json() else { return false };
    let root = json.root();
    let says_no =
        ["ok", "success"].iter().any(|name| root.get(name).is_some_and(|value| value.kind() == Kind::False));
    says_no
        || root
            .get_any(&["error", "errors"])
            .is_some_and(|error| error.kind() != Kind::Null && !error.is_empty())
}

/// Does the content name a member, as a whole word? What is compressed names nothing.
fn names(case: &Case<'_>, member: &str) -> bool {
    let Ok(content) = case.content() else { return false };
    if case.is_still_encoded().unwrap_or(true) || member.is_empty() {
        return false;
    }
    let is_inside =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(content, member.as_bytes()).any(|at| {
        let before = at.checked_sub(1).and_then(|at| content.get(at));
        !is_inside(before) && !is_inside(content.get(at + member.len()))
    })
}
