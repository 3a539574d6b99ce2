//! A day of probes every 30 seconds, 90 days of coarser ones, and what people said of them: all made up, the same for
//! the same seed.

use std::collections::BTreeMap;

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use statusquo_alert::{
    Cause, CauseKind, Effect, Entry, EntryKind, Incident, IncidentNumber, Phase, Severity, Subject, Who,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::{Answer, Mark, Phases, Sample};
use statusquo_store::{Announcement, AnnouncementKind, Impact, Stage, Store, Update, Writer};

use super::random::Random;
use super::script::{PARTS, Part};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Probes of one transaction.
const TOGETHER: usize = 20_000;

/// Faults of the past: part, how long ago it began and how long it took in seconds, status.
const FAULTS: [Fault; 6] = [
    Fault { part: "payments", ago: 5 * HOUR, lasting: 14 * MINUTE, status: 502, said: "answers 502" },
    Fault { part: "search", ago: 19 * HOUR, lasting: 6 * MINUTE, status: 500, said: "answers 500" },
    Fault { part: "orders", ago: 6 * DAY, lasting: 3 * HOUR, status: 503, said: "answers 503" },
    Fault { part: "sign-in", ago: 23 * DAY, lasting: 7 * HOUR, status: 504, said: "answers 504" },
    Fault { part: "webhooks", ago: 41 * DAY, lasting: 20 * HOUR, status: 500, said: "answers 500" },
    Fault { part: "search", ago: 68 * DAY, lasting: 6 * HOUR, status: 503, said: "answers 503" },
];

struct Fault {
    part: &'static str,
    ago: i64,
    lasting: i64,
    status: u16,
    said: &'static str,
}

/// Writes the past into a new store, and closes it.
pub(super) async fn write(store: Store, seed: u64, now: Timestamp) -> anyhow::Result<()> {
    let writer = store.writer();
    for samples in probes(seed, now).chunks(TOGETHER) {
        writer.samples(samples.to_vec());
        settle(&writer, Vec::new()).await?;
    }
    writer.roll_up(now);
    let incidents = FAULTS.iter().rev().zip(1..).map(|(fault, number)| incident(fault, number, now));
    settle(&writer, incidents.map(|incident| Effect::SaveIncident(Box::new(incident))).collect()).await?;
    for announcement in announcements(now) {
        writer.announce(announcement).await.context("the store has stopped")??;
    }
    tokio::task::spawn_blocking(|| store.close()).await.context("the store has stopped")
}

/// Waits until all that was given to the store is in it.
async fn settle(writer: &Writer, effects: Vec<Effect>) -> anyhow::Result<()> {
    writer.commit(effects).await.context("the store has stopped")??;
    Ok(())
}

/// Probes in the order of time: each three hours long ago, each half minute of the last day.
fn probes(seed: u64, now: Timestamp) -> Vec<(Name, Name, Sample)> {
    let long_ago = (DAY / (3 * HOUR)..89 * DAY / (3 * HOUR)).map(|step| step * 3 * HOUR);
    let lately = (1..DAY / 30).map(|step| step * 30);
    let mut ages: Vec<i64> = long_ago.chain(lately).collect();
    ages.sort_unstable_by_key(|age| std::cmp::Reverse(*age));
    let here = Name::from("here");
    let mut all = Vec::with_capacity(ages.len() * PARTS.len());
    let mut random = Random::new(seed, 0);
    for age in ages {
        for part in &PARTS {
            all.push((Name::from(part.name), here.clone(), probe(part, age, now, &mut random)));
        }
    }
    all
}

fn probe(part: &Part, age: i64, now: Timestamp, random: &mut Random) -> Sample {
    let is_hit =
        |fault: &&Fault| fault.part == part.name && (fault.ago - fault.lasting..=fault.ago).contains(&age);
    let fault = FAULTS.iter().find(is_hit);
    let total = random.around(part.usual);
    let share = |of: u32| Some(total / 100 * of);
    let phases =
        Phases { resolve: None, connect: share(3), tls: None, wait: share(88), transfer: share(4), total };
    // One lost probe in four thousand: nobody is told of it, and the bars show it.
    let is_lost = random.chance(250);
    let (answer, mark) = match fault {
        Some(fault) => (Answer::Status(StatusCode::new(fault.status)), Mark::Bad),
        None if is_lost => (Answer::Status(StatusCode::new(502)), Mark::Bad),
        None => (Answer::Status(StatusCode::new(200)), Mark::Good),
    };
    Sample { at: before(now, age), answer, mark, phases }
}

fn before(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

fn incident(fault: &Fault, number: u64, now: Timestamp) -> Incident {
    let title = PARTS.iter().find(|part| part.name == fault.part).map_or(fault.part, |part| part.title);
    let (began, ended) = (before(now, fault.ago), before(now, fault.ago - fault.lasting));
    let later = |seconds| began.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(began);
    let who = Who("ann".to_owned());
    let line = |at, kind| Entry { at, kind };
    Incident {
        number: IncidentNumber(number),
        subject: Subject::Monitor(Name::from(fault.part)),
        title: title.to_owned(),
        target: String::new(),
        phase: Phase::Resolved,
        severity: Severity::Failing,
        cause: Some(Cause {
            kind: CauseKind::Status(StatusCode::new(fault.status)),
            severity: Severity::Failing,
            sentence: fault.said.to_owned(),
            evidence: None,
            retry_after: None,
        }),
        began,
        opened: later(6),
        resolved: Some(ended),
        acknowledged: Some((who.clone(), later(140))),
        bad: u32::try_from(fault.lasting / 30).unwrap_or(u32::MAX),
        of: u32::try_from(fault.lasting / 30).unwrap_or(u32::MAX),
        affected: Vec::new(),
        likely: Vec::new(),
        runbook: None,
        timeline: vec![
            line(later(6), EntryKind::Opened(fault.said.to_owned())),
            line(later(140), EntryKind::Acknowledged(who.clone())),
            line(later(300), EntryKind::Note(who, "the release before is on its way".to_owned())),
            line(ended, EntryKind::Resolved),
        ],
        told: BTreeMap::new(),
        escalated: BTreeMap::new(),
    }
}

/// What the public was told: one outage that is over, and work to come.
fn announcements(now: Timestamp) -> Vec<Announcement> {
    let update = |ago: i64, stage, text: &str, workaround: Option<&str>| Update {
        at: before(now, ago),
        by: Who("ann".to_owned()),
        stage,
        text: text.to_owned(),
        workaround: workaround.map(str::to_owned),
        next_by: None,
    };
    let meanwhile = Some("Orders are kept in your basket; try again in a few minutes.");
    let outage = Announcement {
        number: 1,
        title: "Orders could not be placed".to_owned(),
        kind: AnnouncementKind::Outage(Impact::Major),
        components: vec![Name::from("ordering")],
        incident: Some(IncidentNumber(4)),
        updates: vec![
            update(6 * DAY - 5 * MINUTE, Stage::Investigating, "Some orders fail with error 503.", meanwhile),
            update(
                6 * DAY - HOUR,
                Stage::Identified,
                "A release was at fault. We are taking it back.",
                meanwhile,
            ),
            update(
                6 * DAY - 3 * HOUR,
                Stage::Resolved,
                "All orders work again. Nothing was charged twice.",
                None,
            ),
        ],
    };
    let from = before(now, -2 * DAY);
    let work = Announcement {
        number: 2,
        title: "The catalogue's database moves to new machines".to_owned(),
        kind: AnnouncementKind::Work { from, until: before(now, -2 * DAY - HOUR) },
        components: vec![Name::from("catalogue")],
        incident: None,
        updates: vec![update(
            DAY,
            Stage::Scheduled,
            "Search may be slow for a few minutes. Ordering is not affected.",
            None,
        )],
    };
    vec![outage, work]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_of_a_seed_is_always_the_same_and_ends_now() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let one = probes(7, now);
        assert_eq!(one, probes(7, now));
        assert_ne!(one, probes(8, now));
        assert!(one.windows(2).all(|pair| pair[0].2.at <= pair[1].2.at), "in the order of time");
        assert!(one.last().is_some_and(|(.., last)| last.at <= now));
        assert!(one.iter().any(|(.., sample)| sample.mark == Mark::Bad));
    }

    #[test]
    fn faults_are_listed_the_newest_first() {
        assert!(FAULTS.windows(2).all(|pair| pair[0].ago < pair[1].ago));
        assert!(FAULTS.iter().all(|fault| PARTS.iter().any(|part| part.name == fault.part)));
    }
}
