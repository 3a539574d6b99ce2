//! In which form errors are written.

use std::fmt;

use http::{HeaderMap, HeaderValue, header};

use crate::accept::quality;
use crate::{Problem, RequestId};

/// In which form a service writes its errors: chosen once, with the `ProblemLayer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// Problem details, `application/problem+json` (RFC 9457).
    #[default]
    Problem,
    /// `{"error": {"code", "message", "details": [{"field", "message"}], "request_id"}}`, `application/json`.
    Envelope,
}

/// Writes an error as a page, for people with browsers: the whole HTML document. What it is given is what strangers may
/// read; a message or a name within it may come from outside, and has to be escaped.
pub type Page = fn(&Problem, Option<&RequestId>) -> String;

/// What is written for one client.
#[derive(Clone, Copy)]
pub(crate) enum Media {
    Problem,
    Envelope,
    /// For people who asked for text and nothing else.
    Text,
    /// For people with browsers, where the house has a page.
    Page(Page),
}

impl Media {
    pub(crate) const fn of(form: Form) -> Self {
        match form {
            Form::Problem => Self::Problem,
            Form::Envelope => Self::Envelope,
        }
    }

    pub(crate) const fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Problem => "application/problem+json",
            Self::Envelope => "application/json",
            Self::Text => "text/plain; charset=utf-8",
            Self::Page(_) => "text/html; charset=utf-8",
        })
    }

    /// Is it one that others write as well, so that it does not show who wrote it?
    pub(crate) const fn is_for_people(self) -> bool {
        matches!(self, Self::Text | Self::Page(_))
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Problem => "Problem",
            Self::Envelope => "Envelope",
            Self::Text => "Text",
            Self::Page(_) => "Page",
        })
    }
}

impl Form {
    /// What the client prefers (RFC 9110, 12.5.1). Whoever takes JSON gets the house's form, since programs that read
    /// errors ask for `application/json`; whoever takes none of ours gets it all the same (RFC 9110, 12.4.1). The page,
    /// if there is one, is for those who name HTML and want nothing more than it.
    pub(crate) fn wanted(self, page: Option<Page>, headers: &HeaderMap) -> Media {
        if !headers.contains_key(header::ACCEPT) {
            return Media::of(self);
        }
        let of = |main, sub| quality(headers, main, sub);
        let (problem, json, text) =
            (of("application", "problem+json"), of("application", "json"), of("text", "plain"));
        let best = problem.weight.max(json.weight);
        let html = of("text", "html");
        if let Some(page) = page
            && html.is_exact
            && html.weight > 0
            && html.weight >= best.max(text.weight)
        {
            return Media::Page(page);
        }
        if text.weight > best || (text.weight == best && text.is_named && !problem.is_named && !json.is_named)
        {
            return Media::Text;
        }
        match self {
            Self::Envelope if problem.is_named && problem.weight > json.weight => Media::Problem,
            Self::Envelope if problem.is_named && problem.weight == json.weight && !json.is_named => {
                Media::Problem
            }
            Self::Problem | Self::Envelope => Media::of(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_get_the_house_form_and_people_may_have_text() {
        for (accept, problem, envelope) in [
            ("*/*", "Problem", "Envelope"),
            ("application/json", "Problem", "Envelope"),
            ("application/problem+json", "Problem", "Problem"),
            ("application/problem+json, application/json", "Problem", "Envelope"),
            ("application/problem+json, application/json;q=0.5", "Problem", "Problem"),
            ("application/problem+json, */*;q=0.1", "Problem", "Problem"),
            ("application/*", "Problem", "Envelope"),
            ("text/plain", "Text", "Text"),
            ("text/plain, */*", "Text", "Text"),
            ("text/plain;q=0.4, application/json", "Problem", "Envelope"),
            ("text/*", "Text", "Text"),
            ("text/html,application/xhtml+xml,*/*;q=0.8", "Problem", "Envelope"),
            ("application/json, text/plain, */*", "Problem", "Envelope"),
            ("image/png", "Problem", "Envelope"),
            ("application/json;q=0, text/plain;q=0", "Problem", "Envelope"),
            (";;;,,q=", "Problem", "Envelope"),
        ] {
            assert_eq!(wanted(Form::Problem, None, accept), problem, "{accept}");
            assert_eq!(wanted(Form::Envelope, None, accept), envelope, "{accept}");
        }
        assert!(matches!(Form::Envelope.wanted(None, &HeaderMap::new()), Media::Envelope));
    }

    #[test]
    fn browsers_get_the_page_where_there_is_one() {
        let page: Page = |_, _| String::new();
        for (accept, expect) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Page"),
            ("text/html", "Page"),
            ("text/*", "Text"),
            ("text/html;q=0.5, application/json", "Problem"),
            ("application/json, text/plain, */*", "Problem"),
            ("*/*", "Problem"),
            ("text/html;q=0", "Problem"),
        ] {
            assert_eq!(wanted(Form::Problem, Some(page), accept), expect, "{accept}");
        }
    }

    fn wanted(form: Form, page: Option<Page>, accept: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        format!("{:?}", form.wanted(page, &headers))
    }
}
