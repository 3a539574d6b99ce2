//! Laws that hold for any history.

#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks at a few entries of a timeline")]

mod sim;

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use sim::{Meets, Sim, at, policy, setup};
use statusquo_alert::{
    Command, Effect, EntryKind, EscalationStep, Maintenance, Notice, OwnFault, Receiver, Recurrence, Scope,
    Setup,
};
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

/// A history: what is met, minute by minute in stretches, with restarts, acknowledgements, somebody who passes it on, and
/// a maintenance.
#[derive(Debug, Clone)]
struct History {
    stretches: Vec<(u16, Meets)>,
    restarts: Vec<u16>,
    acknowledged: Option<u16>,
    passed_on: Option<u16>,
    planned: Option<(u16, u16)>,
}

fn history() -> impl Strategy<Value = History> {
    let stretches = prop::collection::vec((1_u16..240, meets()), 1..14);
    let restarts = prop::collection::vec(0_u16..2000, 0..3);
    let planned = prop::option::of((0_u16..1500, 10_u16..900));
    let moment = || prop::option::of(0_u16..2000);
    (stretches, restarts, moment(), moment(), planned).prop_map(
        |(stretches, restarts, acknowledged, passed_on, planned)| History {
            stretches,
            restarts,
            acknowledged,
            passed_on,
            planned,
        },
    )
}

/// What happens at a moment besides the weather.
#[derive(Debug, Clone, Copy)]
enum Stop {
    Restart,
    Acknowledge,
    PassOn,
}

/// Slack and mail at once; with the steps of `duty`, mail again, then the boss, then everybody.
fn with_steps(setup: &mut Setup) {
    let step = |minutes: u64, tell: &[&str]| EscalationStep {
        after: Duration::from_secs(minutes * 60),
        tell: tell.iter().map(|name| Name::from(*name)).collect(),
    };
    let receiver = |name: &str, steps| Receiver {
        name: Name::from(name),
        wants: vec![Notice::Reminder],
        repeat: Some(Duration::from_secs(240)),
        steps,
    };
    let steps = vec![step(0, &["mail"]), step(2, &["boss"]), step(3, &["mail", "slack", "boss", "ceo"])];
    setup.receivers.extend([receiver("boss", vec![]), receiver("ceo", vec![]), receiver("duty", steps)]);
    std::sync::Arc::make_mut(&mut setup.policies[0]).receivers.push(Name::from("duty"));
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
        with_steps(&mut setup);
        if let Some((from, lasting)) = self.planned {
            let (from, until) = (f64::from(from), f64::from(from) + f64::from(lasting));
            let recurrence = Recurrence::Once { from: at(from), until: at(until) };
            setup.maintenance = vec![Maintenance { name: Name::from("plan"), scope: Scope::All, recurrence }];
        }
        let mut sim = Sim::new(setup);
        let mut stops: Vec<(f64, Stop)> =
            self.restarts.iter().map(|at| (f64::from(*at), Stop::Restart)).collect();
        stops.extend(self.acknowledged.map(|at| (f64::from(at), Stop::Acknowledge)));
        stops.extend(self.passed_on.map(|at| (f64::from(at), Stop::PassOn)));
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (stop, what) in stops {
            sim.run_to(stop, |now, _, _| self.meets(now));
            let open =
                sim.engine.incidents().find(|incident| incident.is_open()).map(|incident| incident.number);
            match (what, open) {
                (Stop::Restart, _) => sim.restart(),
                (Stop::Acknowledge, Some(number)) => sim.command(Command::Acknowledge(number)),
                (Stop::PassOn, Some(number)) => sim.try_command(Command::PassOn(number)),
                (Stop::Acknowledge | Stop::PassOn, None) => {}
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

    /// Nobody is told before it is their turn, and nobody is told while somebody has taken the incident.
    #[test]
    fn steps_are_taken_in_order_and_in_their_time(history in history()) {
        let sim = history.play();
        for incident in sim.saved.incidents.values() {
            let mut taken = None;
            let (mut reached, mut since) = (1, incident.opened);
            for entry in &incident.timeline {
                match &entry.kind {
                    EntryKind::Acknowledged(_) => taken = Some(entry.at),
                    EntryKind::PassedOn(_) => taken = None,
                    EntryKind::Reopened(_) => (reached, taken) = (1, None),
                    EntryKind::Escalated(name, step) => {
                        prop_assert_eq!(name.as_str(), "duty");
                        prop_assert_eq!(*step, reached + 1, "{:?}", incident.timeline);
                        prop_assert!(taken.is_none(), "told although it was taken: {:?}", incident.timeline);
                        prop_assert!(entry.at >= since);
                        (reached, since) = (*step, entry.at);
                    }
                    EntryKind::Told(name, Notice::Opened) if name.as_str() == "boss" => prop_assert!(reached >= 2),
                    EntryKind::Told(name, Notice::Opened) if name.as_str() == "ceo" => prop_assert!(reached >= 3),
                    _ => {}
                }
            }
        }
        prop_assert!(sim.sent.iter().all(|told| told.receiver.as_str() != "duty"), "steps are not told themselves");
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
        let sim = History { stretches, restarts: Vec::new(), acknowledged: None, passed_on: None, planned: None }.play();
        let about_targets = |effect: &Effect| matches!(effect, Effect::Notify(told) if told.brief.cause.is_some());
        prop_assert!(!sim.effects.iter().any(about_targets));
    }
}
