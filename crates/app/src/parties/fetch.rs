//! Reads one status page: within a deadline, up to a size, and only if it has changed.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::retry_after;
use statusquo_exchange::{Content, Outcome, Response};
use statusquo_source::feed::{self, FeedError, StatusPage};
use statusquo_source::http::{HttpSpec, Limits, Prober, decoded};

use super::Page;

/// The longest that one look may take.
const DEADLINE: Duration = Duration::from_secs(20);
/// Longer validators are not sent back.
const LONGEST_VALIDATOR: usize = 1000;

/// By which a page can tell that it has not changed (RFC 9110, 13.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Validators {
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
}

/// How a look ended.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// This is what it says.
    Page(Box<StatusPage>, Validators),
    /// It says what it said last.
    Unchanged,
    /// It could not be read.
    Failed {
        /// Why, as the predicate of a sentence about the page.
        why: String,
        /// It asks to be left alone for so long.
        retry_after: Option<Duration>,
    },
    /// Our own fault: nothing is known.
    Blind(String),
}

/// Looks at a page. It is `now`.
pub(super) async fn fetch(prober: &Prober, page: &Page, now: Timestamp) -> Fetched {
    let mut spec = HttpSpec::get(page.name.clone(), page.feed.clone());
    spec.timeout = DEADLINE;
    spec.limits = Limits { content: feed::MOST_BYTES, ..Limits::default() };
    spec.fields.push(
        "accept",
        "application/json, application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1",
    );
    // Nothing to unpack: what is small on the way may be endless afterwards.
    spec.fields.push("accept-encoding", "identity");
    let Validators { etag, last_modified } = &page.validators;
    if let Some(etag) = etag {
        spec.fields.push("if-none-match", etag.clone());
    }
    if let Some(date) = last_modified {
        spec.fields.push("if-modified-since", date.clone());
    }
    let probed = prober.probe(&spec, now).await;
    let exchange = match (probed.blind, probed.exchanges.last()) {
        (Some(blind), _) => return Fetched::Blind(blind.detail),
        (None, Some(exchange)) => exchange,
        (None, None) => return Fetched::Blind("it was not asked".to_owned()),
    };
    let response = match &exchange.outcome {
        Outcome::Answered(response) => response,
        Outcome::Failed { failure, .. } => return failed(failure.kind.in_words()),
    };
    match response.status.get() {
        304 => Fetched::Unchanged,
        200 => match decoded(exchange) {
            Ok(content) => understand(response, &content, now),
            Err(error) => failed(format!("cannot be unpacked: {error}")),
        },
        301 | 302 | 303 | 307 | 308 => {
            let place = response.fields.text("location").unwrap_or("nowhere");
            let place: String = place.chars().filter(|c| !c.is_control()).take(200).collect();
            failed(format!("sends to another place; if it has moved, write `feed = \"{place}\"`"))
        }
        code => Fetched::Failed {
            why: format!("answers {code} {}", response.status.phrase()),
            retry_after: retry_after(&response.fields, now),
        },
    }
}

fn understand(response: &Response, content: &[u8], now: Timestamp) -> Fetched {
    let is_whole = matches!(response.content, Content::Whole(_));
    let read = if is_whole { feed::read(content, now) } else { Err(FeedError::Long) };
    match read {
        Ok(page) => Fetched::Page(Box::new(page), validators(response)),
        Err(error) => failed(format!("cannot be read: {error}")),
    }
}

fn validators(response: &Response) -> Validators {
    let text = |name| {
        let text = response.fields.text(name).map(str::to_owned);
        text.filter(|text| !text.is_empty() && text.len() <= LONGEST_VALIDATOR)
    };
    Validators { etag: text("etag"), last_modified: text("last-modified") }
}

fn failed(why: impl Into<String>) -> Fetched {
    Fetched::Failed { why: why.into(), retry_after: None }
}
