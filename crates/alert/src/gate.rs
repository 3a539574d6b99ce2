//! When a location is convinced: so many bad ones of the last few observations.

use std::collections::VecDeque;

use crate::{Gating, Severity};

/// The last few observations of one location. One good observation does not erase the bad ones before it, so a
/// target that fails two times out of three is noticed, and a single lost packet is not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate {
    window: VecDeque<Option<Severity>>,
}

impl Gate {
    /// Adds an observation; the oldest one leaves when there are more than the gate looks at.
    pub(crate) fn push(&mut self, seen: Option<Severity>, gating: Gating) {
        self.window.push_back(seen);
        while self.window.len() > usize::from(gating.of.max(1)) {
            self.window.pop_front();
        }
    }

    /// How bad it is beyond doubt: the gravest severity that enough of the last observations reach.
    pub(crate) fn convinced_of(&self, gating: Gating) -> Option<Severity> {
        let reaching = |least: Severity| self.window.iter().flatten().filter(|&&seen| seen >= least).count();
        [Severity::Failing, Severity::Degraded]
            .into_iter()
            .find(|&least| reaching(least) >= usize::from(gating.bad.max(1)))
    }

    /// Are all of the last observations good?
    pub(crate) fn is_clear(&self) -> bool {
        self.window.iter().all(Option::is_none)
    }

    /// Forgets everything: after recovery, and when the configuration changes.
    pub(crate) fn clear(&mut self) {
        self.window.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(observations: &str, expect: Option<Severity>) {
        let mut gate = Gate::default();
        for mark in observations.chars() {
            let seen = match mark {
                'F' => Some(Severity::Failing),
                'D' => Some(Severity::Degraded),
                _ => None,
            };
            gate.push(seen, Gating::default());
        }
        assert_eq!(gate.convinced_of(Gating::default()), expect, "{observations}");
    }

    #[test]
    fn two_of_three_convince_and_one_does_not() {
        for (observations, expect) in [
            ("", None),
            ("F", None),
            ("F.", None),
            ("F..F", None),
            ("FF", Some(Severity::Failing)),
            ("F.F", Some(Severity::Failing)),
            ("....F.F", Some(Severity::Failing)),
            ("DF", Some(Severity::Degraded)),
            ("DFF", Some(Severity::Failing)),
            ("FF..", None),
        ] {
            check(observations, expect);
        }
    }
}
