//! What the public is told outlives a restart.

use statusquo_alert::{IncidentNumber, Who};
use statusquo_exchange::Name;
use statusquo_store::{Announcement, AnnouncementKind, Impact, Stage, Update};

use crate::support::{Home, at};

fn update(second: i64, stage: Stage) -> Update {
    Update {
        at: at(second),
        by: Who("ann".to_owned()),
        stage,
        text: "some orders fail".to_owned(),
        workaround: Some("try again after a minute".to_owned()),
        next_by: Some(at(second + 600)),
    }
}

fn announcement(number: u64, updates: Vec<Update>) -> Announcement {
    Announcement {
        number,
        title: "Orders fail".to_owned(),
        kind: AnnouncementKind::Outage(Impact::Major),
        components: vec![Name::from("ordering")],
        incident: Some(IncidentNumber(214)),
        updates,
    }
}

#[test]
fn announcements_are_read_as_they_were_written_and_open_ones_are_never_left_out() {
    let mut home = Home::new();
    let open = announcement(1, vec![update(0, Stage::Investigating)]);
    let over = announcement(2, vec![update(0, Stage::Investigating), update(60, Stage::Resolved)]);
    let work = Announcement {
        number: 3,
        kind: AnnouncementKind::Work { from: at(0), until: at(3600) },
        incident: None,
        updates: vec![update(0, Stage::Scheduled)],
        ..open.clone()
    };
    for one in [&open, &over, &work] {
        home.writer().announce(one.clone()).blocking_recv().unwrap().unwrap();
    }
    home.restart();
    assert_eq!(home.reader().announcements(10).unwrap(), [work.clone(), over, open.clone()]);
    assert_eq!(home.reader().announcements(0).unwrap(), [work, open]);
}

#[test]
fn a_promise_that_was_not_kept_is_overdue_until_it_is_over() {
    let mut one = announcement(1, vec![update(0, Stage::Identified)]);
    assert_eq!(one.overdue(at(600)), None);
    assert_eq!(one.overdue(at(601)), Some(at(600)));
    one.updates.push(Update { next_by: Some(at(700)), ..update(650, Stage::Resolved) });
    assert_eq!((one.overdue(at(10_000)), one.is_open()), (None, false));
}
