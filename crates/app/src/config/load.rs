//! Reads the configuration from its file.

use std::path::Path;

use super::file::Config;
use super::problem::Broken;

/// More than this is no configuration.
const MOST_BYTES: u64 = 16 << 20;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LoadError {
    /// There is no such file.
    #[error("there is no configuration file `{0}`; write one with `statusquo config init`")]
    Missing(String),
    /// The file cannot be read.
    #[error("cannot read the configuration file `{file}`")]
    Unreadable {
        /// Which.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// It is wrong.
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Reads the configuration from its file.
pub(crate) fn load(path: &Path) -> Result<Config, LoadError> {
    let file = path.display().to_string();
    let unreadable = |source| LoadError::Unreadable { file: file.clone(), source };
    match std::fs::metadata(path) {
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Err(LoadError::Missing(file)),
        Err(why) => return Err(unreadable(why)),
        Ok(metadata) if metadata.len() > MOST_BYTES => {
            return Err(unreadable(std::io::Error::other("it is larger than 16 MiB")));
        }
        Ok(_) => {}
    }
    let source = std::fs::read_to_string(path).map_err(unreadable)?;
    Ok(Config::parse(&file, &source)?)
}
