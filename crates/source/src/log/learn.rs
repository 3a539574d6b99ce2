//! Finds out what the members of JSON lines are: by their names, and by what they hold where the names say nothing.

use std::collections::{BTreeMap, HashMap};

use super::JsonLines;
use super::names::{is_aside, meaning};
use super::part::{Part, Unit, is_method, request};
use super::scan::{Scan, Value};
use super::time::Clock;

/// Members that are looked at.
const MOST_MEMBERS: usize = 500;
/// Objects within objects are looked into so far, as in [`JsonLines`].
const DEEPEST: usize = 4;

/// What every request has, whatever it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Status,
    Time,
    Method,
    Request,
    Target,
    Client,
}

impl Wanted {
    const ALL: [Self; 6] =
        [Self::Status, Self::Time, Self::Method, Self::Request, Self::Target, Self::Client];

    const fn part(self) -> Part {
        match self {
            Self::Status => Part::Status,
            Self::Time => Part::Time,
            Self::Method => Part::Method,
            Self::Request => Part::Request,
            Self::Target => Part::Target,
            Self::Client => Part::Client,
        }
    }

    /// Words that its name may have.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Status => &["stat", "code", "rc", "resp"],
            Self::Time => &["time", "ts", "date", "at"],
            Self::Target => &["ur", "path", "target", "req"],
            Self::Client => &["client", "remote", "ip", "addr"],
            Self::Method | Self::Request => &["meth", "req", "verb"],
        }
    }

    const fn held_by(self, seen: &Seen) -> usize {
        match self {
            Self::Status => seen.status,
            Self::Time => seen.time,
            Self::Method => seen.method,
            Self::Request => seen.request,
            Self::Target => seen.target,
            Self::Client => seen.address,
        }
    }

    /// Could what it holds hardly be anything else?
    const fn is_certain(self, seen: &Seen) -> bool {
        match self {
            Self::Status => seen.status == seen.count && seen.known_status * 10 >= seen.count * 9,
            Self::Request => seen.request * 10 >= seen.count * 8 && seen.method == 0,
            Self::Time | Self::Method | Self::Target | Self::Client => true,
        }
    }
}

/// What a member held in the lines that were looked at.
#[derive(Default)]
struct Seen {
    count: usize,
    status: usize,
    known_status: usize,
    time: usize,
    method: usize,
    request: usize,
    target: usize,
    address: usize,
    date: usize,
    time_of_day: usize,
    number: usize,
}

/// Reads lines like these; `None` when nothing in them can be a status code.
pub(super) fn learn<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<JsonLines> {
    let mut members: BTreeMap<Vec<u8>, Seen> = BTreeMap::new();
    for line in lines {
        let mut scan = Scan::new(line);
        scan.space();
        // A line that is no JSON is told when it is read.
        let _ended = object(&mut scan, &mut Vec::new(), 0, &mut members);
    }
    let mut known = HashMap::new();
    for wanted in Wanted::ALL {
        if let Some(path) = best(&members, wanted, &known) {
            known.insert(path, wanted.part());
        }
    }
    if !known.values().any(|part| *part == Part::Status) {
        return None;
    }
    if !known.values().any(|part| *part == Part::Time) {
        in_two(&members, &mut known);
    }
    further(&members, &mut known);
    Some(JsonLines::of_names(known))
}

fn object(
    scan: &mut Scan<'_>,
    path: &mut Vec<u8>,
    depth: usize,
    members: &mut BTreeMap<Vec<u8>, Seen>,
) -> Option<()> {
    scan.expect(b'{')?;
    loop {
        scan.space();
        if scan.expect(b'}').is_some() {
            return Some(());
        }
        let length = path.len();
        let name = scan.string()?;
        scan.space();
        scan.expect(b':')?;
        scan.space();
        if length > 0 {
            path.push(b'.');
        }
        path.extend_from_slice(name);
        if scan.peek() == Some(b'{') && depth + 1 < DEEPEST && !is_aside(name) {
            object(scan, path, depth + 1, members)?;
        } else {
            match scan.value()? {
                Value::Text(text) => note(members, path, text, true),
                Value::Plain(text) => note(members, path, text, false),
                Value::Skipped => {}
            }
        }
        path.truncate(length);
        scan.space();
        // What is neither a comma nor the end is told by the next name.
        let _comma = scan.expect(b',');
    }
}

