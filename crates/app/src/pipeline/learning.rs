//! Detectors go on after a restart: what is usual is learned again from what the store holds, beside the pipeline.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use statusquo_alert::Detector;
use statusquo_store::{Reader, StoreError};
use tokio::sync::oneshot;

use crate::history::Service;

/// So much of the past teaches what is usual, in seconds: half of what is older counts for little.
const LEARNED: i64 = 7 * 86_400;
/// The last part is watched as it was then, so that what is firing is known: the longest windows, twice.
const WATCHED: i64 = 4 * 3600;
/// Detectors of all services that begin together learn for so long; who is not done by then knows less.
const ALLOWED: Duration = Duration::from_secs(60);

/// What the past has to teach to the detectors of one service.
pub(super) struct Lesson {
    /// The service, with detectors that know nothing yet.
    pub(super) service: Service,
    /// Up to this second since 1970: what comes later comes from its sources again.
    pub(super) until: i64,
    /// Who waits for the detectors.
    pub(super) taught: oneshot::Sender<Detector>,
}

/// A thread that teaches the detectors of one service after the other.
pub(super) struct Teacher {
    reader: Reader,
    lessons: Option<mpsc::Sender<Box<Lesson>>>,
}

impl Teacher {
    /// Nobody has to learn yet.
    pub(super) const fn new(reader: Reader) -> Self {
        Self { reader, lessons: None }
    }

    /// Has the detectors of a service learn. Without a thread they know nothing, which is told.
    pub(super) fn teach(&mut self, lesson: Lesson) {
        let lessons = self.lessons.take().or_else(|| begin(self.reader.clone()));
        // A thread that has ended has said why; the one who waits hears that nobody will answer.
        let _ = lessons.as_ref().map(|lessons| lessons.send(Box::new(lesson)));
        self.lessons = lessons;
    }
}

fn begin(reader: Reader) -> Option<mpsc::Sender<Box<Lesson>>> {
    let (lessons, waiting) = mpsc::channel::<Box<Lesson>>();
    let thread = std::thread::Builder::new().name("learning".to_owned());
    let spawned = thread.spawn(move || {
        // Services that come together share the time; one that is first heard of later has its own.
        while let Ok(first) = waiting.recv() {
            let deadline = Instant::now() + ALLOWED;
            for lesson in std::iter::once(first).chain(waiting.try_iter()) {
                give(&reader, *lesson, &|| Instant::now() < deadline);
            }
        }
    });
    match spawned {
        Ok(_) => Some(lessons),
        Err(error) => {
            tracing::error!(%error, "detectors cannot learn from the past");
            None
        }
    }
}

fn give(reader: &Reader, lesson: Lesson, goes_on: &dyn Fn() -> bool) {
    let Lesson { mut service, until, taught } = lesson;
    match learn(reader, &mut service, until, goes_on) {
        // Who does not wait any more has begun without it.
        Ok(()) => drop(taught.send(service.detector)),
        Err(error) => {
            tracing::error!(service = %service.name, %error, "detectors cannot learn from the past");
        }
    }
}

/// The past of a service teaches its detectors.
fn learn(
    reader: &Reader,
    service: &mut Service,
    until: i64,
    goes_on: &dyn Fn() -> bool,
) -> Result<(), StoreError> {
    let (begin, watched) = (until - LEARNED, until - WATCHED);
    service.know_codes(reader, until)?;
    service.learn(reader, &(begin..watched), goes_on)?;
    service.read(reader, &(watched..until))?;
    // Whoever was to be told of it has been.
    drop(service.watch(until));
    Ok(())
}
