//! Slows down who guesses passwords.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use statusquo_problem::Limit;

/// So many failures are free …
const FREE: u32 = 5;
/// … then each costs a pause that doubles from this many seconds …
const FIRST_PAUSE: u64 = 2;
/// … up to this many, after which the slate is clean.
const LONGEST_PAUSE: u64 = 900;
/// More addresses and names than this are not remembered; the oldest go first.
const MOST: usize = 10_000;

/// Failed attempts to sign in, by address and by name.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<Key, Failed>>);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(Option<IpAddr>),
    Name(String),
}

#[derive(Debug, Clone, Copy)]
struct Failed {
    times: u32,
    last: Timestamp,
}

impl Failed {
    /// Seconds that are left of the pause.
    fn left(self, now: Timestamp) -> u64 {
        let Some(over) = self.times.checked_sub(FREE) else { return 0 };
        let pause = FIRST_PAUSE.saturating_mul(1 << over.min(16)).min(LONGEST_PAUSE);
        pause.saturating_sub(self.age(now))
    }

    fn age(self, now: Timestamp) -> u64 {
        u64::try_from(now.duration_since(self.last).as_secs()).unwrap_or(0)
    }
}

impl Attempts {
    /// The limit, as clients are told it: how many are free, within how long.
    pub(crate) fn limit() -> Limit {
        Limit::new("sign-in", 5, Duration::from_secs(900))
    }

    /// How many seconds they have to wait before the next attempt; 0: none.
    pub(crate) fn wait(&self, address: Option<IpAddr>, name: &str, now: Timestamp) -> u64 {
        let failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |key: &Key| failed.get(key).map_or(0, |failed| failed.left(now));
        left(&Key::Address(address)).max(left(&Key::Name(name.to_owned())))
    }

    pub(crate) fn failed(&self, address: Option<IpAddr>, name: &str, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, failed| failed.age(now) < LONGEST_PAUSE);
        for key in [Key::Address(address), Key::Name(name.to_owned())] {
            if all.len() >= MOST {
                let oldest = all.iter().min_by_key(|(_, failed)| failed.last).map(|(key, _)| key.clone());
                oldest.map(|key| all.remove(&key));
            }
            let failed = all.entry(key).or_insert(Failed { times: 0, last: now });
            (failed.times, failed.last) = (failed.times.saturating_add(1), now);
        }
    }

    pub(crate) fn succeeded(&self, address: Option<IpAddr>, name: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&Key::Address(address));
        all.remove(&Key::Name(name.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;

    #[test]
    fn guessing_gets_slower_and_is_forgiven_later() {
        let (attempts, mut now) = (Attempts::default(), Timestamp::UNIX_EPOCH);
        for _ in 0..FREE - 1 {
            attempts.failed(None, "ann", now);
        }
        assert_eq!(attempts.wait(None, "ann", now), 0);
        attempts.failed(None, "ann", now);
        assert_eq!(attempts.wait(None, "ann", now), 2);
        attempts.failed(None, "ann", now);
        assert_eq!(attempts.wait(None, "other", now), 4, "the address counts too");
        now += 15.minutes();
        assert_eq!(attempts.wait(None, "ann", now), 0);
    }
}
