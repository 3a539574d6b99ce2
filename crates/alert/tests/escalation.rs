//! Steps, repeat intervals, and what the timeline says of messages that are held back; in virtual time.

#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks at a few entries of a timeline")]

mod sim;

use std::time::Duration;

use sim::{Meets, Sim, at, policy, setup};
use statusquo_alert::{
    Command, CommandError, EntryKind, EscalationStep, IncidentNumber, Input, Notice, Receiver, Scope, Setup,
    Who,
};
use statusquo_exchange::Name;

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// Alice at once, Bob after five minutes, the boss ten minutes later.
fn duty() -> Setup {
    let mut setup = setup(vec![policy("orders")]);
    let step = |after, name: &str| EscalationStep { after, tell: vec![Name::from(name)] };
    let receiver =
        |name: &str, steps| Receiver { name: Name::from(name), wants: vec![], repeat: None, steps };
    let steps = vec![step(Duration::ZERO, "alice"), step(minutes(5), "bob"), step(minutes(10), "boss")];
    setup.receivers = vec![
        receiver("alice", vec![]),
        receiver("bob", vec![]),
        receiver("boss", vec![]),
        receiver("duty", steps),
    ];
    std::sync::Arc::make_mut(&mut setup.policies[0]).receivers = vec![Name::from("duty")];
    setup
}

/// When each was told of the start.
fn starts(sim: &Sim) -> Vec<(String, f64)> {
    let starts = sim.sent.iter().filter(|told| told.notice == Notice::Opened);
    starts.map(|told| (told.receiver.to_string(), sim::seconds(told.at))).collect()
}

fn down(_: f64, _: &str, _: &str) -> Meets {
    Meets::Status(503)
}

#[test]
fn the_next_is_told_when_nobody_takes_it() {
    let mut sim = Sim::new(duty());
    sim.run_to(1800.0, down);
    let [alice, bob, boss] = starts(&sim).try_into().expect("three are told");
    assert_eq!((alice.0.as_str(), bob.0.as_str(), boss.0.as_str()), ("alice", "bob", "boss"));
    assert!((300.0..=301.0).contains(&(bob.1 - alice.1)), "{alice:?} {bob:?}");
    assert!((600.0..=601.0).contains(&(boss.1 - bob.1)), "{bob:?} {boss:?}");
}

#[test]
fn taking_it_stops_the_steps_and_all_who_were_told_hear_of_the_end() {
    let mut sim = Sim::new(duty());
    sim.run_to(400.0, down);
    sim.command(Command::Acknowledge(IncidentNumber(1)));
    sim.run_to(3000.0, down);
    sim.run_to(3300.0, |_, _, _| Meets::Ok);
    assert_eq!(sim.told("alice"), [Notice::Opened, Notice::Resolved]);
    assert_eq!(sim.told("bob"), [Notice::Opened, Notice::Resolved]);
    assert_eq!(sim.told("boss"), []);
    assert_eq!(sim.told("duty"), []);
}

#[test]
fn passing_on_tells_the_next_at_once_until_nobody_is_left() {
    let mut sim = Sim::new(duty());
    sim.run_to(60.0, down);
    let number = IncidentNumber(1);
    sim.command(Command::Acknowledge(number));
    sim.command(Command::PassOn(number));
    assert_eq!(starts(&sim).len(), 2);
    sim.command(Command::PassOn(number));
    assert_eq!(starts(&sim).len(), 3);
    let command = Input::Command(Command::PassOn(number), Who("anna".into()));
    assert_eq!(sim.engine.apply(command, at(sim.now)), Err(CommandError::NobodyLeft(1)));
}

#[test]
fn a_restart_does_not_begin_the_steps_anew() {
    let mut sim = Sim::new(duty());
    sim.run_to(200.0, down);
    sim.restart();
    sim.run_to(320.0, down);
    sim.restart();
    sim.run_to(400.0, down);
    let names: Vec<String> = starts(&sim).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["alice", "bob"]);
}

#[test]
fn a_silence_stops_the_clock() {
    let mut sim = Sim::new(duty());
    sim.run_to(200.0, down);
    sim.command(Command::Silence { scope: Scope::All, lasting: minutes(30), comment: "known".into() });
    sim.run_to(2000.0, down);
    assert_eq!(starts(&sim).len(), 1);
    // The silence ends at 2000 s: Bob has his five minutes from there.
    sim.run_to(2299.0, down);
    assert_eq!(starts(&sim).len(), 1);
    sim.run_to(2302.0, down);
    assert_eq!(starts(&sim).len(), 2);
}

#[test]
fn when_it_comes_back_the_steps_begin_anew() {
    let mut sim = Sim::new(duty());
    sim.run_to(400.0, down);
    sim.run_to(520.0, |_, _, _| Meets::Ok);
    sim.run_to(600.0, down);
    assert_eq!(sim.told("alice"), [Notice::Opened, Notice::Resolved, Notice::Reopened]);
    assert_eq!(sim.told("bob"), [Notice::Opened, Notice::Resolved]);
    sim.run_to(900.0, down);
    assert_eq!(sim.told("bob"), [Notice::Opened, Notice::Resolved, Notice::Reopened]);
}

#[test]
fn our_own_faults_take_the_steps_too() {
    let mut setup = duty();
    setup.own_receivers = vec![Name::from("duty")];
    let mut sim = Sim::new(setup);
    sim.apply(Input::Own(statusquo_alert::OwnFault::Store, true));
    sim.run_to(400.0, |_, _, _| Meets::Ok);
    assert_eq!(starts(&sim).len(), 2);
}

#[test]
fn reminders_come_as_often_as_the_receiver_wants() {
    let mut setup = setup(vec![policy("orders")]);
    setup.receivers[0].repeat = Some(minutes(10));
    let mut sim = Sim::new(setup);
    sim.run_to(3700.0, down);
    let reminders = |name| sim.told(name).iter().filter(|notice| **notice == Notice::Reminder).count();
    // Every ten minutes of an hour; by default after 15, 30 (45 in all) and 60 minutes.
    assert_eq!((reminders("slack"), reminders("mail")), (6, 2));
}

#[test]
fn the_timeline_says_when_messages_are_held_and_when_they_are_not() {
    let mut sim = Sim::new(setup(vec![policy("orders")]));
    sim.run_to(60.0, down);
    for _ in 0..2 {
        sim.command(Command::Silence { scope: Scope::All, lasting: minutes(5), comment: "known".into() });
        sim.run_to(sim.now + 400.0, down);
    }
    let incident = sim.saved.incidents.values().next().expect("there is one");
    let held: Vec<String> = incident
        .timeline
        .iter()
        .filter_map(|entry| match &entry.kind {
            EntryKind::Held(why) => Some(why.split(" until").next().unwrap_or_default().to_owned()),
            EntryKind::Released => Some("released".to_owned()),
            _ => None,
        })
        .collect();
    assert_eq!(held.len(), 4, "{held:?}");
    assert!(held[0].starts_with("silence") && held[0].ends_with("by anna"), "{held:?}");
    assert_eq!((held[1].as_str(), held[3].as_str()), ("released", "released"));
}
