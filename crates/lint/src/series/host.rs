//! What is remembered of one host.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use super::Broken;
use super::key::{Key, hash};
use crate::Place;
use crate::case::Case;
use crate::known::Known;
use crate::verdict::Flag;

/// No more routes and clients are remembered.
const MOST_KEPT: usize = 2_000;
/// So many 400 with different messages, and nothing but 400, make a route unspecific.
const UNSPECIFIC: usize = 5;

/// A gateway that gives up sooner than that did not wait for a slow answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is remembered of one host.
#[derive(Debug, Default)]
pub(super) struct Host {
    /// The last 401 of credentials that were presented.
    denied: HashMap<u64, String>,
    /// Methods that work somewhere.
    methods: BTreeSet<String>,
    /// Routes whose successes carry Access-Control-Allow-Origin.
    shared: HashSet<u64>,
    /// Of routes the hashes of their messages with 400, and whether they have other 4xx.
    refusals: HashMap<u64, Refusals>,
    /// By which codes field errors were reported.
    validation: BTreeSet<u16>,
    /// Names of the members of error objects, as a sign of their shape.
    shapes: BTreeSet<String>,
    /// Of a route and client, what is kept from it: whether things were said to be forbidden, and not to exist.
    kept_from: HashMap<(u64, Option<u64>), KeptFrom>,
    /// The longest that a success of a route took.
    slowest: HashMap<u64, Duration>,
}

#[derive(Debug, Default)]
struct KeptFrom {
    is_forbidden: bool,
    is_missing: bool,
}

#[derive(Debug, Default)]
struct Refusals {
    messages: HashSet<u64>,
    has_others: bool,
}

fn status(message: String) -> Flag {
    Flag::at(Place::StatusLine).saying(message)
}

impl Host {
    pub(super) fn observe(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        self.credentials(case, key, broken);
        self.methods(case, broken);
        self.sharing(case, key, broken);
        self.refusals(case, key, broken);
        self.shapes(case, broken);
        self.existence(case, key, broken);
        self.slowness(case, key, broken);
    }

    /// A gateway gave up on a route, and successes had taken nearly as long before.
    fn slowness(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        let took = case.exchange.timing.total;
        let has_room = self.slowest.len() < MOST_KEPT || self.slowest.contains_key(&key.route);
        if case.code.is_success() && has_room && !took.is_zero() {
            let slowest = self.slowest.entry(key.route).or_default();
            *slowest = took.max(*slowest);
        } else if case.number() == 504
            && took >= PATIENCE
            && let Some(slowest) = self.slowest.remove(&key.route)
            && slowest >= took * 3 / 4
        {
            let (slowest, took) = (slowest.as_secs_f64(), took.as_secs_f64());
            let message = format!(
                "the gateway gave up after {took:.1} s, and a success of this route had taken {slowest:.1} s before"
            );
            broken.push(("slow-2xx-then-504", status(message)));
        }
    }

    /// One client is told of some things of a route that they are forbidden, and of others that they do not exist.
    fn existence(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        if !key.is_of_many || !case.method_is(&["GET", "HEAD"]) || !matches!(case.number(), 403 | 404) {
            return;
        }
        let place = (key.route, key.client);
        if self.kept_from.len() >= MOST_KEPT && !self.kept_from.contains_key(&place) {
            return;
        }
        let known = self.kept_from.entry(place).or_default();
        let was_both = known.is_forbidden && known.is_missing;
        known.is_forbidden |= case.number() == 403;
        known.is_missing |= case.number() == 404;
        if known.is_forbidden && known.is_missing && !was_both {
            let message =
                "what exists here is a 403 and what does not is a 404: whoever asks can tell".to_owned();
            broken.push(("forbidden-existence-oracle", status(message)));
        }
    }

    /// Credentials that were refused here with 401 and work there: then they were valid, and 403 was meant.
    fn credentials(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        let Some(client) = key.client else { return };
        if case.number() == 401 && self.denied.len() < MOST_KEPT {
            let path = case.target().unwrap_or_default().split('?').next().unwrap_or_default();
            self.denied.insert(client, format!("{} {path}", case.method().unwrap_or_default()));
        } else if case.code.is_success()
            && let Some(request) = self.denied.remove(&client)
        {
            let message =
                format!("these credentials work, and `{request}` answered them with 401 before, not 403");
            broken.push(("unauthorized-with-valid-login", status(message)));
        }
    }

