//! Answers that have to wait for the store: whoever hears "done" loses nothing of it.

use statusquo_serve::{Refusal, Reply};
use statusquo_store::StoreError;
use tokio::sync::oneshot;

/// Where somebody waits.
pub(super) type Answer = oneshot::Sender<Result<Reply, Refusal>>;

/// Answers when it is saved, or cannot be. The pipeline does not wait for it.
pub(super) fn answer_when_safe(
    saved: oneshot::Receiver<Result<(), StoreError>>,
    done: Reply,
    answer: Answer,
) {
    tokio::spawn(async move {
        let told = match saved.await {
            Ok(Ok(())) => Ok(done),
            Ok(Err(error)) => Err(Refusal::Failed(error.to_string())),
            Err(_) => Err(Refusal::Busy),
        };
        // Whoever does not wait any more does not want to know.
        let _ = answer.send(told);
    });
}
