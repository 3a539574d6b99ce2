//! One file that is followed.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::content::Content;
use super::position::Role;
use super::print::{PRINT_BYTES, Print};
use super::{FileId, Position};

/// So much is read at once.
const PIECE_BYTES: usize = 1 << 20;
/// Of a line that is longer than a piece, so much is given.
const LONGEST_LINE_BYTES: usize = 64 << 10;

/// One file that is followed.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) path: PathBuf,
    pub(super) role: Role,
    /// Is it still where it belongs?
    pub(super) is_listed: bool,
    /// Nothing more was there when we looked last.
    pub(super) is_at_end: bool,
    /// It may not have the content any more that was read of it.
    pub(super) is_doubtful: bool,
    /// When it was seen to have changed last.
    pub(super) changed: SystemTime,
    content: Content,
    seen: (u64, Option<SystemTime>),
    offset: u64,
    first: Vec<u8>,
    last: Vec<u8>,
    is_within_line: bool,
    has_grown: bool,
}

/// Whole lines, and how many of them were too long.
pub(super) type Lines = (Vec<u8>, u64);

impl Followed {
    /// Begins at the beginning.
    pub(super) fn new(path: &Path, content: Content, metadata: &Metadata, now: SystemTime) -> Self {
        Self {
            path: path.to_owned(),
            role: Role::Read,
            is_listed: true,
            is_at_end: false,
            is_doubtful: false,
            changed: now,
            content,
            seen: (metadata.len(), metadata.modified().ok()),
            offset: 0,
            first: Vec::new(),
            last: Vec::new(),
            is_within_line: false,
            has_grown: false,
        }
    }

    /// Goes on at a position whose content this is.
    pub(super) fn go_on(&mut self, position: &Position) -> io::Result<()> {
        self.role = position.role;
        self.offset = position.offset;
        self.is_within_line = position.is_within_line;
        self.first =
            self.content.before(position.head.length() as u64, position.head.length())?.unwrap_or_default();
        self.last = self.content.before(position.offset, position.tail.length())?.unwrap_or_default();
        self.is_at_end = false;
        Ok(())
    }

    /// Is not read, for this reason; its beginning is kept, to know it again.
    pub(super) fn leave(&mut self, role: Role) -> io::Result<()> {
        self.role = role;
        let mut first = vec![0; PRINT_BYTES];
        let read = self.content.read(&mut first, 0)?;
        first.truncate(read);
        self.first = first;
        Ok(())
    }

    /// Goes on behind the last line that is there: what is older is not asked for.
    pub(super) fn skip(&mut self) -> io::Result<()> {
        if self.content.is_compressed() {
            return self.leave(Role::Skipped);
        }
        let mut end = vec![0; LONGEST_LINE_BYTES];
        let start = self.seen.0.saturating_sub(end.len() as u64);
        let read = self.content.read(&mut end, start)?;
        let line = memchr::memrchr(b'\n', end.get(..read).unwrap_or_default());
        self.offset = line.map_or(self.seen.0, |at| start + at as u64 + 1);
        let length = usize::try_from(self.offset).unwrap_or(usize::MAX).min(PRINT_BYTES);
        self.first = self.content.before(length as u64, length)?.unwrap_or_default();
        self.last = self.content.before(self.offset, length)?.unwrap_or_default();
        Ok(())
    }

    /// Its content was replaced: begins at the beginning again.
    pub(super) fn begin_again(&mut self) {
        (self.offset, self.is_within_line, self.is_at_end, self.is_doubtful) = (0, false, false, false);
        self.first.clear();
        self.last.clear();
    }

    /// It is still there, under this name.
    pub(super) fn see(&mut self, path: &Path, metadata: &Metadata, now: SystemTime) {
        if self.path != path {
            path.clone_into(&mut self.path);
        }
        self.is_listed = true;
        let seen = (metadata.len(), metadata.modified().ok());
        if seen != self.seen {
            self.is_at_end = false;
            self.is_doubtful = true;
            self.changed = now;
            self.seen = seen;
        }
    }

    /// A scan has looked for it.
    pub(super) fn note_scan(&mut self, was_listed: bool, now: SystemTime) {
        let has_gone = was_listed && !self.is_listed;
        // Something may have been written to it until it went.
        self.is_at_end &= !has_gone;
        if std::mem::take(&mut self.has_grown) || has_gone {
            self.changed = now;
        }
    }

    /// Does it still have the content that was read of it?
    pub(super) fn is_intact(&mut self) -> io::Result<bool> {
        self.is_doubtful = false;
        if self.content.is_compressed() {
            return Ok(true);
        }
        let last = self.content.before(self.offset, self.last.len())?;
        Ok(last.as_deref() == Some(self.last.as_slice()))
    }

