//! Commands that read real traffic.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::duration;

/// Flags of `logs`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  statusquo logs access.log.gz                  every endpoint, with its codes and errors
  statusquo logs access.log --by code -o csv    how often each status code was answered
  zcat *.gz | statusquo logs - --code 5xx       only server errors, from a pipe")]
pub(crate) struct Logs {
    /// Access logs, plain, gzip or zstd; patterns such as `access.log*`; folders of rotated logs; `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The format: a name, or a `log_format` of nginx or `LogFormat` of Apache as it stands
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) format: String,
    /// An OpenAPI document that names the routes
    #[arg(long, value_name = "FILE")]
    pub(crate) routes: Option<PathBuf>,
    /// What a row is
    #[arg(long, value_name = "WHAT", default_value = "endpoint")]
    pub(crate) by: By,
    /// Count from this moment on: `2026-11-23T10:00:00Z`, `2026-11-23`, or `1h` for the last hour
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Count up to this moment
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Count these status codes alone, such as `5xx,429`
    #[arg(long, value_name = "CODES")]
    pub(crate) code: Option<statusquo_catalogue::CodeSet>,
    /// Show so many rows
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) top: usize,
    /// Which rows come first
    #[arg(long, value_name = "KEY")]
    pub(crate) sort: Option<Sort>,
    /// Show lines that were not understood, and why
    #[arg(long)]
    pub(crate) show_bad: bool,
}

/// What `replay` wants to know.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Access logs, plain or gzip, in any order; `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The format: a name, or a `log_format` of nginx or `LogFormat` of Apache as it stands
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) format: String,
    /// An OpenAPI document that names the routes
    #[arg(long, value_name = "FILE")]
    pub(crate) routes: Option<PathBuf>,
    /// What the service is called in messages
    #[arg(long, value_name = "NAME", default_value = "the service")]
    pub(crate) service: String,
    /// Play from this moment on: `2026-11-23T10:00:00Z`, `2026-11-23`, or `1h` for the last hour
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Play up to this moment
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}

/// Flags of `coverage`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Coverage {
    /// Access logs, as `logs` takes them
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The OpenAPI document
    #[arg(long, value_name = "FILE")]
    pub(crate) routes: PathBuf,
    /// The format, as `logs` takes it
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) format: String,
    /// Count from this moment on: `2026-11-23T10:00:00Z`, `2026-11-23`, or `1h` for the last hour
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Count up to this moment
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}

/// Flags of `find`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Find {
    /// The request's id, or its trace's
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Access logs to look through, plain or gzip; `-` for stdin. Without any, a running server is asked
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The format of the logs: a name, or a `log_format` of nginx or `LogFormat` of Apache as it stands
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    pub(crate) format: String,
}

/// What a row of `logs` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    /// A method and route
    Endpoint,
    /// A status code
    Code,
    /// A client's address
    Consumer,
    /// An hour
    Hour,
}

/// Which rows of `logs` come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// Those that cost most of an error budget: 5xx and no answer
    Burn,
    /// Those with most requests
    Count,
    /// Those with most 5xx
    #[value(name = "5xx")]
    Server,
    /// Those with most 4xx
    #[value(name = "4xx")]
    Client,
    /// The slowest
    P95,
}

/// What `top` shows.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  statusquo top                       the traffic of the server on this machine, as it comes in
  statusquo top access.log            a log that is followed, also over its rotations
  tail -F access.log | statusquo top - --once -o json    one look, for a program")]
pub(crate) struct Top {
    /// An access log to follow, or `-` for stdin; a running server without it
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The service whose traffic is wanted, of a server that sees several
    #[arg(long, value_name = "NAME", conflicts_with = "file")]
    pub(crate) service: Option<String>,
    /// The format of the log: a name, or a `log_format` of nginx or `LogFormat` of Apache as it stands
    #[arg(long, value_name = "FORMAT", default_value = "auto", requires = "file")]
    pub(crate) format: String,
    /// Look so often
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = duration)]
    pub(crate) every: Duration,
    /// Look once and print that; so it does as well when nobody watches
    #[arg(long)]
    pub(crate) once: bool,
}
