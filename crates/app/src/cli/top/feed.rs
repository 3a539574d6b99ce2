//! Where it comes from: a running server, or a log that is followed here.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::Value;
use statusquo_exchange::Name;
use statusquo_serve::ServiceView;
use statusquo_serve::wire::{Top, TopEndpoint};
use statusquo_slo::kept::Keeping;
use statusquo_slo::traffic::Live;
use statusquo_store::{Retention, Store};
use tokio::sync::mpsc;

use crate::cli::args;
use crate::cli::client::Client;
use crate::config::{Log, LogOrigin};
use crate::following::{self, Plan, Report};

/// Room for routes.
const MOST_ROUTES: usize = 1000;
/// A log that is silent for so long is shown as it was then.
const SILENT_SECONDS: i64 = 600;
/// A log is read to its end before it is shown once.
const PATIENCE: Duration = Duration::from_secs(600);
/// Failing requests that are shown.
const MOST_REQUESTS: usize = 20;

/// What is shown.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) top: Top,
    /// What people should know of its source.
    pub(super) notes: Vec<String>,
    /// It is of a log that ended long ago, and shown as it was then.
    pub(super) is_past: bool,
}

impl Shown {
    pub(super) fn nothing() -> Self {
        Self { top: Top::nothing(Timestamp::UNIX_EPOCH), notes: Vec::new(), is_past: false }
    }
}

/// Where it comes from.
pub(super) enum Feed {
    /// A running server.
    Server(Box<Client>, Option<String>),
    /// A log.
    Log(Box<Followed>),
}

/// A log that is followed.
pub(super) struct Followed {
    name: String,
    live: Live,
    reports: mpsc::Receiver<Report>,
    is_stdin: bool,
    /// What the reader says of it.
    notes: Vec<String>,
    behind_bytes: u64,
    /// The reader has looked at it.
    is_seen: bool,
    is_ended: bool,
    /// The reader keeps its books here.
    store: Option<Store>,
    folder: PathBuf,
}

impl Feed {
    pub(super) fn new(global: &args::Global, flags: &args::Top) -> anyhow::Result<Self> {
        match &flags.file {
            None => Ok(Self::Server(Box::new(Client::new(global)?), flags.service.clone())),
            Some(file) => Ok(Self::Log(Box::new(Followed::new(file, &flags.format)?))),
        }
    }

    /// Can requests be asked for one by one?
    pub(super) const fn knows_requests(&self) -> bool {
        matches!(self, Self::Server(..))
    }

    /// What it is like now.
    pub(super) async fn look(&mut self) -> anyhow::Result<Shown> {
        match self {
            Self::Server(client, service) => {
                let service = service.as_deref().map(|service| ("service", service));
                let answer = client.get_with(&["top"], service.as_slice()).await?;
                let top = serde_json::from_value(answer).context("the server is of another version")?;
                Ok(Shown { top, notes: Vec::new(), is_past: false })
            }
            Self::Log(followed) => {
                followed.take_what_is_there();
                Ok(followed.shown(Timestamp::now()))
            }
        }
    }

    /// What it is like when all is read that is there.
    pub(super) async fn settled(&mut self) -> anyhow::Result<Shown> {
        if let Self::Log(followed) = self {
            // What takes longer is shown as far as it was read.
            let _late = tokio::time::timeout(PATIENCE, followed.settle()).await;
        }
        self.look().await
    }

    /// The latest failing requests of an endpoint, a line each.
    pub(super) async fn requests(&self, endpoint: &TopEndpoint) -> anyhow::Result<Vec<String>> {
        let Self::Server(client, service) = self else { return Ok(Vec::new()) };
        // Requests know what was asked for, which begins like the route.
        let path = endpoint.route.split('{').next().unwrap_or_default();
        let mut query = vec![("method", endpoint.method.as_str()), ("path", path), ("code", "5xx")];
        query.extend(service.as_deref().map(|service| ("service", service)));
        let answer = client.get_with(&["requests"], &query).await?;
        let found = answer.get("requests").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        Ok(match found {
            [] => vec!["no failing request of it was kept".to_owned()],
            found => found.iter().take(MOST_REQUESTS).map(request).collect(),
        })
    }

    /// Nothing more is wanted of it.
    pub(super) fn close(self) {
        if let Self::Log(followed) = self {
            followed.close();
        }
    }
}

