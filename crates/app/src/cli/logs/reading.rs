//! Reads logs with all cores: pieces are taken apart and counted where they are, only what was counted travels on.

use std::io::Read;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

use anyhow::{Context, bail};
use statusquo_slo::traffic::Signs;
use statusquo_source::log::Format;
use statusquo_source::openapi::Description;

pub(in crate::cli) use super::counted::Counted;
pub(in crate::cli) use super::selection::Selection;

use super::clients::Clients;
use super::counter::{Counter, Piece};
use super::interrupt;
use super::origin::{self, Plain};
use super::pieces::{Block, Pieces};
use super::progress::Progress;
use super::spans::{self, ROOM_BYTES, SPAN_BYTES};

/// The beginning of a log decides its format.
const HEAD_BYTES: usize = 64 << 10;
/// Pieces that wait for each core.
const WAITING: usize = 2;
/// What was counted of pieces waits for no more than that: where every path is another one, it is larger than the pieces.
const COUNTED_WAITING: usize = 1;

/// Reads one log.
pub(in crate::cli) fn read(
    progress: &Progress,
    file: &Path,
    format: &str,
    selection: &Selection,
    counted: &mut Counted,
) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let cannot = || format!("cannot read `{name}`");
    let read = Arc::new(AtomicU64::new(0));
    let (mut origin, plain) = origin::open(file, &read)?;
    let mut head = Vec::new();
    origin.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head).with_context(cannot)?;
    if head.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) && head.len() < HEAD_BYTES {
        return Ok(());
    }
    let format = find_format(&name, format, &head)?;
    counted.begin();
    progress.begin(read.clone());
    let source = match plain.filter(|plain| plain.size >= SPAN_BYTES && !format.needs_header()) {
        Some(plain) => Source::Plain(plain, read),
        None => Source::Stream(Pieces::new(origin, head, format.needs_header())),
    };
    let described = counted.described.clone();
    let signs = counted.history.is_some().then(Signs::new).transpose()?;
    let work = Work {
        format: &format,
        selection,
        described: described.as_deref(),
        signs,
        bucket: AtomicI64::new(0),
    };
    std::thread::scope(|scope| work.run(scope, source, counted, progress)).with_context(cannot)?;
    progress.end();
    Ok(())
}

fn find_format(name: &str, format: &str, head: &[u8]) -> anyhow::Result<Format> {
    if format != "auto" {
        return Format::named(format).with_context(|| format!("`{format}` is no format"));
    }
    // A line that was cut by us tells nothing.
    let whole = match memchr::memrchr(b'\n', head) {
        Some(at) if head.len() >= HEAD_BYTES => head.get(..at).unwrap_or_default(),
        Some(_) | None => head,
    };
    match Format::detect(whole) {
        Some(detected) => Ok(detected.format),
        None => bail!(
            "`{name}` has no format that is known; say which with --format: {}, or a `log_format` of nginx or `LogFormat` of Apache",
            Format::NAMES.join(", ")
        ),
    }
}

/// What all cores share while they read a log.
struct Work<'a> {
    format: &'a Format,
    selection: &'a Selection,
    described: Option<&'a Description>,
    /// Looks for signs of attackers, when somebody asked for it.
    signs: Option<Signs>,
    /// Seconds of the buckets that are counted into.
    bucket: AtomicI64,
}

