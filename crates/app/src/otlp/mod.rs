//! What OpenTelemetry's senders tell: a thread with its own runtime takes messages, counts them where they are, and answers
//! when what they said is safe.

mod gather;
mod hearing;

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use secrecy::SecretString;
use statusquo_slo::kept::Keeping;
use statusquo_source::otlp::{Figures, Limits, Listener, SavedSeries};
use tokio::sync::mpsc;

use crate::loaded::Loaded;

pub(crate) use hearing::Heard;
use hearing::Hearing;

/// Messages that were counted and wait to be saved.
pub(crate) const HEARD: usize = 256;

/// What the thread works with.
pub(crate) struct Setting {
    /// The open ports.
    pub(crate) sockets: Vec<TcpListener>,
    /// How much is taken.
    pub(crate) limits: Limits,
    /// What senders have to show.
    pub(crate) token: Option<SecretString>,
    /// Which requests are kept one by one.
    pub(crate) keeping: Keeping,
    /// Since when we listen.
    pub(crate) since: Timestamp,
    /// How far series had counted before the restart.
    pub(crate) known: Vec<SavedSeries>,
    /// What has come in.
    pub(crate) figures: Arc<Figures>,
    /// Where to what was heard goes.
    pub(crate) heard: mpsc::Sender<Heard>,
}

impl Setting {
    /// What the configuration asks for.
    pub(crate) fn new(
        loaded: &Loaded,
        sockets: Vec<TcpListener>,
        (since, known): (Timestamp, Vec<(u64, i64, Vec<u8>)>),
        heard: mpsc::Sender<Heard>,
    ) -> Self {
        let most = loaded.config.otlp.as_ref().map(|otlp| otlp.max_message_bytes);
        let message = most.and_then(|most| usize::try_from(most).ok());
        let usual = Limits::default();
        Self {
            sockets,
            limits: Limits { message: message.unwrap_or(usual.message), ..usual },
            token: loaded.otlp_token.clone(),
            keeping: loaded.config.requests.keeping,
            since,
            known: known
                .into_iter()
                .map(|(key, until_us, point)| SavedSeries { key, until_us, point })
                .collect(),
            figures: Arc::default(),
            heard,
        }
    }
}

/// Opens the ports.
pub(crate) fn open(otlp: &crate::config::Otlp) -> anyhow::Result<Vec<TcpListener>> {
    let open = |address: &std::net::SocketAddr| {
        TcpListener::bind(address).with_context(|| format!("cannot listen for OTLP on {address}"))
    };
    [otlp.http, otlp.grpc].iter().map(open).collect()
}

/// Starts the thread; it ends with the process.
pub(crate) fn start(setting: Setting) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for socket in &setting.sockets {
        socket.set_nonblocking(true).context("a port for OTLP cannot be used")?;
    }
    std::thread::Builder::new().name("otlp".to_owned()).spawn(move || runtime.block_on(listen(setting)))?;
    Ok(())
}

async fn listen(setting: Setting) {
    let since = setting.since.as_nanosecond();
    let since = u64::try_from(since).unwrap_or_default();
    let hearing = Hearing::new(setting.keeping, since, setting.known, setting.heard);
    let hearing = Arc::new(hearing);
    let mut all = tokio::task::JoinSet::new();
    for socket in setting.sockets {
        match tokio::net::TcpListener::from_std(socket) {
            Ok(socket) => {
                let listener = Listener::new(socket, setting.limits, setting.figures.clone());
                all.spawn(listener.with_token(setting.token.as_ref()).run(hearing.clone()));
            }
            Err(error) => tracing::error!(%error, "a port for OTLP cannot be used"),
        }
    }
    while all.join_next().await.is_some() {}
}
