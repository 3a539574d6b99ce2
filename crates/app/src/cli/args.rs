//! The command line: commands, flags, their environment variables and their help.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::output::Output;
use crate::config::parse_duration;

/// Three examples, before anything else.
const EXAMPLES: &str = "\
Examples:
  statusquo watch https://api.example/health    dashboard and alerts at once, no configuration
  statusquo check https://api.example/health    ask once, and say what the answer means
  statusquo explain 503                         what a status code means and what to do next
";

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
    /// The running server that commands talk to
    #[arg(
        long,
        global = true,
        env = "STATUSQUO_SERVER",
        value_name = "URL",
        default_value = "http://127.0.0.1:8418"
    )]
    pub(crate) server: String,
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
    /// Test receivers
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
    /// API tokens for programs
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
    /// Write the objectives of the configuration as recording and alerting rules for Prometheus
    Export(SloExport),
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

/// Flags of `check`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Check {
    /// What to ask
    #[arg(required = true, value_name = "URL")]
    pub(crate) urls: Vec<String>,
    /// The request method
    #[arg(short = 'X', long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A header field to send, `Name: value`; may be repeated
    #[arg(short = 'H', long = "header", value_name = "FIELD")]
    pub(crate) headers: Vec<String>,
    /// Content to send, or `@FILE`; makes it a POST unless -X says otherwise
    #[arg(short = 'd', long, value_name = "BODY|@FILE")]
    pub(crate) body: Option<String>,
    /// Status codes that are right, such as `2xx,404`
    #[arg(long, value_name = "CODES")]
    pub(crate) expect: Option<statusquo_catalogue::CodeSet>,
    /// Follow redirects
    #[arg(long)]
    pub(crate) follow: bool,
    /// The longest that one probe may take
    #[arg(long, value_parser = duration, value_name = "TIME", default_value = "10s")]
    pub(crate) timeout: Duration,
    /// Ask so many times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) repeat: u32,
    /// PEM file of a certificate authority to trust instead of the usual ones
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Ask further questions after a GET that got 200; `all` also sends what looks like an attack: own hosts only
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub(crate) deep: Option<Deep>,
    /// With --deep: say what would be asked, and ask only the first question
    #[arg(long, requires = "deep")]
    pub(crate) dry_run: bool,
    /// How it is judged
    #[command(flatten)]
    pub(crate) judging: Judging,
}

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

/// Flags of `lint`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  statusquo lint session.har                    a browser's recording
  statusquo lint session.har -o sarif=lint.sarif  for a code scanner
  capture | statusquo lint - -o jsonl           a stream of exchanges, answered as it goes")]
pub(crate) struct Lint {
    /// Recordings: HAR, nock, VCR, HTTP text, exchanges as JSON lines; OpenAPI documents; `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// What the files are
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub(crate) kind: Kind,
    /// An OpenAPI document that the exchanges are held against as well
    #[arg(long, value_name = "FILE")]
    pub(crate) openapi: Option<PathBuf>,
    /// Show every finding, not the first of each rule
    #[arg(long)]
    pub(crate) all: bool,
    /// Show the reason of each rule with its first finding
    #[arg(long)]
    pub(crate) explain: bool,
    /// How it is judged
    #[command(flatten)]
    pub(crate) judging: Judging,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// What it looks like
    Auto,
    /// A request and its responses as HTTP/1 text
    Http,
    /// Exchanges as JSON, one a line
    Jsonl,
    /// HTTP Archive
    Har,
    /// Fixtures of nock
    Nock,
    /// Cassettes of VCR
    Vcr,
    /// An OpenAPI description, which is held against the standards itself
    Openapi,
}

/// How far further questions go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deep {
    /// Safe methods, well-formed requests
    Safe,
    /// Also made-up methods, oversized and malformed requests
    All,
}

/// How exchanges are judged.
#[derive(Debug, Clone, Args)]
pub(crate) struct Judging {
    /// Whose demands count: the standards alone, the guide's as well, or Zalando's
    #[arg(long, value_name = "PROFILE", value_parser = profile, help_heading = "Judging")]
    pub(crate) profile: Option<statusquo_lint::Profile>,
    /// Give a rule another level, or turn it off: `date-missing=off`; may be repeated
    #[arg(long = "rule", value_name = "ID=LEVEL", value_parser = rule_level, help_heading = "Judging")]
    pub(crate) rules: Vec<RuleLevel>,
    /// The level from which findings make the exit code 1
    #[arg(
        long,
        env = "STATUSQUO_FAIL_ON",
        value_name = "LEVEL",
        default_value = "must",
        help_heading = "Judging"
    )]
    pub(crate) fail_on: FailOn,
}

/// A rule and the level that it shall have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleLevel {
    /// The rule's id.
    pub(crate) id: String,
    /// Its level; `None` turns it off.
    pub(crate) level: Option<statusquo_lint::Level>,
}

/// The level from which findings make the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// What a standard demands
    Must,
    /// What a standard recommends as well
    Should,
    /// Anything
    Advice,
    /// Nothing
    Never,
}

impl FailOn {
    /// Does a finding of this level count?
    pub(crate) fn counts(self, level: statusquo_lint::Level) -> bool {
        match self {
            Self::Must => level >= statusquo_lint::Level::Must,
            Self::Should => level >= statusquo_lint::Level::Should,
            Self::Advice => true,
            Self::Never => false,
        }
    }
}

/// Flags of `explain`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Explain {
    /// Status codes, a class such as 4xx, a header field, lint rules, or words to look for
    #[arg(required = true, value_name = "CODE|CLASS|FIELD|RULE|TEXT")]
    pub(crate) what: Vec<String>,
    /// One line for each
    #[arg(long)]
    pub(crate) brief: bool,
    /// Show what a client does, in this language
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<super::explain::Language>,
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

/// What to do with the reference.
#[derive(Debug, Subcommand)]
pub(crate) enum Codes {
    /// Write it into a folder: an index, a page and a JSON file for each code and rule
    Export {
        /// The folder; it is made where it is not there, and its files of the same names are overwritten
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

fn profile(text: &str) -> Result<statusquo_lint::Profile, String> {
    text.parse().map_err(|()| "known here: rfc, guide, zalando".to_owned())
}

fn rule_level(text: &str) -> Result<RuleLevel, String> {
    let (id, level) =
        text.split_once('=').ok_or("write `rule=off`, `rule=advice`, `rule=should` or `rule=must`")?;
    if statusquo_lint::rule(id).is_none() {
        let near = |rule: &&statusquo_lint::Rule| strsim::jaro_winkler(rule.id, id) > 0.8;
        let guess = statusquo_lint::RULES
            .iter()
            .filter(|rule| near(rule))
            .max_by(|a, b| strsim::jaro_winkler(a.id, id).total_cmp(&strsim::jaro_winkler(b.id, id)));
        let guess = guess.map(|rule| format!("; did you mean `{}`?", rule.id)).unwrap_or_default();
        return Err(format!("there is no rule `{id}`{guess}"));
    }
    let level = match level {
        "off" => None,
        word => Some(
            word.parse().map_err(|()| format!("`{word}` is no level; known: off, advice, should, must"))?,
        ),
    };
    Ok(RuleLevel { id: id.to_owned(), level })
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
