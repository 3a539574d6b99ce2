//! `statusquo completions` and `statusquo man`: made from the command line's own definition.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;

use super::{Cli, Exit};

/// Prints the completion script of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "statusquo", &mut script);
    std::io::stdout().lock().write_all(&script).context("cannot write to stdout")?;
    Ok(Exit::Clean)
}

/// Writes one manual page for each command.
pub(crate) fn man(dir: &Path) -> anyhow::Result<Exit> {
    let cannot = || format!("cannot write manual pages to `{}`", dir.display());
    std::fs::create_dir_all(dir).with_context(cannot)?;
    clap_mangen::generate_to(Cli::command(), dir).with_context(cannot)?;
    Ok(Exit::Clean)
}
