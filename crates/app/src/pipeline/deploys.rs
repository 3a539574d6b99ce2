//! Versions that were put to work: kept, shown, and perhaps behind what begins shortly after.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{Deploy, Input};
use statusquo_serve::{Refusal, Reply};
use tokio::sync::oneshot;

use super::Pipeline;

/// Deploys that are remembered.
const MOST_DEPLOYS: usize = 200;

impl Pipeline {
    /// A version of a service was put to work: whoever says so is answered when it is safe.
    pub(super) async fn deployed(&mut self, deploy: Deploy, reply: oneshot::Sender<Result<Reply, Refusal>>) {
        let saved = self.outside.writer.deployed(deploy.clone());
        self.outside.publisher.board.write(|board| board.deployed([deploy.clone()]));
        self.apply(Input::Deployed(deploy)).await;
        tokio::spawn(async move {
            let answer = match saved.await {
                Ok(Ok(())) => Ok(Reply::Done),
                Ok(Err(error)) => Err(Refusal::Failed(error.to_string())),
                Err(_) => Err(Refusal::Busy),
            };
            // Whoever does not wait any more does not want to know.
            let _ = reply.send(answer);
        });
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
