//! `status export`: the public status page as files.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use super::Exit;
use super::args::{Global, Status};
use super::client::Client;
use super::output::Printed;

/// Runs `statusquo status`.
pub(crate) async fn run(global: &Global, command: &Status) -> anyhow::Result<Exit> {
    let Status::Export { dir } = command;
    let client = Client::new(global)?;
    let listed = client.get(&["status-page"]).await?;
    let files = listed.get("files").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for file in files {
        let place = file.get("place").and_then(Value::as_str).unwrap_or_default();
        let target = dir.join(inside(place)?);
        let path: Vec<&str> = ["status-page"].into_iter().chain(place.split('/')).collect();
        let content = client.content(&path).await?;
        write(&target, &content)?;
    }
    let (count, dir) = (files.len(), dir.display().to_string());
    Printed::text(global, |_| format!("{count} files of the public status page are in {dir}"))
        .json(|| listed.clone())
        .write()?;
    Ok(Exit::Clean)
}

/// The place of a file, which never leads out of the folder, whatever a server says.
fn inside(place: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(place);
    let is_plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if place.is_empty() || !is_plain {
        bail!("the server names a file `{place}` that would not be in the folder");
    }
    Ok(path)
}

fn write(target: &Path, content: &[u8]) -> anyhow::Result<()> {
    let shown = target.display();
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder of `{shown}`"))?;
    }
    std::fs::write(target, content).with_context(|| format!("cannot write `{shown}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_server_makes_us_write_elsewhere() {
        assert!(inside("incidents/3/index.html").is_ok());
        for place in ["", "../x", "/etc/passwd", "a/../../x"] {
            assert!(inside(place).is_err(), "{place}");
        }
    }
}
