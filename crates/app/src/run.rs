//! Starts the server. A placeholder until the pipeline moves in.

use crate::cli::{Exit, Global, Serve, Watch};

/// Watches what the configuration says, until it is told to stop.
pub(crate) async fn serve(_global: &Global, _flags: &Serve) -> anyhow::Result<Exit> {
    anyhow::bail!("`serve` is not built yet")
}

/// Watches URLs without a configuration, until it is told to stop.
pub(crate) async fn watch(_global: &Global, _flags: &Watch) -> anyhow::Result<Exit> {
    anyhow::bail!("`watch` is not built yet")
}