fn note(members: &mut BTreeMap<Vec<u8>, Seen>, path: &[u8], text: &[u8], is_text: bool) {
    if text == b"null" || text.is_empty() || text == b"-" {
        return;
    }
    if !members.contains_key(path) && members.len() >= MOST_MEMBERS {
        return;
    }
    let seen = members.entry(path.to_vec()).or_default();
    seen.count += 1;
    let code =
        text.get(..3).and_then(super::duration::number).filter(|_| matches!(text.get(3), None | Some(b' ')));
    seen.status += usize::from(matches!(code, Some(100..=599)) || matches!(text, b"0" | b"000"));
    seen.known_status += usize::from(matches!(
        code,
        Some(200..=206 | 301..=304 | 307 | 308 | 400..=405 | 408..=410 | 413 | 415 | 422 | 429 | 499..=504)
    ));
    seen.time += usize::from(Clock::default().read(text).is_some_and(|(at, _)| is_plausible(at)));
    seen.method += usize::from(is_text && is_usual_method(text));
    seen.request += usize::from(is_text && text.len() > 5 && !request(text).1.is_empty());
    seen.target += usize::from(
        is_text && (text.starts_with(b"/") || text.starts_with(b"\\/") || text.starts_with(b"http")),
    );
    seen.address += usize::from(is_text && is_address(text));
    let is_date = text.len() == 10 && text.get(4) == Some(&b'-') && text.get(7) == Some(&b'-');
    seen.date += usize::from(is_date);
    seen.time_of_day += usize::from(text.get(2) == Some(&b':') && text.get(5) == Some(&b':'));
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    seen.number += usize::from(
        digits > 0 && text.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'-')),
    );
}

/// Between 1990 and 2100, in microseconds.
const fn is_plausible(at: i64) -> bool {
    at > 631_152_000_000_000 && at < 4_102_444_800_000_000
}

fn is_usual_method(text: &[u8]) -> bool {
    is_method(text)
        && matches!(
            text.to_ascii_uppercase().as_slice(),
            b"GET" | b"POST" | b"PUT" | b"DELETE" | b"PATCH" | b"HEAD" | b"OPTIONS" | b"CONNECT" | b"TRACE"
        )
}

fn is_address(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok())
}

/// The member that is this part: the best of those whose names promise it and whose values keep the promise; else one
/// whose values could hardly be anything else.
fn best(
    members: &BTreeMap<Vec<u8>, Seen>,
    wanted: Wanted,
    known: &HashMap<Vec<u8>, Part>,
) -> Option<Vec<u8>> {
    let fits = |seen: &Seen| wanted.held_by(seen) * 2 > seen.count;
    let free = || members.iter().filter(|(path, seen)| !known.contains_key(*path) && fits(seen));
    let promised = free().filter(|(path, _)| means(path, wanted));
    if let Some((path, _)) = promised.min_by_key(|(path, seen)| (meaning(path).rank, usize::MAX - seen.count))
    {
        return Some(path.clone());
    }
    let others = free().filter(|(path, seen)| wanted.is_certain(seen) && meaning(path).part == Part::Ignored);
    others.max_by_key(|(path, seen)| (hints(path, wanted), seen.count)).map(|(path, _)| path.clone())
}

fn means(path: &[u8], wanted: Wanted) -> bool {
    let meant = meaning(path).part;
    // What is called a request may be a target, and a time of request a moment.
    meant == wanted.part()
        || (wanted == Wanted::Target && meant == Part::Request)
        || (wanted == Wanted::Time && meant == Part::Duration(Unit::Seconds))
}

/// Does the name say anything of it at all?
fn hints(path: &[u8], wanted: Wanted) -> bool {
    let name = String::from_utf8_lossy(path).to_ascii_lowercase();
    let is_referrer = wanted == Wanted::Target && name.contains("ref");
    !is_referrer && wanted.words().iter().any(|word| name.contains(word))
}

/// Date and time of day in two members.
fn in_two(members: &BTreeMap<Vec<u8>, Seen>, known: &mut HashMap<Vec<u8>, Part>) {
    let find = |held: fn(&Seen) -> usize| members.iter().find(|(_, seen)| held(seen) * 2 > seen.count);
    let (date, time) = (find(|seen| seen.date), find(|seen| seen.time_of_day));
    if let (Some((date, _)), Some((time, _))) = (date, time) {
        known.insert(date.clone(), Part::Date);
        known.insert(time.clone(), Part::TimeOfDay);
    }
}

/// Sizes, durations, ids, hosts and what else has a name that is known.
fn further(members: &BTreeMap<Vec<u8>, Seen>, known: &mut HashMap<Vec<u8>, Part>) {
    let has_request = known.values().any(|part| *part == Part::Request);
    if has_request {
        // The request line has both, as they were sent.
        known.retain(|_, part| !matches!(part, Part::Method | Part::Target));
    }
    let main = Wanted::ALL.map(Wanted::part);
    for (path, seen) in members {
        let part = meaning(path).part;
        if known.contains_key(path) || main.contains(&part) {
            continue;
        }
        let is_duration_by_name =
            part == Part::Ignored && seen.number == seen.count && is_called_duration(path);
        if is_duration_by_name {
            known.insert(path.clone(), Part::Duration(unit_of(path)));
        } else if part != Part::Ignored {
            known.insert(path.clone(), part);
        }
    }
}

fn is_called_duration(path: &[u8]) -> bool {
    let name = String::from_utf8_lossy(path).to_ascii_lowercase();
    ["dur", "latency", "elapsed", "took"].iter().any(|word| name.contains(word)) && !name.contains("upstream")
}

fn unit_of(path: &[u8]) -> Unit {
    if path.ends_with(b"ms") {
        Unit::Milliseconds
    } else if path.ends_with(b"us") {
        Unit::Microseconds
    } else if path.ends_with(b"ns") {
        Unit::Nanoseconds
    } else {
        Unit::ByForm
    }
}
