//! Messages are owed until they are taken, in order.

use statusquo_alert::{IncidentNumber, Notice};
use statusquo_store::Standing;

use crate::support::{Home, at, incident, name, notification, notify, ok, saved};

fn due(home: &Home, seconds: i64) -> Vec<String> {
    home.reader().due(at(seconds), 100).unwrap().into_iter().map(|due| due.notification.key).collect()
}

#[test]
fn a_message_is_handed_out_until_it_is_taken() {
    let mut home = Home::new();
    let opened = notification(1, "oncall", Notice::Opened);
    let key = opened.key.clone();
    home.save(vec![saved(incident(1)), notify(opened.clone())]);
    assert_eq!(due(&home, 4), Vec::<String>::new(), "not before it is owed");
    home.restart();
    assert_eq!(home.reader().due(at(5), 100).unwrap()[0].notification, opened);

    ok(home.writer().retry(&key, (at(6), at(36)), 1, "500 Internal Server Error".to_owned()));
    assert_eq!(due(&home, 35), Vec::<String>::new());
    home.restart();
    assert_eq!(home.reader().due(at(36), 100).unwrap()[0].attempts, 1);

    ok(home.writer().sent(&key, at(37), "200 OK".to_owned()));
    assert_eq!(due(&home, 1000), Vec::<String>::new());
    let delivered = home.reader().deliveries(IncidentNumber(1)).unwrap().remove(0);
    assert_eq!((delivered.standing, delivered.ended), (Standing::Sent, Some(at(37))));
    assert_eq!((delivered.attempts, delivered.answer.as_deref()), (1, Some("200 OK")));
}

#[test]
fn the_same_key_is_owed_once() {
    let home = Home::new();
    let opened = notification(1, "oncall", Notice::Opened);
    home.save(vec![notify(opened.clone()), notify(opened.clone())]);
    ok(home.writer().sent(&opened.key, at(6), "200 OK".to_owned()));
    home.save(vec![notify(opened)]);
    assert_eq!(due(&home, 100), Vec::<String>::new());
    assert_eq!(home.reader().deliveries_recent(10).unwrap().len(), 1);
}

#[test]
fn a_later_message_of_the_same_incident_and_receiver_waits_for_the_earlier() {
    let home = Home::new();
    let told = [
        notification(1, "oncall", Notice::Opened),
        notification(1, "oncall", Notice::Resolved),
        notification(1, "mail", Notice::Resolved),
        notification(2, "oncall", Notice::Opened),
    ];
    let keys: Vec<_> = told.iter().map(|told| told.key.clone()).collect();
    home.save(told.into_iter().map(notify).collect());
    let [opened, resolved, mail, other] = &keys[..] else { unreachable!() };
    assert_eq!(&due(&home, 10), &[opened.clone(), mail.clone()]);
    ok(home.writer().retry(opened, (at(10), at(500)), 1, "timeout".to_owned()));
    assert_eq!(&due(&home, 20), &[mail.clone(), other.clone()], "though the earlier one is not due yet");
    ok(home.writer().dead(opened, at(500), "gone".to_owned()));
    assert_eq!(&due(&home, 500), &[resolved.clone(), mail.clone()]);
    assert_eq!(home.reader().stored().unwrap().pending, 3);
}

/// A receiver that takes nothing has hundreds of messages that wait: they must not hide those for others.
#[test]
fn one_receivers_backlog_hides_nobody_elses_messages() {
    let home = Home::new();
    let mut owed: Vec<_> = (1..=300).map(|number| notification(number, "oncall", Notice::Opened)).collect();
    owed.push(notification(301, "mail", Notice::Opened));
    let (first, mail) = (owed[0].key.clone(), owed[300].key.clone());
    home.save(owed.into_iter().map(notify).collect());
    assert_eq!(due(&home, 10), [first, mail]);
}

#[test]
fn what_is_not_news_any_more_is_put_aside_and_is_no_failure() {
    let home = Home::new();
    let [opened, resolved] = [Notice::Opened, Notice::Resolved].map(|n| notification(1, "oncall", n));
    home.save(vec![
        notify(opened.clone()),
        notify(resolved.clone()),
        notify(notification(2, "oncall", Notice::Opened)),
    ]);
    let waiting = home.reader().waiting(IncidentNumber(1), &name("oncall"), 10).unwrap();
    let keys: Vec<_> = waiting.into_iter().map(|due| due.notification.key).collect();
    assert_eq!(keys, [opened.key.clone(), resolved.key]);
    ok(home.writer().superseded(&opened.key, at(9), "not news".to_owned()));
    let delivered = home.reader().deliveries(IncidentNumber(1)).unwrap().remove(0);
    assert_eq!((delivered.standing, delivered.answer.as_deref()), (Standing::Superseded, Some("not news")));
    assert!(home.reader().receivers().unwrap().iter().all(|health| health.failures == 0));
    assert_eq!(home.reader().stored().unwrap().pending, 2);
}

#[test]
fn what_has_ended_stays_as_it_is() {
    let home = Home::new();
    let opened = notification(1, "oncall", Notice::Opened);
    let key = opened.key.clone();
    home.save(vec![notify(opened)]);
    ok(home.writer().sent(&key, at(6), "200 OK".to_owned()));
    ok(home.writer().retry(&key, (at(7), at(8)), 1, "late".to_owned()));
    ok(home.writer().dead(&key, at(9), "late".to_owned()));
    let delivered = home.reader().deliveries_recent(1).unwrap().remove(0);
    assert_eq!((delivered.standing, delivered.ended), (Standing::Sent, Some(at(6))));
    assert_eq!(home.reader().receivers().unwrap()[0].failures, 0);
}

#[test]
fn the_health_of_a_receiver_survives_a_restart() {
    let mut home = Home::new();
    let told = [Notice::Opened, Notice::Reminder, Notice::Resolved].map(|n| notification(1, "oncall", n));
    let keys: Vec<_> = told.iter().map(|told| told.key.clone()).collect();
    home.save(told.into_iter().map(notify).collect());
    let writer = home.writer();
    ok(writer.sent(&keys[0], at(10), "200 OK".to_owned()));
    ok(writer.retry(&keys[1], (at(20), at(30)), 1, "timeout".to_owned()));
    ok(writer.dead(&keys[1], at(40), "410 Gone".to_owned()));
    home.restart();
    let health = home.reader().receivers().unwrap().remove(0);
    assert_eq!(health.receiver, name("oncall"));
    assert_eq!((health.last_sent, health.last_failure), (Some(at(10)), Some(at(40))));
    assert_eq!((health.failures, health.failing_since), (2, Some(at(20))));
    assert_eq!(health.reason.as_deref(), Some("410 Gone"));
    ok(home.writer().sent(&keys[2], at(50), "200 OK".to_owned()));
    let health = home.reader().receivers().unwrap().remove(0);
    assert_eq!((health.failures, health.failing_since, health.reason), (0, None, None));
    assert_eq!((health.last_sent, health.last_failure), (Some(at(50)), Some(at(40))));
}
