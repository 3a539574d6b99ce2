//! `statusquo config`: make, check and show the configuration.

use std::path::Path;

use anyhow::Context;

use super::args::{Config as Command, Global};
use super::output::{Format, Printed};
use super::screen::count;
use super::{Exit, Tone, block_on};
use crate::config::{self, LoadError};

/// Runs `statusquo config`.
pub(crate) fn run(global: &Global, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Init { force } => init(&global.config, *force),
        Command::Check { no_secrets } => check(global, *no_secrets),
        Command::Schema => schema(global),
        Command::Show => show(global),
    }
}

/// Writes a commented configuration, and the schema that its first line names.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn init(file: &Path, force: bool) -> anyhow::Result<Exit> {
    let schema_file = file.with_file_name("statusquo.schema.json");
    if !force && file.exists() {
        anyhow::bail!("`{}` is there already; --force overwrites it", file.display());
    }
    let schema = serde_json::to_string_pretty(&config::schema())?;
    for (path, text) in [(&schema_file, schema.as_str()), (&file.to_owned(), config::EXAMPLE)] {
        std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    eprintln!(
        "wrote `{}` and `{}`; next: edit it, then `statusquo config check` and `statusquo serve`",
        file.display(),
        schema_file.display()
    );
    Ok(Exit::Clean)
}

/// Says everything that is wrong with the configuration.
fn check(global: &Global, no_secrets: bool) -> anyhow::Result<Exit> {
    let config = config::load(&global.config)?;
    if !no_secrets {
        block_on(async { Ok(config::resolve(&config).await.map_err(LoadError::Broken)?) })?;
    }
    let (monitors, receivers) = (config.monitors.len(), config.receivers.len());
    let file = &config.origin.0;
    Printed::text(global, |screen| {
        let mark = screen.paint(Tone::Good, "●");
        format!("{mark} {file} is right: {}, {}", count(monitors, "monitor"), count(receivers, "receiver"))
    })
    .json(|| {
        serde_json::json!({
            "schema": "config-check/1", "file": file, "monitors": monitors, "receivers": receivers,
        })
    })
    .write()?;
    Ok(Exit::Clean)
}

/// Prints the schema, or the reference of all keys.
fn schema(global: &Global) -> anyhow::Result<Exit> {
    let schema = || serde_json::to_string_pretty(&config::schema()).context("cannot write JSON");
    Printed::plain(global, schema)
        .json(config::schema)
        .form(Format::Markdown, |_| Ok(config::reference()))
        .write()?;
    Ok(Exit::Clean)
}

/// Prints the configuration in force.
fn show(global: &Global) -> anyhow::Result<Exit> {
    let config = config::load(&global.config)?;
    Printed::plain(global, || Ok(config::to_toml(&config.in_force.parts())))
        .json(|| config::to_json(&config.in_force.parts()))
        .write()?;
    Ok(Exit::Clean)
}
