//! Methods and status codes that do not go together.

use crate::{Source, StatusCode};

/// The methods that a [`Contradiction`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Methods {
    /// All.
    All,
    /// These.
    Only(&'static [&'static str]),
    /// All but these.
    AllBut(&'static [&'static str]),
}

impl Methods {
    /// Is this method among them? Case matters, as always with methods.
    #[must_use]
    pub fn contains(self, method: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(methods) => methods.contains(&method),
            Self::AllBut(methods) => !methods.contains(&method),
        }
    }
}

/// A method and a status code that do not go together.
///
/// ```
/// use statusquo_catalogue::{StatusCode, contradictions};
///
/// let wrong = contradictions("GET", StatusCode::new(201)).next().unwrap();
/// assert_eq!(wrong.why, "a safe method creates nothing");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// The status codes.
    pub codes: &'static [StatusCode],
    /// The methods that they do not go with.
    pub methods: Methods,
    /// Note: under which condition; `None`: always.
    pub when: Option<&'static str>,
    /// Note: why not.
    pub why: &'static str,
    /// Who says so.
    pub source: Source,
}

/// What speaks against this status code as an answer to this method, be it under a condition.
pub fn contradictions(method: &str, code: StatusCode) -> impl Iterator<Item = &'static Contradiction> {
    CONTRADICTIONS.iter().filter(move |c| c.codes.contains(&code) && c.methods.contains(method))
}

const fn code(number: u16) -> StatusCode {
    StatusCode::new(number)
}

/// All contradictions that the catalogue knows.
pub static CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        codes: &[code(201)],
        methods: Methods::Only(&["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]),
        when: None,
        why: "a safe method creates nothing",
        source: Source::http("9.2.1"),
    },
    Contradiction {
        codes: &[code(200), code(204)],
        methods: Methods::Only(&["PUT"]),
        when: Some("the PUT created the resource"),
        why: "a PUT that creates has to be answered with 201",
        source: Source::http("9.3.4"),
    },
    Contradiction {
        codes: &[code(201)],
        methods: Methods::Only(&["PUT"]),
        when: Some("the PUT replaced the resource"),
        why: "a PUT that replaces is answered with 200 or 204",
        source: Source::http("9.3.4"),
    },
    Contradiction {
        codes: &[code(206)],
        methods: Methods::AllBut(&["GET"]),
        when: None,
        why: "ranges are defined for GET alone",
        source: Source::http("14.2"),
    },
    Contradiction {
        codes: &[code(416)],
        methods: Methods::AllBut(&["GET"]),
        when: None,
        why: "ranges are defined for GET alone, and ignored elsewhere",
        source: Source::http("14.2"),
    },
    Contradiction {
        codes: &[code(304)],
        methods: Methods::AllBut(&["GET", "HEAD", "QUERY"]),
        when: None,
        why: "only what reads can be answered from a store; elsewhere a false condition is 412",
        source: Source::http("13.2.2"),
    },
    Contradiction {
        codes: &[code(412)],
        methods: Methods::Only(&["GET", "HEAD"]),
        when: Some("If-None-Match is the only condition"),
        why: "for GET and HEAD a matching If-None-Match means 304",
        source: Source::http("13.1.2"),
    },
    Contradiction {
        codes: &[code(501)],
        methods: Methods::Only(&["GET", "HEAD"]),
        when: None,
        why: "every general-purpose server has to support GET and HEAD",
        source: Source::http("9.1"),
    },
    Contradiction {
        codes: &[code(101), code(426)],
        methods: Methods::All,
        when: Some("the version is HTTP/2 or HTTP/3"),
        why: "Upgrade exists in HTTP/1.1 only",
        source: Source::http("7.8"),
    },
    Contradiction {
        codes: &[code(416)],
        methods: Methods::All,
        when: Some("the request has no Range"),
        why: "it complains about a range that nobody asked for",
        source: Source::http("15.5.17"),
    },
    Contradiction {
        codes: &[code(206)],
        methods: Methods::All,
        when: Some("the request has no Range"),
        why: "a part is sent only to those who ask for one",
        source: Source::http("15.3.7"),
    },
    Contradiction {
        codes: &[code(406)],
        methods: Methods::All,
        when: Some("the request has no Accept field of any kind"),
        why: "without Accept everything is acceptable",
        source: Source::http("12.5.1"),
    },
    Contradiction {
        codes: &[code(412)],
        methods: Methods::All,
        when: Some("the request has no condition"),
        why: "it complains about a condition that nobody set",
        source: Source::http("15.5.13"),
    },
    Contradiction {
        codes: &[code(417)],
        methods: Methods::All,
        when: Some("the request has no Expect"),
        why: "it complains about an expectation that nobody has",
        source: Source::http("15.5.18"),
    },
    Contradiction {
        codes: &[code(411)],
        methods: Methods::All,
        when: Some("the request has Content-Length"),
        why: "it asks for the length that is there",
        source: Source::http("15.5.12"),
    },
    Contradiction {
        codes: &[code(413), code(415), code(422)],
        methods: Methods::All,
        when: Some("the request has no content"),
        why: "it complains about content that is not there",
        source: Source::http("15.5"),
    },
];
