//! A `log_format` of nginx that writes JSON: each name has its variable.

use std::collections::HashMap;

use super::JsonLines;
use super::directive::nginx_part;
use super::part::Part;

/// The reader of lines that this template makes; `None` when it makes no JSON.
pub(super) fn of_json(text: &str) -> Option<JsonLines> {
    let text = super::directive::as_it_stands(text);
    let inner = text.trim().strip_prefix('{')?;
    let mut known = HashMap::new();
    for member in inner.split(',') {
        let (name, value) = member.split_once(':')?;
        let name = name.trim().trim_matches('"');
        let value = value.trim().trim_matches(|c: char| c == '"' || c == '}' || c.is_whitespace());
        if let Some(variable) = value.strip_prefix('$') {
            known.insert(name.as_bytes().to_vec(), nginx_part(variable.trim_matches(['{', '}'])));
        }
    }
    let has = |part: Part| known.values().any(|known| *known == part);
    (has(Part::Status) && has(Part::Time)).then(|| JsonLines::of_names(known))
}
