//! Statusquo: tells an API team which HTTP status codes their API answers, and what to do next.

mod cli;
mod config;
mod run;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
