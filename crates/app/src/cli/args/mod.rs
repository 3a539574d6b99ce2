//! The command line: commands, flags, their environment variables and their help.

mod judging;
mod server;
mod traffic;
mod watching;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::output::Output;
use crate::config::parse_duration;

pub(crate) use judging::{Check, Codes, Deep, Explain, Judging, Kind, Lint};
pub(crate) use server::{
    Alert, AlertPreview, Deploy, Incident, Metric, Monitor, Silence, Slo, SloCorrect, SloExport, SloSimulate,
    Token, User,
};
pub(crate) use traffic::{By, Coverage, Find, Logs, Replay, Sort, Top};
pub(crate) use watching::{Demo, Serve, Status, Watch};

/// Three examples, before anything else.
const EXAMPLES: &str = "\
Examples:
  statusquo watch https://api.example/health    dashboard and alerts at once, no configuration
  statusquo check https://api.example/health    ask once, and say what the answer means
  statusquo explain 503                         what a status code means and what to do next
";

/// The running server without `--server`.
pub(crate) const DEFAULT_SERVER: &str = "http://127.0.0.1:8418";

/// The configuration file without `-c`.
pub(crate) const DEFAULT_CONFIG: &str = "statusquo.toml";

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "statusquo",
    version,
    about = "Watches HTTP APIs and says which status codes are wrong, and what to do next",
    before_help = EXAMPLES,
    after_help = "Exit codes: 0 clean, 1 something to report, 2 could not run, 130 interrupted.",
    max_term_width = 110,
    disable_help_subcommand = true,
    infer_subcommands = false
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// What all commands understand.
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Flags that all commands understand.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The configuration file
    #[arg(
        short,
        long,
        global = true,
        env = "STATUSQUO_CONFIG",
        value_name = "FILE",
        default_value = DEFAULT_CONFIG
    )]
    pub(crate) config: PathBuf,
    /// The running server that commands talk to; `http://127.0.0.1:8418` without it
    #[arg(long, global = true, env = "STATUSQUO_SERVER", value_name = "URL")]
    pub(crate) server: Option<String>,
    /// How to write the result, and where to: text, json, jsonl, md, csv, html, junit, sarif, github, gitlab; may be repeated
    #[arg(short, long, global = true, env = "STATUSQUO_OUTPUT", value_name = "FORMAT[=FILE]")]
    pub(crate) output: Vec<Output>,
    /// When to use colour
    #[arg(long, global = true, env = "STATUSQUO_COLOR", value_name = "WHEN", default_value = "auto")]
    pub(crate) color: When,
    /// Use ASCII marks only
    #[arg(long, global = true, env = "STATUSQUO_ASCII", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) ascii: bool,
    /// Say less on stderr
    #[arg(short, long, global = true, env = "STATUSQUO_QUIET", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) quiet: bool,
    /// Say more; may be repeated
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// The time zone of times in the output; the system's without it
    #[arg(long, global = true, env = "STATUSQUO_TZ", value_name = "ZONE")]
    pub(crate) tz: Option<String>,
    /// The folder that holds the store
    #[arg(long, global = true, env = "STATUSQUO_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch what the configuration says, serve the dashboard, tell people
    Serve(Serve),
    /// Watch URLs now: dashboard and terminal alerts at once, no configuration
    Watch(Watch),
    /// Show what Statusquo does: a sample API that misbehaves, on loopback, leaving nothing behind
    Demo(Demo),
    /// Ask once, and say what the answer means
    Check(Check),
    /// Hold recorded exchanges against the standards and good practice
    Lint(Lint),
    /// Say which status codes an API answered, by its access log
    Logs(Logs),
    /// Show what a service answers at this moment: of a running server, or of a log that is followed
    Top(Top),
    /// Say what would have been sent, when and why, by an access log
    Replay(Replay),
    /// Say what happened to one request: by its id, in a running server or in log files
    Find(Find),
    /// Hold what an API answers, by its access log, against what its OpenAPI document says it answers
    Coverage(Coverage),
    /// Say what status codes mean and what to do about them
    Explain(Explain),
    /// Write the reference of status codes and rules as a site of files
    #[command(subcommand)]
    Codes(Codes),
    /// List, run, pause and resume monitors of a running server
    #[command(subcommand)]
    Monitor(Monitor),
    /// List, show, acknowledge, annotate and resolve incidents of a running server
    #[command(subcommand)]
    Incident(Incident),
    /// Test receivers, and say what would have been sent
    #[command(subcommand)]
    Alert(Alert),
    /// Hold notifications for a while
    #[command(subcommand)]
    Silence(Silence),
    /// Tell a running server that a version of a service was put to work
    Deploy(Deploy),
    /// What is promised, and how its error budgets stand
    #[command(subcommand)]
    Slo(Slo),
    /// Write the public status page to a folder
    #[command(subcommand)]
    Status(Status),
    /// Who may sign in to the dashboard
    #[command(subcommand)]
    User(User),
    /// API tokens for programs: of the store in the data folder, or of the running server that uses it
    #[command(subcommand)]
    Token(Token),
    /// Make, check and show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Look for what would keep Statusquo from working here
    Doctor,
    /// Print the completion script of a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Write manual pages
    Man {
        /// The folder for them
        dir: PathBuf,
    },
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Write a commented configuration and its schema
    Init {
        /// Overwrite files that are there
        #[arg(long)]
        force: bool,
    },
    /// Say everything that is wrong with the configuration
    Check {
        /// Do not read secrets
        #[arg(long)]
        no_secrets: bool,
    },
    /// Print the JSON Schema for editors
    Schema,
    /// Print the configuration in force, with `***` for secrets
    Show,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).map_err(|why| format!("{why}; for example `30s` or `1m30s`"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
