//! Content of the user's own making: text with `{{words}}` in it.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use statusquo_alert::Notification;

use crate::message::predicate;
use crate::{Message, thread};

/// Text with words that are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
    media_type: String,
    escape: Escape,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Word(&'static str),
}

/// How a value is written so that it stays a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escape {
    Json,
    Form,
    Nothing,
}

/// What is wrong with a template, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{title}")]
pub struct TemplateError {
    /// The bytes of the text.
    pub at: std::ops::Range<usize>,
    /// What is wrong.
    pub title: String,
}

/// The words, in the order of the documentation.
pub const WORDS: [&str; 18] = [
    "title", "headline", "text", "lines", "state", "notice", "severity", "incident", "thread", "subject",
    "name", "target", "cause", "status", "began", "resolved", "link", "receiver",
];

impl Template {
    /// Reads a template. In JSON and forms, values are escaped as they need it.
    ///
    /// # Errors
    /// When a word is not known or not closed, or when JSON would not come out as JSON.
    pub fn parse(text: &str, media_type: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(start) = text.get(at..).and_then(|rest| rest.find("{{")).map(|found| at + found) {
            let inside = text.get(start + 2..).unwrap_or_default();
            let error = |end: usize, title: String| TemplateError { at: start..end, title };
            let length =
                inside.find("}}").ok_or_else(|| error(text.len(), "`{{` is not closed".to_owned()))?;
            let end = start + length + 4;
            let wanted = inside.get(..length).unwrap_or_default().trim();
            let word = WORDS.into_iter().find(|word| *word == wanted);
            parts.push(Part::Literal(text.get(at..start).unwrap_or_default().to_owned()));
            parts.push(Part::Word(word.ok_or_else(|| error(end, format!("unknown word `{wanted}`")))?));
            at = end;
        }
        parts.push(Part::Literal(text.get(at..).unwrap_or_default().to_owned()));
        let template = Self { parts, media_type: media_type.to_owned(), escape: escape(media_type) };
        template.check(text.len())?;
        Ok(template)
    }

    /// With digits for all words, JSON has to be JSON: they may stand inside of quotation marks or not.
    fn check(&self, length: usize) -> Result<(), TemplateError> {
        let filled = self.fill(|_| "0".to_owned());
        let is_json = self.escape == Escape::Json;
        if is_json && let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&filled) {
            return Err(TemplateError { at: 0..length, title: format!("not JSON: {error}") });
        }
        Ok(())
    }

    /// The content type.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The content for this message.
    #[must_use]
    pub fn render(&self, notification: &Notification, message: &Message) -> String {
        self.fill(|word| self.escaped(&value(word, notification, message)))
    }

    fn fill(&self, with: impl Fn(&'static str) -> String) -> String {
        let written = self.parts.iter().map(|part| match part {
            Part::Literal(text) => text.clone(),
            Part::Word(word) => with(word),
        });
        written.collect()
    }

    fn escaped(&self, value: &str) -> String {
        match self.escape {
            Escape::Nothing => value.to_owned(),
            Escape::Form => utf8_percent_encode(value, NON_ALPHANUMERIC).to_string(),
            Escape::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned()
            }
        }
    }
}

fn escape(media_type: &str) -> Escape {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/x-www-form-urlencoded" => Escape::Form,
        "application/json" => Escape::Json,
        other if other.ends_with("+json") => Escape::Json,
        _ => Escape::Nothing,
    }
}

fn value(word: &str, notification: &Notification, message: &Message) -> String {
    let brief = &notification.brief;
    let cause = brief.cause.as_ref();
    match word {
        "title" => message.title(),
        "headline" => message.headline.clone(),
        "text" => message.text(),
        "lines" => message.body(),
        "state" => message.state.as_str().to_owned(),
        "notice" => notification.notice.as_str().to_owned(),
        "severity" => brief.severity.as_str().to_owned(),
        "incident" => brief.incident.to_string(),
        "thread" => thread::name(notification),
        "subject" => thread::subject(notification).to_owned(),
        "name" => brief.title.clone(),
        "target" => brief.target.clone(),
        "cause" => cause.map(predicate).unwrap_or_default(),
        "status" => {
            cause.and_then(|cause| cause.kind.status()).map(|code| code.to_string()).unwrap_or_default()
        }
        "began" => brief.began.to_string(),
        "resolved" => brief.resolved.map(|at| at.to_string()).unwrap_or_default(),
        "link" => thread::page(message).map(ToString::to_string).unwrap_or_default(),
        _ => notification.receiver.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_have_their_place() {
        let check = |text: &str, kind: &str, at: std::ops::Range<usize>, title: &str| {
            let error = Template::parse(text, kind).unwrap_err();
            assert_eq!((error.at, error.title.as_str()), (at, title), "{text}");
        };
        check("a {{ titel }} b", "text/plain", 2..13, "unknown word `titel`");
        check("a {{title", "text/plain", 2..9, "`{{` is not closed");
        check(
            "{\"a\": {{title}}",
            "application/json",
            0..15,
            "not JSON: EOF while parsing an object at line 1 column 7",
        );
    }

    #[test]
    fn a_lone_brace_is_text() {
        let template = Template::parse("{ \"a\": { \"b\": \"{{ title }}\" } }", "application/json").unwrap();
        assert_eq!(template.fill(|word| word.to_uppercase()), "{ \"a\": { \"b\": \"TITLE\" } }");
    }

    #[test]
    fn values_stay_values() {
        let escaped = |kind: &str| Template::parse("", kind).map(|template| template.escaped("a\"b\\ c&d\n"));
        assert_eq!(escaped("text/plain").unwrap(), "a\"b\\ c&d\n");
        assert_eq!(escaped("application/x-www-form-urlencoded").unwrap(), "a%22b%5C%20c%26d%0A");
        let json = Template::parse("0", "application/vnd.a+json").unwrap();
        assert_eq!(json.escaped("\"a\"b\\ c&d\n"), r#"\"a\"b\\ c&d\n"#);
    }
}