    fn methods(&mut self, case: &Case<'_>, broken: &mut Vec<Broken>) {
        let Ok(method) = case.method() else { return };
        if case.number() == 501 && self.methods.contains(method) {
            let message =
                format!("{method} works elsewhere on this host: 405 says that it does not work here");
            broken.push(("not-implemented-instead-of-405", status(message)));
        } else if case.code.is_success() && self.methods.len() < 50 {
            self.methods.insert(method.to_owned());
        }
    }

    fn sharing(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        let (Ok(request), Ok(fields)) = (case.request(), case.fields()) else { return };
        if !request.has(Known::Origin) {
            return;
        }
        let has_origin = fields.has(Known::AccessControlAllowOrigin);
        if case.code.is_success() && has_origin && self.shared.len() < MOST_KEPT {
            self.shared.insert(key.route);
        } else if case.code.is_error() && !has_origin && self.shared.contains(&key.route) {
            let message = format!(
                "successes here carry Access-Control-Allow-Origin, this {} does not: browsers hide it",
                case.code
            );
            broken.push(("error-cors-missing", status(message)));
        }
    }

    fn refusals(&mut self, case: &Case<'_>, key: &Key, broken: &mut Vec<Broken>) {
        if !case.code.is_client_error() {
            return;
        }
        let has_room = self.refusals.len() < MOST_KEPT || self.refusals.contains_key(&key.route);
        if !has_room {
            return;
        }
        let refusals = self.refusals.entry(key.route).or_default();
        if case.number() != 400 {
            refusals.has_others = true;
            return;
        }
        let Ok(content) = case.content() else { return };
        if refusals.messages.len() < UNSPECIFIC
            && refusals.messages.insert(hash(&content))
            && refusals.messages.len() == UNSPECIFIC
            && !refusals.has_others
        {
            let message = format!("{UNSPECIFIC} different faults of clients, and all of them are 400 here");
            broken.push(("client-error-generic-400", status(message)));
        }
    }

    /// Which shape errors have, and with which code fields are refused.
    fn shapes(&mut self, case: &Case<'_>, broken: &mut Vec<Broken>) {
        let Ok(Some(json)) = case.valid_json() else { return };
        if !case.code.is_error() {
            return;
        }
        let root = json.root();
        let list = ["errors", "details", "violations", "invalid_params", "invalid-params"];
        let inner = root.get("error").unwrap_or(root);
        let has_list =
            inner.get_any(&list).or_else(|| root.get_any(&list)).is_some_and(|found| !found.is_empty());
        if has_list && matches!(case.number(), 400 | 422) {
            let is_new = self.validation.insert(case.number());
            if is_new && self.validation.len() == 2 {
                let message = "fields are refused with 400 here and with 422 there".to_owned();
                broken.push(("validation-status-inconsistent", status(message)));
            }
        }
        let shape = shape(&root);
        let is_new = self.shapes.len() < 8 && self.shapes.insert(shape);
        if is_new && self.shapes.len() > 1 {
            let message = format!("this host answers errors in {} shapes", self.shapes.len());
            broken.push(("error-shape-drift", status(message)));
        }
    }
}

/// The shape of an error: where its message stands.
fn shape(root: &crate::json::Value<'_, '_>) -> String {
    let names = ["error", "errors", "message", "title", "detail", "code", "status", "fault", "msg", "reason"];
    let found: Vec<&str> = names.into_iter().filter(|name| root.get(name).is_some()).collect();
    let is_problem = found.contains(&"title") || (root.get("type").is_some() && found.contains(&"detail"));
    if is_problem {
        return "problem".to_owned();
    }
    match root.get("error") {
        Some(error) if error.kind() == crate::json::Kind::Object => "error{}".to_owned(),
        Some(_) => "error".to_owned(),
        None if found.contains(&"errors") => "errors".to_owned(),
        None => found.first().copied().unwrap_or("other").to_owned(),
    }
}
