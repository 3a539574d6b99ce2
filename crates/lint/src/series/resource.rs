//! What is remembered of one resource.

use jiff::Timestamp;
use statusquo_catalogue::Class;
use statusquo_exchange::{Content, Exchange, Outcome};

use super::key::{Key, hash};
use super::{Broken, judge_pair};
use crate::Place;
use crate::case::Case;
use crate::known::Known;
use crate::verdict::Flag;

/// What asks for no change (RFC 9110, 9.2.1; RFC 10008).
const SAFE: &[&str] = &["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"];
/// Larger content is not kept for comparison.
const LARGEST_KEPT_BYTES: usize = 64 << 10;
/// So many seconds apart, two answers to the same request still count as "at the same time".
const CLOSE_SECONDS: i64 = 10;
/// So many seconds apart, what was deleted or allowed still is.
const SESSION_SECONDS: i64 = 60;
/// So many times the same refused request makes a client that does not understand.
const STUBBORN: u32 = 4;

/// What is remembered of one resource.
#[derive(Debug, Default)]
pub(super) struct Resource {
    /// The last whole 200 to GET, to compare others with.
    base: Option<Box<Exchange>>,
    /// Something was asked for since then that may have changed it.
    has_changed: bool,
    /// A 201 said that this was made, and to whom.
    pub(super) created: Option<Option<u64>>,
    /// DELETE succeeded, then.
    deleted: Option<Timestamp>,
    gone: bool,
    /// The last answer to GET was that it does not exist: to whom, and when.
    missing: Option<(Option<u64>, Timestamp)>,
    answered_with_credentials: bool,
    last_safe: Option<Answer>,
    refused: Option<(Answer, u32)>,
    wait: Option<Wait>,
    /// What the last PUT stored, under the entity tag that it was answered with.
    stored: Option<Stored>,
    /// What the last Allow listed, and when.
    allow: Option<(Vec<String>, Timestamp)>,
}

#[derive(Debug, Clone, Copy)]
struct Answer {
    request: u64,
    class: Class,
    code: u16,
    at: Timestamp,
}

/// What a PUT sent, and the strong entity tag that the answer gave it.
#[derive(Debug)]
struct Stored {
    tag: String,
    content: u64,
}

/// Somebody was asked to come back later.
#[derive(Debug, Clone, Copy)]
struct Wait {
    client: Option<u64>,
    /// When it was told so: what was under way before did not ignore it.
    since: Timestamp,
    until: i64,
    code: u16,
}

fn status(message: String) -> Flag {
    Flag::at(Place::StatusLine).saying(message)
}

impl Resource {
    pub(super) fn observe(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        if let Some(base) = self.base.take() {
            if let Some(base) = Case::new(&base) {
                let is_same_state = !self.has_changed && is_one_session(base.exchange.at, case.exchange.at);
                judge_pair(&base, case, is_same_state, broken);
            }
            self.base = Some(base);
        }
        self.life(case, key, broken);
        self.storage(case, broken);
        self.credentials(case, broken);
        self.stability(case, key, broken);
        self.patience(case, key, broken);
        self.methods(case, broken);
        self.remember(case);
    }

