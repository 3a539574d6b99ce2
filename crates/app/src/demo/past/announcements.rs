//! What the public was told: one outage that is over, and work to come.

use jiff::Timestamp;
use statusquo_alert::{IncidentNumber, Who};
use statusquo_exchange::Name;
use statusquo_store::{Announcement, AnnouncementKind, Impact, Stage, Update};

use super::faults::{DAY, HOUR, MINUTE, before};

/// Both.
pub(super) fn all(now: Timestamp) -> Vec<Announcement> {
    let update = |ago: i64, stage, text: &str, workaround: Option<&str>| Update {
        at: before(now, ago),
        by: Who("ann".to_owned()),
        stage,
        text: text.to_owned(),
        workaround: workaround.map(str::to_owned),
        next_by: None,
    };
    let meanwhile = Some("Orders are kept in your basket; try again in a few minutes.");
    let outage = Announcement {
        number: 1,
        title: "Orders could not be placed".to_owned(),
        kind: AnnouncementKind::Outage(Impact::Major),
        components: vec![Name::from("ordering")],
        incident: Some(IncidentNumber(4)),
        updates: vec![
            update(6 * DAY - 5 * MINUTE, Stage::Investigating, "Some orders fail with error 503.", meanwhile),
            update(
                6 * DAY - HOUR,
                Stage::Identified,
                "A release was at fault. We are taking it back.",
                meanwhile,
            ),
            update(
                6 * DAY - 3 * HOUR,
                Stage::Resolved,
                "All orders work again. Nothing was charged twice.",
                None,
            ),
        ],
    };
    let from = before(now, -2 * DAY);
    let work = Announcement {
        number: 2,
        title: "The catalogue's database moves to new machines".to_owned(),
        kind: AnnouncementKind::Work { from, until: before(now, -2 * DAY - HOUR) },
        components: vec![Name::from("catalogue")],
        incident: None,
        updates: vec![update(
            DAY,
            Stage::Scheduled,
            "Search may be slow for a few minutes. Ordering is not affected.",
            None,
        )],
    };
    vec![outage, work]
}
