//! Paths that are not known yet.

use std::collections::BTreeMap;

use statusquo_exchange::StatusCode;

use super::batch::Entry;
use super::whole::EndpointTally;
use crate::Answer;

/// Paths that may wait; more are counted together at once.
const MOST: usize = 20_000;
/// So many refusals make a place of a path that has no neighbours.
const OFTEN: u64 = 20;

/// What was counted of paths that nothing had answered when they were met. Whether they belong to a route is seen in the
/// end, so that the order of requests does not matter.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending {
    tallies: BTreeMap<(Box<str>, Box<str>), EndpointTally>,
}

impl Pending {
    /// Counts an entry; `false` when there is no room.
    pub(super) fn add(&mut self, entry: &Entry, bucket: i64) -> bool {
        let key = (super::whole::text(entry.method()), super::whole::text(entry.path()));
        if self.tallies.len() >= MOST && !self.tallies.contains_key(&key) {
            return false;
        }
        self.tallies.entry(key).or_default().add_entry(entry, bucket);
        true
    }

    /// All of them, by method and path; none are left.
    pub(super) fn take(&mut self) -> BTreeMap<(Box<str>, Box<str>), EndpointTally> {
        std::mem::take(&mut self.tallies)
    }

    pub(super) fn tallies(&mut self) -> impl Iterator<Item = &mut EndpointTally> {
        self.tallies.values_mut()
    }
}

/// Does this answer say that there is something? 404 and 405 say the contrary, malformed requests get 400, and who guards
/// all doors answers 401 or 403 at those that lead nowhere as well.
pub(super) fn teaches(answer: Answer) -> bool {
    match answer {
        Answer::Status(code) => !matches!(code.get(), 400 | 401 | 403 | 404 | 405),
        Answer::Failure(_) | Answer::None => false,
    }
}

/// Do refusals make a place of this path after all? Beside known places they do, unless it looks like what scanners ask.
pub(super) fn is_place(
    path: &str,
    count: impl Fn(&dyn Fn(Answer) -> bool) -> u64,
    has_neighbours: bool,
) -> bool {
    let refused = |code: u16| count(&|answer| answer == Answer::Status(StatusCode::new(code)));
    let refusals = refused(401) + refused(403);
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'{' | b'}');
    let is_plain = !last.is_empty() && last.bytes().all(is_word);
    is_plain && ((has_neighbours && refusals + refused(400) > 0) || refusals >= OFTEN)
}
