//! The folder of a store: private, and for one process at a time.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::StoreError;

/// What the database's file is called.
const FILE: &str = "statusquo.db";

/// Makes a folder that only we may look into, if it is not there.
pub(crate) fn make_private(folder: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|source| failed(folder, source))
}

/// Takes the folder for this process. The lock ends with the file, however the process ends.
pub(crate) fn lock(folder: &Path) -> Result<File, StoreError> {
    let file = open(&folder.join("statusquo.lock")).map_err(|source| failed(folder, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(folder, source)),
    }
}

/// The database's file, which has to be there: for those who only read.
pub(crate) fn find_file(folder: &Path) -> Result<PathBuf, StoreError> {
    let path = folder.join(FILE);
    match std::fs::metadata(&path) {
        Ok(about) if about.len() > 0 => Ok(path),
        Ok(_) => Err(StoreError::Missing(folder.to_owned())),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Err(StoreError::Missing(folder.to_owned())),
        Err(why) => Err(failed(folder, why)),
    }
}

/// Makes the database's file if it is not there, for our eyes only; SQLite gives its companions the same mode.
pub(crate) fn make_file(folder: &Path) -> Result<PathBuf, StoreError> {
    let path = folder.join(FILE);
    open(&path).map_err(|source| failed(folder, source))?;
    Ok(path)
}

fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn failed(folder: &Path, source: std::io::Error) -> StoreError {
    StoreError::Folder { folder: folder.to_owned(), source }
}
