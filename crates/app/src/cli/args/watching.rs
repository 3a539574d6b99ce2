//! Commands that watch, and what they show to the public.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::duration;

/// Flags of `serve`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Serve {
    /// Where the dashboard and the API listen; any address but a loopback one needs users
    #[arg(long, env = "STATUSQUO_LISTEN", value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// A log of real traffic to follow besides those of the configuration; `-` is standard input. May be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Vec<PathBuf>,
    /// Where the public status page listens
    #[arg(long, env = "STATUSQUO_STATUS_LISTEN", value_name = "ADDR")]
    pub(crate) status_listen: Option<SocketAddr>,
}

/// What to do with the public status page.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Status {
    /// Write its files, as a running server serves them, for any file host
    Export {
        /// The folder for them
        dir: PathBuf,
    },
}

/// Flags of `watch`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Watch {
    /// What to watch
    #[arg(required = true, value_name = "URL")]
    pub(crate) urls: Vec<String>,
    /// Interval between probes
    #[arg(long, value_parser = duration, value_name = "TIME", default_value = "30s")]
    pub(crate) every: Duration,
    /// The longest that one probe may take
    #[arg(long, value_parser = duration, value_name = "TIME", default_value = "10s")]
    pub(crate) timeout: Duration,
    /// Status codes that are right, such as `2xx,404`
    #[arg(long, value_name = "CODES")]
    pub(crate) expect: Option<statusquo_catalogue::CodeSet>,
    /// Where the dashboard listens
    #[arg(long, env = "STATUSQUO_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8418")]
    pub(crate) listen: SocketAddr,
}

/// Flags of `demo`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Demo {
    /// What is made up is the same for the same number
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Three times as fast
    #[arg(long)]
    pub(crate) fast: bool,
    /// Where the dashboard listens, on loopback; the public status page is at the next port
    #[arg(long, env = "STATUSQUO_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8418")]
    pub(crate) listen: SocketAddr,
}
