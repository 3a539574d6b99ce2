//! Sends what is owed: takes messages from the outbox, in order per incident and receiver, with back-off, and writes
//! down how it went. When the store cannot be written, messages come from memory instead.

mod news;
mod stale;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{Notice, Notification};
use statusquo_exchange::Name;
use statusquo_notify::{Delivery, Links, next_attempt};
use statusquo_store::{Due, Reader, Writer};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

pub(crate) use news::{Health, News};

use crate::outlet::Outlet;

/// A receiver that fails so often in a row is a fault of ours that others are told of.
const BROKEN_AFTER: u32 = 3;
/// How many messages are read from the outbox at once.
const BATCH: usize = 200;
/// When nothing else wakes us, look for messages whose time has come.
const LOOK: Duration = Duration::from_secs(1);

/// What the pipeline asks of the delivery.
#[derive(Debug)]
pub(crate) enum Order {
    /// There are messages in the outbox.
    Look,
    /// The store did not take these: send them from memory.
    FromMemory(Vec<Notification>),
    /// The configuration has changed.
    Receivers(BTreeMap<Name, Outlet>, Links),
    /// Somebody wants to see whether messages arrive.
    Test(Box<Notification>, oneshot::Sender<Result<String, String>>),
}

/// Sends what is owed.
pub(crate) struct Outbox {
    reader: Reader,
    writer: Writer,
    receivers: BTreeMap<Name, Outlet>,
    links: Arc<Links>,
    news: mpsc::Sender<News>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    health: BTreeMap<Name, Health>,
    /// Receivers that a message is on its way to: one at a time.
    busy: BTreeSet<Name>,
    /// Not before this moment: the rate limit of each receiver.
    pause: BTreeMap<Name, Timestamp>,
    memory: VecDeque<Due>,
    /// Sent from memory, so that they are not sent again from the outbox.
    sent_from_memory: BTreeSet<String>,
    under_way: JoinSet<Attempt>,
}

/// One attempt to send, and what came of it.
struct Attempt {
    due: Due,
    from_memory: bool,
    ended: Delivery,
}

/// More than this is not kept in memory.
const MOST_IN_MEMORY: usize = 10_000;

