//! `demo`: a sample API that misbehaves on a script, used by many and watched by the real thing, with a history. On
//! loopback alone, in a temporary folder that is gone afterwards.

mod access_log;
mod callers;
mod past;
pub(crate) mod random;
mod sample_api;
mod script;
mod shop;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::Timestamp;
use statusquo_store::{Retention, Store};
use tokio::net::TcpListener;

use crate::cli::{Demo, Exit, Global};
use crate::config::Config;
use crate::run::{Occasion, Places, run};
use access_log::AccessLog;
use script::{Pace, Script};

/// Shows what Statusquo does, until it is told to stop.
pub(crate) async fn demo(global: &Global, flags: &Demo) -> anyhow::Result<Exit> {
    if !flags.listen.ip().is_loopback() {
        bail!("the demo shows itself on loopback alone; `{}` is open to others", flags.listen);
    }
    let folder = Folder::new()?;
    let api = TcpListener::bind("127.0.0.1:0").await.context("cannot listen on loopback")?;
    let address = api.local_addr()?;
    let pace = if flags.fast { Pace::Fast } else { Pace::Usual };
    let script = Script::new(pace, flags.seed);
    past::write(Store::open(folder.path(), Retention::default())?, flags.seed, Timestamp::now()).await?;
    let log =
        AccessLog::begin(folder.path().join(script::ACCESS_LOG)).context("cannot begin the access log")?;
    std::fs::write(folder.path().join(script::DESCRIPTION), shop::description())?;
    let config = Config::parse("the demo", &script.configuration(address, folder.path()))?;
    let serving = tokio::spawn(sample_api::serve(api, script.clone(), log));
    let calling = tokio::spawn(callers::ask(address, script.clone()));
    let telling = (!global.quiet).then(|| tokio::spawn(script.narrate()));
    let places = Places {
        listen: flags.listen,
        status: Some(std::net::SocketAddr::new(flags.listen.ip(), next_port(flags.listen.port()))),
        folder: folder.path().to_owned(),
    };
    let ended = run(global, config, places, Occasion::Demo).await;
    calling.abort();
    serving.abort();
    telling.inspect(tokio::task::JoinHandle::abort);
    drop(folder);
    if ended.is_ok() && !global.quiet {
        farewell();
    }
    ended
}

/// The public page is beside the dashboard; where the system chooses, it chooses both.
const fn next_port(port: u16) -> u16 {
    match port {
        0 | u16::MAX => 0,
        port => port + 1,
    }
}

/// How to go on with what is your own.
#[expect(clippy::print_stderr, reason = "talk goes to stderr")]
fn farewell() {
    eprintln!(
        "\nNothing is left behind. To go on with what is yours:\n  \
         statusquo watch https://api.example.org/health     your URL\n  \
         statusquo logs access.log                          your log\n  \
         statusquo config init && statusquo serve           a configuration to keep"
    );
}

/// A folder of our own that is gone when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no random bytes: {error}"))?;
        let name = format!("statusquo-demo-{:016x}", u64::from_be_bytes(random));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // It was ours alone; what cannot be removed is for the system to clear away.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
