//! What people ask of the pipeline, and what it answers.

use statusquo_alert::{CommandError, Deploy, IncidentNumber, SilenceId, Who};
use statusquo_exchange::Name;
use tokio::sync::{mpsc, oneshot};

/// What people ask of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Something that the engine decides.
    Engine(statusquo_alert::Command, Who),
    /// Probe now, ahead of the schedule.
    RunNow(Name, Who),
    /// Send a test message to a receiver.
    TestReceiver(Name, Who),
    /// A version of a service was put to work.
    Deployed(Deploy),
    /// Take a stretch out of the account of an objective.
    Correct(AskedCorrection, Who),
    /// Let this correction of an objective count again.
    Withdraw(Name, u64, Who),
    /// A heartbeat came, with the token of its monitor; `Some(code)` other than 0 says that the job failed.
    Beat {
        /// The token in its address.
        token: String,
        /// The exit code it gave, if any.
        exit_code: Option<i32>,
    },
    /// A receiver's own service calls back: somebody pressed a button or a digit. Its signature is not checked yet.
    CalledBack(Name, CallBack),
}

/// A stretch that is to be taken out of the account of an objective.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedCorrection {
    /// The objective.
    pub slo: Name,
    /// The first moment, in seconds since 1970.
    pub from: i64,
    /// The first moment after it.
    pub until: i64,
    /// Why.
    pub why: String,
    /// The incident that is meant, if one was named.
    pub incident: Option<IncidentNumber>,
}

/// A request from a receiver's service, as it came: signatures are over exact bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallBack {
    /// The query, without its question mark.
    pub query: String,
    /// The header fields that begin with `x-`, names in small letters.
    pub fields: Vec<(String, String)>,
    /// The content.
    pub content: String,
}

/// A command, and where its answer is awaited.
#[derive(Debug)]
pub struct Request {
    /// What is asked.
    pub command: Command,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Result<Reply, Refusal>>,
}

/// What the pipeline answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It is done.
    Done,
    /// It is done, and this is worth saying: what a receiver answered.
    Text(String),
    /// This silence was made.
    Silence(SilenceId),
    /// This correction was made.
    Correction(u64),
    /// What the service that called back wants to read.
    Content {
        /// Its type.
        media_type: &'static str,
        /// Itself.
        content: String,
    },
}

/// Why the pipeline did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The engine refused.
    #[error(transparent)]
    Engine(#[from] CommandError),
    /// No monitor has this heartbeat token.
    #[error("no heartbeat has this token")]
    UnknownToken,
    /// There is no such receiver.
    #[error("there is no receiver `{0}`")]
    NoReceiver(Name),
    /// There is no such objective.
    #[error("there is no objective `{0}`")]
    NoObjective(Name),
    /// The objective has no such correction that is in force.
    #[error("the objective has no correction {0} in force")]
    NoCorrection(u64),
    /// What called back is not who it should be; the text says how that is known.
    #[error("{0}")]
    NotBelieved(String),
    /// It was tried and did not work; the text says why.
    #[error("{0}")]
    Failed(String),
    /// The pipeline has too much to do, or is stopping.
    #[error("too busy to do it now; try again in a few seconds")]
    Busy,
}

/// Hands a command over and waits for the answer.
pub(crate) async fn ask(commands: &mpsc::Sender<Request>, command: Command) -> Result<Reply, Refusal> {
    let (reply, answer) = oneshot::channel();
    commands.try_send(Request { command, reply }).map_err(|_| Refusal::Busy)?;
    answer.await.map_err(|_| Refusal::Busy)?
}
