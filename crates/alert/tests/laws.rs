//! Laws that hold for any history.

mod sim;

use std::collections::BTreeMap;

use proptest::prelude::*;
use sim::{Meets, Sim, at, policy, setup};
use statusquo_alert::{Command, Effect, Maintenance, Notice, OwnFault, Recurrence, Scope};
use statusquo_exchange::Name;

fn meets() -> impl Strategy<Value = Meets> {
    prop_oneof![
        6 => Just(Meets::Ok),
        3 => Just(Meets::Status(500)),
        1 => Just(Meets::Status(404)),
        1 => Just(Meets::Announced(120)),
        1 => Just(Meets::Refused),
        1 => Just(Meets::Hangs),
        1 => Just(Meets::Blind(OwnFault::Resolver)),
    ]
}

/// A history: what is met, minute by minute in stretches, with restarts, acknowledgements and a maintenance.
#[derive(Debug, Clone)]
struct History {
    stretches: Vec<(u16, Meets)>,
    restarts: Vec<u16>,
    acknowledged: Option<u16>,
    planned: Option<(u16, u16)>,
}

fn history() -> impl Strategy<Value = History> {
    let stretches = prop::collection::vec((1_u16..240, meets()), 1..14);
    let restarts = prop::collection::vec(0_u16..2000, 0..3);
    let planned = prop::option::of((0_u16..1500, 10_u16..900));
    (stretches, restarts, prop::option::of(0_u16..2000), planned).prop_map(
        |(stretches, restarts, acknowledged, planned)| History { stretches, restarts, acknowledged, planned },
    )
}

impl History {
    fn meets(&self, now: f64) -> Meets {
        let mut end = 0.0;
        for (length, met) in &self.stretches {
            end += f64::from(*length);
            if now < end {
                return *met;
            }
        }
        Meets::Ok
    }

    fn length(&self) -> f64 {
        self.stretches.iter().map(|(length, _)| f64::from(*length)).sum()
    }

    /// Plays it, and then long enough of good weather that everything has to be over.
    fn play(&self) -> Sim {
        let mut setup = setup(vec![policy("orders")]);
        if let Some((from, lasting)) = self.planned {
            let (from, until) = (f64::from(from), f64::from(from) + f64::from(lasting));
            let recurrence = Recurrence::Once { from: at(from), until: at(until) };
            setup.maintenance = vec![Maintenance { name: Name::from("plan"), scope: Scope::All, recurrence }];
        }
        let mut sim = Sim::new(setup);
        let mut stops: Vec<(f64, bool)> = self.restarts.iter().map(|at| (f64::from(*at), true)).collect();
        stops.extend(self.acknowledged.map(|at| (f64::from(at), false)));
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (stop, is_restart) in stops {
            sim.run_to(stop, |now, _, _| self.meets(now));
            let open =
                sim.engine.incidents().find(|incident| incident.is_open()).map(|incident| incident.number);
            match (is_restart, open) {
                (true, _) => sim.restart(),
                (false, Some(number)) => sim.command(Command::Acknowledge(number)),
                (false, None) => {}
            }
        }
        sim.run_to(self.length().max(2500.0) + 900.0, |now, _, _| self.meets(now));
        sim
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn who_was_told_of_a_start_is_told_of_its_end_exactly_once(history in history()) {
        let sim = history.play();
        let mut per_receiver: BTreeMap<(u64, Name), Vec<Notice>> = BTreeMap::new();
        for told in &sim.sent {
            per_receiver.entry((told.brief.incident.0, told.receiver.clone())).or_default().push(told.notice);
        }
        for (key, notices) in per_receiver {
            let mut open = false;
            for notice in &notices {
                match notice {
                    Notice::Opened | Notice::Reopened => {
                        prop_assert!(!open, "{key:?} was told twice of a start: {notices:?}");
                        open = true;
                    }
                    Notice::Resolved => {
                        prop_assert!(open, "{key:?} was told of an end without a start: {notices:?}");
                        open = false;
                    }
                    Notice::Worsened | Notice::Reminder | Notice::Acknowledged | Notice::Flapping => {
                        prop_assert!(open, "{key:?} was told of {notice:?} outside an incident: {notices:?}");
                    }
                    Notice::Test => prop_assert!(false, "nobody asked for a test"),
                }
            }
            prop_assert!(!open, "{key:?} was never told of the end: {notices:?}");
        }
        prop_assert!(sim.engine.incidents().all(|incident| !incident.is_open()));
    }

    #[test]
    fn keys_are_never_used_twice(history in history()) {
        let sim = history.play();
        let mut keys: Vec<_> = sim.sent.iter().map(|told| told.key.clone()).collect();
        keys.sort();
        let all = keys.len();
        keys.dedup();
        prop_assert_eq!(keys.len(), all);
    }

    #[test]
    fn nothing_is_sent_while_it_is_held(history in history()) {
        let sim = history.play();
        if let Some((from, lasting)) = history.planned {
            let held = f64::from(from)..f64::from(from) + f64::from(lasting);
            for told in sim.sent.iter().filter(|told| told.brief.cause.is_some()) {
                prop_assert!(!held.contains(&sim::seconds(told.at)));
            }
        }
    }

    #[test]
    fn a_replay_gives_the_same_effects(history in history()) {
        let (first, second) = (history.play(), history.play());
        prop_assert_eq!(first.effects, second.effects);
    }

    #[test]
    fn our_own_faults_alone_never_make_a_target_bad(stretches in prop::collection::vec((1_u16..240, any::<bool>()), 1..14)) {
        let met = |ok| if ok { Meets::Ok } else { Meets::Blind(OwnFault::Network) };
        let stretches = stretches.into_iter().map(|(length, ok)| (length, met(ok))).collect();
        let sim = History { stretches, restarts: Vec::new(), acknowledged: None, planned: None }.play();
        let about_targets = |effect: &Effect| matches!(effect, Effect::Notify(told) if told.brief.cause.is_some());
        prop_assert!(!sim.effects.iter().any(about_targets));
    }
}