    /// Is that content a part of this one? Looks at its last bytes.
    pub(super) fn has_part(&mut self, part: &mut Content, length: u64) -> io::Result<bool> {
        let count = usize::try_from(length).unwrap_or(usize::MAX).min(PRINT_BYTES);
        let (ours, theirs) = (self.content.before(length, count)?, part.before(length, count)?);
        Ok(ours.is_some() && ours == theirs)
    }

    /// The next whole lines, if there are any.
    pub(super) fn read(&mut self) -> io::Result<Option<Lines>> {
        loop {
            let lines = self.read_piece()?;
            // A piece of a line that is too long is no line.
            if lines.is_some() || self.is_at_end {
                return Ok(lines);
            }
        }
    }

    fn read_piece(&mut self) -> io::Result<Option<Lines>> {
        let known = self.last.len();
        let is_compressed = self.content.is_compressed();
        let overlap = if is_compressed { 0 } else { known };
        let mut bytes = vec![0; overlap + self.next_bytes()];
        let read = self.content.read(&mut bytes, self.offset - overlap as u64)?;
        bytes.truncate(read);
        // Read together with what comes before it, so that it cannot be of another content.
        if bytes.get(..overlap) != Some(self.last.get(..overlap).unwrap_or_default()) {
            (self.is_at_end, self.is_doubtful) = (true, true);
            return Ok(None);
        }
        let fresh = bytes.split_off(overlap);
        self.is_at_end = fresh.len() < PIECE_BYTES;
        let is_final = self.content.is_whole();
        Ok(self.take_lines(fresh, is_final))
    }

    fn next_bytes(&self) -> usize {
        let left = usize::try_from(self.seen.0.saturating_sub(self.offset)).unwrap_or(PIECE_BYTES);
        // More may have been written since.
        if self.content.is_compressed() || !self.is_listed {
            PIECE_BYTES
        } else {
            (left + 4096).min(PIECE_BYTES)
        }
    }

    /// `is_final`: nothing will be written behind it any more.
    fn take_lines(&mut self, mut fresh: Vec<u8>, is_final: bool) -> Option<Lines> {
        if self.is_within_line {
            let end = memchr::memchr(b'\n', &fresh).map_or(fresh.len(), |at| at + 1);
            let rest = fresh.split_off(end);
            self.is_within_line = !fresh.ends_with(b"\n");
            self.advance(&fresh);
            fresh = rest;
        }
        let is_full = fresh.len() >= PIECE_BYTES;
        match memchr::memrchr(b'\n', &fresh) {
            Some(at) if !is_final => fresh.truncate(at + 1),
            Some(_) => {}
            None if is_full => return Some(self.cut(fresh)),
            // A line without end waits for it.
            None if !is_final => return None,
            None => {}
        }
        if fresh.is_empty() {
            return None;
        }
        self.advance(&fresh);
        Some((fresh, 0))
    }

    fn cut(&mut self, mut line: Vec<u8>) -> Lines {
        self.advance(&line);
        self.is_within_line = true;
        line.truncate(LONGEST_LINE_BYTES);
        line.push(b'\n');
        (line, 1)
    }

    fn advance(&mut self, read: &[u8]) {
        self.has_grown = true;
        self.offset += read.len() as u64;
        let room = PRINT_BYTES - self.first.len();
        self.first.extend(read.iter().take(room));
        let new = read.get(read.len().saturating_sub(PRINT_BYTES)..).unwrap_or_default();
        self.last.extend_from_slice(new);
        let surplus = self.last.len().saturating_sub(PRINT_BYTES);
        self.last.drain(..surplus);
    }

    /// The beginning of the content, at most so much.
    pub(super) fn head(&mut self, length: usize) -> io::Result<Vec<u8>> {
        // A compressed file is read forwards: this does not disturb it.
        let mut content = match &self.content {
            Content::Plain(file) => Content::Plain(file.try_clone()?),
            Content::Compressed { .. } => Content::open(&self.path)?,
        };
        let mut bytes = vec![0; length];
        let read = content.read(&mut bytes, 0)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Bytes that are written and not read yet, as far as that is known.
    pub(super) fn behind(&self) -> u64 {
        match self.role {
            Role::Read if !self.content.is_compressed() => self.seen.0.saturating_sub(self.offset),
            Role::Read | Role::Copy | Role::Skipped => 0,
        }
    }

    /// Was anything of it read?
    pub(super) const fn is_begun(&self) -> bool {
        self.offset > 0
    }

    pub(super) fn position(&self, file: FileId) -> Position {
        Position {
            file,
            path: self.path.clone(),
            offset: self.offset,
            head: Print::of(&self.first),
            tail: Print::of(&self.last),
            is_within_line: self.is_within_line,
            role: self.role,
        }
    }
}
