//! Phones as configured.

use statusquo_notify::twilio::Means;

use super::super::section::{Reading, Section, Text};
use super::super::template::Template;

/// A phone, reached through Twilio.
#[derive(Debug, Clone)]
pub(crate) struct Phone {
    /// By text message or by a call.
    pub(crate) means: Means,
    /// Another address of the API.
    pub(crate) url: Option<Template>,
    /// The account's SID.
    pub(crate) account: String,
    /// Its auth token.
    pub(crate) token: Template,
    /// From which number, or by which messaging service.
    pub(crate) from: String,
    /// The number that is reached.
    pub(crate) to: String,
}

/// Reads what `type = "sms"` and `type = "call"` have.
pub(super) fn read(section: &Section<'_>, kind: &str) -> Option<Phone> {
    let means = if kind == "sms" { Means::Sms } else { Means::Call };
    let (url, token) = (super::url(section), section.secret("token"));
    let account = section.text("account").and_then(|text| account(section.reading, &text));
    let from = section.text("from").and_then(|text| sender(section.reading, &text, means));
    let to = recipient(section);
    Some(Phone { means, url, account: account?, token: token?, from: from?, to: to? })
}

fn account(reading: &Reading<'_>, text: &Text) -> Option<String> {
    let good = text
        .value
        .strip_prefix("AC")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()));
    if !good {
        reading.report(&text.span, "not the SID of an account", "it begins with `AC`");
    }
    good.then(|| text.value.clone())
}

fn sender(reading: &Reading<'_>, text: &Text, means: Means) -> Option<String> {
    if means == Means::Sms && text.value.starts_with("MG") {
        return Some(text.value.clone());
    }
    number(reading, text)
}

fn recipient(section: &Section<'_>) -> Option<String> {
    let texts = section.texts("to");
    match texts.as_slice() {
        [one] => number(section.reading, one),
        [] => None,
        [_, second, ..] => {
            let title = "one receiver reaches one number";
            section.reading.report(&second.span, title, "make it two receivers: each has its own retries");
            None
        }
    }
}

/// A number as E.164 writes it.
fn number(reading: &Reading<'_>, text: &Text) -> Option<String> {
    let digits = text.value.strip_prefix('+').unwrap_or_default();
    let good = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if !good {
        let title = format!("`{}` is not a phone number", text.value);
        reading.report(&text.span, title, "with the country and without spaces: `+4312345678`");
    }
    good.then(|| text.value.clone())
}
