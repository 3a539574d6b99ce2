//! How the operations of a description answered in all of a recording.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use statusquo_exchange::{Exchange, StatusCode};
use statusquo_lint::{Finding, Judge};
use statusquo_source::openapi::{Description, Status};

use super::description::{made_of_operation, path};

/// With fewer requests of an operation, a code that never came says nothing.
const ENOUGH_REQUESTS: u64 = 1000;
/// Nor does it in less time.
const ENOUGH_SECONDS: i64 = 14 * 86_400;

/// How the operations of a description answered, by method and path template.
#[derive(Debug, Default)]
pub(super) struct Answered {
    operations: BTreeMap<(String, String), Tally>,
}

#[derive(Debug)]
struct Tally {
    requests: u64,
    first: Timestamp,
    last: Timestamp,
    codes: BTreeSet<StatusCode>,
}

impl Answered {
    /// Counts an exchange of a described operation.
    pub(super) fn observe(&mut self, description: &Description, exchange: &Exchange) {
        let path = path(&exchange.request.target);
        let (Some(code), Some(operation)) =
            (exchange.status(), description.operation(&exchange.request.method, path))
        else {
            return;
        };
        let key = (operation.method.clone(), operation.path.clone());
        let at = exchange.at;
        let new = || Tally { requests: 0, first: at, last: at, codes: BTreeSet::new() };
        let tally = self.operations.entry(key).or_insert_with(new);
        tally.requests += 1;
        tally.first = tally.first.min(at);
        tally.last = tally.last.max(at);
        tally.codes.insert(code);
    }

    /// Described codes that never came, though there was occasion: findings with the line of the operation.
    pub(super) fn findings(&self, judge: &Judge, description: &Description) -> Vec<(usize, String, Finding)> {
        let mut found = Vec::new();
        for operation in &description.operations {
            let key = (operation.method.clone(), operation.path.clone());
            let Some(tally) = self.operations.get(&key).filter(|tally| tally.is_enough()) else { continue };
            for declared in &operation.responses {
                let Some(code) = expected(declared.status).filter(|code| !tally.codes.contains(code)) else {
                    continue;
                };
                let name = operation.name();
                let message =
                    format!("{name} describes {code}, which none of {} requests got", tally.requests);
                let finding = made_of_operation(judge, "status-documented-never-seen", message);
                found.extend(finding.map(|finding| (operation.line, name, finding)));
            }
        }
        found
    }
}

impl Tally {
    fn is_enough(&self) -> bool {
        self.requests >= ENOUGH_REQUESTS && self.last.as_second() - self.first.as_second() >= ENOUGH_SECONDS
    }
}

/// A code that comes now and then where all is well; server errors may well never come.
fn expected(status: Status) -> Option<StatusCode> {
    match status {
        Status::Code(code) if !code.is_server_error() => Some(code),
        Status::Code(_) | Status::Class(_) | Status::Default => None,
    }
}
