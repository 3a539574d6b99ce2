//! `serve` and `watch`: builds the rooms, connects them, and takes them down again.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use statusquo_alert::Engine;
use statusquo_exchange::Name;
use statusquo_notify::terminal;
use statusquo_serve::public::{ANNOUNCEMENTS, Keeper, Shelf};
use statusquo_serve::{Clock, Request, SharedBoard, Site};
use statusquo_source::{Limits, Resolver};
use statusquo_store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

use crate::cli::{Exit, Global, Screen, Serve, Watch};
use crate::config::{self, Config, Log, LogOrigin, Watcher};
use crate::delivery::Outbox;
use crate::following;
use crate::loaded::Loaded;
use crate::otlp;
use crate::parties;
use crate::pipeline::{Event, Outside, Pipeline, Publisher, SharedClock};
use crate::probing;
use crate::public_page;

/// So many events may wait for the pipeline.
const EVENTS: usize = 8192;
/// Stopping may take so long.
const GRACE: Duration = Duration::from_secs(10);

/// Watches what the configuration says, until it is told to stop.
pub(crate) async fn serve(global: &Global, flags: &Serve) -> anyhow::Result<Exit> {
    let mut config = config::load(&global.config)?;
    let logs = logs_of(flags);
    config.logs.extend(logs.iter().cloned());
    let places = Places {
        listen: flags.listen.unwrap_or(config.listen),
        status: flags.status_listen.or(config.status_page.listen),
        folder: global.data.clone().unwrap_or_else(|| config.store.data.clone()),
    };
    run(global, config, places, Occasion::Serve(&global.config, logs)).await
}

/// The logs that the command line names: they tell of one service.
fn logs_of(flags: &Serve) -> Vec<Log> {
    let mut taken = std::collections::BTreeSet::new();
    let log = |path: &PathBuf| {
        let is_stdin = path.as_os_str() == "-";
        let from = if is_stdin { LogOrigin::Stdin } else { LogOrigin::Files(path.clone()) };
        let wish = if is_stdin { "stdin".to_owned() } else { name_of(&path.display().to_string()) };
        let names = (1..).map(|n| if n == 1 { wish.clone() } else { format!("{wish}-{n}") });
        let name = Name::from({ names }.find(|name| taken.insert(name.clone())).unwrap_or(wish));
        Log::with_defaults(name, Name::from("api"), from)
    };
    flags.log.iter().map(log).collect()
}

/// Watches URLs without a configuration, until it is told to stop.
pub(crate) async fn watch(global: &Global, flags: &Watch) -> anyhow::Result<Exit> {
    let config = Config::parse("the command line", &written(flags))?;
    let folder = match &global.data {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("statusquo-watch-{}", std::process::id())),
    };
    let places = Places { listen: flags.listen, status: None, folder: folder.clone() };
    let ended = run(global, config, places, Occasion::Watch).await;
    if global.data.is_none() {
        // It was ours alone, and holds nothing that anybody asked to keep.
        let _ = std::fs::remove_dir_all(folder);
    }
    ended
}

/// The configuration that somebody would have written for these flags.
fn written(flags: &Watch) -> String {
    let mut text = format!(
        "[defaults]\nevery = \"{}\"\ntimeout = \"{}\"\nreceivers = [\"terminal\"]\n",
        config::duration(flags.every),
        config::duration(flags.timeout)
    );
    if let Some(expect) = &flags.expect {
        text.push_str(&format!("expect = \"{expect}\"\n"));
    }
    text.push_str("[[receiver]]\nname = \"terminal\"\ntype = \"terminal\"\n");
    let mut taken = std::collections::BTreeSet::new();
    for address in &flags.urls {
        let address = if address.contains("://") { address.clone() } else { format!("https://{address}") };
        let wish = name_of(&address);
        let name = (1..)
            .map(|n| if n == 1 { wish.clone() } else { format!("{wish}-{n}") })
            .find(|n| taken.insert(n.clone()));
        let (name, address) = (toml::Value::String(name.unwrap_or_default()), toml::Value::String(address));
        text.push_str(&format!("[[monitor]]\nname = {name}\nurl = {address}\n"));
    }
    text
}

/// A name from an address: host, port and path, in the letters that names have.
fn name_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let lower = rest.to_lowercase();
    let name: String =
        lower.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() { "target".to_owned() } else { name.to_owned() }
}

/// Where things are.
pub(crate) struct Places {
    /// Where the dashboard listens.
    pub(crate) listen: SocketAddr,
    /// Where the public status page listens, if it does.
    pub(crate) status: Option<SocketAddr>,
    /// The folder that holds the store.
    pub(crate) folder: PathBuf,
}

/// Why it runs.
#[derive(Debug, Clone)]
pub(crate) enum Occasion<'a> {
    /// `serve`, on this file, and with these logs besides.
    Serve(&'a Path, Vec<Log>),
    /// `watch`: there is no file.
    Watch,
    /// `demo`: what is shown is made up, and pages say so.
    Demo,
}

