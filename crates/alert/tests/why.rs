//! "Why was this (not) sent?", asked of any moment.

mod sim;

use std::time::Duration;

use sim::{Meets, Sim, at, policy, setup};
use statusquo_alert::{Because, Command, EscalationStep, IncidentNumber, Notice, Receiver, Scope, Who, why};
use statusquo_exchange::Name;

/// Slack at once; by the steps of duty, Bob after five minutes and the boss after ten more.
fn one() -> Sim {
    let mut setup = setup(vec![policy("orders")]);
    let step = |minutes: u64, name: &str| EscalationStep {
        after: Duration::from_secs(minutes * 60),
        tell: vec![Name::from(name)],
    };
    let receiver =
        |name: &str, steps| Receiver { name: Name::from(name), wants: vec![], repeat: None, steps };
    let duty = receiver("duty", vec![step(0, "alice"), step(5, "bob"), step(10, "boss")]);
    setup.receivers = ["slack", "alice", "bob", "boss"].map(|name| receiver(name, vec![])).to_vec();
    setup.receivers.push(duty);
    std::sync::Arc::make_mut(&mut setup.policies[0]).receivers =
        vec![Name::from("slack"), Name::from("duty")];
    Sim::new(setup)
}

fn down(_: f64, _: &str, _: &str) -> Meets {
    Meets::Status(503)
}

fn because(sim: &Sim, receiver: &str, second: f64) -> (Option<Notice>, Because) {
    let incident = sim.saved.incidents.values().next().expect("there is one");
    let others = ["slack", "alice", "bob", "boss"].map(Name::from);
    let all = why(incident, &others, at(second));
    let one = all.into_iter().find(|why| why.receiver.as_str() == receiver).expect("all are there");
    (one.told.map(|(notice, _)| notice), one.because)
}

#[test]
fn each_moment_of_an_incident_has_its_reason() {
    let mut sim = one();
    sim.run_to(300.0, |_, _, _| Meets::Ok);
    // Fails at 300 s, is sure at 305 s.
    sim.run_to(700.0, down);
    sim.command(Command::Acknowledge(IncidentNumber(1)));
    sim.run_to(2000.0, down);
    sim.command(Command::Silence {
        scope: Scope::All,
        lasting: Duration::from_secs(600),
        comment: "known".into(),
    });
    sim.run_to(2300.0, down);
    sim.run_to(2400.0, |_, _, _| Meets::Ok);
    sim.run_to(3000.0, |_, _, _| Meets::Ok);

    let opened = Some(Notice::Opened);
    assert_eq!(because(&sim, "slack", 200.0), (None, Because::NotBegun));
    assert_eq!(because(&sim, "slack", 302.0), (None, Because::NotSure(at(300.0))));
    assert_eq!(because(&sim, "slack", 310.0), (opened, Because::NothingNew));
    let turn = sim.sent.iter().find(|told| told.receiver.as_str() == "bob").expect("he was told").at;
    assert_eq!(because(&sim, "bob", 400.0), (None, Because::NotItsTurn(Some(turn))));
    assert_eq!(because(&sim, "bob", 650.0), (opened, Because::NothingNew));
    assert_eq!(because(&sim, "boss", 650.0), (None, Because::NotItsTurn(None)));
    assert_eq!(because(&sim, "boss", 1900.0), (None, Because::Taken(Who("anna".into()))));
    let (told, held) = because(&sim, "slack", 2100.0);
    assert!(matches!(&held, Because::Held(why) if why.starts_with("silence")), "{held:?}");
    assert_eq!(told, opened);
    assert_eq!(because(&sim, "slack", 2900.0), (Some(Notice::Resolved), Because::Over));
    assert_eq!(because(&sim, "boss", 2900.0), (None, Because::Taken(Who("anna".into()))));
}

#[test]
fn a_silence_from_before_explains_why_nobody_was_told() {
    let mut sim = one();
    sim.run_to(100.0, |_, _, _| Meets::Ok);
    sim.command(Command::Silence {
        scope: Scope::All,
        lasting: Duration::from_secs(3600),
        comment: "known".into(),
    });
    sim.run_to(900.0, down);
    for receiver in ["slack", "alice", "boss"] {
        let (told, held) = because(&sim, receiver, 800.0);
        assert!(told.is_none() && matches!(held, Because::Held(_)), "{receiver}: {held:?}");
    }
}
