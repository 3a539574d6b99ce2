//! What people are told, scenario by scenario, in virtual time.

mod sim;

use std::time::Duration;

use sim::{Meets, Sim, at, policy, setup};
use statusquo_alert::{
    Command, EntryKind, Heartbeat, Input, Maintenance, Notice, Observation, OwnFault, Phase, Recurrence,
    Schedule, Scope, Severity, State, Verdict,
};
use statusquo_exchange::Name;

const START_AND_END: [Notice; 2] = [Notice::Opened, Notice::Resolved];

fn one() -> Sim {
    Sim::new(setup(vec![policy("orders")]))
}

fn between(from: f64, to: f64, met: Meets) -> impl Fn(f64, &str, &str) -> Meets {
    move |now, _, _| if (from..to).contains(&now) { met } else { Meets::Ok }
}

#[test]
fn an_answering_failure_is_told_within_36_seconds_and_a_hanging_one_within_56() {
    for (met, limit) in [(Meets::Status(503), 36.0), (Meets::Refused, 36.0), (Meets::Hangs, 56.0)] {
        // The worst case: it breaks right after a good probe. Every tenth of a second of one interval is tried.
        for tenth in 1..300 {
            let breaks = 300.0 + f64::from(tenth) / 10.0;
            let mut sim = one();
            sim.run_to(500.0, between(breaks, 2000.0, met));
            let took = sim.first(Notice::Opened) - breaks;
            assert!(took <= limit - 1.0 + 0.001, "{met:?} at {breaks} took {took} s; 1 s is for sending");
        }
    }
}

#[test]
fn one_incident_one_message_per_receiver_one_resolved() {
    for met in [Meets::Status(503), Meets::Announced(3600), Meets::Refused, Meets::Hangs] {
        let mut sim = one();
        sim.run_to(1200.0, between(301.0, 700.0, met));
        assert_eq!(sim.told("slack"), START_AND_END, "{met:?}");
        assert_eq!(sim.told("mail"), START_AND_END, "{met:?}");
        assert_eq!(sim.saved.incidents.len(), 1);
    }
}

#[test]
fn two_of_three_failing_is_noticed_and_one_lost_packet_is_not() {
    let mut lost = one();
    lost.run_to(1200.0, between(329.0, 331.0, Meets::Refused));
    assert_eq!(lost.told("slack"), []);

    let mut sim = one();
    let round = |now: f64| (now / 30.0).round() as i64;
    sim.run_to(
        3000.0,
        |now, _, _| if now > 300.0 && round(now) % 3 != 0 { Meets::Status(500) } else { Meets::Ok },
    );
    assert_eq!(sim.told("slack").first(), Some(&Notice::Opened));
    assert!(!sim.told("slack").contains(&Notice::Resolved), "it is not over while two of three fail");
}

#[test]
fn a_monitor_that_is_born_down_is_told() {
    let mut sim = one();
    sim.run_to(60.0, |_, _, _| Meets::Refused);
    assert_eq!(sim.told("slack"), [Notice::Opened]);
    assert!(sim.first(Notice::Opened) < 7.0);
}

#[test]
fn maintenance_holds_and_then_sends_the_difference() {
    let window = |from: f64, until: f64| Maintenance {
        name: Name::from("deploy"),
        scope: Scope::All,
        recurrence: Recurrence::Once { from: at(from), until: at(until) },
    };
    // (failure, window, told)
    let cases: [(std::ops::Range<f64>, std::ops::Range<f64>, &[Notice]); 4] = [
        (400.0..700.0, 300.0..1000.0, &[]), // all of it inside: nobody hears of it
        (400.0..2000.0, 300.0..1000.0, &[Notice::Opened]), // still down at the end: told then
        (301.0..700.0, 400.0..1000.0, &START_AND_END), // told before, over inside: the end is owed
        (301.0..2000.0, 400.0..1000.0, &[Notice::Opened]), // down throughout: told once, not twice
    ];
    for (failure, planned, expect) in cases {
        let mut setup = setup(vec![policy("orders")]);
        setup.maintenance = vec![window(planned.start, planned.end)];
        for receiver in &mut setup.receivers {
            receiver.wants.clear();
        }
        let mut sim = Sim::new(setup);
        sim.run_to(1500.0, between(failure.start, failure.end, Meets::Status(503)));
        assert_eq!(sim.told("slack"), expect, "fails {failure:?}, maintenance {planned:?}");
        let inside = sim.sent.iter().filter(|n| planned.contains(&sim::seconds(n.at))).count();
        assert_eq!(inside, 0, "nothing is sent inside the window");
    }
}

