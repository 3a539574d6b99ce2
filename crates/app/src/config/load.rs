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
    /// A file of OpenSLO documents that it names is wrong.
    #[error("`{file}`: {why}")]
    OpenSlo {
        /// Which.
        file: String,
        /// Why.
        why: String,
    },
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
    let mut config = Config::parse(&file, &source)?;
    add_openslo(&mut config, path.parent().unwrap_or(Path::new("")))?;
    Ok(config)
}

/// Adds the objectives of the files of OpenSLO documents that the configuration names.
fn add_openslo(config: &mut Config, folder: &Path) -> Result<(), LoadError> {
    for name in &config.openslo {
        let wrong = |why: String| LoadError::OpenSlo { file: name.clone(), why };
        let path = folder.join(name);
        let is_small = std::fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= MOST_BYTES);
        let text = std::fs::read_to_string(&path).map_err(|why| wrong(why.to_string()))?;
        if !is_small {
            return Err(wrong("it is larger than 16 MiB".to_owned()));
        }
        let slos = super::openslo::read(&text).map_err(|problems| wrong(problems.join("; ")))?;
        for slo in slos {
            if config.slos.iter().any(|other| other.name == slo.name) {
                return Err(wrong(format!("there is another objective called `{}`", slo.name)));
            }
            config.slos.push(slo);
        }
    }
    Ok(())
}
