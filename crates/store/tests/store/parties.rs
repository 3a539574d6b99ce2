//! What others said outlives a restart: status pages, deploys, how answers were judged.

use statusquo_alert::{Deploy, Likely, Who};
use statusquo_exchange::{Health, StatusCode};
use statusquo_store::{BrokenRule, Judged, PartyPart, PartyReport, PartyState};

use crate::support::{Home, at, incident, name, ok, saved};

#[test]
fn what_a_page_said_is_there_after_a_restart() {
    let mut home = Home::new();
    let state = PartyState {
        name: name("stripe"),
        feed: "https://status.stripe.test/api/v2/summary.json".to_owned(),
        etag: Some("\"17\"".to_owned()),
        last_modified: None,
        format: Some("Statuspage".to_owned()),
        health: Health::PartialOutage,
        since: at(10),
        checked: Some(at(70)),
        parts: vec![PartyPart { name: "API / Charges".to_owned(), health: Health::MajorOutage }],
        reported: vec![PartyReport {
            title: "Elevated errors".to_owned(),
            health: Health::Degraded,
            since: None,
            link: Some("https://stspg.test/1".to_owned()),
        }],
    };
    ok(home.writer().party(PartyState { health: Health::Operational, ..state.clone() }));
    ok(home.writer().party(state.clone()));
    home.restart();
    assert_eq!(home.reader().parties().unwrap(), [state]);
}

#[test]
fn deploys_are_kept_the_newest_first() {
    let mut home = Home::new();
    let deploy = |second: i64, url: Option<&str>| Deploy {
        service: name("checkout"),
        version: format!("1.{second}"),
        at: at(second),
        url: url.map(str::to_owned),
        by: Who("ci".to_owned()),
    };
    for one in [deploy(2, Some("https://ci.test/2")), deploy(3, None), deploy(1, None)] {
        ok(home.writer().deployed(one));
    }
    home.restart();
    let all = home.reader().deploys(at(2), 10).unwrap();
    assert_eq!(all, [deploy(3, None), deploy(2, Some("https://ci.test/2"))]);
    assert_eq!(home.reader().deploys(at(0), 1).unwrap(), [deploy(3, None)]);
}

#[test]
fn how_answers_were_judged_takes_the_place_of_what_was_known() {
    let mut home = Home::new();
    let judged = |code: u16, answers: u64, rules: &[(&str, u64)]| Judged {
        monitor: name("orders"),
        code: StatusCode::new(code),
        first: at(1),
        answers,
        broken: rules
            .iter()
            .map(|(rule, count)| BrokenRule {
                rule: (*rule).to_owned(),
                level: "must".to_owned(),
                count: *count,
                first: at(5),
                last: at(6),
                message: "the field is missing".to_owned(),
                was_kept: *count > 1,
            })
            .collect(),
    };
    ok(home.writer().judged(vec![judged(200, 3, &[("date-missing", 1)]), judged(404, 1, &[])]));
    ok(home.writer().judged(vec![judged(200, 9, &[("date-format", 2), ("date-missing", 7)])]));
    home.restart();
    let expect = [judged(200, 9, &[("date-format", 2), ("date-missing", 7)]), judged(404, 1, &[])];
    assert_eq!(home.reader().judged().unwrap(), expect);
}

#[test]
fn what_is_likely_behind_an_incident_is_kept_with_it() {
    let mut home = Home::new();
    let mut kept = incident(1);
    kept.likely = vec![
        Likely::Deploy { version: "1.4.2".to_owned(), service: name("checkout"), at: at(1), url: None },
        Likely::ThirdParty {
            name: name("stripe"),
            title: "Stripe".to_owned(),
            says: "says partial outage".to_owned(),
            since: at(2),
        },
    ];
    home.save(vec![saved(kept.clone())]);
    home.restart();
    assert_eq!(home.reader().incident(kept.number).unwrap().unwrap().likely, kept.likely);
}
