//! Two hours without the receiver, in virtual time, through the real outbox.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{Effect, IncidentNumber, Notice, Notification};
use statusquo_exchange::Name;
use statusquo_notify::terminal::{Style, Terminal};
use statusquo_notify::{Links, Receiver};
use statusquo_store::{Retention, Standing, Store};
use tokio::sync::mpsc;

use super::{Order, Outbox};
use crate::outlet::Outlet;

const START: i64 = 1_700_000_000;
/// Two hours, in seconds.
const OUTAGE: u64 = 2 * 3600;

/// A receiver that takes nothing for two hours, and what it took then, with the second.
#[derive(Clone, Default)]
struct Out {
    second: Arc<AtomicU64>,
    taken: Arc<Mutex<Vec<(u64, String)>>>,
    refused: Arc<AtomicU64>,
}

impl Write for Out {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let second = self.second.load(Ordering::SeqCst);
        if second < OUTAGE {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let line = String::from_utf8_lossy(text).lines().next().unwrap_or_default().to_owned();
        self.taken.lock().unwrap().push((second, line));
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_second(START + i64::try_from(second).unwrap()).unwrap()
}

/// A message about incident `number`, owed at a second.
fn message(number: u64, notice: Notice, second: u64) -> Notification {
    let mut message = super::test_notification(Name::from("oncall"), at(second));
    message.notice = notice;
    message.key = format!("incident-{number}-{second}-{}", notice.as_str());
    message.brief.incident = IncidentNumber(number);
    message.brief.title = format!("monitor {number}");
    message.brief.resolved = (notice == Notice::Resolved).then(|| at(second));
    message
}

/// What becomes owed during the outage: for each of 300 incidents its start, and then one of five stories.
fn owed() -> Vec<Notification> {
    let mut all = Vec::new();
    for number in 0..300_u64 {
        let began = number * 20;
        match number % 5 {
            0 => all.push(message(number, Notice::Opened, began)),
            1 => all.extend([
                message(number, Notice::Opened, began),
                message(number, Notice::Resolved, began + 300),
            ]),
            2 => all.extend([
                message(number, Notice::Opened, began),
                message(number, Notice::Reminder, began + 900),
                message(number, Notice::Acknowledged, began + 1000),
            ]),
            // Told of the start before the outage.
            3 => all.push(message(number, Notice::Resolved, began)),
            _ => all.extend([
                message(number, Notice::Opened, began),
                message(number, Notice::Resolved, began + 200),
                message(number, Notice::Reopened, began + 400),
            ]),
        }
    }
    all.sort_by_key(|message| message.at);
    all
}

fn store(folder: &Path) -> Store {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    let (samples, minutes, hours) = (days(2), days(3), days(60));
    let retention = Retention { samples, minutes, hours, incidents: days(36_500), ..Retention::default() };
    Store::open(folder, retention).unwrap()
}

/// An outbox whose clock is the receiver's.
fn outbox(store: &Store, out: &Out) -> Outbox {
    let (news, mut heard) = mpsc::channel(64);
    tokio::spawn(async move { while heard.recv().await.is_some() {} });
    let second = out.second.clone();
    let now = Arc::new(move || at(second.load(Ordering::SeqCst)));
    let mut outbox = Outbox::new((store.reader(), store.writer()), news, now);
    let receiver = Arc::new(Receiver::Terminal(Terminal::new(Box::new(out.clone()), Style::default())));
    let outlet = Outlet { receiver, spacing: Duration::from_secs(1) };
    outbox.obey(Order::Receivers(BTreeMap::from([(Name::from("oncall"), outlet)]), Links::default()));
    outbox
}

#[tokio::test]
async fn after_two_hours_without_the_receiver_all_that_is_still_true_is_told_in_order_and_slowly() {
    let folder = tempfile::tempdir().unwrap();
    let (store, out) = (store(folder.path()), Out::default());
    let mut outbox = outbox(&store, &out);
    let mut owed = owed().into_iter().peekable();
    for second in 0..OUTAGE + 1500 {
        out.second.store(second, Ordering::SeqCst);
        while let Some(message) = owed.next_if(|message| message.at <= at(second)) {
            store.writer().commit(vec![Effect::Notify(Box::new(message))]).await.unwrap().unwrap();
        }
        outbox.start().await;
        while let Some(Ok(attempt)) = outbox.under_way.join_next().await {
            outbox.note(attempt).await;
        }
    }

    let taken = out.taken.lock().unwrap().clone();
    check_order_and_pace(&taken);
    let refused = out.refused.load(Ordering::SeqCst);
    assert!(refused < 120, "{refused} attempts in two hours");
    let delivered = store.reader().deliveries_recent(2000).unwrap();
    assert!(
        delivered
            .iter()
            .all(|message| message.standing != Standing::Pending && message.standing != Standing::Dead)
    );
    let sent = |number: u64| {
        let of = delivered.iter().rev().filter(|message| message.incident.0 == number);
        let sent = of.filter(|message| message.standing == Standing::Sent);
        sent.map(|message| message.notice).collect::<Vec<_>>()
    };
    for number in 0..300 {
        let tried = delivered.iter().any(|message| message.incident.0 == number && message.attempts > 0);
        let expect: &[Notice] = match (number % 5, tried) {
            (0, _) => &[Notice::Opened],
            // One that was tried may have arrived.
            (1, true) | (3, _) => &[Notice::Resolved],
            (1, false) => &[],
            (2, _) => &[Notice::Opened, Notice::Acknowledged],
            (_, _) => &[Notice::Reopened],
        };
        assert_eq!(sent(number), expect, "incident {number}");
    }
    store.close();
}

/// One message a second at most, the first soon after the end of the outage, and all of them within a quarter of an hour.
fn check_order_and_pace(taken: &[(u64, String)]) {
    assert!((280..=360).contains(&taken.len()), "{} messages for 300 incidents", taken.len());
    for pair in taken.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{pair:?}");
    }
    let first = taken.first().unwrap().0;
    assert!(first <= OUTAGE + 400, "the first came {first} s after the start");
    assert!(taken.last().unwrap().0 <= first + 1000, "all of it took {} s", taken.last().unwrap().0 - first);
}
