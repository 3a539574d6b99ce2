//! Questions that are made from a description: content that fits, and content that is wrong in known places.

use serde_json::Value;
use statusquo_exchange::Exchange;
use statusquo_lint::{Ask, Purpose};
use statusquo_source::http::HttpSpec;
use statusquo_source::openapi::{Description, Made, Operation};

use crate::cli::lint::{ELSEWHERE, Open, path};

/// The rules that these questions are about.
pub(super) const RULES: [&str; 4] = [
    "valid-request-rejected",
    "validation-accepts-invalid",
    "validation-stops-at-first",
    "idempotency-key-status",
];
const KEY: &str = "Idempotency-Key";
/// A UUID within quotes is so long.
const QUOTED_LENGTH: u64 = 38;

/// The questions, and the rules that none of them can decide; or why there are none at all.
pub(super) fn asks(
    first: &HttpSpec,
    exchange: &Exchange,
    described: Option<&Description>,
) -> Result<(Vec<Ask>, Vec<Open>), String> {
    let described = described.ok_or("it takes --openapi FILE")?;
    let code = exchange.status().map(|code| code.get()).ok_or("the first question got no answer")?;
    // Where GET is not described, POST may be.
    if !((200..300).contains(&code) || matches!(code, 404 | 405)) {
        return Err(format!("the first question got a {code}"));
    }
    let operation = described.operation("POST", path(&exchange.request.target));
    let operation = operation.ok_or("the description has no POST here")?;
    let request = operation.request.as_ref().ok_or("the POST that is described here takes no JSON")?;
    lacking(first, operation)?;
    let made = described.made(request)?;
    let seed = getrandom::u64().map_err(|error| error.to_string())?;
    let maker = Maker {
        target: &exchange.request.target,
        media_type: &request.media_type,
        key: Key::of(operation, seed),
    };
    Ok(maker.asks(&made))
}

/// What a request has to have besides its content, and was not given.
fn lacking(first: &HttpSpec, operation: &Operation) -> Result<(), String> {
    let is_ours = |name: &str| {
        name.eq_ignore_ascii_case(KEY) || ELSEWHERE.contains(&name.to_ascii_lowercase().as_str())
    };
    if let Some(name) =
        operation.required_fields.iter().find(|name| !is_ours(name) && !first.fields.has(name))
    {
        return Err(format!("the description demands `{name}`: give it with -H"));
    }
    let is_asked = |name: &str| first.url.query_pairs().any(|(asked, _)| asked == name);
    match operation.required_queries.iter().find(|name| !is_asked(name)) {
        Some(name) => Err(format!("the description demands `{name}` in the query")),
        None => Ok(()),
    }
}

struct Maker<'a> {
    target: &'a str,
    media_type: &'a str,
    key: Option<Key>,
}

impl Maker<'_> {
    /// First what fits: it shows whether anything else can be found out.
    fn asks(&self, made: &Made) -> (Vec<Ask>, Vec<Open>) {
        let purpose = Purpose::Valid { is_example: made.is_example };
        let mut asks = vec![self.ask("what fits the description is accepted", &made.valid, 0, purpose)];
        let mut open = Vec::new();
        let mut leave_open = |rule, why: &str| open.push(Open { rule, why: why.to_owned() });
        match (&self.key, &made.other) {
            (None, _) => leave_open("idempotency-key-status", "the description has no Idempotency-Key here"),
            (Some(_), None) => {
                leave_open("idempotency-key-status", "no other content could be made that fits");
            }
            (Some(_), Some(other)) => {
                asks.push(self.ask(
                    "a key that comes again with other content is a 422",
                    other,
                    0,
                    Purpose::KeyReused,
                ));
            }
        }
        for (number, broken) in (1..).zip(&made.broken) {
            let why = match broken.members.as_slice() {
                [_] => "what breaks the description in one member is refused",
                [..] => "of two members that are wrong both are named",
            };
            asks.push(self.ask(
                why,
                &broken.value,
                number,
                Purpose::Broken { members: broken.members.clone() },
            ));
        }
        if made.broken.iter().all(|broken| broken.members.len() < 2) {
            leave_open("validation-stops-at-first", "only one member can be wrong");
        }
        (asks, open)
    }

    fn ask(&self, why: &'static str, content: &Value, number: u64, purpose: Purpose) -> Ask {
        let ask = Ask::new(why, "POST", self.target.to_owned()).sending(self.media_type, content.to_string());
        let key = self.key.as_ref().map(|key| (KEY, key.numbered(number)));
        let fields = ask.fields.into_iter().chain(key).collect();
        Ask { fields, purpose, ..ask }
    }
}

/// How idempotency keys are written. No run uses those of another.
struct Key {
    seed: u64,
    is_quoted: bool,
}

impl Key {
    /// The draft wants a string in quotes; many descriptions want a bare UUID. `None` where no key is described.
    fn of(operation: &Operation, seed: u64) -> Option<Self> {
        let (_, schema) = operation.fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(KEY))?;
        let is_uuid = schema.get("format").and_then(Value::as_str) == Some("uuid");
        let is_short =
            schema.get("maxLength").and_then(Value::as_u64).is_some_and(|most| most < QUOTED_LENGTH);
        Some(Self { seed, is_quoted: !(is_uuid || is_short || schema.get("pattern").is_some()) })
    }

    /// A UUID (version 4: RFC 9562, 5.4).
    fn numbered(&self, number: u64) -> String {
        let (high, low) = (self.seed >> 32, self.seed & 0xffff_ffff);
        let uuid = format!("{high:08x}-{:04x}-4{:03x}-8000-{number:012x}", low >> 16, low & 0xfff);
        if self.is_quoted { format!("\"{uuid}\"") } else { uuid }
    }
}
