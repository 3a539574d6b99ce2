//! What happened at an endpoint in the last hours.

use std::collections::VecDeque;

use statusquo_slo::traffic::EndpointMinute;

use super::group::Group;

/// So many minutes are kept: two of the longest windows.
const KEPT_MINUTES: i64 = 240;

/// The requests of a minute, and how many of them failed in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Slot {
    pub(super) minute: i64,
    pub(super) requests: u64,
    pub(super) bad: [u64; Group::ALL.len()],
    /// Server errors that speak of lacking capacity.
    pub(super) overload: u64,
    /// Requests that took longer than two seconds.
    pub(super) slow: u64,
}

impl Slot {
    fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.bad.iter_mut().zip(other.bad).for_each(|(sum, count)| *sum += count);
        self.overload += other.overload;
        self.slow += other.slow;
    }

    pub(super) fn bad(&self, group: Group) -> u64 {
        self.bad.get(group as usize).copied().unwrap_or(0)
    }
}

/// 2^21 microseconds: nobody plans for two seconds.
const SLOW_OCTAVE: u8 = 21;

/// The minutes in which something happened.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    slots: VecDeque<Slot>,
}

impl Recent {
    pub(super) fn add(&mut self, minute: i64, counted: &EndpointMinute) {
        let mut slot = Slot { minute, ..Slot::default() };
        for (answer, count) in &counted.answers {
            slot.requests += count;
            if let Some(bad) = Group::of(*answer).and_then(|group| slot.bad.get_mut(group as usize)) {
                *bad += count;
            }
            slot.overload += if super::group::is_overload(*answer) { *count } else { 0 };
        }
        slot.slow = counted.slow.iter().filter(|(octave, _)| **octave >= SLOW_OCTAVE).map(|(_, n)| n).sum();
        self.push(slot);
    }

    pub(super) fn push(&mut self, slot: Slot) {
        match self.slots.back_mut().filter(|last| last.minute == slot.minute) {
            Some(last) => last.add(&slot),
            None => self.slots.push_back(slot),
        }
        while self.slots.front().is_some_and(|first| first.minute <= slot.minute - KEPT_MINUTES) {
            self.slots.pop_front();
        }
    }

    /// What happened from a minute on, up to another one.
    pub(super) fn sum(&self, from: i64, until: i64) -> Slot {
        let mut sum = Slot::default();
        for slot in self.slots.iter().rev().take_while(|slot| slot.minute >= from) {
            if slot.minute < until {
                sum.add(slot);
            }
        }
        sum
    }

    /// The last minute in which something happened.
    pub(super) fn last(&self) -> i64 {
        self.slots.back().map_or(i64::MIN, |slot| slot.minute)
    }
}
