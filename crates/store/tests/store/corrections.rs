//! What was taken out of the accounts of objectives.

use statusquo_alert::{IncidentNumber, Who};
use statusquo_slo::budget::{Correction, Counted};
use statusquo_store::Corrected;

use crate::support::{Home, at, name, ok};

#[test]
fn a_correction_is_kept_with_who_and_why_and_stays_known_when_it_counts_again() {
    let mut home = Home::new();
    let made = |id: u64, incident: Option<u64>| Corrected {
        id,
        slo: name("orders"),
        correction: Correction { from: 100, until: 700, counted: Counted { good: 9, bad: 1 } },
        why: "a load test".to_owned(),
        by: Who("ann".to_owned()),
        at: at(1000),
        incident: incident.map(IncidentNumber),
        withdrawn: None,
    };
    let (first, second) = (made(1, Some(17)), made(2, None));
    ok(home.writer().corrected(first.clone()));
    ok(home.writer().corrected(second.clone()));
    assert_eq!(home.reader().corrections().unwrap(), [second.clone(), first.clone()]);
    let withdrawn = Corrected { withdrawn: Some((at(2000), Who("bob".to_owned()))), ..first };
    ok(home.writer().corrected(withdrawn.clone()));
    home.restart();
    assert_eq!(home.reader().corrections().unwrap(), [second, withdrawn]);
}
