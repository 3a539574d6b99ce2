//! Brings what the engine decided into the store, one transaction at a time, and never waits for it.

use statusquo_alert::{Effect, Notification};
use statusquo_store::{StoreError, Writer};
use tokio::sync::oneshot;

use super::unsaved::Unsaved;

/// Brings what the engine decided into the store.
#[derive(Debug)]
pub(crate) struct Saving {
    writer: Writer,
    unsaved: Unsaved,
    under_way: Option<UnderWay>,
    /// The last attempt failed: the next one waits for a tick.
    failing: bool,
}

#[derive(Debug)]
struct UnderWay {
    effects: Vec<Effect>,
    answer: oneshot::Receiver<Result<(), StoreError>>,
}

/// How an attempt to save ended.
#[derive(Debug)]
pub(crate) enum Saved {
    /// All of it is safe.
    Yes {
        /// Messages wait in the outbox.
        has_notifications: bool,
    },
    /// None of it is; these messages have to be sent from memory.
    No {
        /// Why.
        error: String,
        /// The messages of the attempt.
        notifications: Vec<Notification>,
    },
}

impl Saving {
    pub(crate) fn new(writer: Writer) -> Self {
        Self { writer, unsaved: Unsaved::default(), under_way: None, failing: false }
    }

    pub(crate) fn add(&mut self, effect: Effect) {
        self.unsaved.add(effect);
    }

    /// Starts the next transaction unless one is under way, or the last one failed (then only a tick tries again).
    pub(crate) fn go_on(&mut self, is_tick: bool) {
        if self.under_way.is_some() || self.unsaved.is_empty() || (self.failing && !is_tick) {
            return;
        }
        let effects = self.unsaved.take();
        let answer = self.writer.commit(effects.clone());
        self.under_way = Some(UnderWay { effects, answer });
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.under_way.is_none() && self.unsaved.is_empty()
    }

    pub(crate) const fn is_failing(&self) -> bool {
        self.failing
    }

    /// Waits for the transaction under way; never ends when there is none.
    pub(crate) async fn ended(&mut self) -> Saved {
        let Some(under_way) = &mut self.under_way else { return std::future::pending().await };
        let answer = (&mut under_way.answer).await;
        let error = match answer {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("the store has stopped".to_owned()),
        };
        let effects = self.under_way.take().map(|under_way| under_way.effects).unwrap_or_default();
        self.failing = error.is_some();
        let Some(error) = error else {
            let has_notifications = effects.iter().any(|effect| matches!(effect, Effect::Notify(_)));
            return Saved::Yes { has_notifications };
        };
        let notifications = effects.iter().filter_map(notification).cloned().collect();
        self.unsaved.put_back(effects);
        Saved::No { error, notifications }
    }
}

fn notification(effect: &Effect) -> Option<&Notification> {
    match effect {
        Effect::Notify(notification) => Some(notification),
        Effect::Recheck { .. }
        | Effect::SaveWatch(_)
        | Effect::DropWatch(_)
        | Effect::SaveIncident(_)
        | Effect::SaveSilence(_) => None,
    }
}
