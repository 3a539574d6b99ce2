//! What the routes work with.

use std::fmt;
use std::sync::Arc;

use http::Uri;
use jiff::Timestamp;
use statusquo_alert::{Command as Order, Scope, Who};
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_store::{Reader, StoreError, Writer};
use tokio::sync::{Mutex, Semaphore, mpsc};

use crate::auth::{Attempts, People};
use crate::board::{SharedBoard, Snapshot};
use crate::command::{self, Command, Refusal, Reply, Request};
use crate::events::Live;
use crate::history::Histories;
use crate::problem::unread;
use crate::public::Shelf;
use crate::traffic::Usages;

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the routes work with.
#[derive(Clone)]
pub struct Context {
    /// The present state.
    pub board: SharedBoard,
    /// What is older.
    pub reader: Reader,
    /// Where sessions are written.
    pub writer: Writer,
    /// Where commands go; the pipeline reads them.
    pub commands: mpsc::Sender<Request>,
    /// Says what time it is.
    pub clock: Clock,
    /// Where we are reached.
    pub site: Site,
    /// The files of the public status page.
    pub shelf: Shelf,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("site", &self.site).finish_non_exhaustive()
    }
}

/// Where we are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Do we listen on loopback only? Then everything is open while there are no users.
    pub loopback: bool,
    /// The address that people use, if there is one: `https://status.example.org`.
    pub public: Option<Uri>,
}

/// What all requests share.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

/// The parts of [`App`].
pub(crate) struct Shared {
    pub(crate) context: Context,
    /// Forms send it along while nobody has to sign in.
    pub(crate) csrf: String,
    pub(crate) people: People,
    pub(crate) attempts: Attempts,
    pub(crate) histories: Histories,
    pub(crate) usages: Usages,
    pub(crate) live: Live,
    /// Password checks at the same time: each takes 19 MB and a core for a while.
    pub(crate) hashing: Semaphore,
    /// Whoever tells the public something holds it: two at once would take the same number.
    pub(crate) announcing: Mutex<()>,
    /// Whoever makes or revokes a token holds it: two at once would take the same name.
    pub(crate) naming: Mutex<()>,
}

/// Password checks at the same time.
const HASHING: usize = 2;

impl App {
    pub(crate) fn new(context: Context) -> Self {
        Self(Arc::new(Shared {
            csrf: crate::auth::random_text(),
            people: People::default(),
            attempts: Attempts::default(),
            histories: Histories::default(),
            usages: Usages::default(),
            live: Live::default(),
            hashing: Semaphore::new(HASHING),
            announcing: Mutex::new(()),
            naming: Mutex::new(()),
            context,
        }))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.context.clock)()
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.context.board.snapshot()
    }

    /// Asks the store on a thread where that may take a while.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let reader = self.context.reader.clone();
        let asked = tokio::task::spawn_blocking(move || question(&reader)).await;
        asked.unwrap_or_else(|stopped| Err(StoreError::Other(stopped.to_string()))).map_err(unread)
    }

    pub(crate) async fn command(&self, command: Command) -> Result<Reply, Refusal> {
        let audited = audited(&command);
        let reply = command::ask(&self.context.commands, command).await?;
        if let Some((who, what)) = audited {
            self.note_deed(who, what);
        }
        Ok(reply)
    }

    /// Writes down who did what. Nobody waits for it: the deed is done, and what it changed is durable by itself.
    pub(crate) fn note_deed(&self, who: Who, what: String) {
        drop(self.context.writer.audit(self.now(), who, what));
    }
}

/// What the audit log says of a command: who did what.
fn audited(command: &Command) -> Option<(Who, String)> {
    let (order, who) = match command {
        Command::Engine(order, who) => (order, who),
        Command::TestReceiver(name, who) => return Some((who.clone(), format!("sent a test to {name}"))),
        Command::RunNow(name, who) => return Some((who.clone(), format!("probed {name} ahead of time"))),
        Command::Deployed(deploy) => {
            let what = format!("deployed {} of {}", deploy.version, deploy.service);
            return Some((deploy.by.clone(), what));
        }
        Command::Correct(asked, who) => {
            let at = |seconds| Timestamp::from_second(seconds).unwrap_or_default();
            let minute = |seconds| at(seconds).strftime("%Y-%m-%d %H:%M UTC").to_string();
            let (from, until) = (minute(asked.from), minute(asked.until));
            let what = format!("took {from} to {until} out of objective {}: {}", asked.slo, asked.why);
            return Some((who.clone(), what));
        }
        Command::Withdraw(slo, id, who) => {
            return Some((who.clone(), format!("let correction {id} of objective {slo} count again")));
        }
        Command::Beat { .. } | Command::CalledBack(..) => return None,
    };
    let what = match order {
        Order::Acknowledge(number) => format!("acknowledged incident {number}"),
        Order::PassOn(number) => format!("passed incident {number} on"),
        Order::Note(number, _) => format!("added a note to incident {number}"),
        Order::Resolve(number) => format!("resolved incident {number}"),
        Order::Silence { scope: Scope::All, .. } => "silenced all monitors".to_owned(),
        Order::Silence { scope: Scope::Monitors(names), .. } => {
            let names: Vec<&str> = names.iter().map(Name::as_str).collect();
            format!("silenced {}", names.join(", "))
        }
        Order::Plan { from, until, .. } => {
            let minute = |at: &Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
            format!("planned work from {} to {}", minute(from), minute(until))
        }
        Order::EndSilence(id) => format!("ended silence {}", id.0),
        Order::Pause(name) => format!("paused {name}"),
        Order::Resume(name) => format!("resumed {name}"),
    };
    Some((who.clone(), what))
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
