//! The commands: what is read from the command line, and what is printed.

mod args;
mod backtest;
mod check;
mod client;
mod codes;
mod configuration;
mod doctor;
mod explain;
mod find;
mod lint;
mod logs;
mod manual;
mod output;
mod people;
mod played;
mod preview;
mod remote;
mod replay;
mod screen;
mod slo;
mod status;
mod top;

use std::process::ExitCode;

use clap::Parser;

pub(crate) use args::{Cli, Command, Demo, Global, Serve, Watch};
pub(crate) use screen::{Screen, Tone};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing to report.
    Clean,
    /// Something to report: a finding, an expectation missed, no answer.
    Found,
    /// Interrupted by the user.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::SUCCESS,
            Exit::Found => Self::from(1),
            Exit::Interrupted => Self::from(130),
        }
    }
}

/// Reads the command line, runs the command, and reports why it could not run.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(&cli) {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&cli.global, &error);
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: &Cli) -> anyhow::Result<Exit> {
    let global = &cli.global;
    match &cli.command {
        Command::Serve(flags) => stay(crate::run::serve(global, flags)),
        Command::Demo(flags) => stay(crate::demo::demo(global, flags)),
        Command::Watch(flags) => stay(crate::run::watch(global, flags)),
        Command::Config(command) => configuration::run(global, command),
        Command::Check(flags) => block_on(check::run(global, flags)),
        Command::Lint(flags) => lint::run(global, flags),
        Command::Logs(flags) => logs::run(global, flags),
        Command::Slo(command) => block_on(slo::run(global, command)),
        Command::Top(flags) => block_on(top::run(global, flags)),
        Command::Replay(flags) => replay::run(global, flags),
        Command::Find(flags) => block_on(find::run(global, flags)),
        Command::Coverage(flags) => logs::coverage::run(global, flags),
        Command::Explain(flags) => explain::run(global, flags),
        Command::Codes(command) => codes::run(global.quiet, command),
        Command::Doctor => block_on(doctor::run(global)),
        Command::User(command) => block_on(people::user(global, command)),
        Command::Token(command) => block_on(people::token(global, command)),
        Command::Completions { shell } => manual::completions(*shell),
        Command::Man { dir } => manual::man(dir),
        Command::Monitor(command) => block_on(remote::monitor(global, command)),
        Command::Incident(command) => block_on(remote::incident(global, command)),
        Command::Silence(command) => block_on(remote::silence(global, command)),
        Command::Deploy(deploy) => block_on(remote::deploy(global, deploy)),
        Command::Status(command) => block_on(status::run(global, command)),
        Command::Alert(command) => block_on(remote::alert(global, command)),
    }
}

/// Runs a command that stays until it is told to stop. It keeps many small things for long, of which pages of 2 MiB would
/// be filled a little each: 25 MB more with 10,000 monitors. Commands that read a log have large tables, and profit.
fn stay<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    // Where it cannot be said, it costs memory and nothing else.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    block_on(work)
}

/// Runs a command that waits for sockets.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Whoever read our output has left: nothing to complain about.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Says on stderr why the command could not run.
#[expect(clippy::print_stderr, reason = "stderr is where a program says why it could not run")]
fn complain(global: &Global, error: &anyhow::Error) {
    let screen = Screen::stderr(global).ok();
    let colour = screen.as_ref().is_some_and(|screen| screen.colour);
    let text = match error.downcast_ref::<crate::config::LoadError>() {
        Some(crate::config::LoadError::Broken(broken)) => broken.render(colour),
        Some(_) | None => {
            let label =
                screen.as_ref().map_or("error:".to_owned(), |screen| screen.paint(Tone::Bad, "error:"));
            format!("{label} {error:#}")
        }
    };
    eprintln!("{}", screen.map_or_else(|| text.clone(), |screen| screen.finish(&text)));
}
