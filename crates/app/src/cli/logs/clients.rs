//! Who asked how often, and what they got.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use foldhash::fast::RandomState;

/// Clients that are counted by themselves; the rest together.
const MOST: usize = 100_000;
/// Addresses are shorter; what is longer was made to hurt.
const LONGEST: usize = 64;
/// Requests whose clients are looked up together: the memory of one is fetched while another one is compared.
const TOGETHER: usize = 256;

/// What a client got: by the class of the status code, with nothing at all in the first place.
pub(super) type Answers = [u64; 6];

/// Who asked how often.
#[derive(Debug, Default)]
pub(super) struct Clients {
    short: HashMap<Short, Answers, RandomState>,
    long: HashMap<Box<[u8]>, Answers, RandomState>,
    /// Clients that were not looked up yet, and the class of what they got.
    waiting: Vec<(Short, usize)>,
    /// Requests of clients for which there was no room.
    pub(super) others: u64,
}

/// An address of less than sixteen bytes, as all of IPv4 are, with its length in the last one: compared at once, without
/// looking for it elsewhere in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Short(u128);

impl Short {
    fn of(client: &[u8]) -> Option<Self> {
        let length = client.len();
        let word = match (client.first_chunk::<8>(), client.last_chunk::<8>()) {
            _ if length > 15 => return None,
            (Some(first), Some(last)) => {
                let behind = u128::from(u64::from_le_bytes(*last)) >> (8 * (16 - length));
                u128::from(u64::from_le_bytes(*first)) | behind << 64
            }
            _ => client.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)),
        };
        Some(Self(word | (length as u128) << 120))
    }

    fn text(self) -> Vec<u8> {
        let bytes = self.0.to_le_bytes();
        bytes.get(..usize::from(bytes[15])).unwrap_or_default().to_vec()
    }
}

impl Clients {
    /// Counts a request.
    pub(super) fn count(&mut self, client: &[u8], status: u16) {
        if client.is_empty() {
            return;
        }
        let class = usize::from(status / 100);
        let class = if class > 5 { 0 } else { class };
        match Short::of(client) {
            Some(short) => {
                self.waiting.push((short, class));
                if self.waiting.len() >= TOGETHER {
                    self.look_up();
                }
            }
            None => {
                let answers = self.of_long(client);
                self.others += u64::from(!note(answers, class));
            }
        }
    }

    /// Counts those that wait.
    fn look_up(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        for (client, class) in waiting.drain(..) {
            let answers = self.of_short(client);
            self.others += u64::from(!note(answers, class));
        }
        self.waiting = waiting;
    }

    /// Adds what another reader counted.
    pub(super) fn merge(&mut self, mut other: Self) {
        self.look_up();
        other.look_up();
        let add = |answers: Option<&mut Answers>, more: &Answers, others: &mut u64| match answers {
            Some(answers) => answers.iter_mut().zip(more).for_each(|(sum, count)| *sum += count),
            None => *others += more.iter().sum::<u64>(),
        };
        let mut others = other.others;
        other.short.iter().for_each(|(client, more)| add(self.of_short(*client), more, &mut others));
        other.long.iter().for_each(|(client, more)| add(self.of_long(client), more, &mut others));
        self.others += others;
    }

    /// All that were merged.
    pub(super) fn all(&self) -> impl Iterator<Item = (Vec<u8>, &Answers)> {
        let short = self.short.iter().map(|(client, answers)| (client.text(), answers));
        short.chain(self.long.iter().map(|(client, answers)| (client.to_vec(), answers)))
    }

    fn has_room(&self) -> bool {
        self.short.len() + self.long.len() < MOST
    }

    /// What a client got so far, if there is room for it.
    fn of_short(&mut self, client: Short) -> Option<&mut Answers> {
        let has_room = self.has_room();
        get(&mut self.short, client, has_room)
    }

    fn of_long(&mut self, client: &[u8]) -> Option<&mut Answers> {
        let has_room = self.has_room();
        get(&mut self.long, client.get(..client.len().min(LONGEST)).unwrap_or_default().into(), has_room)
    }
}

fn get<K: Hash + Eq>(
    all: &mut HashMap<K, Answers, RandomState>,
    client: K,
    has_room: bool,
) -> Option<&mut Answers> {
    match all.entry(client) {
        Entry::Occupied(known) => Some(known.into_mut()),
        Entry::Vacant(free) => has_room.then(|| free.insert(Answers::default())),
    }
}

/// Counts a request; `false` when there is no room for its client.
fn note(answers: Option<&mut Answers>, class: usize) -> bool {
    let count = answers.and_then(|answers| answers.get_mut(class));
    count.map(|count| *count += 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_apart_whatever_the_length_of_their_names() {
        let (mut one, mut other) = (Clients::default(), Clients::default());
        let names: Vec<String> = (1..80).map(|length| "a".repeat(length)).collect();
        for name in &names {
            one.count(name.as_bytes(), 200);
            other.count(name.as_bytes(), 503);
            other.count(name.as_bytes(), 0);
        }
        one.count(b"", 200);
        one.merge(other);
        let mut found: Vec<(usize, Answers)> =
            one.all().map(|(name, answers)| (name.len(), *answers)).collect();
        found.sort_unstable();
        let mut expect: Vec<(usize, Answers)> = (1..64).map(|length| (length, [1, 0, 1, 0, 0, 1])).collect();
        expect.push((LONGEST, [16, 0, 16, 0, 0, 16]));
        assert_eq!((found, one.others), (expect, 0));
    }

    #[test]
    fn what_there_is_no_room_for_is_counted_together() {
        let mut clients = Clients::default();
        for number in 0..MOST + 10 {
            clients.count(format!("{number}").as_bytes(), 200);
        }
        clients.count(b"0", 404);
        clients.look_up();
        assert_eq!((clients.all().count(), clients.others), (MOST, 10));
    }
}
