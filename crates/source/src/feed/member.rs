//! Members of JSON from strangers: whatever has another type is not there.

use jiff::Timestamp;
use serde_json::Value;

/// Longer texts are cut.
const MOST: usize = 300;

/// A text on one line, not empty, not endless.
pub(super) fn text(json: &Value, name: &str) -> Option<String> {
    json.get(name)?.as_str().and_then(line)
}

/// A text made fit for one line.
pub(super) fn line(text: &str) -> Option<String> {
    let mut line = String::new();
    // What turns or hides text (Unicode TR 36) goes.
    let hidden =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().filter(|c| !hidden(*c)).take(MOST));
        if line.chars().count() >= MOST {
            line = line.chars().take(MOST - 1).collect::<String>() + "…";
            break;
        }
    }
    (!line.is_empty()).then_some(line)
}

/// A list; anything else is an empty one.
pub(super) fn list<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A moment (RFC 3339).
pub(super) fn moment(json: &Value, name: &str) -> Option<Timestamp> {
    json.get(name)?.as_str()?.parse().ok()
}

/// A link for a browser.
pub(super) fn link(json: &Value, name: &str) -> Option<String> {
    json.get(name)?.as_str().and_then(web)
}

/// The text, if it is a link for a browser.
pub(super) fn web(text: &str) -> Option<String> {
    let is_web = url::Url::parse(text.trim()).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    (is_web && text.len() < 2000).then(|| text.trim().to_owned())
}