impl<'a> Work<'a> {
    /// Each core has its own queues, and pieces go round: what comes back is in order, so that the result does not depend
    /// on which core was quicker.
    fn run<'scope>(
        &'a self,
        scope: &'scope std::thread::Scope<'scope, 'a>,
        source: Source,
        counted: &mut Counted,
        progress: &Progress,
    ) -> std::io::Result<()>
    where
        'a: 'scope,
    {
        self.note_bucket(counted);
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (inputs, reader) = match source {
            Source::Plain(plain, read) => (shares(plain, &read, cores), None),
            Source::Stream(pieces) => {
                let (inputs, given, emptied) = queues(cores);
                (inputs, Some(scope.spawn(move || distribute(pieces, &given, &emptied))))
            }
        };
        let mut outputs = Vec::new();
        let mut counters = Vec::new();
        for input in inputs {
            let (done, output) = mpsc::sync_channel::<Piece>(COUNTED_WAITING);
            outputs.push(output);
            counters.push(scope.spawn(move || self.count(input, &done)));
        }
        for output in outputs.iter().cycle() {
            // The first core that has no more was to get the next piece: there is none.
            let Ok(piece) = output.recv() else { break };
            progress.add(piece.lines, piece.not_understood);
            counted.add(piece);
            self.note_bucket(counted);
        }
        drop(outputs);
        counted.is_partial |= interrupt::is_wanted();
        for counter in counters {
            counted.clients.merge(counter.join().map_err(|_| std::io::Error::other("a reader stopped"))??);
        }
        if let Some(reader) = reader {
            counted.long_lines +=
                reader.join().map_err(|_| std::io::Error::other("the reader stopped"))??;
        }
        Ok(())
    }

    /// Minutes are played from cells of ten seconds, however long the buckets of the report have become.
    fn note_bucket(&self, counted: &Counted) {
        let seconds = if counted.history.is_some() { 10 } else { counted.traffic.bucket_seconds() };
        self.bucket.store(seconds, Ordering::Relaxed);
    }

    fn count(&self, input: Input, done: &mpsc::SyncSender<Piece>) -> std::io::Result<Clients> {
        let mut counter =
            Counter::new(self.format.clone(), self.selection, self.described, self.signs.clone());
        let begin = || Piece::of_buckets(self.bucket.load(Ordering::Relaxed));
        match input {
            Input::Blocks { blocks, back } => {
                while let Ok(block) = blocks.recv() {
                    let mut piece = begin();
                    counter.header(&block.header);
                    counter.count(block.text(), &mut piece);
                    // Nobody takes it back when all is read.
                    let _returned = back.try_send(block);
                    if done.send(piece).is_err() {
                        break;
                    }
                }
            }
            Input::Share { plain, spans, read } => {
                let mut room = vec![0; ROOM_BYTES];
                for span in spans {
                    if interrupt::is_wanted() {
                        break;
                    }
                    let mut piece = begin();
                    let read_at = |room: &mut [u8], at| plain.file.read_at(room, at);
                    spans::lines(read_at, &span, &mut room, |text| counter.count(text, &mut piece))?;
                    read.fetch_add(span.end.min(plain.size) - span.start, Ordering::Relaxed);
                    if done.send(piece).is_err() {
                        break;
                    }
                }
            }
        }
        Ok(counter.clients)
    }
}

/// Where a log is read from.
enum Source {
    /// Any part of it can be read by itself; the number says how much of it was read.
    Plain(Plain, Arc<AtomicU64>),
    /// One after the other.
    Stream(Pieces),
}

/// What a core takes apart.
enum Input {
    /// What it is given, in memory that it gives back.
    Blocks { blocks: mpsc::Receiver<Block>, back: mpsc::SyncSender<Block> },
    /// Its share of a file.
    Share { plain: Arc<Plain>, spans: Vec<Range<u64>>, read: Arc<AtomicU64> },
}

fn shares(plain: Plain, read: &Arc<AtomicU64>, cores: usize) -> Vec<Input> {
    // Its beginning was read before, to find out what it is.
    read.store(0, Ordering::Relaxed);
    let plain = Arc::new(plain);
    let share = |core| Input::Share {
        plain: plain.clone(),
        spans: spans::in_turn(plain.size, SPAN_BYTES, core, cores).collect(),
        read: read.clone(),
    };
    (0..cores).map(share).collect()
}

/// For each core what it is given, the other ends, and what memory comes back.
fn queues(cores: usize) -> (Vec<Input>, Vec<mpsc::SyncSender<Block>>, mpsc::Receiver<Block>) {
    let (back, emptied) = mpsc::sync_channel(cores * (WAITING + 2));
    let queue = |_| {
        let (given, blocks) = mpsc::sync_channel::<Block>(WAITING);
        (Input::Blocks { blocks, back: back.clone() }, given)
    };
    let (inputs, given) = (0..cores).map(queue).unzip();
    (inputs, given, emptied)
}

/// Gives the pieces to the cores in turn; how many lines were too long.
fn distribute(
    mut pieces: Pieces,
    inputs: &[mpsc::SyncSender<Block>],
    emptied: &mpsc::Receiver<Block>,
) -> std::io::Result<u64> {
    for input in inputs.iter().cycle() {
        let mut block = emptied.try_recv().unwrap_or_default();
        if interrupt::is_wanted() || !pieces.next(&mut block)? || input.send(block).is_err() {
            break;
        }
    }
    Ok(pieces.long_lines)
}