/// `14:41:20  503  30000 ms  POST /v1/orders  id 4f1c`
fn request(request: &Value) -> String {
    let text = |name: &str| request.get(name).and_then(Value::as_str).unwrap_or_default();
    let status = request.get("status").and_then(Value::as_u64).map(|status| status.to_string());
    let took = request.get("duration_ms").and_then(Value::as_f64);
    format!(
        "{}  {}  {}  {} {}  {}",
        text("at"),
        status.unwrap_or_else(|| text("failure").to_owned()),
        took.map_or(String::new(), |ms| format!("{ms:.0} ms")),
        text("method"),
        text("target"),
        text("request_id"),
    )
}

impl Followed {
    fn new(file: &Path, format: &str) -> anyhow::Result<Self> {
        let is_stdin = file.as_os_str() == "-";
        if !is_stdin && !file.to_string_lossy().contains('*') {
            std::fs::metadata(file).with_context(|| format!("cannot read `{}`", file.display()))?;
        }
        let from = if is_stdin { LogOrigin::Stdin } else { LogOrigin::Files(file.to_owned()) };
        let name = from.to_string();
        let mut log = Log::with_defaults(Name::from("top"), Name::from("top"), from);
        format.clone_into(&mut log.format);
        let folder = std::env::temp_dir().join(format!("statusquo-top-{}", std::process::id()));
        let store = Store::open(&folder, Retention::default())?;
        let (reports, read) = mpsc::channel(following::UNSAVED);
        let (plans, wanted) = mpsc::channel(1);
        let setting = following::Setting { reports, reader: store.reader(), clock: Arc::new(Timestamp::now) };
        following::start(setting, wanted)?;
        let plan = Arc::new(Plan::new(&log, Keeping::default())?);
        // It is the only one: the reader ends with what it reads.
        plans.try_send(vec![plan]).context("the reader does not begin")?;
        Ok(Self {
            name,
            live: Live::new(MOST_ROUTES, &[]),
            reports: read,
            is_stdin,
            notes: Vec::new(),
            behind_bytes: 0,
            is_seen: false,
            is_ended: false,
            store: Some(store),
            folder,
        })
    }

    fn take_what_is_there(&mut self) {
        while let Ok(report) = self.reports.try_recv() {
            self.take(report);
        }
    }

    async fn settle(&mut self) {
        let is_read = |log: &Self| log.is_seen && log.behind_bytes == 0 && !log.is_stdin;
        while !self.is_ended && !is_read(self) {
            match self.reports.recv().await {
                Some(report) => self.take(report),
                None => self.is_ended = true,
            }
        }
        self.take_what_is_there();
    }

    fn take(&mut self, report: Report) {
        match report {
            Report::Read(read) => {
                for batch in &read.batches {
                    self.live.add(batch, read.layer);
                }
                // Nothing is saved.
                drop(self.live.harvest());
            }
            Report::Source(view) => {
                let progress = view.progress;
                self.is_seen |= progress.files > 0 || progress.lines > 0;
                self.behind_bytes = progress.behind_bytes;
                let bad = progress.not_understood;
                self.notes = view.traps;
                if bad > 0 {
                    self.notes.push(format!("{bad} of {} lines were not understood", progress.lines));
                }
            }
        }
    }

    /// A log of the past is shown as it was at its end.
    fn shown(&mut self, now: Timestamp) -> Shown {
        let newest = self.live.seen_until().values().max().copied();
        let is_past = newest.is_some_and(|newest| now.as_second() - newest > SILENT_SECONDS);
        let end = newest.filter(|_| is_past).map(|newest| newest + 10);
        let at = end.and_then(|end| Timestamp::from_second(end).ok()).unwrap_or(now);
        if newest.is_some() {
            // Not before it is known when its time is: what is older than two hours is forgotten.
            self.live.tick(at.as_second());
        }
        let view = ServiceView {
            endpoints: self.live.recent(),
            whole: self.live.whole().clone(),
            seen_until: self.live.seen_until().clone(),
            threshold: None,
        };
        let mut notes = self.notes.clone();
        if !self.is_seen {
            notes.push(if self.is_stdin { "waiting for lines" } else { "reading" }.to_owned());
        }
        if self.behind_bytes > 0 {
            notes.push(format!("{} MiB are still to be read", self.behind_bytes.div_ceil(1 << 20)));
        }
        Shown { top: Top::of(&self.name, &view, at), notes, is_past }
    }

    fn close(mut self) {
        // A reader that hands on nothing any more ends.
        self.reports.close();
        if let Some(store) = self.store.take() {
            store.close();
        }
        // It was ours alone, and holds nothing that anybody asked to keep.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
