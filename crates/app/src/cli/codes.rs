//! `statusquo codes export`: the reference of codes and rules as a site of files.

use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use statusquo_catalogue::Date;
use statusquo_serve::reference_site;

use super::Exit;
use super::args::Codes as Command;
use super::screen::count;

/// Runs `statusquo codes`.
pub(crate) fn run(quiet: bool, command: &Command) -> anyhow::Result<Exit> {
    match command {
        Command::Export { dir } => export(quiet, dir),
    }
}

#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn export(quiet: bool, dir: &Path) -> anyhow::Result<Exit> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let today =
        Date::new(today.year().unsigned_abs(), today.month().unsigned_abs(), today.day().unsigned_abs());
    let files = reference_site(today);
    for file in &files {
        let path = dir.join(&file.path);
        let cannot = || format!("cannot write `{}`", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(cannot)?;
        }
        std::fs::write(&path, &file.content).with_context(cannot)?;
    }
    if !quiet {
        let index = dir.join("index.html");
        eprintln!("wrote {}; open `{}`", count(files.len(), "file"), index.display());
    }
    Ok(Exit::Clean)
}