impl Occasion<'_> {
    /// The file that is watched for changes, and the logs that are followed whatever it says.
    fn file(self) -> Option<(PathBuf, Vec<Log>)> {
        match self {
            Self::Serve(file, logs) => Some((file.to_owned(), logs)),
            Self::Watch | Self::Demo => None,
        }
    }

    /// What pages call this installation, and its environment.
    const fn identity(&self) -> (&'static str, &'static str) {
        match self {
            Self::Serve(..) | Self::Watch => ("Statusquo", ""),
            Self::Demo => ("Acme API", "demo data"),
        }
    }
}

/// Builds the rooms, connects them, and takes them down again when it is told to stop.
pub(crate) async fn run(
    global: &Global,
    config: Config,
    places: Places,
    occasion: Occasion<'_>,
) -> anyhow::Result<Exit> {
    let Places { listen, status, folder } = places;
    start_log(global.verbose);
    let screen = Screen::stderr(global)?;
    let style = terminal::Style { colour: screen.colour, ascii: global.ascii };
    let mut config = config;
    config.listen = listen;
    let status = status.map(public_page::bind).transpose()?;
    config.status_page.listen = status.as_ref().map(std::net::TcpListener::local_addr).transpose()?;
    let at = (listen, config.status_page.listen);
    let loaded = Arc::new(Loaded::new(config, style).await?);
    let retention = loaded.config.requests.retention(loaded.config.store.retention);
    let store = Store::open(&folder, retention)?;
    let clock = Arc::new(SharedClock::new());
    let now = clock.now();
    refuse_open_doors(listen, &store, matches!(occasion, Occasion::Serve(..)))?;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let address = listener.local_addr()?;
    let otlp_ports = loaded.config.otlp.as_ref().map(otlp::open).transpose()?;

    let board = SharedBoard::default();
    let announcements = store.reader().announcements(ANNOUNCEMENTS)?;
    board.write(|board| board.announcements(announcements));
    let (events, for_pipeline) = mpsc::channel(EVENTS);
    let (orders, for_outbox) = mpsc::channel(1024);
    let (probes, for_probes) = mpsc::channel(1024);
    let (reports, from_probes) = mpsc::channel(EVENTS);
    let (news, from_outbox) = mpsc::channel(1024);
    let (logs, for_readers) = mpsc::channel(16);
    // Few: readers wait until what they read is on its way.
    let (read, from_readers) = mpsc::channel(following::UNSAVED);
    let (pages, for_pages) = mpsc::channel(16);
    let (looked, from_pages) = mpsc::channel(64);
    let (commands, from_people) = mpsc::channel::<Request>(256);
    let time: Clock = {
        let clock = clock.clone();
        Arc::new(move || clock.now())
    };
    let figures = Arc::new(probing::Figures::default());
    let setting = probing::Setting {
        location: loaded.config.location.clone(),
        resolver: Resolver::system().map_err(|blind| anyhow::anyhow!("{}", blind.detail))?,
        limits: Limits {
            concurrent: loaded.config.probe.concurrent as usize,
            per_host: loaded.config.probe.per_host as usize,
        },
        now: time.clone(),
        reports,
        figures: figures.clone(),
    };
    probing::start(setting, for_probes)?;
    let setting = parties::Setting {
        location: loaded.config.location.clone(),
        resolver: Resolver::system().map_err(|blind| anyhow::anyhow!("{}", blind.detail))?,
        now: time.clone(),
        reports: looked,
    };
    parties::start(setting, for_pages)?;
    forward(from_pages, events.clone(), Event::Party);
    let outbox = Outbox::new((store.reader(), store.writer()), news, time.clone());
    let delivering = tokio::spawn(outbox.run(for_outbox));
    let setting = following::Setting { reports: read, reader: store.reader(), clock: time.clone() };
    following::start(setting, for_readers)?;
    forward(from_readers, events.clone(), Event::Following);
    forward(from_probes, events.clone(), Event::Probing);
    forward(from_outbox, events.clone(), Event::Delivery);
    forward(from_people, events.clone(), Event::Request);

    if let Some(sockets) = otlp_ports {
        let (heard, from_senders) = mpsc::channel(otlp::HEARD);
        let known = store.reader().series()?;
        otlp::start(otlp::Setting::new(&loaded, sockets, (now, known), heard))?;
        forward(from_senders, events.clone(), Event::Heard);
    }

    let publisher = Publisher {
        board: board.clone(),
        figures,
        writer: store.writer(),
        reader: store.reader(),
        started: now,
        identity: occasion.identity(),
    };
    let engine = Engine::restore(store.reader().restore(now)?);
    let recent =
        store.reader().recent(loaded.plans.len().saturating_mul(statusquo_serve::RECENT).min(200_000))?;
    let outside = Outside { writer: store.writer(), probes, outbox: orders, logs, pages, clock, publisher };
    let pipeline = Pipeline::new(engine, loaded.clone(), outside, recent);
    let (stop, stopped) = oneshot::channel();
    let piping = tokio::spawn(pipeline.run(for_pipeline, stopped));

    let public = loaded.config.public_url.as_ref().and_then(|url| url.parse().ok());
    let shelf = Shelf::default();
    let keeper = Keeper::new(board.clone(), store.reader(), time.clone(), shelf.clone());
    let public_page = public_page::start(keeper, status, shelf.clone())?;
    let context = statusquo_serve::Context {
        board,
        shelf,
        reader: store.reader(),
        writer: store.writer(),
        commands,
        clock: time,
        site: Site { loopback: address.ip().is_loopback(), public },
    };
    let (close, closed) = oneshot::channel::<()>();
    let serving = tokio::spawn(statusquo_serve::run(listener, statusquo_serve::router(context), async {
        let _ = closed.await;
    }));
    announce(&loaded, address, global.quiet);
    if let Some((file, logs)) = occasion.file() {
        let setting = Fixed { file, at, style, logs };
        tokio::spawn(reload(setting, loaded, events.clone()));
    }
    wait_for_end().await?;
    drop(public_page);
    let _ = (close.send(()), stop.send(()));
    let _ = tokio::time::timeout(GRACE, async {
        let _ = piping.await;
        let _ = delivering.await;
        let _ = serving.await;
    })
    .await;
    store.close();
    Ok(Exit::Clean)
}

fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("STATUSQUO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Any address but a loopback one demands that somebody can sign in, and that nobody else can.
fn refuse_open_doors(listen: SocketAddr, store: &Store, has_file: bool) -> anyhow::Result<()> {
    if listen.ip().is_loopback() || (has_file && !store.reader().users()?.is_empty()) {
        return Ok(());
    }
    anyhow::bail!(
        "refusing to listen on {listen}: anybody who reaches it could read and change everything; \
         add a user first with `statusquo user add NAME --role admin`, or listen on 127.0.0.1"
    )
}

#[expect(clippy::print_stderr, reason = "says where the dashboard is, before the log begins")]
fn announce(loaded: &Loaded, address: SocketAddr, quiet: bool) {
    if !quiet {
        let count = loaded.setup.policies.len();
        let monitors = if count == 1 { "1 monitor".to_owned() } else { format!("{count} monitors") };
        eprintln!("watching {monitors}; dashboard at http://{address}/ (Ctrl-C stops)");
        if let Some(address) = loaded.config.status_page.listen {
            eprintln!("public status page at http://{address}/");
        }
    }
}

/// Hands on what comes from one channel as events of the pipeline.
fn forward<T: Send + 'static>(mut from: mpsc::Receiver<T>, to: mpsc::Sender<Event>, wrap: fn(T) -> Event) {
    tokio::spawn(async move {
        while let Some(item) = from.recv().await {
            if to.send(wrap(item)).await.is_err() {
                return;
            }
        }
    });
}

/// What stays as the command line says when the configuration changes.
struct Fixed {
    file: PathBuf,
    /// Where the dashboard and the public status page listen.
    at: (SocketAddr, Option<SocketAddr>),
    style: terminal::Style,
    logs: Vec<Log>,
}

/// Reads the configuration again when its file changes or SIGHUP comes; keeps the old one when the new one is wrong.
async fn reload(fixed: Fixed, mut loaded: Arc<Loaded>, events: mpsc::Sender<Event>) {
    let (Ok(mut watcher), Ok(mut hangup)) = (Watcher::new(&fixed.file), signal(SignalKind::hangup())) else {
        tracing::warn!("the configuration file cannot be watched; a change needs a restart");
        return;
    };
    loop {
        tokio::select! {
            _ = watcher.changed() => {}
            _ = hangup.recv() => {}
        }
        match again(&fixed).await {
            Err(error) => {
                tell(&format!("the new configuration is wrong, the old one stays in force:\n{error}"));
            }
            Ok(new) => {
                let changes = config::diff(&loaded.config.in_force.parts(), &new.config.in_force.parts());
                changes.iter().for_each(|change| tell(change));
                loaded = Arc::new(new);
                if events.send(Event::Configured(loaded.clone())).await.is_err() {
                    return;
                }
            }
        }
    }
}

async fn again(fixed: &Fixed) -> Result<Loaded, String> {
    let mut config = match config::load(&fixed.file) {
        Ok(config) => config,
        Err(config::LoadError::Broken(broken)) => return Err(broken.render(false)),
        Err(error) => return Err(error.to_string()),
    };
    (config.listen, config.status_page.listen) = fixed.at;
    config.logs.extend(fixed.logs.iter().cloned());
    Loaded::new(config, fixed.style).await.map_err(|error| format!("{error:#}"))
}

#[expect(clippy::print_stderr, reason = "talk goes to stderr")]
fn tell(text: &str) {
    eprintln!("{text}");
}

async fn wait_for_end() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