    /// Created, replaced, deleted, gone.
    fn life(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        let code = case.number();
        let is_get = case.method_is(&["GET"]);
        let deleted = self.deleted.is_some_and(|at| is_one_session(at, case.exchange.at));
        // From another client it may be hidden.
        if is_get && self.created == Some(key.client) && !deleted && matches!(code, 404 | 410) {
            broken.push((
                "created-location-unreachable",
                status(format!("a 201 named this resource, and GET gets {code}")),
            ));
        }
        if is_get && deleted && case.code.is_success() && !self.has_other_content(case) {
            broken.push((
                "deleted-still-served",
                status(format!("DELETE succeeded, and GET still gets {code}")),
            ));
        }
        if is_get && deleted && code == 404 {
            broken.push((
                "not-found-after-delete",
                status("this was deleted for good: 410 would say so".to_owned()),
            ));
        }
        if is_get && self.gone && case.code.is_success() {
            broken.push((
                "gone-came-back",
                status(format!("410 said that it is gone for good, and now it gets {code}")),
            ));
        }
        // Whoever else may have made or deleted it had no time for that; and to another client it may be hidden.
        let now = case.exchange.at;
        let was_missing = self.missing.is_some_and(|(client, at)| client == key.client && is_close(at, now));
        let was_there = !self.has_changed && self.base.as_ref().is_some_and(|base| is_close(base.at, now));
        if case.method_is(&["PUT"]) && was_missing && matches!(code, 200 | 204) {
            broken.push(("put-create-not-201", status(format!("this did not exist, and PUT got {code}"))));
        }
        if case.method_is(&["PUT"]) && was_there && self.missing.is_none() && !deleted && code == 201 {
            broken.push(("put-replace-201", status("this existed, and PUT got 201".to_owned())));
        }
        if is_get {
            (self.created, self.deleted) = (None, None);
            self.gone = code == 410;
            self.missing = matches!(code, 404 | 410).then_some((key.client, now));
        } else if case.method_is(&["DELETE"]) && matches!(code, 200 | 204) {
            self.deleted = Some(now);
        } else if !case.method_is(SAFE) && case.code.is_success() {
            (self.missing, self.deleted, self.gone) = (None, None, false);
        }
    }

    /// Is it surely other content than before? A collection that was emptied is there, and yet was deleted.
    fn has_other_content(&self, case: &Case<'_>) -> bool {
        let before = self.base.as_ref().and_then(|base| base.response()?.content.bytes());
        let now = case.content().ok();
        before.zip(now).is_some_and(|(before, now)| before.as_ref() != now)
    }

    /// What was sent with PUT, and what comes back under the same entity tag.
    fn storage(&mut self, case: &Case<'_>, broken: &mut Vec<Broken>) {
        let tag = case.fields().ok().and_then(|fields| fields.text(Known::Etag));
        let tag = tag.filter(|tag| tag.starts_with('"'));
        if case.method_is(&["PUT"]) && case.code.is_success() {
            let is_plain = case
                .request()
                .is_ok_and(|request| !request.has_any(&[Known::ContentEncoding, Known::ContentRange]));
            let content = case.request_content().ok().filter(|content| is_plain && !content.is_empty());
            self.stored = tag.zip(content).map(|(tag, content)| Stored {
                tag: tag.to_owned(),
                content: hash(&content.trim_ascii_end()),
            });
            return;
        }
        let is_coded = case.fields().is_ok_and(|fields| fields.has(Known::ContentEncoding));
        let Some(stored) = self.stored.take_if(|_| case.method_is(&["GET"]) && case.number() == 200) else {
            return;
        };
        if let Ok(content) = case.content()
            && tag == Some(&stored.tag)
            && !is_coded
            && hash(&content.trim_ascii_end()) != stored.content
        {
            let message =
                format!("PUT was answered with `ETag: {}`, and GET has other content under it", stored.tag);
            broken.push(("put-validator-after-transform", status(message)));
        }
    }

    /// The same resource with and without credentials.
    fn credentials(&mut self, case: &Case<'_>, broken: &mut Vec<Broken>) {
        let Ok(has_credentials) = case.has_credentials() else { return };
        let is_get = case.method_is(&["GET", "HEAD"]);
        if has_credentials {
            self.answered_with_credentials |= is_get && case.code.is_success();
        } else if self.answered_with_credentials && is_get && case.number() == 403 {
            let message =
                "without credentials 403, with credentials an answer: 401 would ask for them".to_owned();
            broken.push(("forbidden-without-credentials", status(message)));
        }
    }

    /// The same safe request answered now so, now otherwise.
    fn stability(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        if !case.method_is(&["GET", "HEAD", "OPTIONS"]) {
            return;
        }
        let now = answer(case, key);
        if let Some(before) = self.last_safe
            && before.request == now.request
            && is_close(before.at, now.at)
            && (before.class == Class::ServerError) != (now.class == Class::ServerError)
        {
            let message = format!("the same request got {} a moment ago, and now {}", before.code, now.code);
            broken.push(("same-request-different-class", status(message)));
        }
        self.last_safe = Some(now);
    }

