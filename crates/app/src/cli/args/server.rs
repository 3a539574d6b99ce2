//! Commands that ask a running server, or change what it knows.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use statusquo_slo::budget::Objective;

use super::duration;

/// Objectives.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Slo {
    /// All objectives of a running server, the one in most danger first
    List,
    /// One of them: what is left of its budget, how fast it burns, what spent it
    Show {
        /// Its name
        name: String,
    },
    /// Take an incident or a stretch of time out of its account: a test, a vendor's fault. Who did it and why stays known
    Correct(SloCorrect),
    /// Let a correction count again
    Withdraw {
        /// The objective
        name: String,
        /// The correction's number, as `slo show` says
        id: u64,
    },
    /// Write the objectives of the configuration as recording and alerting rules for Prometheus
    Export(SloExport),
    /// Say how an objective would have done over the past, or does when requests fail
    Simulate(SloSimulate),
}

/// What `slo correct` takes out.
#[derive(Debug, Clone, Args)]
#[command(before_help = "Examples:
  statusquo slo correct orders --incident 17 --why 'a load test that everybody knew of'
  statusquo slo correct orders --from 2026-11-23T14:02:00Z --until 2026-11-23T14:31:00Z --why 'the vendor was down'
  statusquo slo withdraw orders 1               let it count again")]
pub(crate) struct SloCorrect {
    /// The objective
    pub(crate) name: String,
    /// The incident, from its beginning to its end
    #[arg(long, value_name = "NUMBER", required_unless_present = "from")]
    pub(crate) incident: Option<u64>,
    /// From this moment on: `2026-11-23T10:00:00Z`, `2026-11-23`, or `1h` for an hour ago
    #[arg(long, value_name = "TIME", requires = "until")]
    pub(crate) from: Option<String>,
    /// Up to this moment
    #[arg(long, value_name = "TIME", requires = "from")]
    pub(crate) until: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

/// What `slo simulate` wants to know.
#[derive(Debug, Clone, Args)]
#[command(before_help = "Examples:
  statusquo slo simulate                                  what each objective would have told in 30 days
  statusquo slo simulate shop --objective 99.95           would a service have kept another promise?
  statusquo slo simulate --objective 99.9 --rate 10 --failing 20% --for 1h   how soon would we know?")]
pub(crate) struct SloSimulate {
    /// Objectives, or with `--objective` services and monitors; all objectives without any
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Another objective, such as `99.95`
    #[arg(long, value_name = "PERCENT")]
    pub(crate) objective: Option<Objective>,
    /// Another period, such as `28d`
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub(crate) window: Option<u32>,
    /// Play from this moment on: `2026-11-23T10:00:00Z`, `2026-11-23`, or `1h` for the last hour
    #[arg(long, value_name = "TIME", default_value = "30d")]
    pub(crate) since: String,
    /// Play up to this moment; up to now without it
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Make traffic up instead: so many requests a minute …
    #[arg(long, value_name = "REQUESTS", value_parser = millionths, requires = "failing")]
    pub(crate) rate: Option<u64>,
    /// … of which so many fail …
    #[arg(long, value_name = "PERCENT", value_parser = share, requires = "rate")]
    pub(crate) failing: Option<u64>,
    /// … for so long
    #[arg(long = "for", value_name = "TIME", value_parser = duration, default_value = "1h", requires = "rate")]
    pub(crate) lasting: Duration,
    /// What chance does to it
    #[arg(long, value_name = "N", default_value_t = 1, requires = "rate")]
    pub(crate) seed: u64,
}

/// `28d` as days.
fn days(text: &str) -> Result<u32, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
    days.filter(|days| (1..=92).contains(days)).ok_or_else(|| "write days from `1d` to `92d`".to_owned())
}

/// A number with at most six decimals, in millionths.
fn millionths(text: &str) -> Result<u64, String> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_number = whole.len() <= 9 && decimals.len() <= 6;
    let digits = format!("{whole}{decimals:0<6}");
    let read = if is_number && !whole.is_empty() { digits.parse().ok() } else { None };
    read.filter(|number| *number > 0).ok_or_else(|| "write a number above 0 such as `10` or `0.3`".to_owned())
}

/// `20%` in millionths.
fn share(text: &str) -> Result<u64, String> {
    let read = millionths(text.trim_end_matches('%').trim_end()).ok().map(|percent| percent / 100);
    read.filter(|share| *share <= 1_000_000)
        .ok_or_else(|| "write a share from above 0 to 100 such as `20%`".to_owned())
}

/// Flags of `slo export`.
#[derive(Debug, Clone, Args)]
pub(crate) struct SloExport {
    /// This objective alone
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Whose metrics Prometheus has
    #[arg(long, value_name = "WHOSE", default_value = "otel")]
    pub(crate) metric: Metric,
}

/// Whose metrics Prometheus has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Metric {
    /// `http_server_request_duration_seconds`, as OpenTelemetry's SDKs send it
    Otel,
    /// Ours, scraped from `/metrics`
    Statusquo,
}

