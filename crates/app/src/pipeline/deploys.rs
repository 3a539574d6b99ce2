//! Versions that were put to work: kept, shown, and perhaps behind what begins shortly after.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{Deploy, Input};
use statusquo_serve::Reply;

use super::Pipeline;
use super::safe::{Answer, answer_when_safe};

/// Deploys that are remembered.
const MOST_DEPLOYS: usize = 200;

impl Pipeline {
    /// A version of a service was put to work: whoever says so is answered when it is safe.
    pub(super) async fn deployed(&mut self, deploy: Deploy, reply: Answer) {
        let saved = self.outside.writer.deployed(deploy.clone());
        self.outside.publisher.board.write(|board| board.deployed([deploy.clone()]));
        self.apply(Input::Deployed(deploy)).await;
        answer_when_safe(saved, Reply::Done, reply);
    }

    /// Deploys from before the restart: shown, and perhaps behind what begins now.
    pub(super) async fn remember_deploys(&mut self) {
        let month = Duration::from_secs(30 * 86_400);
        let since = self.outside.clock.now().checked_sub(month).unwrap_or(Timestamp::UNIX_EPOCH);
        let mut deploys =
            self.outside.publisher.reader.deploys(since, MOST_DEPLOYS).unwrap_or_else(|error| {
                tracing::error!(%error, "deploys from before the restart cannot be read");
                Vec::new()
            });
        self.outside.publisher.board.write(|board| board.deployed(deploys.iter().cloned()));
        deploys.reverse();
        for deploy in deploys {
            self.apply(Input::Deployed(deploy)).await;
        }
    }
}
