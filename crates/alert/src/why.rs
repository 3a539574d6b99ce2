//! Why a receiver was told of an incident at some moment, or why it was not: read off the timeline, so that it can be
//! asked of any moment, long after.

use jiff::Timestamp;
use statusquo_exchange::Name;

use crate::{EntryKind, Incident, Notice, Who};

/// What a receiver knew at a moment, and why it was not told more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The receiver.
    pub receiver: Name,
    /// What it had last been told, and when.
    pub told: Option<(Notice, Timestamp)>,
    /// Why it was told nothing else.
    pub because: Because,
}

/// Why a receiver was told nothing (more).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// Nothing was wrong yet.
    NotBegun,
    /// It was suspected since then, and not yet sure.
    NotSure(Timestamp),
    /// Messages were held back: a silence, a maintenance, a failing parent.
    Held(String),
    /// It changed too often.
    Flapping,
    /// It seemed to get well: that is no news before it is sure.
    Recovering,
    /// Somebody had taken it before it was this receiver's turn.
    Taken(Who),
    /// Others are told before it, by the steps; its turn came then, or never.
    NotItsTurn(Option<Timestamp>),
    /// It was over.
    Over,
    /// It had been told all that there was.
    NothingNew,
}

/// What the timeline says of a moment.
#[derive(Debug, Default)]
struct Moment {
    held: Option<String>,
    flapping: bool,
    recovering: bool,
    taken: Option<Who>,
    is_over: bool,
}

/// For each receiver that was told of the incident, or is to be told (`others`): what it knew at a moment, and why it was
/// told no more.
#[must_use]
pub fn why(incident: &Incident, others: &[Name], at: Timestamp) -> Vec<Why> {
    let moment = Moment::of(incident, at);
    let mut receivers: Vec<&Name> = incident.told.keys().chain(others).collect();
    receivers.sort_unstable();
    receivers.dedup();
    receivers.into_iter().map(|receiver| of_one(incident, receiver, &moment, at)).collect()
}

fn of_one(incident: &Incident, receiver: &Name, moment: &Moment, at: Timestamp) -> Why {
    let told = |entry: &crate::Entry| Some(entry.told().filter(|(name, _)| *name == receiver)?.1);
    let mut before = incident.timeline.iter().rev().filter(|entry| entry.at <= at);
    let told_before = before.find_map(|entry| Some((told(entry)?, entry.at)));
    let because = match told_before {
        Some((Notice::Resolved, _)) if moment.is_over => Because::Over,
        Some(_) => moment.after_told(),
        None if at < incident.began => Because::NotBegun,
        None if at < incident.opened => Because::NotSure(incident.began),
        None => moment.never_told().unwrap_or_else(|| {
            let turn =
                incident.timeline.iter().filter(|entry| entry.at > at).find(|entry| told(entry).is_some());
            Because::NotItsTurn(turn.map(|entry| entry.at))
        }),
    };
    Why { receiver: receiver.clone(), told: told_before, because }
}

impl Moment {
    fn of(incident: &Incident, at: Timestamp) -> Self {
        let mut moment = Self::default();
        for entry in incident.timeline.iter().filter(|entry| entry.at <= at) {
            moment.take(&entry.kind);
        }
        moment
    }

    fn take(&mut self, kind: &EntryKind) {
        match kind {
            EntryKind::Opened(_) | EntryKind::Reopened(_) => {
                *self = Self { held: self.held.take(), ..Self::default() };
            }
            EntryKind::Recovering => self.recovering = true,
            EntryKind::FailedAgain(_) | EntryKind::CauseChanged(_) | EntryKind::Worsened(_) => {
                self.recovering = false;
            }
            EntryKind::Resolved | EntryKind::ResolvedBy(_) | EntryKind::Withdrawn(_) => self.is_over = true,
            EntryKind::Acknowledged(who) => self.taken = Some(who.clone()),
            EntryKind::PassedOn(_) => self.taken = None,
            EntryKind::Flapping => self.flapping = true,
            EntryKind::Held(why) => self.held = Some(why.clone()),
            EntryKind::Released => self.held = None,
            EntryKind::Escalated(..)
            | EntryKind::Note(..)
            | EntryKind::Told(..)
            | EntryKind::Affects(_)
            | EntryKind::Blind(_) => {}
        }
    }

    /// Why somebody who had been told was told no more.
    fn after_told(&self) -> Because {
        match &self.held {
            Some(why) => Because::Held(why.clone()),
            None if self.is_over => Because::Over,
            None if self.flapping => Because::Flapping,
            None if self.recovering => Because::Recovering,
            None => Because::NothingNew,
        }
    }

    /// Why somebody had not been told at all, as far as that does not depend on whose turn it was.
    fn never_told(&self) -> Option<Because> {
        match (&self.held, &self.taken) {
            (_, Some(who)) if self.is_over => Some(Because::Taken(who.clone())),
            (Some(why), _) => Some(Because::Held(why.clone())),
            (None, _) if self.is_over => Some(Because::Over),
            (None, _) if self.recovering => Some(Because::Recovering),
            (None, Some(who)) => Some(Because::Taken(who.clone())),
            (None, None) => None,
        }
    }
}
