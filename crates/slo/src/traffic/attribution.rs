//! Whose requests failed: what is kept of each client, within bounds.

use std::collections::HashMap;

use statusquo_exchange::StatusCode;

use super::batch::Request;
use super::sign::Sign;
use crate::Answer;
use crate::hash::BuildQuick;

/// Clients of a batch that are told apart; the rest is counted together.
const MOST_CLIENTS: usize = 20_000;
/// Failures of a batch that are told apart by client, method and path.
const MOST_CELLS: usize = 100_000;
/// Addresses are shorter; what is longer was made to hurt.
const LONGEST_CLIENT: usize = 64;

/// Whose requests failed.
#[derive(Debug, Default)]
pub(super) struct Attribution {
    index: HashMap<Box<[u8]>, usize, BuildQuick>,
    pub(super) clients: Vec<Client>,
    cells: usize,
    /// Requests of clients for which there was no room.
    pub(super) beyond: u64,
}

/// What was seen of a client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) address: Box<[u8]>,
    pub(super) minutes: Vec<Seen>,
}

/// What was seen of a client within a minute.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub(super) minute: i64,
    pub(super) requests: u64,
    /// Requests for the same method and path as the one before that got as many bytes: the very same thing again.
    pub(super) repeated: u64,
    last: (usize, u64),
    pub(super) signs: [u64; Sign::ALL.len()],
    pub(super) failures: Vec<Failure>,
}

/// How often a client got this answer from the entry of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failure {
    pub(super) entry: usize,
    pub(super) answer: Answer,
    pub(super) count: u64,
}

impl Attribution {
    /// Counts a request of the entry; its answer is told apart when `is_kept`.
    pub(super) fn record(&mut self, request: &Request<'_>, entry: usize, is_kept: bool) {
        let address = request.client.get(..request.client.len().min(LONGEST_CLIENT)).unwrap_or_default();
        let at = match self.index.get(address) {
            Some(at) => *at,
            None if self.clients.len() < MOST_CLIENTS => self.enter(address),
            None => {
                self.beyond += 1;
                return;
            }
        };
        let Some(client) = self.clients.get_mut(at) else { return };
        let seen = client.minute(request.at_seconds.div_euclid(60));
        seen.repeated += u64::from(seen.requests > 0 && seen.last == (entry, request.bytes));
        seen.requests += 1;
        seen.last = (entry, request.bytes);
        if let Some(count) = request.sign.and_then(|sign| seen.signs.get_mut(sign as usize)) {
            *count += 1;
        }
        if is_kept && self.cells < MOST_CELLS {
            self.cells += usize::from(seen.count(entry, request.answer));
        }
    }

    fn enter(&mut self, address: &[u8]) -> usize {
        let at = self.clients.len();
        self.index.insert(address.into(), at);
        self.clients.push(Client { address: address.into(), minutes: Vec::new() });
        at
    }
}

impl Client {
    /// The newest minutes are at the end, where nearly all requests find theirs.
    fn minute(&mut self, minute: i64) -> &mut Seen {
        let known = self.minutes.iter().rposition(|seen| seen.minute == minute);
        let at = known.unwrap_or_else(|| {
            self.minutes.push(Seen { minute, ..Seen::default() });
            self.minutes.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "it was found or pushed just now")]
        &mut self.minutes[at]
    }
}

impl Seen {
    /// Counts an answer; is it a new one?
    fn count(&mut self, entry: usize, answer: Answer) -> bool {
        let recent = self.failures.iter_mut().rev().take(16);
        match recent.into_iter().find(|failure| failure.entry == entry && failure.answer == answer) {
            Some(failure) => {
                failure.count += 1;
                false
            }
            None => {
                self.failures.push(Failure { entry, answer, count: 1 });
                true
            }
        }
    }
}

/// Is this an answer that somebody may have to look into?
pub(super) fn is_failure(answer: Answer) -> bool {
    match answer {
        Answer::Status(code) => code >= StatusCode::new(400),
        Answer::Failure(_) => true,
        Answer::None => false,
    }
}

/// Words that stand in the paths where credentials are tried: a guess that only decides what is looked at.
const SIGN_IN: [&[u8]; 11] = [
    b"login",
    b"logon",
    b"signin",
    b"sign-in",
    b"sign_in",
    b"auth",
    b"token",
    b"session",
    b"password",
    b"xmlrpc",
    b"credential",
];

/// Does this method and path take credentials?
pub(super) fn is_sign_in(method: &[u8], path: &[u8]) -> bool {
    let holds = |word: &[u8]| path.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    method == b"POST" && SIGN_IN.into_iter().any(holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_where_people_sign_in_are_told_by_their_paths() {
        for path in ["/wp-login.php", "/v1/auth", "/oauth/Token", "/users/sign_in", "/xmlrpc.php"] {
            assert!(is_sign_in(b"POST", path.as_bytes()), "{path}");
        }
        assert!(!is_sign_in(b"GET", b"/wp-login.php"));
        assert!(!is_sign_in(b"POST", b"/v1/orders"));
    }
}
