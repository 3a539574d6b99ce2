//! In which form an answer is wanted.

use http::{HeaderMap, Uri, header};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Html,
    Json,
    Csv,
    Text,
    Markdown,
}

impl Form {
    const ALL: [Self; 5] = [Self::Html, Self::Json, Self::Csv, Self::Text, Self::Markdown];

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Text => "text/plain; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }

    /// The ending of its twin's address.
    pub(crate) const fn ending(self) -> &'static str {
        match self {
            Self::Html => "",
            Self::Json => ".json",
            Self::Csv => ".csv",
            Self::Text => ".txt",
            Self::Markdown => ".md",
        }
    }

    /// What the client prefers (RFC 9110, 12.5.1). Who takes anything, as `curl` does, gets text; who says nothing
    /// gets a page.
    pub(crate) fn wanted(headers: &HeaderMap) -> Self {
        let mut best = (0_u16, Self::Html);
        for line in headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()) {
            for range in line.split(',') {
                let (form, quality) = parse_range(range);
                if let Some(form) = form.filter(|_| quality > best.0) {
                    best = (quality, form);
                }
            }
        }
        best.1
    }

    /// The form of the list at an address: by its ending, else what the client prefers.
    pub(crate) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        Self::split(uri.path()).map_or_else(|| Self::wanted(headers), |(_, form)| form)
    }

    /// Splits the ending off a name: `orders.json` is the JSON of `orders`.
    pub(crate) fn split(name: &str) -> Option<(&str, Self)> {
        let endings = Self::ALL.into_iter().filter(|form| *form != Self::Html);
        endings.into_iter().find_map(|form| Some((name.strip_suffix(form.ending())?, form)))
    }
}

/// A media range and its weight in thousandths.
fn parse_range(range: &str) -> (Option<Form>, u16) {
    let mut parts = range.split(';').map(str::trim);
    let form = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "text/html" | "application/xhtml+xml" => Some(Form::Html),
        "application/json" | "application/problem+json" | "application/*" => Some(Form::Json),
        "text/csv" => Some(Form::Csv),
        "text/plain" | "text/*" | "*/*" => Some(Form::Text),
        "text/markdown" => Some(Form::Markdown),
        _ => None,
    };
    let weight = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    let thousandths = (weight.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0) as u16;
    (form, thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_pages_programs_json_and_curl_text() {
        let cases = [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form::Html),
            ("*/*", Form::Text),
            ("application/json", Form::Json),
            ("text/html;q=0.5, application/json", Form::Json),
            ("application/problem+json, */*;q=0.1", Form::Json),
            ("text/csv", Form::Csv),
            ("image/png", Form::Html),
            ("text/html;q=0, text/markdown", Form::Markdown),
        ];
        for (accept, expect) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(Form::wanted(&headers), expect, "{accept}");
        }
        assert_eq!(Form::wanted(&HeaderMap::new()), Form::Html);
    }

    #[test]
    fn an_ending_names_the_form() {
        assert_eq!(Form::split("api.v1.json"), Some(("api.v1", Form::Json)));
        assert_eq!(Form::split("api.v1"), None);
    }
}
