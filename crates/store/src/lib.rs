//! What outlives a restart: SQLite, one writer, readers that never wait for it.
//!
//! [`Store::open`] starts the writer's thread. A [`Writer`] puts work into its bounded queue; a [`Reader`] asks on
//! connections of its own. All SQL of Statusquo is in this room.

mod error;
mod journal;
mod outbox;
mod people;
mod reader;
mod records;
mod schema;
mod wire;
mod writer;

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

pub use error::StoreError;
pub use journal::Retention;
pub use outbox::{Delivered, Due, Standing};
pub use people::{Change, Role, Session, Token, User};
pub use reader::{Audited, Evidence, History, Page, Reader, Stored, Width};
pub use writer::Writer;

/// An open store. The folder is ours alone until it and all its writers are dropped.
#[derive(Debug)]
pub struct Store {
    writer: Writer,
    reader: Reader,
}

impl Store {
    /// Opens the store in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be used, another process uses it, or its file is not ours or too new.
    pub fn open(folder: &Path, retention: Retention) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Folder { folder: folder.to_owned(), source };
        make_private(folder).map_err(failed)?;
        let lock = File::create(folder.join("statusquo.lock")).map_err(failed)?;
        if lock.try_lock().is_err() {
            return Err(StoreError::InUse(folder.to_owned()));
        }
        let file = folder.join("statusquo.db");
        let mut connection = Connection::open(&file)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        // Full: what is acknowledged has reached the disk, also when the power fails.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA auto_vacuum = INCREMENTAL;
             PRAGMA cache_size = -8000; PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY;",
        )?;
        schema::migrate(&mut connection, &file)?;
        let writer = Writer::start(connection, lock, retention)?;
        Ok(Self { writer, reader: Reader::new(file) })
    }

    /// Who writes.
    #[must_use]
    pub fn writer(&self) -> Writer {
        self.writer.clone()
    }

    /// Who reads.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }
}

/// A folder that only we may look into.
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A connection that only reads.
pub(crate) fn open_reader(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA cache_size = -4000; PRAGMA temp_store = MEMORY;")?;
    Ok(connection)
}
