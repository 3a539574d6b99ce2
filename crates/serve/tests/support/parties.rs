//! Third parties: one in trouble, one whose page lags, one that is well.

use jiff::{SignedDuration, Timestamp};
use statusquo_exchange::{Health, Name};
use statusquo_serve::PartyView;
use statusquo_store::{PartyPart, PartyReport, PartyState};

/// A third party of which its page says this.
pub fn party(name: &str, health: Health, now: Timestamp) -> PartyView {
    let since = now - SignedDuration::from_secs(2400);
    PartyView {
        title: name.to_owned(),
        state: PartyState {
            name: Name::from(name),
            feed: format!("https://status.{name}.test/api/v2/summary.json"),
            etag: None,
            last_modified: None,
            format: Some("Statuspage".to_owned()),
            health,
            since,
            checked: Some(now - SignedDuration::from_secs(20)),
            parts: vec![PartyPart { name: "API / Charges".to_owned(), health }],
            reported: Vec::new(),
        },
        unread: None,
        seen: None,
        calls: None,
        needed_by: vec![Name::from("shop")],
    }
}

pub fn parties(now: Timestamp) -> Vec<PartyView> {
    let mut stripe = party("stripe", Health::PartialOutage, now);
    stripe.title = "Stripe".to_owned();
    stripe.calls = Some((38, 520));
    stripe.state.reported = vec![PartyReport {
        title: "Elevated errors on charges".to_owned(),
        health: Health::PartialOutage,
        since: Some(stripe.state.since),
        link: Some("https://stspg.test/1".to_owned()),
    }];
    let mut maps = party("maps", Health::Operational, now);
    maps.seen = Some(("our calls to it fail".to_owned(), now - SignedDuration::from_secs(300)));
    maps.calls = Some((40, 52));
    let mut mail = party("mail", Health::Unknown, now);
    mail.unread = Some(("answers 502 Bad Gateway".to_owned(), now - SignedDuration::from_secs(3600)));
    vec![mail, maps, party("people", Health::Operational, now), stripe]
}