    /// Clients that repeat what was refused, or do not wait.
    fn patience(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        let now = answer(case, key);
        let is_known = now.at != Timestamp::UNIX_EPOCH;
        if let Some(wait) = self.wait
            && wait.client == key.client
            && wait.client.is_some()
            && is_known
            && now.at >= wait.since
            && now.at.as_second() < wait.until
        {
            let early = wait.until - now.at.as_second();
            let message = format!("Retry-After of the {} before asked to wait {early} s longer", wait.code);
            broken.push(("retry-ignores-retry-after", Flag::at(Place::RequestLine).saying(message)));
        }
        self.wait = retry_after(case).filter(|_| is_known).map(|seconds| Wait {
            client: key.client,
            since: case.exchange.at.checked_add(case.exchange.timing.total).unwrap_or(now.at),
            until: now.at.as_second().saturating_add(seconds),
            code: now.code,
        });
        // To ask again and again for what does not exist yet is polling.
        let is_refusal =
            now.class == Class::ClientError && !matches!(now.code, 401 | 404 | 408 | 409 | 421 | 425 | 429);
        let again =
            self.refused.filter(|(before, _)| before.request == now.request && before.code == now.code);
        self.refused = is_refusal.then(|| (now, again.map_or(1, |(_, count)| count + 1)));
        if let Some((_, count)) = self.refused
            && count == STUBBORN
        {
            let message =
                format!("the same request got {} for the {count}th time: it will not change", now.code);
            broken.push(("retry-amplification", Flag::at(Place::RequestLine).saying(message)));
        }
    }

    /// Methods that Allow does not list.
    fn methods(&mut self, case: &Case<'_>, broken: &mut Vec<Broken>) {
        let now = case.exchange.at;
        let allow = self.allow.as_ref().filter(|(_, at)| is_one_session(*at, now));
        if let (Some((allow, _)), Ok(method)) = (allow, case.method()) {
            let is_listed = allow.iter().any(|listed| listed == method);
            // When it works, the list was wrong, and it is the answer with the list that is at fault.
            let is_wrong = matches!(case.number(), 400 | 404 | 500);
            if !is_listed && is_wrong && !matches!(method, "OPTIONS" | "HEAD" | "TRACE" | "CONNECT") {
                let message =
                    format!("Allow does not list {method}, and the answer is {}, not 405", case.number());
                broken.push(("method-unsupported-not-405", status(message)));
            }
        }
        if let Ok(fields) = case.fields()
            && let Some(allow) = fields.text(Known::Allow)
        {
            self.allow = Some((allow.split(',').map(|method| method.trim().to_owned()).collect(), now));
        }
    }

    fn remember(&mut self, case: &Case<'_>) {
        self.has_changed |= !case.method_is(SAFE) && !case.code.is_client_error();
        let is_base = case.method_is(&["GET"])
            && case.number() == 200
            && matches!(case.exchange.outcome, Outcome::Answered(_));
        let is_small =
            case.response.content.bytes().is_none_or(|content| content.len() <= LARGEST_KEPT_BYTES);
        let is_conditional = case.request().is_ok_and(|request| request.has(Known::Range));
        if is_base && !is_conditional {
            let mut kept = case.exchange.clone();
            kept.raw_response = None;
            if let (false, Outcome::Answered(response)) = (is_small, &mut kept.outcome) {
                response.content = Content::NotCaptured;
            }
            (self.base, self.has_changed) = (Some(Box::new(kept)), false);
        }
    }
}

fn answer(case: &Case<'_>, key: &Key) -> Answer {
    Answer { request: key.request, class: case.code.class(), code: case.number(), at: case.exchange.at }
}

/// Soon enough that nobody has deployed or restored anything in between.
fn is_one_session(before: Timestamp, now: Timestamp) -> bool {
    (now.as_second() - before.as_second()).abs() <= SESSION_SECONDS
}

fn is_close(before: Timestamp, now: Timestamp) -> bool {
    (now.as_second() - before.as_second()).abs() <= CLOSE_SECONDS
}

/// Seconds to wait, of an answer that asks for it.
fn retry_after(case: &Case<'_>) -> Option<i64> {
    if !matches!(case.number(), 429 | 503) {
        return None;
    }
    case.fields().ok()?.text(Known::RetryAfter)?.parse().ok()
}
