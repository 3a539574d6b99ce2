//! Codes that people take for each other, side by side.

use crate::StatusCode;

/// A group of codes that people take for each other.
///
/// ```
/// use statusquo_catalogue::{StatusCode, confusions};
///
/// let pair = confusions(StatusCode::new(401)).next().unwrap();
/// assert_eq!(pair.question, "Who are you, or may you do this?");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confusion {
    /// The question that tells them apart.
    pub question: &'static str,
    /// The codes, and what each says, as a note.
    pub sides: &'static [Side],
    /// Sentence: what else to know; empty if nothing.
    pub advice: &'static str,
}

/// One code of a [`Confusion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The code.
    pub code: StatusCode,
    /// Note: what it says.
    pub says: &'static str,
}

/// The groups that this code is part of.
pub fn confusions(code: StatusCode) -> impl Iterator<Item = &'static Confusion> {
    CONFUSIONS.iter().filter(move |confusion| confusion.sides.iter().any(|side| side.code == code))
}

const fn side(code: u16, says: &'static str) -> Side {
    Side { code: StatusCode::new(code), says }
}

/// The usual confusions.
pub static CONFUSIONS: &[Confusion] = &[
    Confusion {
        question: "Done, made, or still to do?",
        sides: &[
            side(200, "done, and here is the result"),
            side(201, "done, and something new exists"),
            side(202, "not done yet: ask later"),
            side(204, "done, and nothing to say"),
        ],
        advice: "An error is none of them, whatever its content says.",
    },
    Confusion {
        question: "For good or for now, and does the method stay?",
        sides: &[
            side(301, "for good; the method may become GET"),
            side(302, "for now; the method may become GET"),
            side(307, "for now; the method stays"),
            side(308, "for good; the method stays"),
            side(303, "elsewhere is the result: go on with GET, always"),
        ],
        advice: "APIs want 307 and 308: a POST that becomes a GET loses its content.",
    },
    Confusion {
        question: "Unreadable, or readable and unacceptable?",
        sides: &[
            side(400, "cannot be parsed or understood"),
            side(422, "parsed and understood, but the values are not acceptable"),
        ],
        advice: "Both are in use for validation: choose one and keep to it.",
    },
    Confusion {
        question: "Who are you, or may you do this?",
        sides: &[side(401, "not known who is asking: sign in"), side(403, "known perhaps, but not allowed")],
        advice: "A 403 may be repeated with other credentials, and may have nothing to do with credentials.",
    },
    Confusion {
        question: "Not for you, or not there?",
        sides: &[side(403, "there, but not for you"), side(404, "not there, or not to be known")],
        advice: "A 404 may hide that the thing exists: decide per resource and keep to it.",
    },
    Confusion {
        question: "Not there, or no longer?",
        sides: &[
            side(404, "not there, and no word about for how long"),
            side(410, "removed on purpose, likely for good"),
        ],
        advice: "Use 410 only if the removal is meant to last: caches and search engines forget the address.",
    },
    Confusion {
        question: "Not here, or nowhere on this server?",
        sides: &[
            side(405, "this resource does not take the method"),
            side(501, "no resource of this server knows the method"),
        ],
        advice: "A 405 has to list in Allow what works; a 501 counts as the server's fault.",
    },
    Confusion {
        question: "What you want, or what you sent?",
        sides: &[side(406, "nothing in a format that you accept"), side(415, "not the format that you sent")],
        advice: "",
    },
    Confusion {
        question: "Who was too slow?",
        sides: &[
            side(408, "the client, to send its request"),
            side(504, "the service behind the gateway, to answer"),
        ],
        advice: "After a 408 nothing was done; after a 504 the work may still be under way.",
    },
    Confusion {
        question: "Who found the clash?",
        sides: &[
            side(409, "the server found a clash with the present state"),
            side(412, "the condition that the client set is false"),
            side(428, "the client set no condition, and has to"),
        ],
        advice: "",
    },
    Confusion {
        question: "What is too large?",
        sides: &[side(413, "the content"), side(414, "the address"), side(431, "the header fields")],
        advice: "",
    },
    Confusion {
        question: "Is it you, or is it us?",
        sides: &[side(429, "you, this caller, ask too often"), side(503, "nobody can be served now")],
        advice: "Both should say in Retry-After when to come back.",
    },
    Confusion {
        question: "Where did it break?",
        sides: &[
            side(500, "in the server itself, by surprise"),
            side(502, "behind it: a bad answer from the upstream"),
            side(503, "in the server itself, on purpose and for a time"),
            side(504, "behind it: no answer from the upstream in time"),
        ],
        advice: "A rising 504 often comes before a 503.",
    },
];
