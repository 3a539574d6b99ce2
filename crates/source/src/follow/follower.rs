//! All files of a log.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::{Duration, SystemTime};

use super::content::Content;
use super::followed::Followed;
use super::listing::Listed;
use super::position::Role;
use super::print::{PRINT_BYTES, Print};
use super::{FileId, Files, Position};

/// A file that is gone is watched for so long after its last change: whoever writes to it may still have it open.
const LINGER: Duration = Duration::from_secs(60);
/// A file that changed so lately may still be copied or compressed.
const UNFINISHED: Duration = Duration::from_secs(60);
/// Positions of files that are gone, to know their copies and compressed forms; the oldest are forgotten.
const MOST_GONE: usize = 256;

/// Whole lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Which file.
    pub file: FileId,
    /// The lines, each with its end.
    pub text: Vec<u8>,
    /// How many of them were too long and are cut.
    pub long_lines: u64,
}

/// All files of a log: gives what is appended to them, once.
#[derive(Debug)]
pub struct Follower {
    files: Files,
    backfill: Duration,
    followed: BTreeMap<FileId, Followed>,
    /// How far files were read that are gone, or whose content is.
    gone: Vec<Position>,
    /// Whose position is to be saved.
    moved: BTreeSet<FileId>,
    /// The files in the order in which they are read.
    order: Vec<FileId>,
    trouble: Option<String>,
}

/// What a content has to do with a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kinship {
    /// It is what was read up to there, and perhaps more.
    Continues,
    /// It begins like it, and is shorter.
    Shorter,
    /// It is something else.
    None,
}

impl Follower {
    /// Follows these files from these positions. Files that are new are read from their beginning, unless they did not
    /// change for longer than `backfill`.
    #[must_use]
    pub fn new(files: Files, backfill: Duration, positions: Vec<Position>) -> Self {
        Self {
            files,
            backfill,
            followed: BTreeMap::new(),
            gone: positions,
            moved: BTreeSet::new(),
            order: Vec::new(),
            trouble: None,
        }
    }