impl Outbox {
    /// An outbox without receivers; they come with the first [`Order::Receivers`].
    pub(crate) fn new(
        (reader, writer): (Reader, Writer),
        news: mpsc::Sender<News>,
        now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Self {
        Self {
            reader,
            writer,
            receivers: BTreeMap::new(),
            links: Arc::new(Links::default()),
            news,
            now,
            health: BTreeMap::new(),
            busy: BTreeSet::new(),
            pause: BTreeMap::new(),
            memory: VecDeque::new(),
            sent_from_memory: BTreeSet::new(),
            under_way: JoinSet::new(),
        }
    }

    /// Works until the pipeline hangs up, and then lets what is on its way end.
    pub(crate) async fn run(mut self, mut orders: mpsc::Receiver<Order>) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => break,
                },
                Some(ended) = self.under_way.join_next() => {
                    if let Ok(attempt) = ended {
                        self.note(attempt).await;
                    }
                }
                _ = look.tick() => {}
            }
            self.start().await;
        }
        while let Some(Ok(attempt)) = self.under_way.join_next().await {
            self.note(attempt).await;
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Look => {}
            Order::FromMemory(notifications) => {
                for notification in notifications {
                    let known = self.sent_from_memory.contains(&notification.key)
                        || self.memory.iter().any(|due| due.notification.key == notification.key);
                    if !known && self.memory.len() < MOST_IN_MEMORY {
                        self.memory.push_back(Due { notification, attempts: 0 });
                    }
                }
            }
            Order::Receivers(receivers, links) => {
                self.receivers = receivers;
                self.links = Arc::new(links);
            }
            Order::Test(notification, reply) => self.test(*notification, reply),
        }
    }

    /// A test goes around the outbox: it is owed to nobody.
    fn test(&self, notification: Notification, reply: oneshot::Sender<Result<String, String>>) {
        let Some(outlet) = self.receivers.get(&notification.receiver) else {
            let reason = "it is not told itself: test the receivers of its steps".to_owned();
            let _ = reply.send(Err(reason));
            return;
        };
        let (receiver, links, now) = (outlet.receiver.clone(), self.links.clone(), (self.now)());
        tokio::spawn(async move {
            let answer = match receiver.send(&notification, &links, now).await {
                Delivery::Sent { answer } => Ok(answer),
                Delivery::Retry { reason, .. } | Delivery::Refused { reason } => Err(reason),
            };
            let _ = reply.send(answer);
        });
    }

    /// Starts a message to each receiver that is free and is owed one.
    async fn start(&mut self) {
        let now = (self.now)();
        for _ in 0..self.memory.len() {
            let Some(due) = self.memory.pop_front() else { break };
            if self.is_free(&due.notification.receiver, now) {
                self.send(due, true, now).await;
            } else {
                self.memory.push_back(due);
            }
        }
        let reader = self.reader.clone();
        let waiting = tokio::task::spawn_blocking(move || reader.due(now, BATCH)).await;
        let Ok(Ok(waiting)) = waiting else { return };
        for due in waiting {
            if self.sent_from_memory.remove(&due.notification.key) {
                let answer = "sent from memory while the store could not be written".to_owned();
                let _ = self.writer.sent(&due.notification.key, now, answer).await;
            } else if self.is_free(&due.notification.receiver, now)
                && let Some(due) = self.still_news(due, now).await
            {
                self.send(due, false, now).await;
            }
        }
    }

    /// What there is to send to this receiver about this incident, once what is not news any more is put aside.
    async fn still_news(&self, due: Due, now: Timestamp) -> Option<Due> {
        let (reader, number) = (self.reader.clone(), due.notification.brief.incident);
        let receiver = due.notification.receiver.clone();
        let asked = tokio::task::spawn_blocking(move || reader.waiting(number, &receiver, BATCH)).await;
        let Ok(Ok(waiting)) = asked else { return Some(due) };
        let stale = stale::stale(&waiting, now);
        for (key, reason) in &stale {
            let _ = self.writer.superseded(key, now, (*reason).to_owned()).await;
        }
        let is_news = |due: &Due| stale.iter().all(|(key, _)| *key != due.notification.key);
        waiting.into_iter().find(is_news)
    }

    fn is_free(&self, receiver: &Name, now: Timestamp) -> bool {
        !self.busy.contains(receiver) && self.pause.get(receiver).is_none_or(|until| *until <= now)
    }

    async fn send(&mut self, due: Due, from_memory: bool, now: Timestamp) {
        let name = due.notification.receiver.clone();
        let Some(receiver) = self.receivers.get(&name).map(|outlet| outlet.receiver.clone()) else {
            let reason = format!("receiver `{name}` is no longer configured");
            let ended = Delivery::Refused { reason };
            self.note(Attempt { due, from_memory, ended }).await;
            return;
        };
        self.busy.insert(name);
        let links = self.links.clone();
        self.under_way.spawn(async move {
            let ended = receiver.send(&due.notification, &links, now).await;
            Attempt { due, from_memory, ended }
        });
    }

    /// Writes down how an attempt went.
    async fn note(&mut self, attempt: Attempt) {
        let now = (self.now)();
        let Attempt { due, from_memory, ended } = attempt;
        let (key, name) = (due.notification.key.clone(), due.notification.receiver.clone());
        self.busy.remove(&name);
        let spacing = self.receivers.get(&name).map(|outlet| outlet.spacing).unwrap_or_default();
        self.pause.insert(name.clone(), now.checked_add(spacing).unwrap_or(Timestamp::MAX));
        let error = match ended {
            Delivery::Sent { answer } => {
                if from_memory {
                    self.sent_from_memory.insert(key);
                } else {
                    let _ = self.writer.sent(&key, now, answer).await;
                }
                None
            }
            Delivery::Retry { after, reason } => {
                self.try_again(due, from_memory, (after, &reason), now).await;
                Some(reason)
            }
            Delivery::Refused { reason } => {
                if !from_memory {
                    let _ = self.writer.dead(&key, now, reason.clone()).await;
                }
                Some(reason)
            }
        };
        self.judge(name, error, now).await;
    }

    async fn try_again(
        &mut self,
        mut due: Due,
        from_memory: bool,
        (asked, reason): (Option<Duration>, &str),
        now: Timestamp,
    ) {
        due.attempts = due.attempts.saturating_add(1);
        let key = due.notification.key.clone();
        let Some(wait) = next_attempt(due.attempts, asked, random()) else {
            if !from_memory {
                let _ = self
                    .writer
                    .dead(&key, now, format!("given up after {} attempts: {reason}", due.attempts))
                    .await;
            }
            return;
        };
        let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        self.pause.insert(due.notification.receiver.clone(), at);
        if from_memory {
            self.memory.push_back(due);
        } else {
            let _ = self.writer.retry(&key, (now, at), due.attempts, reason.to_owned()).await;
        }
    }

    /// Keeps the receiver's health, and reports when it changes.
    async fn judge(&mut self, name: Name, error: Option<String>, now: Timestamp) {
        let health = self.health.entry(name.clone()).or_default();
        let was_broken = health.is_broken();
        match error {
            None => *health = Health { last_sent: Some(now), ..Health::default() },
            Some(error) => {
                health.failures = health.failures.saturating_add(1);
                health.last_error = Some(error);
            }
        }
        let is_broken = health.is_broken();
        let health = health.clone();
        let _ = self
            .news
            .send(News { receiver: name, health, turned: (was_broken != is_broken).then_some(is_broken) })
            .await;
    }
}

/// Jitter; not for secrets.
fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without randomness, all wait equally long: a lesser evil than not sending.
    let _ = getrandom::fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}

/// The notification of `statusquo alert test`.
pub(crate) fn test_notification(receiver: Name, now: Timestamp) -> Notification {
    use statusquo_alert::{Brief, IncidentNumber, Severity, Subject};
    let brief = Brief {
        incident: IncidentNumber(0),
        subject: Subject::Monitor(Name::from("example")),
        title: "Example".to_owned(),
        target: "GET https://api.example/health".to_owned(),
        severity: Severity::Failing,
        cause: None,
        began: now,
        resolved: None,
        resolved_by: None,
        acknowledged: None,
        bad: 2,
        of: 3,
        affected: Vec::new(),
        likely: Vec::new(),
        runbook: None,
    };
    let key = format!("test-{}-{}", receiver, now.as_millisecond());
    Notification { key, receiver, notice: Notice::Test, at: now, brief }
}
