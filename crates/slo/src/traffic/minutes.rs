//! Traffic minute by minute, with the clients that failed: what detectors look at.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};

use super::attribution::{Client, Seen};
use super::batch::{Batch, Entry};
use super::sign::Sign;
use super::whole::Endpoint;
use crate::Answer;
use crate::hash::Quick;

/// More cells than this at once: the oldest minutes are handed out before their time.
const MOST_CELLS: usize = 2_000_000;
/// A client with fewer requests in a minute, none of which failed or showed a sign, is not told apart.
const FEW_REQUESTS: u64 = 20;
/// So many times the same thing within a minute, and nearly nothing else, may be a part of a flood.
const REPEATING: u64 = 5;
/// Clients that are not told apart take little room.
const QUIET_PER_CELL: usize = 4;

/// What happened within a minute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Minute {
    /// Its first second since 1970.
    pub start: i64,
    /// What the endpoints answered.
    pub endpoints: BTreeMap<Endpoint, EndpointMinute>,
    /// The clients that failed, showed a sign, or asked often.
    pub clients: Vec<ClientMinute>,
    /// How many requests each of the other clients made, by the hash of its address (see [`client_hash`]): they got what
    /// they asked for. A client may stand here more than once.
    pub quiet: Vec<(u64, u64)>,
    /// How many clients there were, about; 0 when the source names none.
    pub all_clients: u64,
}

/// What an endpoint answered within a minute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndpointMinute {
    /// How often which answer.
    pub answers: BTreeMap<Answer, u64>,
    /// How often it took so long: by the binary logarithm of the microseconds, from half a second up.
    pub slow: BTreeMap<u8, u64>,
}

impl EndpointMinute {
    /// How many of these answers.
    #[must_use]
    pub fn count(&self, is_counted: impl Fn(Answer) -> bool) -> u64 {
        self.answers.iter().filter(|(answer, _)| is_counted(**answer)).map(|(_, count)| count).sum()
    }
}

/// What was seen of a client within a minute.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClientMinute {
    /// Its address, or however the source names it.
    pub address: Box<str>,
    /// Its requests.
    pub requests: u64,
    /// Those that asked for the same method and path as the one before, and got as many bytes.
    pub repeated: u64,
    /// How many of them showed which sign, in the order of [`Sign::ALL`].
    pub signs: [u64; Sign::ALL.len()],
    /// What failed, and all attempts to sign in.
    pub attributed: Vec<Attributed>,
}

impl ClientMinute {
    /// How many of its requests showed this sign.
    #[must_use]
    pub fn sign(&self, sign: Sign) -> u64 {
        self.signs.get(sign as usize).copied().unwrap_or(0)
    }
}

/// How often a client got an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributed {
    /// From this endpoint.
    pub endpoint: Endpoint,
    /// For a path with this hash: paths that belong to no route are told apart by it.
    pub path: u64,
    /// Does one sign in there?
    pub is_sign_in: bool,
    /// This answer.
    pub answer: Answer,
    /// So often.
    pub count: u64,
}

/// The minutes that are not complete yet, of one service.
#[derive(Debug, Clone, Default)]
pub struct Minutes {
    open: BTreeMap<i64, Building>,
    cells: usize,
    /// Minutes before this one were handed out.
    handed_out: i64,
    late: u64,
}

/// A minute while batches still add to it.
#[derive(Debug, Clone, Default)]
struct Building {
    minute: Minute,
    clients: HashMap<Box<[u8]>, usize>,
}

