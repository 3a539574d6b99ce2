//! Chains of redirects: each exchange asks for what the one before it named in Location.

use super::Broken;
use crate::Place;
use crate::case::Case;
use crate::field::uri::Absolute;
use crate::known::Known;
use crate::verdict::Flag;

/// Chains with more hops are long: some clients stop here.
const MOST_HOPS: usize = 5;
/// Chains are not followed any further.
const LONGEST: usize = 50;

/// A request of a chain.
type Hop = (String, Absolute);

/// The chain that the last exchange belongs to. Exchanges of others in between end it.
#[derive(Debug, Default)]
pub(super) struct Redirects {
    hops: Vec<Hop>,
    /// What the last response asked for.
    next: Option<Hop>,
    /// A cookie was set on the way, so that the same request may be answered otherwise.
    has_cookie: bool,
}

impl Redirects {
    pub(super) fn observe(&mut self, case: &Case<'_>, broken: &mut Vec<Broken>) {
        let (Ok(method), Ok(uri)) = (case.method(), case.request_uri()) else { return };
        let hop = (method.to_owned(), uri);
        if self.next.as_ref() != Some(&hop) || self.hops.len() > LONGEST {
            *self = Self::default();
        }
        self.next = next(case, &hop);
        self.has_cookie |= case.fields().is_ok_and(|fields| fields.has(Known::SetCookie));
        if let Some(next) = &self.next {
            let line = case.fields().ok().and_then(|fields| fields.line(Known::Location));
            let flag = Flag::at(line.map_or(Place::StatusLine, |line| Place::line(line.number)));
            if self.hops.contains(next) && !self.has_cookie {
                broken.push(("redirect-loop", flag.saying("the chain was here before")));
            } else if self.hops.len() == MOST_HOPS {
                broken.push((
                    "redirect-chain-long",
                    flag.saying(format!("hop {} of the chain", MOST_HOPS + 1)),
                ));
            }
        }
        self.hops.push(hop);
    }
}

/// The request that a redirect asks for (RFC 9110, 15.4): after 303, and in practice after 301 and 302 to POST, GET.
fn next(case: &Case<'_>, (method, uri): &Hop) -> Option<Hop> {
    let code = case.number();
    if !matches!(code, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let target = uri.resolve(case.location().ok()??.as_ref().ok()?)?;
    let becomes_get = (code == 303 && method != "HEAD") || (matches!(code, 301 | 302) && method == "POST");
    Some((if becomes_get { "GET".to_owned() } else { method.clone() }, target))
}
