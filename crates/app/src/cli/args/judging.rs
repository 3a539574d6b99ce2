//! Commands that judge and explain.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::duration;

/// Flags of `check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  statusquo check https://api.example/orders              asks once, and explains
  statusquo check https://api.example/orders --deep       asks more, of safe methods alone
  statusquo check https://test.example/orders --deep --allow-unsafe --openapi api.yaml --dry-run
                                                          what would be sent to see how POST takes wrong content")]
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
    /// With --deep: POST as well, which may change something: own test environments only
    #[arg(long, requires = "deep")]
    pub(crate) allow_unsafe: bool,
    /// An OpenAPI document that the answers are held against as well; --allow-unsafe makes requests of it
    #[arg(long, value_name = "FILE")]
    pub(crate) openapi: Option<PathBuf>,
    /// With --deep: say what would be asked, and ask only the first question
    #[arg(long, requires = "deep")]
    pub(crate) dry_run: bool,
    /// How it is judged
    #[command(flatten)]
    pub(crate) judging: Judging,
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
    /// Well-formed requests
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
    pub(crate) lang: Option<crate::cli::explain::Language>,
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