impl Minutes {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self { handed_out: i64::MIN, ..Self::default() }
    }

    /// Requests that came after their minute had been handed out.
    #[must_use]
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// The minutes before this moment, in order: nothing more is expected of them. `current` says which endpoint one is by
    /// now, since routes may have been merged.
    pub fn due(&mut self, before_seconds: i64, current: &dyn Fn(&Endpoint) -> Endpoint) -> Vec<Minute> {
        let before = before_seconds.div_euclid(60);
        let rest = self.open.split_off(&before);
        let due = std::mem::replace(&mut self.open, rest);
        self.handed_out = self.handed_out.max(before);
        self.hand_out(due, current)
    }

    /// The oldest minutes, if there are more than there is room for: they are handed out before their time.
    pub fn overflow(&mut self, current: &dyn Fn(&Endpoint) -> Endpoint) -> Vec<Minute> {
        if self.cells <= MOST_CELLS {
            return Vec::new();
        }
        let Some(middle) = self.open.keys().nth(self.open.len() / 2).copied() else { return Vec::new() };
        self.due((middle + 1) * 60, current)
    }

    fn hand_out(
        &mut self,
        due: BTreeMap<i64, Building>,
        current: &dyn Fn(&Endpoint) -> Endpoint,
    ) -> Vec<Minute> {
        let minutes: Vec<Minute> =
            due.into_values().map(|building| relabelled(building.minute, current)).collect();
        self.cells = self.open.values().map(|building| cells(&building.minute)).sum();
        minutes
    }

    /// Adds what was counted; `endpoints` says to which endpoint each entry of the batch belongs.
    pub fn add(&mut self, batch: &Batch, endpoints: &[Endpoint]) {
        for (entry, endpoint) in batch.entries.iter().zip(endpoints) {
            self.add_entry(entry, endpoint);
        }
        for client in &batch.attribution.clients {
            self.add_client(client, &batch.entries, endpoints);
        }
    }

    /// Adds what was counted of endpoints before a restart, in a minute that is perhaps not complete yet.
    pub fn remember(&mut self, before: &Minute) {
        let Some(building) = self.minute(before.start.div_euclid(60)) else { return };
        let mut added = 0;
        for (endpoint, counted) in &before.endpoints {
            let answers = &mut building.minute.endpoint(endpoint).answers;
            for (answer, count) in &counted.answers {
                added += usize::from(!answers.contains_key(answer));
                *answers.entry(*answer).or_default() += count;
            }
        }
        self.cells += added;
    }

    fn minute(&mut self, minute: i64) -> Option<&mut Building> {
        (minute >= self.handed_out).then(|| {
            let building = self.open.entry(minute).or_default();
            building.minute.start = minute * 60;
            building
        })
    }

    fn add_entry(&mut self, entry: &Entry, endpoint: &Endpoint) {
        for cell in &entry.cells {
            let Some(building) = self.minute(cell.tens.div_euclid(6)) else {
                self.late += cell.count;
                continue;
            };
            let answers = &mut building.minute.endpoint(endpoint).answers;
            let before = answers.len();
            *answers.entry(cell.answer).or_default() += cell.count;
            self.cells += answers.len() - before;
        }
        for slow in &entry.slow {
            let Some(building) = self.minute(slow.minute) else { continue };
            *building.minute.endpoint(endpoint).slow.entry(slow.octave).or_default() += slow.count;
        }
    }

    fn add_client(&mut self, client: &Client, entries: &[Entry], endpoints: &[Endpoint]) {
        for seen in &client.minutes {
            let Some(building) = self.minute(seen.minute) else { continue };
            building.minute.all_clients += u64::from(!building.clients.contains_key(&client.address));
            if !is_remarkable(seen) {
                building.minute.quiet.push((client_hash(&client.address), seen.requests));
                self.cells += usize::from(building.minute.quiet.len() % QUIET_PER_CELL == 0);
                continue;
            }
            self.cells += building.add_client(&client.address, seen, |entry| {
                let (known, endpoint) = (entries.get(entry)?, endpoints.get(entry)?);
                Some((endpoint.clone(), hash(known), known.is_sign_in))
            });
        }
    }
}

impl Minute {
    fn endpoint(&mut self, endpoint: &Endpoint) -> &mut EndpointMinute {
        if !self.endpoints.contains_key(endpoint) {
            self.endpoints.insert(endpoint.clone(), EndpointMinute::default());
        }
        self.endpoints.entry(endpoint.clone()).or_default()
    }
}

impl Building {
    /// Adds what was seen of a client; returns how many cells that took.
    fn add_client(
        &mut self,
        address: &[u8],
        seen: &Seen,
        place: impl Fn(usize) -> Option<(Endpoint, u64, bool)>,
    ) -> usize {
        let clients = &mut self.minute.clients;
        let at = *self.clients.entry(address.into()).or_insert_with(|| {
            let address = String::from_utf8_lossy(address).into();
            clients.push(ClientMinute { address, ..ClientMinute::default() });
            clients.len() - 1
        });
        let Some(client) = clients.get_mut(at) else { return 0 };
        client.requests += seen.requests;
        client.repeated += seen.repeated;
        client.signs.iter_mut().zip(seen.signs).for_each(|(sum, count)| *sum += count);
        let before = client.attributed.len();
        for failure in &seen.failures {
            let Some((endpoint, path, is_sign_in)) = place(failure.entry) else { continue };
            let known = client.attributed.iter_mut().rev().take(64);
            let is_same = |known: &&mut Attributed| known.path == path && known.answer == failure.answer;
            match known.into_iter().find(is_same) {
                Some(known) => known.count += failure.count,
                None => client.attributed.push(Attributed {
                    endpoint,
                    path,
                    is_sign_in,
                    answer: failure.answer,
                    count: failure.count,
                }),
            }
        }
        1 + client.attributed.len() - before
    }
}

