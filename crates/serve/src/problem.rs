//! What our own refusals and faults mean for who asked.

use statusquo_alert::CommandError;
use statusquo_problem::{Mistake, Problem, RetryAfter};
use statusquo_store::StoreError;

use crate::command::Refusal;

/// The store could not be read: ours to mend, and no details for strangers.
pub(crate) fn unread(error: StoreError) -> Problem {
    Problem::unavailable(RetryAfter::seconds(10), "the store cannot be read now").because(error)
}

/// The store could not be written.
pub(crate) fn unwritten(error: StoreError) -> Problem {
    Problem::unavailable(RetryAfter::seconds(10), "the store cannot be written now").because(error)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::Engine(error) => of_command(&error, text),
            Refusal::UnknownToken
            | Refusal::NoReceiver(_)
            | Refusal::NoObjective(_)
            | Refusal::NoCorrection(_) => Self::not_found(text),
            Refusal::NotBelieved(_) => Self::forbidden(text),
            Refusal::Failed(_) => Self::bad_gateway(text.clone(), text),
            Refusal::Busy => Self::unavailable(RetryAfter::seconds(5), text),
        }
    }
}

fn of_command(error: &CommandError, text: String) -> Problem {
    match error {
        CommandError::Empty(what) => Problem::unprocessable(Mistake::new(*what, text)),
        CommandError::NoIncident(_) | CommandError::NoMonitor(_) | CommandError::NoSilence(_) => {
            Problem::not_found(text)
        }
        CommandError::Resolved(_) | CommandError::NobodyLeft(_) => Problem::conflict(text),
        // The enum may grow: then it is told in its words.
        _ => Problem::conflict(text),
    }
}
