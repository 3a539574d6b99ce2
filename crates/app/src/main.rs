//! Statusquo: tells an API team which HTTP status codes their API answers, and what to do next.

mod budget;
mod cli;
mod config;
mod delivery;
mod demo;
mod following;
mod history;
mod judging;
mod kept;
mod loaded;
mod naming;
mod otlp;
mod outlet;
mod parties;
mod pipeline;
mod probing;
mod public_page;
mod run;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