#[test]
fn a_silence_holds_and_ending_it_early_sends_what_is_true() {
    let mut sim = one();
    sim.run_to(100.0, |_, _, _| Meets::Ok);
    let scope = Scope::Monitors(vec![Name::from("orders")]);
    sim.command(Command::Silence { scope, lasting: Duration::from_secs(3600), comment: "known".into() });
    sim.run_to(500.0, |_, _, _| Meets::Status(502));
    assert_eq!(sim.told("slack"), []);
    let incident = sim.saved.incidents.values().next().expect("it is recorded all the same");
    assert!(
        incident.timeline.iter().any(|e| matches!(&e.kind, EntryKind::Held(why) if why.contains("anna")))
    );
    let id = *sim.saved.silences.keys().next().expect("one silence");
    sim.command(Command::EndSilence(statusquo_alert::SilenceId(id)));
    assert_eq!(sim.told("slack"), [Notice::Opened]);
}

#[test]
fn silences_are_numbered_on_after_a_restart_too() {
    let mut sim = one();
    let silence =
        || Command::Silence { scope: Scope::All, lasting: Duration::from_secs(60), comment: String::new() };
    sim.command(silence());
    sim.command(silence());
    sim.run_to(100.0, |_, _, _| Meets::Ok);
    sim.restart();
    sim.command(silence());
    assert_eq!(sim.saved.silences.into_keys().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn planned_work_holds_within_its_window_alone() {
    let mut sim = one();
    sim.run_to(100.0, |_, _, _| Meets::Ok);
    let scope = Scope::Monitors(vec![Name::from("orders")]);
    let (from, until) = (sim::at(200.0), sim::at(600.0));
    sim.command(Command::Plan { scope, from, until, comment: "the database moves".into() });
    sim.run_to(1500.0, between(250.0, 800.0, Meets::Status(502)));
    let inside = sim.sent.iter().filter(|n| (200.0..600.0).contains(&sim::seconds(n.at))).count();
    assert_eq!(inside, 0, "nothing is sent while the work lasts");
    assert_eq!(sim.told("slack"), START_AND_END, "what is still true when it is over is told");
}

#[test]
fn a_child_is_quiet_while_its_parent_fails() {
    let child = statusquo_alert::Policy { parent: Some(Name::from("gateway")), ..policy("orders") };
    let mut sim = Sim::new(setup(vec![policy("gateway"), child]));
    sim.run_to(1500.0, between(301.0, 700.0, Meets::Refused));
    assert_eq!(sim.told("slack"), START_AND_END, "one message for the parent, none for the child");
    let gateway = sim.saved.incidents.values().find(|i| i.title == "gateway").expect("the parent's incident");
    assert_eq!(gateway.affected, [Name::from("orders")]);
}

#[test]
fn a_child_that_stays_down_when_its_parent_is_well_is_told() {
    let child = statusquo_alert::Policy { parent: Some(Name::from("gateway")), ..policy("orders") };
    let mut sim = Sim::new(setup(vec![policy("gateway"), child]));
    sim.run_to(1500.0, |now, monitor, _| {
        let until = if monitor == "gateway" { 700.0 } else { 5000.0 };
        if (301.0..until).contains(&now) { Meets::Refused } else { Meets::Ok }
    });
    let about = |title: &str| -> Vec<Notice> {
        let of = sim.sent.iter().filter(|n| n.receiver.as_str() == "slack" && n.brief.title == title);
        of.map(|n| n.notice).filter(|n| *n != Notice::Reminder).collect()
    };
    assert_eq!(about("gateway"), START_AND_END);
    assert_eq!(about("orders"), [Notice::Opened]);
}

#[test]
fn reminders_come_only_while_nobody_has_taken_it() {
    let mut sim = one();
    sim.run_to(4000.0, between(300.0, 1e9, Meets::Status(500)));
    assert_eq!(
        sim.told("slack"),
        [Notice::Opened, Notice::Reminder, Notice::Reminder],
        "15 and 45 minutes on"
    );
    let number = sim.sent[0].brief.incident;
    sim.command(Command::Acknowledge(number));
    sim.run_to(90_000.0, between(300.0, 1e9, Meets::Status(500)));
    assert_eq!(sim.told("slack").len(), 3);
    assert_eq!(sim.saved.incidents[&number.0].phase, Phase::Acknowledged);
}

#[test]
fn the_same_failure_soon_after_the_end_reopens_the_incident() {
    let mut sim = one();
    sim.run_to(1500.0, |now, _, _| {
        let down = (301.0..400.0).contains(&now) || (700.0..900.0).contains(&now);
        if down { Meets::Status(503) } else { Meets::Ok }
    });
    let expect = [Notice::Opened, Notice::Resolved, Notice::Reopened, Notice::Resolved];
    assert_eq!(sim.told("slack"), expect);
    assert_eq!(sim.saved.incidents.len(), 1);
}

#[test]
fn flapping_is_said_once_and_then_held_until_it_is_stable() {
    let mut sim = one();
    // Down for 90 s, well for 150 s, over and over, for 25 minutes; then well.
    sim.run_to(4000.0, |now, _, _| {
        let down = now > 300.0 && now < 1800.0 && now.rem_euclid(240.0) < 90.0;
        if down { Meets::Status(500) } else { Meets::Ok }
    });
    let told = sim.told("slack");
    assert_eq!(told.iter().filter(|n| **n == Notice::Flapping).count(), 1, "{told:?}");
    assert_eq!(told.last(), Some(&Notice::Resolved));
    assert!(told.len() <= 7, "{told:?}");
}

#[test]
fn an_announced_pause_is_degraded_until_it_is_overrun() {
    let mut sim = one();
    sim.run_to(1000.0, between(301.0, 5000.0, Meets::Announced(300)));
    assert_eq!(sim.told("slack"), [Notice::Opened, Notice::Worsened]);
    let severities: Vec<Severity> =
        sim.sent.iter().filter(|n| n.receiver.as_str() == "slack").map(|n| n.brief.severity).collect();
    assert_eq!(severities, [Severity::Degraded, Severity::Failing]);
    assert!(sim.first(Notice::Worsened) > 600.0);
}

#[test]
fn our_own_faults_never_move_a_target_and_are_told_as_ours() {
    for fault in [OwnFault::Resolver, OwnFault::Resources, OwnFault::Network] {
        let mut sim = Sim::new(setup(vec![policy("orders"), policy("search")]));
        sim.run_to(1500.0, between(301.0, 700.0, Meets::Blind(fault)));
        assert_eq!(sim.told("slack"), START_AND_END);
        assert_eq!(sim.told("mail"), [], "only those who look after Statusquo are told");
        assert!(sim.sent.iter().all(|n| n.brief.subject == statusquo_alert::Subject::Own(fault)));
        assert_eq!(sim.sent[0].brief.affected.len(), 2);
        assert_eq!(sim.saved.watches["orders"].shown, State::Ok);
    }
}

#[test]
fn an_incident_stays_open_while_we_cannot_see() {
    let mut sim = one();
    sim.run_to(500.0, between(301.0, 1e9, Meets::Status(500)));
    sim.run_to(2000.0, |_, _, _| Meets::Blind(OwnFault::Resolver));
    assert_eq!(sim.saved.watches["orders"].shown, State::Unknown);
    assert!(!sim.told("mail").contains(&Notice::Resolved));
    sim.run_to(2300.0, |_, _, _| Meets::Ok);
    assert_eq!(sim.told("mail").last(), Some(&Notice::Resolved));
}

#[test]
fn a_fault_that_is_reported_once_opens_and_ends() {
    let mut sim = one();
    sim.run_to(100.0, |_, _, _| Meets::Ok);
    sim.apply(Input::Own(OwnFault::Store, true));
    assert_eq!(sim.told("slack"), [Notice::Opened]);
    sim.apply(Input::Own(OwnFault::Store, false));
    sim.run_to(300.0, |_, _, _| Meets::Ok);
    assert_eq!(sim.told("slack"), START_AND_END);
}

#[test]
fn a_removed_monitor_owes_its_end() {
    let mut sim = one();
    sim.run_to(500.0, between(301.0, 1e9, Meets::Status(500)));
    sim.configure(setup(vec![policy("other")]));
    assert_eq!(sim.told("slack"), START_AND_END);
    assert_eq!(sim.told("mail"), START_AND_END);
}

#[test]
fn a_restart_owes_the_end_to_those_who_were_told_and_nobody_hears_twice() {
    for restart in [320.0, 334.5, 336.0, 400.0, 690.0, 705.0, 745.0, 790.0, 900.0] {
        let mut sim = one();
        sim.run_to(restart, between(301.0, 700.0, Meets::Status(503)));
        sim.restart();
        sim.run_to(1500.0, between(301.0, 700.0, Meets::Status(503)));
        assert_eq!(sim.told("slack"), START_AND_END, "restarted at {restart}");
        assert_eq!(sim.told("mail"), START_AND_END, "restarted at {restart}");
    }
}

#[test]
fn a_heartbeat_that_stays_away_is_told_and_one_that_comes_ends_it() {
    let heartbeat =
        Heartbeat { schedule: Schedule::Every(Duration::from_secs(3600)), grace: Duration::from_secs(600) };
    let backup = statusquo_alert::Policy { heartbeat: Some(heartbeat), ..policy("backup") };
    let mut sim = Sim::new(setup(vec![backup]));
    let nothing = |_: f64, _: &str, _: &str| Meets::Ok;
    sim.run_to(3000.0, nothing);
    sim.apply(Input::Beat { monitor: Name::from("backup"), exit_code: None });
    sim.run_to(7199.0, nothing);
    assert_eq!(sim.told("slack"), []);
    sim.run_to(7203.0, nothing);
    assert_eq!(sim.told("slack"), [Notice::Opened]);
    sim.apply(Input::Beat { monitor: Name::from("backup"), exit_code: Some(0) });
    sim.run_to(7300.0, nothing);
    sim.apply(Input::Beat { monitor: Name::from("backup"), exit_code: Some(3) });
    assert_eq!(sim.told("slack"), [Notice::Opened, Notice::Resolved, Notice::Reopened]);
}

#[test]
fn one_of_three_locations_is_not_believed_and_two_are() {
    let mut policy = policy("orders");
    policy.locations = ["eu", "us", "ap"].map(Name::from).to_vec();
    let mut sim = Sim::new(setup(vec![policy]));
    sim.run_to(1000.0, |now, _, from| if now > 300.0 && from == "eu" { Meets::Refused } else { Meets::Ok });
    assert_eq!(sim.told("slack"), []);
    sim.run_to(1500.0, |_, _, from| if from == "ap" { Meets::Ok } else { Meets::Refused });
    assert_eq!(sim.told("slack"), [Notice::Opened]);
}

#[test]
fn a_monitor_nobody_looked_at_for_two_intervals_is_unknown() {
    let mut sim = one();
    sim.run_to(100.0, |_, _, _| Meets::Ok);
    let quiet = sim.now;
    for second in 0..90 {
        sim.now = quiet + f64::from(second);
        sim.apply(Input::Tick);
    }
    assert_eq!(sim.saved.watches["orders"].shown, State::Unknown);
    let verdict = Verdict::Good;
    let (monitor, location) = (Name::from("orders"), Name::from("local"));
    sim.apply(Input::Observed(Observation { monitor, location, at: at(sim.now), verdict }));
    assert_eq!(sim.saved.watches["orders"].shown, State::Ok);
    assert_eq!(sim.told("slack"), []);
}