/// What to do with monitors.
#[derive(Debug, Subcommand)]
pub(crate) enum Monitor {
    /// List monitors with their states
    List,
    /// Probe now
    Run(Named),
    /// Stop probing
    Pause(Named),
    /// Go on probing
    Resume(Named),
}

/// One thing by its name.
#[derive(Debug, Clone, Args)]
pub(crate) struct Named {
    /// Its name
    pub(crate) name: String,
}

/// What to do with incidents.
#[derive(Debug, Subcommand)]
pub(crate) enum Incident {
    /// List incidents, open ones first
    List {
        /// Resolved ones as well
        #[arg(long)]
        all: bool,
    },
    /// Show one with its timeline
    Show(Numbered),
    /// Say that you are on it; stops reminders and steps
    Ack(Numbered),
    /// Pass it on: those of the next step are told at once
    Pass(Numbered),
    /// Why each receiver was told or not told, now or at a moment
    Why {
        /// Its number
        number: u64,
        /// The moment, as `2026-11-23T14:05:00Z`; else now
        #[arg(long)]
        at: Option<jiff::Timestamp>,
    },
    /// Add a remark to its timeline
    Note {
        /// Its number
        number: u64,
        /// The remark
        text: String,
    },
    /// End it by hand
    Resolve(Numbered),
}

/// One thing by its number.
#[derive(Debug, Clone, Args)]
pub(crate) struct Numbered {
    /// Its number
    pub(crate) number: u64,
}

/// A deploy.
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    /// The service, as logs, OTLP and monitors call it
    pub(crate) service: String,
    /// The version that was put to work
    pub(crate) version: String,
    /// Where people read on: its change log, its run in the CI
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// When, as `2026-11-23T14:05:00Z`; else now
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<jiff::Timestamp>,
}

/// What to do with receivers.
#[derive(Debug, Subcommand)]
pub(crate) enum Alert {
    /// Send a test message, and say what the receiver answered
    Test {
        /// Its name in the configuration
        receiver: String,
    },
    /// Say what this configuration would have sent, by what the store holds of the past
    Preview(AlertPreview),
}

/// What `alert preview` wants to know.
#[derive(Debug, Clone, Args)]
#[command(before_help = "Examples:
  statusquo alert preview                      what the configuration as it is now would have sent in a week
  statusquo alert preview payments --since 1d  one monitor, service, threshold or objective alone
  statusquo alert preview -c new.toml -o md    another configuration on the same past, as a table")]
pub(crate) struct AlertPreview {
    /// Monitors, services, thresholds or objectives; all of them without any
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Play from this moment on: `2026-11-23T10:00:00Z`, `2026-11-23`, or `1h` for the last hour
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub(crate) since: String,
    /// Play up to this moment; up to now without it
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}

/// What to do with silences.
#[derive(Debug, Subcommand)]
pub(crate) enum Silence {
    /// Hold notifications from now on
    Add {
        /// Of these monitors; of all without any
        monitors: Vec<String>,
        /// For how long
        #[arg(long = "for", value_parser = duration, value_name = "TIME", default_value = "1h")]
        lasting: Duration,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        comment: String,
    },
    /// List silences in force
    List,
    /// End one early
    End(Numbered),
}

/// What to do with users.
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Add a user, or change role and password; asks for the password on the terminal
    Add {
        /// The name to sign in with
        name: String,
        /// What the user may do
        #[arg(long, default_value = "admin")]
        role: MayDo,
        /// Read the password from the first line of a file, `-` for stdin
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// List users
    List,
    /// Remove a user and end the sessions
    Remove(Named),
}

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MayDo {
    /// Look
    Viewer,
    /// Look, acknowledge, note, resolve, silence, pause
    Responder,
    /// All of it
    Admin,
}

impl From<MayDo> for statusquo_store::Role {
    fn from(may_do: MayDo) -> Self {
        match may_do {
            MayDo::Viewer => Self::Viewer,
            MayDo::Responder => Self::Responder,
            MayDo::Admin => Self::Admin,
        }
    }
}

/// What to do with API tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token, and print it once
    Create {
        /// What it is for
        name: String,
        /// What it may do
        #[arg(long, default_value = "responder")]
        role: MayDo,
    },
    /// List tokens
    List,
    /// Revoke a token
    Revoke(Named),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_shares_and_days_are_read_exactly() {
        assert_eq!((millionths("10"), millionths("0.3")), (Ok(10_000_000), Ok(300_000)));
        assert_eq!((share("20%"), share("0.05 %"), share("100")), (Ok(200_000), Ok(500), Ok(1_000_000)));
        assert_eq!(days("28d"), Ok(28));
        for wrong in ["", "0", "-1", "1e9", "0.0000001", "x", "9999999999"] {
            assert!(millionths(wrong).is_err(), "{wrong}");
        }
        assert!(share("101%").is_err() && days("28").is_err() && days("93d").is_err());
    }
}
