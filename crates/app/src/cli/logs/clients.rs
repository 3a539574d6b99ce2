//! Who asked how often, and what they got.

use std::collections::HashMap;

/// Clients that are counted by themselves; the rest together.
const MOST: usize = 100_000;
/// Addresses are shorter; what is longer was made to hurt.
const LONGEST: usize = 64;

/// What a client got: by the class of the status code, with nothing at all in the first place.
pub(super) type Answers = [u64; 6];

/// Who asked how often.
#[derive(Debug, Default)]
pub(super) struct Clients {
    answers: HashMap<Box<[u8]>, Answers>,
    /// Requests of clients for which there was no room.
    pub(super) others: u64,
}

impl Clients {
    /// Counts a request.
    pub(super) fn count(&mut self, client: &[u8], status: u16) {
        if client.is_empty() {
            return;
        }
        let class = usize::from(status / 100);
        let mut one = [0; 6];
        if let Some(count) = one.get_mut(if class > 5 { 0 } else { class }) {
            *count = 1;
        }
        self.add(client.get(..client.len().min(LONGEST)).unwrap_or_default(), &one);
    }

    fn add(&mut self, client: &[u8], more: &Answers) {
        let has_room = self.answers.len() < MOST;
        match self.answers.get_mut(client) {
            Some(answers) => answers.iter_mut().zip(more).for_each(|(sum, count)| *sum += count),
            None if has_room => {
                self.answers.insert(client.into(), *more);
            }
            None => self.others += more.iter().sum::<u64>(),
        }
    }

    /// Adds what another reader counted.
    pub(super) fn merge(&mut self, other: Self) {
        for (client, answers) in other.answers {
            self.add(&client, &answers);
        }
        self.others += other.others;
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[u8], &Answers)> {
        self.answers.iter().map(|(client, answers)| (client.as_ref(), answers))
    }
}
