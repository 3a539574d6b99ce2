//! `statusquo find`: what happened to one request.

mod files;
mod report;

use statusquo_serve::wire::RequestWire;

use super::args::{Find, Global};
use super::client::{Client, Found};
use super::output::Printed;
use super::{Exit, Screen};

/// Runs `statusquo find`: in log files where some are named, else in a running server.
pub(crate) async fn run(global: &Global, flags: &Find) -> anyhow::Result<Exit> {
    if flags.files.is_empty() {
        return in_server(global, &flags.id).await;
    }
    let searched = files::search(&flags.id, &flags.files, &flags.format)?;
    match RequestWire::tell(&flags.id, &searched.kept) {
        Some(told) => {
            let told = serde_json::to_value(&told)?;
            Printed::text(global, |screen: &Screen| report::text(screen, &told))
                .json(|| told.clone())
                .write()?;
            Ok(Exit::Clean)
        }
        None => nothing(global, &searched.absent(&flags.id)),
    }
}

async fn in_server(global: &Global, id: &str) -> anyhow::Result<Exit> {
    match Client::new(global)?.find(&["requests", id]).await? {
        Found::There(told) => {
            Printed::text(global, |screen: &Screen| report::text(screen, &told))
                .json(|| told.clone())
                .write()?;
            Ok(Exit::Clean)
        }
        Found::Not(detail) => nothing(global, &detail),
    }
}

/// It was looked for and not found: that is a result, not a failure of ours.
fn nothing(global: &Global, why: &str) -> anyhow::Result<Exit> {
    let text = |screen: &Screen| screen.wrap(why, 0);
    Printed::text(global, text)
        .json(|| serde_json::json!({ "schema": "request/1", "found": false, "why": why }))
        .write()?;
    Ok(Exit::Found)
}
