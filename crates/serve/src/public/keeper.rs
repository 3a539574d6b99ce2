//! Makes the files of the public status page whenever something has changed.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use statusquo_exchange::Name;
use statusquo_store::{Announcement, Reader};

use super::days::Days;
use super::files::{self, Shelf};
use super::site::PublicSite;
use super::{Condition, View};
use crate::board::{Figures, SharedBoard, Snapshot};
use crate::context::Clock;

/// It looks so often whether something has changed.
const EVERY: Duration = Duration::from_secs(1);
/// Even if nothing has, the page says a new time this often: its age tells whether we live.
const FRESH: i64 = 60;
/// The pipeline puts new figures on the board each second. After so long without, it is dead, and what the board says
/// is no longer true: the last page stays as it is.
const DEAD_AFTER: Duration = Duration::from_secs(30);

/// Makes the files of the public status page, on a thread of its own.
pub struct Keeper {
    board: SharedBoard,
    reader: Reader,
    clock: Clock,
    shelf: Shelf,
    days: Days,
    last: Option<Made>,
    beat: (Arc<Figures>, Instant),
}

/// What the last files were made from.
struct Made {
    site: Arc<PublicSite>,
    announcements: Arc<Vec<Announcement>>,
    conditions: Vec<(Name, Condition)>,
    minute: i64,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

impl Keeper {
    /// Fills the shelf from the board and the store.
    #[must_use]
    pub fn new(board: SharedBoard, reader: Reader, clock: Clock, shelf: Shelf) -> Self {
        let beat = (board.snapshot().figures, Instant::now());
        Self { board, reader, clock, shelf, days: Days::default(), last: None, beat }
    }

    /// Works until the sender of `stop` is gone.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(mut self, stop: mpsc::Receiver<()>) -> std::io::Result<std::thread::JoinHandle<()>> {
        std::thread::Builder::new().name("public-page".to_owned()).spawn(move || {
            loop {
                self.look();
                match stop.recv_timeout(EVERY) {
                    Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })
    }

    /// Makes new files if there is something new.
    pub fn look(&mut self) {
        if !self.board.has_public_page() {
            return;
        }
        let (snapshot, now) = (self.board.snapshot(), (self.clock)());
        let Some(site) = snapshot.public.clone().filter(|_| self.is_pipeline_alive(&snapshot)) else {
            return;
        };
        let minute = now.as_second().div_euclid(FRESH);
        if self.last.as_ref().is_none_or(|last| last.minute != minute || last.site != site)
            && let Err(error) = self.days.read(&self.reader, &site, now)
        {
            // Bars that are a minute old are better than no page.
            tracing::warn!(%error, "the history of the public page cannot be read");
        }
        let view = View::new(&site, &snapshot, &self.days, now);
        let made = Made {
            site,
            announcements: snapshot.announcements,
            conditions: view.components.iter().map(|shown| (shown.name.clone(), shown.condition)).collect(),
            minute,
        };
        if self.last.as_ref().is_some_and(|last| last.is_same(&made)) {
            return;
        }
        self.shelf.put(files::all(&view));
        self.last = Some(made);
    }

    fn is_pipeline_alive(&mut self, snapshot: &Snapshot) -> bool {
        if !Arc::ptr_eq(&self.beat.0, &snapshot.figures) {
            self.beat = (snapshot.figures.clone(), Instant::now());
        }
        self.beat.1.elapsed() < DEAD_AFTER
    }
}

impl Made {
    fn is_same(&self, new: &Self) -> bool {
        self.minute == new.minute
            && Arc::ptr_eq(&self.announcements, &new.announcements)
            && self.conditions == new.conditions
            && self.site == new.site
    }
}
