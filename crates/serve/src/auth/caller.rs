//! Who asks.

use axum::extract::FromRequestParts;
use http::request::Parts;
use statusquo_alert::Who;
use statusquo_problem::Problem;
use statusquo_store::Role;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) who: Who,
    pub(crate) role: Role,
    /// What forms have to send along.
    pub(crate) csrf: String,
    pub(crate) via: Via,
}

/// How they have shown who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Via {
    /// Not at all: nobody has to.
    Open,
    /// By the cookie of a session, of which this is the hash.
    Session(Vec<u8>),
    /// By a token, of which this is the hash.
    Token(Vec<u8>),
}

impl Caller {
    /// May they do what this role may?
    pub(crate) fn may(&self, role: Role) -> bool {
        self.role >= role
    }

    /// Refuses who may not do what this role may.
    pub(crate) fn require(&self, role: Role) -> Result<(), Problem> {
        if self.may(role) {
            return Ok(());
        }
        let (have, need) = (self.role.as_str(), role.as_str());
        let detail = format!("{} is a {have}, and this takes a {need}", self.who);
        Err(Problem::forbidden(detail))
    }

    /// Refuses a form that did not come from one of our pages.
    pub(crate) fn check_csrf(&self, sent: &str) -> Result<(), Problem> {
        if super::is_same(sent.as_bytes(), self.csrf.as_bytes()) {
            return Ok(());
        }
        let detail =
            "this form is out of date, or did not come from here; go back, reload the page and try again";
        Err(Problem::forbidden(detail))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| super::gate::unauthorized("sign in first"))
    }
}
