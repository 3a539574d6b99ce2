//! In which form errors are written.

use http::{HeaderMap, HeaderValue, header};

use crate::accept::quality;

/// In which form a service writes its errors: chosen once, with the `ProblemLayer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Form {
    /// Problem details, `application/problem+json` (RFC 9457).
    #[default]
    Problem,
    /// `{"error": {"code", "message", "details": [{"field", "message"}], "request_id"}}`, `application/json`.
    Envelope,
}

/// What is written for one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Media {
    Problem,
    Envelope,
    /// For people who asked for text and nothing else.
    Text,
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
        })
    }
}

impl Form {
    /// What the client prefers (RFC 9110, 12.5.1). Whoever takes JSON gets the house's form, since programs that read
    /// errors ask for `application/json`; whoever takes none of ours gets it all the same (RFC 9110, 12.4.1).
    pub(crate) fn wanted(self, headers: &HeaderMap) -> Media {
        if !headers.contains_key(header::ACCEPT) {
            return Media::of(self);
        }
        let of = |main, sub| quality(headers, main, sub);
        let (problem, json, text) =
            (of("application", "problem+json"), of("application", "json"), of("text", "plain"));
        let best = problem.weight.max(json.weight);
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
        use Media::{Envelope, Problem, Text};
        for (accept, problem, envelope) in [
            ("*/*", Problem, Envelope),
            ("application/json", Problem, Envelope),
            ("application/problem+json", Problem, Problem),
            ("application/problem+json, application/json", Problem, Envelope),
            ("application/problem+json, application/json;q=0.5", Problem, Problem),
            ("application/problem+json, */*;q=0.1", Problem, Problem),
            ("application/*", Problem, Envelope),
            ("text/plain", Text, Text),
            ("text/plain, */*", Text, Text),
            ("text/plain;q=0.4, application/json", Problem, Envelope),
            ("text/*", Text, Text),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Problem, Envelope),
            ("application/json, text/plain, */*", Problem, Envelope),
            ("image/png", Problem, Envelope),
            ("application/json;q=0, text/plain;q=0", Problem, Envelope),
            (";;;,,q=", Problem, Envelope),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(Form::Problem.wanted(&headers), problem, "{accept}");
            assert_eq!(Form::Envelope.wanted(&headers), envelope, "{accept}");
        }
        assert_eq!(Form::Envelope.wanted(&HeaderMap::new()), Envelope);
    }
}
