//! What shows that our resolver works.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// For how long an answer is evidence.
const FRESH: Duration = Duration::from_secs(60);

/// The latest answers for two different names: when one of them fails, the other tells whether the resolver works.
#[derive(Debug, Default)]
pub(super) struct Evidence(Mutex<[Option<(String, Instant)>; 2]>);

impl Evidence {
    /// There was an answer for this name, if only that it does not exist.
    pub(super) fn answered(&self, name: &str) {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [latest, before] = &mut *answers;
        if latest.as_ref().is_some_and(|(known, _)| known != name) {
            *before = latest.take();
        }
        *latest = Some((name.to_owned(), Instant::now()));
    }

    /// Was there an answer for another name of late?
    pub(super) fn is_alive_but_for(&self, name: &str) -> bool {
        let answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        answers.iter().flatten().any(|(known, at)| known != name && at.elapsed() <= FRESH)
    }
}
