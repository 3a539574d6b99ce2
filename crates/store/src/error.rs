//! Why the store cannot do its work.

use std::path::PathBuf;

/// Why the store cannot do its work, by what can be done about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process works with this folder.
    #[error("another process uses `{0}`; stop it, or choose another folder with `--data`")]
    InUse(PathBuf),
    /// The folder or a file in it cannot be made or opened.
    #[error("cannot use the data folder `{folder}`")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no store in this folder.
    #[error("there is no store in `{0}`; say where it is with `--data`")]
    Missing(PathBuf),
    /// The file was written by an older version, and who only reads cannot bring it up to date.
    #[error(
        "the store has format {found}, this version reads format {known}; start `statusquo serve` once, which brings it up to date"
    )]
    Older {
        /// What was found.
        found: i64,
        /// What we know.
        known: i64,
    },
    /// The file was written by a newer version.
    #[error(
        "the store has format {found}, this version knows formats up to {known}; use a newer `statusquo`"
    )]
    Newer {
        /// What was found.
        found: i64,
        /// What we know.
        known: i64,
    },
    /// The file is something else.
    #[error("`{0}` is not a store of Statusquo")]
    NotOurs(PathBuf),
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The disk cannot be written.
    #[error("the store cannot be written: {0}")]
    Unwritable(String),
    /// Another program holds the file, or the writer does not keep up. Later it may work.
    #[error("the store is busy")]
    Busy,
    /// What is in the file makes no sense.
    #[error("the store holds something that cannot be read: {0}")]
    Corrupt(String),
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
    /// Anything else that SQLite says.
    #[error("the store failed: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => {
                Self::Unwritable(error.to_string())
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}
