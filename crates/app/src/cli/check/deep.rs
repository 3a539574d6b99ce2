//! `check --deep`: asks further questions, and says before what they are.

use bytes::Bytes;
use jiff::Timestamp;
use statusquo_exchange::{Content, Exchange};
use statusquo_lint::{Answered, Ask, Depth, Leave, Purpose, spared};
use statusquo_source::http::{HttpSpec, HttpVersion, Prober, Redirects, Sending, hide_in_url};
use statusquo_source::openapi::Description;
use url::Url;

use super::judged::{Further, Judged};
use super::plan::Plan;
use super::report::shown;
use crate::cli::args::{self, Check};
use crate::cli::lint::Open;

/// More of a target, a field or content is not shown, in characters.
const LONGEST_SHOWN: usize = 80;

/// What asking takes.
pub(super) struct Deep<'a> {
    pub(super) prober: &'a Prober,
    pub(super) first: &'a HttpSpec,
    pub(super) flags: &'a Check,
    pub(super) how: args::Deep,
    pub(super) described: Option<&'a Description>,
}

impl Deep<'_> {
    /// Says what the last answer makes worth asking, and asks it, one question after the other.
    pub(super) async fn ask(&self, judged: &mut Judged) {
        let Some(exchange) = judged.exchange() else { return };
        let leave = self.leave();
        let plan = Plan::new(self.first, exchange, leave, self.described);
        say(&plan, leave);
        judged.open.extend(plan.open);
        if self.flags.dry_run {
            return;
        }
        for ask in plan.asks {
            let answers: Vec<Answered<'_>> = judged.further.iter().map(Further::answered).collect();
            match spared(&ask, &answers) {
                Some(why) => spare(&ask, why, judged),
                None => self.one(ask, judged).await,
            }
        }
    }

    fn leave(&self) -> Leave {
        let depth = match self.how {
            args::Deep::Safe => Depth::Safe,
            args::Deep::All => Depth::All,
        };
        Leave { depth, allow_unsafe: self.flags.allow_unsafe, patience: self.flags.timeout / 2 }
    }

    async fn one(&self, ask: Ask, judged: &mut Judged) {
        let Some(spec) = spec(self.first, &ask) else { return };
        let probed = self.prober.probe(&spec, Timestamp::now()).await;
        if let (Some(blind), Some(rule)) = (probed.blind, ask.purpose.rule()) {
            judged.open.push(Open { rule, why: format!("we {}: {}", blind.fault.in_words(), blind.detail) });
        }
        for mut exchange in probed.exchanges {
            // The prober keeps to itself what monitors send; this is our own.
            if exchange.request.content == Content::NotCaptured {
                exchange.request.content = Content::Whole(Bytes::from(ask.content.as_bytes().to_vec()));
            }
            say_made(&ask, &exchange);
            judged.further.push(Further { ask: ask.clone(), exchange });
        }
    }
}

/// A question that is not sent leaves its rule open, unless that was asked about or left open before.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn spare(ask: &Ask, why: String, judged: &mut Judged) {
    eprintln!("--deep: not sent, since {why}: {}", ask.why);
    let Some(rule) = ask.purpose.rule() else { return };
    let is_asked = judged.further.iter().any(|further| further.ask.purpose.rule() == Some(rule));
    if !is_asked && !judged.open.iter().any(|open| open.rule == rule) {
        judged.open.push(Open { rule, why });
    }
}

/// All that will be sent, before any of it is.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn say(plan: &Plan, leave: Leave) {
    if plan.asks.is_empty() {
        eprintln!("--deep: no further questions: {}", plan.why_none);
    } else {
        let posts = plan.asks.iter().filter(|ask| !ask.is_safe()).count();
        let how = if posts == 0 { "of safe methods".to_owned() } else { format!("{posts} of them by POST") };
        eprintln!("--deep: {} further questions, {how}", plan.asks.len());
    }
    for ask in &plan.asks {
        let fields: Vec<String> = ask.fields.iter().map(|(name, value)| field(name, value)).collect();
        let target = Url::parse(&ask.target).map_or_else(|_| ask.target.clone(), |url| hide_in_url(&url));
        let (fields, content) = (fields.join(" "), cut(&ask.content));
        let what = [fields.as_str(), content.as_str()]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>();
        eprintln!("--deep: {} {} {}  ({})", ask.method, cut(&target), what.join(" "), ask.why);
    }
    let not_asked = not_asked(leave);
    if !not_asked.is_empty() {
        eprintln!("--deep: not asked without leave: {}", not_asked.join("; "));
    }
}

/// The rules that take more leave, with the flags that give it.
fn not_asked(leave: Leave) -> Vec<&'static str> {
    let rude = (leave.depth == Depth::Safe).then_some("leading-crlf-rejected (--deep=all)");
    let changing = [
        "expect-continue-ignored (--allow-unsafe)",
        "valid-request-rejected, validation-accepts-invalid, validation-stops-at-first, idempotency-key-status (--allow-unsafe --openapi FILE)",
    ];
    rude.into_iter().chain(changing.into_iter().filter(|_| !leave.allow_unsafe)).collect()
}

/// Says what a request made at somebody's API, since nobody else will remove it.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn say_made(ask: &Ask, exchange: &Exchange) {
    let is_success = exchange.status().is_some_and(|code| code.is_success());
    let location = exchange.response().and_then(|response| response.fields.first("location"));
    if let (true, Some(location)) = (is_success && !ask.is_safe(), location) {
        eprintln!("--deep: this made {}, which is yours to remove", cut(&shown(location)));
    }
}

fn field(name: &str, value: &str) -> String {
    if value.is_empty() { format!("(no {name})") } else { format!("[{name}: {}]", cut(value)) }
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_SHOWN).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// How a question is asked: at the origin of the first one, and nowhere else.
fn spec(first: &HttpSpec, ask: &Ask) -> Option<HttpSpec> {
    let mut spec = first.clone();
    spec.url = Url::parse(&ask.target).ok().filter(|url| url.origin() == first.url.origin())?;
    let takes_credentials =
        ask.fields.iter().any(|(name, value)| *name == "Authorization" && value.is_empty());
    if !takes_credentials {
        spec.url.set_username(first.url.username()).ok()?;
        spec.url.set_password(first.url.password()).ok()?;
    }
    spec.method = ask.method.parse().ok()?;
    spec.fields = ask.request_fields(&first.fields);
    spec.content = ask.content.as_bytes().to_vec().into();
    spec.redirects = Redirects::None;
    spec.sending = match ask.purpose {
        Purpose::EmptyLineFirst => Sending::AfterEmptyLine,
        Purpose::HeldBack { patience } => Sending::HoldingBack(patience),
        Purpose::Plain | Purpose::Valid { .. } | Purpose::Broken { .. } | Purpose::KeyReused => {
            Sending::AtOnce
        }
    };
    if spec.sending != Sending::AtOnce {
        spec.http = HttpVersion::Http1;
    }
    Some(spec)
}
