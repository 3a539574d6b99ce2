//! Whole exchanges are kept for a while.

use statusquo_catalogue::StatusCode;
use statusquo_exchange::ExchangeId;
use statusquo_slo::{Answer, Mark};
use statusquo_store::Evidence;

use crate::support::{Home, at, incident, name, saved};

fn evidence(second: i64, monitor: &str, mark: Mark) -> Evidence {
    Evidence {
        id: ExchangeId(format!("{monitor}-{second}")),
        monitor: name(monitor),
        location: name("local"),
        at: at(second),
        answer: Answer::Status(StatusCode::new(if mark == Mark::Good { 200 } else { 503 })),
        mark,
        json: format!("{{\"id\":\"{monitor}-{second}\"}}"),
    }
}

#[test]
fn an_exchange_is_found_by_its_id_and_by_its_monitor() {
    let mut home = Home::new();
    let all = [
        evidence(1, "orders", Mark::Good),
        evidence(2, "orders", Mark::Bad),
        evidence(3, "billing", Mark::Bad),
    ];
    all.iter().cloned().for_each(|evidence| home.writer().evidence(evidence));
    home.restart();
    assert_eq!(home.reader().evidence("orders-2").unwrap(), Some(all[1].clone()));
    assert_eq!(home.reader().evidence("nothing").unwrap(), None);
    assert_eq!(home.reader().evidence_of("orders", 10).unwrap(), [all[1].clone(), all[0].clone()]);
    assert_eq!(home.reader().evidence_of("orders", 1).unwrap(), [all[1].clone()]);
}

#[test]
fn the_newest_of_each_kind_are_kept_and_those_that_incidents_show() {
    let home = Home::new();
    let writer = home.writer();
    let mut shown = incident(1);
    shown.cause.as_mut().unwrap().evidence = Some(ExchangeId("orders-3".to_owned()));
    home.save(vec![saved(shown)]);
    for second in 0..100 {
        writer.evidence(evidence(second, "orders", Mark::Bad));
        writer.evidence(evidence(1000 + second, "orders", Mark::Good));
        writer.evidence(evidence(second, "billing", Mark::Degraded));
    }
    home.settle();
    let count = |monitor: &str, is_good: bool| {
        let all = home.reader().evidence_of(monitor, 1000).unwrap();
        all.iter().filter(|evidence| (evidence.mark == Mark::Good) == is_good).count()
    };
    assert_eq!((count("orders", false), count("orders", true), count("billing", false)), (51, 20, 50));
    assert!(home.reader().evidence("orders-3").unwrap().is_some());
    assert!(home.reader().evidence("orders-49").unwrap().is_none());
    assert!(home.reader().evidence("orders-50").unwrap().is_some());
}