/// Who comes, gets answers and goes is not told apart.
fn is_remarkable(seen: &Seen) -> bool {
    let signs = Sign::ALL.into_iter().zip(seen.signs);
    let has_sign = signs.into_iter().any(|(sign, count)| sign != Sign::Crawler && count > 0);
    let is_repeating = seen.repeated >= REPEATING && seen.repeated * 10 >= seen.requests * 8;
    has_sign || !seen.failures.is_empty() || seen.requests >= FEW_REQUESTS || is_repeating
}

/// What stands for a client that is not told apart.
#[must_use]
pub fn client_hash(address: &[u8]) -> u64 {
    let mut hash = Quick::default();
    hash.write(address);
    hash.finish()
}

fn hash(entry: &Entry) -> u64 {
    let mut hash = Quick::default();
    (entry.method(), entry.path()).hash(&mut hash);
    hash.finish()
}

fn cells(minute: &Minute) -> usize {
    let endpoints: usize = minute.endpoints.values().map(|endpoint| endpoint.answers.len()).sum();
    let clients: usize = minute.clients.iter().map(|client| 1 + client.attributed.len()).sum();
    endpoints + clients + minute.quiet.len() / QUIET_PER_CELL
}

/// Routes may have been merged since.
fn relabelled(mut minute: Minute, current: &dyn Fn(&Endpoint) -> Endpoint) -> Minute {
    for (endpoint, counted) in std::mem::take(&mut minute.endpoints) {
        let sum = minute.endpoints.entry(current(&endpoint)).or_default();
        for (answer, count) in counted.answers {
            *sum.answers.entry(answer).or_default() += count;
        }
        for (octave, count) in counted.slow {
            *sum.slow.entry(octave).or_default() += count;
        }
    }
    for attributed in minute.clients.iter_mut().flat_map(|client| &mut client.attributed) {
        attributed.endpoint = current(&attributed.endpoint);
    }
    minute.clients.sort_unstable_by(|a, b| a.address.cmp(&b.address));
    minute
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::StatusCode;

    use super::*;
    use crate::traffic::{Request, Traffic};

    fn request<'a>(path: &'a str, code: u16, at_seconds: i64, client: &'a str) -> Request<'a> {
        Request {
            method: b"GET",
            path: path.as_bytes(),
            is_route: false,
            answer: Answer::Status(StatusCode::new(code)),
            at_seconds,
            duration: Some(3_000_000),
            bytes: 7,
            client: client.as_bytes(),
            sign: (code == 404).then_some(Sign::Hidden),
        }
    }

    #[test]
    fn minutes_come_in_order_whatever_the_order_of_batches_and_name_who_failed() {
        let mut traffic = Traffic::new(500);
        let mut minutes = Minutes::new();
        for at in [130, 10, 70] {
            let mut batch = Batch::new();
            batch.record(&request("/a", 200, at, "1.1.1.1"));
            batch.record(&request("/.env", 404, at + 1, "2.2.2.2"));
            batch.record(&request("/.git", 404, at + 2, "2.2.2.2"));
            traffic.add_watched(&batch, &mut minutes);
        }
        let due = minutes.due(120, &Clone::clone);
        assert_eq!(due.iter().map(|minute| minute.start).collect::<Vec<_>>(), [0, 60]);
        let [first, _] = due.as_slice() else { panic!("two minutes") };
        assert_eq!(first.all_clients, 2);
        let [client] = first.clients.as_slice() else { panic!("one client failed") };
        assert_eq!((&*client.address, client.requests, client.sign(Sign::Hidden)), ("2.2.2.2", 2, 2));
        assert_eq!(client.attributed.len(), 2);
        assert!(first.endpoints.values().all(|endpoint| endpoint.slow.values().sum::<u64>() > 0));

        minutes.remember(first);
        assert_eq!(minutes.due(120, &Clone::clone), [], "what was handed out stays so");
        let mut rest = first.clone();
        rest.start = 120;
        minutes.remember(&rest);
        let mut batch = Batch::new();
        batch.record(&request("/a", 200, 5, "1.1.1.1"));
        traffic.add_watched(&batch, &mut minutes);
        assert_eq!(minutes.late(), 1);
        let last = minutes.due(i64::MAX, &Clone::clone);
        let requests = |minute: &Minute| minute.endpoints.values().map(|of| of.count(|_| true)).sum::<u64>();
        assert_eq!(last.iter().map(requests).collect::<Vec<_>>(), [6], "half from before, half read again");
    }
}
