//! An open store.

use std::path::Path;
use std::thread::JoinHandle;

use crate::{Reader, Retention, StoreError, Writer, folder, journal::Journal, schema, writer};

/// An open store. The folder is ours alone until it is closed, or dropped with all its writers.
#[derive(Debug)]
pub struct Store {
    writer: Writer,
    reader: Reader,
    thread: JoinHandle<()>,
}

impl Store {
    /// Opens the store in a folder, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be used, another process uses it, or its file is not ours or too new.
    pub fn open(folder: &Path, retention: Retention) -> Result<Self, StoreError> {
        folder::make_private(folder)?;
        let lock = folder::lock(folder)?;
        let file = folder::make_file(folder)?;
        let mut connection = writer::connect(&file)?;
        schema::migrate(&mut connection, &file)?;
        let journal = Journal::load(&connection, retention)?;
        let (writer, thread) = Writer::start(connection, journal, lock)?;
        Ok(Self { writer, reader: Reader::new(file), thread })
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

    /// Carries out what waits and ends; writers that are still about get [`StoreError::Closed`]. Blocks meanwhile.
    pub fn close(self) {
        self.writer.close();
        // It ends by itself; a thread that panicked has said so.
        let _ = self.thread.join();
    }
}