    /// Looks at which files there are now, and what became of those that were there.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn scan(&mut self, now: SystemTime) -> io::Result<()> {
        self.trouble = None;
        let listed = self.files.list()?;
        let (mut strangers, mut known) = (Vec::new(), BTreeSet::new());
        let before: BTreeSet<FileId> =
            self.followed.iter().filter(|(_, followed)| followed.is_listed).map(|(id, _)| *id).collect();
        self.followed.values_mut().for_each(|followed| followed.is_listed = false);
        self.order.clear();
        for file in &listed {
            let id = FileId::of(&file.metadata);
            match self.followed.get_mut(&id) {
                Some(followed) => followed.see(&file.path, &file.metadata, now),
                None => strangers.push(file),
            }
            if known.insert(id) {
                self.order.push(id);
            }
        }
        for (id, followed) in &mut self.followed {
            followed.note_scan(before.contains(id), now);
        }
        self.find_replaced();
        self.find_heirs_among_copies();
        for file in strangers {
            if let Err(error) = self.meet(file, now) {
                self.note(&file.path.display().to_string(), &error);
            }
        }
        self.part_with_gone(now);
        Ok(())
    }

    /// The next lines, the oldest file first; `None` when there is nothing more until the next scan.
    pub fn read(&mut self) -> Option<Piece> {
        let gone = self.followed.iter().filter(|(_, followed)| !followed.is_listed).map(|(id, _)| *id);
        let order: Vec<FileId> = gone.chain(self.order.iter().copied()).collect();
        for file in order {
            let Some(followed) = self.followed.get_mut(&file) else { continue };
            if followed.role != Role::Read || followed.is_at_end {
                continue;
            }
            match followed.read() {
                Ok(Some((text, long_lines))) => {
                    self.moved.insert(file);
                    return Some(Piece { file, text, long_lines });
                }
                Ok(None) => {}
                Err(error) => {
                    followed.is_at_end = true;
                    let path = followed.path.display().to_string();
                    self.note(&path, &error);
                }
            }
        }
        None
    }

    /// The positions that changed since the last time of asking, by key; `None`: forget it. They are those behind all
    /// that [`read`](Self::read) gave.
    pub fn take_moved(&mut self) -> Vec<(String, Option<Position>)> {
        let moved = std::mem::take(&mut self.moved).into_iter().map(|file| {
            let gone = || self.gone.iter().find(|position| position.file == file).cloned();
            let position = self.followed.get(&file).map(|followed| followed.position(file)).or_else(gone);
            (file.to_string(), position)
        });
        moved.collect()
    }

    /// How far all files were read, also those that are gone.
    #[must_use]
    pub fn positions(&self) -> Vec<Position> {
        let followed = self.followed.iter().map(|(file, followed)| followed.position(*file));
        followed.chain(self.gone.iter().cloned()).collect()
    }

    /// The beginning of a file, at most so many bytes: what it is shows there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn head(&mut self, file: FileId, length: usize) -> io::Result<Vec<u8>> {
        self.followed.get_mut(&file).map_or(Ok(Vec::new()), |followed| followed.head(length))
    }

    /// The folder that has to be watched for changes.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.files.folder()
    }

    /// Files that are read.
    #[must_use]
    pub fn count(&self) -> usize {
        self.followed.values().filter(|followed| followed.role == Role::Read).count()
    }

    /// Bytes that are written and not read yet.
    #[must_use]
    pub fn behind(&self) -> u64 {
        self.followed.values().map(Followed::behind).sum()
    }

    /// What could not be read, in words.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    fn note(&mut self, path: &str, error: &io::Error) {
        self.trouble = Some(format!("`{path}` cannot be read: {error}"));
    }

    /// Files whose content is not that any more which was read: truncated, or written anew.
    fn find_replaced(&mut self) {
        for (id, followed) in &mut self.followed {
            if followed.role != Role::Read || !followed.is_doubtful || followed.is_intact().unwrap_or(true) {
                continue;
            }
            self.gone.push(followed.position(*id));
            followed.begin_again();
            self.moved.insert(*id);
        }
    }

    /// A copy of what is gone takes its place.
    fn find_heirs_among_copies(&mut self) {
        let copies: Vec<FileId> = self
            .followed
            .iter()
            .filter(|(_, f)| f.role == Role::Copy && f.is_listed)
            .map(|(id, _)| *id)
            .collect();
        if self.gone.is_empty() {
            return;
        }
        for id in copies {
            let Some(path) = self.followed.get(&id).map(|followed| followed.path.clone()) else { continue };
            let Ok(mut content) = Content::open(&path) else { continue };
            let heir_of = self.gone.iter().position(|position| {
                position.role == Role::Read
                    && matches!(position.kinship(&mut content), Ok(Kinship::Continues))
            });
            let Some(at) = heir_of else { continue };
            let position = self.gone.remove(at);
            self.moved.extend([id, position.file]);
            if let Some(followed) = self.followed.get_mut(&id)
                && followed.go_on(&position).is_err()
            {
                followed.role = Role::Copy;
            }
        }
    }

    /// Finds out what a file is that was not there before.
    fn meet(&mut self, file: &Listed, now: SystemTime) -> io::Result<()> {
        let mut content = match Content::open(&file.path) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let metadata = content.file().metadata()?;
        let id = FileId::of(&metadata);
        // An empty file has nothing to be known by.
        if metadata.len() == 0 || self.followed.contains_key(&id) {
            return Ok(());
        }
        let age = metadata
            .modified()
            .ok()
            .and_then(|modified| now.duration_since(modified).ok())
            .unwrap_or_default();
        let mut is_open = false;
        if let Some(position) = self.predecessor(id, &mut content, &mut is_open)? {
            return self.follow(file, content, now, Some(position));
        }
        let is_copy = self.is_copy(&mut content, metadata.len(), &mut is_open)?;
        if is_open && age < UNFINISHED {
            // It is being copied or compressed, perhaps: the next scan knows more.
            return Ok(());
        }
        self.follow(file, content, now, None)?;
        self.moved.insert(id);
        if let Some(followed) = self.followed.get_mut(&id) {
            match (is_copy, age > self.backfill) {
                (true, _) => followed.leave(Role::Copy)?,
                (false, true) => followed.skip()?,
                (false, false) => {}
            }
        }
        Ok(())
    }

    fn follow(
        &mut self,
        file: &Listed,
        content: Content,
        now: SystemTime,
        position: Option<Position>,
    ) -> io::Result<()> {
        let metadata = content.file().metadata()?;
        let id = FileId::of(&metadata);
        let mut followed = Followed::new(&file.path, content, &metadata, now);
        if let Some(position) = position {
            followed.go_on(&position)?;
            self.moved.extend([id, position.file]);
        }
        self.followed.insert(id, followed);
        Ok(())
    }

    /// The position of which this is the continuation: its own before a restart, or that of a file that is gone.
    fn predecessor(
        &mut self,
        id: FileId,
        content: &mut Content,
        is_open: &mut bool,
    ) -> io::Result<Option<Position>> {
        let mut found = None;
        for (at, position) in self.gone.iter().enumerate() {
            let is_same = position.file == id;
            if !is_same && (found.is_some() || position.role != Role::Read) {
                continue;
            }
            match position.kinship(content)? {
                Kinship::Continues => found = Some(at),
                Kinship::Shorter if !is_same => *is_open = true,
                Kinship::Shorter | Kinship::None => {}
            }
        }
        let Some(at) = found else { return Ok(None) };
        Ok(Some(self.gone.remove(at)))
    }

    /// Has one of the files that are read this content as well?
    fn is_copy(&mut self, content: &mut Content, length: u64, is_open: &mut bool) -> io::Result<bool> {
        for (id, followed) in &mut self.followed {
            if followed.role != Role::Read || !followed.is_begun() {
                continue;
            }
            match followed.position(*id).kinship(content)? {
                Kinship::Continues => return Ok(true),
                Kinship::Shorter if content.is_compressed() => *is_open = true,
                Kinship::Shorter if followed.has_part(content, length)? => {
                    *is_open = true;
                    return Ok(true);
                }
                Kinship::Shorter | Kinship::None => {}
            }
        }
        Ok(false)
    }

    /// Files that are gone and read to their end.
    fn part_with_gone(&mut self, now: SystemTime) {
        for followed in self.followed.values_mut().filter(|followed| !followed.is_listed) {
            let is_old = now.duration_since(followed.changed).is_ok_and(|age| age > LINGER);
            // It may have been written to: each scan looks once more.
            followed.is_at_end &= is_old;
        }
        let is_over =
            |followed: &Followed| !followed.is_listed && (followed.is_at_end || followed.role != Role::Read);
        let over: Vec<FileId> = self.followed.iter().filter(|(_, f)| is_over(f)).map(|(id, _)| *id).collect();
        for id in over {
            if let Some(followed) = self.followed.remove(&id) {
                match followed.role {
                    Role::Read if followed.is_begun() => self.gone.push(followed.position(id)),
                    Role::Read | Role::Copy | Role::Skipped => {}
                }
                self.moved.insert(id);
            }
        }
        let surplus = self.gone.len().saturating_sub(MOST_GONE);
        self.moved.extend(self.gone.drain(..surplus).map(|position| position.file));
    }
}

impl Position {
    /// What a content has to do with what was read up to here.
    fn kinship(&self, content: &mut Content) -> io::Result<Kinship> {
        // Nothing was read: there is nothing to know it by.
        if self.head.length() == 0 {
            return Ok(Kinship::None);
        }
        let mut head = vec![0; PRINT_BYTES.min(self.head.length())];
        let read = content.read(&mut head, 0)?;
        if read < head.len() || Print::of(&head) != self.head {
            return Ok(Kinship::None);
        }
        match content.before(self.offset, self.tail.length())? {
            Some(tail) if Print::of(&tail) == self.tail => Ok(Kinship::Continues),
            Some(_) => Ok(Kinship::None),
            None => Ok(Kinship::Shorter),
        }
    }
}
