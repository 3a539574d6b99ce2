//! Reads logs with all cores: pieces are taken apart and counted where they are, only what was counted travels on.

use std::collections::HashMap;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;
use statusquo_catalogue::CodeSet;
use statusquo_exchange::FailureKind;
use statusquo_slo::Answer;
use statusquo_slo::route::mask;
use statusquo_slo::traffic::{Batch, Request, Signs, Traffic};
use statusquo_source::log::{Entry, Format};
use statusquo_source::openapi::Description;

use crate::cli::args::Global;
use crate::cli::replay::History;

/// A piece of a log that is taken apart at once.
const PIECE_BYTES: usize = 1 << 20;
/// Longer lines are cut.
const LONGEST_LINE_BYTES: usize = 64 << 10;
/// The beginning of a log decides its format.
const HEAD_BYTES: usize = 64 << 10;
/// Lines that were not understood are counted; so many are kept to be shown.
const MOST_BAD: usize = 20;
/// Room for routes.
const MOST_ROUTES: usize = 5_000;
/// Clients that are counted by themselves; the rest together.
const MOST_CLIENTS: usize = 50_000;
/// Clients of a piece that are counted by themselves.
const MOST_CLIENTS_OF_PIECE: usize = 20_000;

/// Which lines count.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Selection {
    pub(in crate::cli) since: Option<i64>,
    pub(in crate::cli) until: Option<i64>,
    pub(in crate::cli) codes: Option<CodeSet>,
}

impl Selection {
    fn wants(&self, at: i64, status: u16) -> bool {
        self.since.is_none_or(|since| at >= since)
            && self.until.is_none_or(|until| at < until)
            && self.codes.as_ref().is_none_or(|codes| codes.contains(status.into()))
    }
}

/// What was counted of all logs.
pub(in crate::cli) struct Counted {
    pub(in crate::cli) traffic: Traffic,
    pub(in crate::cli) clients: HashMap<Box<[u8]>, u64>,
    pub(in crate::cli) other_clients: u64,
    pub(in crate::cli) lines: u64,
    pub(in crate::cli) not_understood: u64,
    pub(in crate::cli) without_zone: u64,
    pub(in crate::cli) long_lines: u64,
    pub(in crate::cli) bad: Vec<(String, Vec<u8>)>,
    /// Plays what is read, minute by minute, when somebody asked for it.
    pub(in crate::cli) history: Option<History>,
    /// The routes that somebody declared.
    described: Option<Arc<Description>>,
}

impl Counted {
    pub(in crate::cli) fn new(described: Option<Description>) -> Self {
        Self {
            traffic: Traffic::new(MOST_ROUTES),
            clients: HashMap::new(),
            other_clients: 0,
            lines: 0,
            not_understood: 0,
            without_zone: 0,
            long_lines: 0,
            bad: Vec::new(),
            history: None,
            described: described.map(Arc::new),
        }
    }

    /// Requests that were counted.
    pub(in crate::cli) fn requests(&self) -> u64 {
        self.traffic.endpoints().map(|(_, tally)| tally.requests()).sum()
    }

    fn add(&mut self, piece: Piece) {
        match &mut self.history {
            Some(history) => history.add(&mut self.traffic, &piece.batch),
            None => self.traffic.add(piece.batch),
        }
        for (client, count) in piece.clients {
            let has_room = self.clients.len() < MOST_CLIENTS;
            match self.clients.get_mut(&client) {
                Some(known) => *known += count,
                None if has_room => drop(self.clients.insert(client, count)),
                None => self.other_clients += count,
            }
        }
        self.lines += piece.lines;
        self.not_understood += piece.not_understood;
        self.without_zone += piece.without_zone;
        self.long_lines += piece.long_lines;
        let room = MOST_BAD.saturating_sub(self.bad.len());
        self.bad.extend(piece.bad.into_iter().take(room));
    }
}

/// What was counted of a piece.
#[derive(Default)]
struct Piece {
    batch: Batch,
    clients: HashMap<Box<[u8]>, u64>,
    lines: u64,
    not_understood: u64,
    without_zone: u64,
    long_lines: u64,
    bad: Vec<(String, Vec<u8>)>,
}

/// Reads one log.
pub(in crate::cli) fn read(
    global: &Global,
    file: &Path,
    format: &str,
    selection: &Selection,
    counted: &mut Counted,
) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let (mut source, size) = open(file)?;
    let mut head = Vec::new();
    source
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .with_context(|| format!("cannot read `{name}`"))?;
    if head.trim_ascii().is_empty() {
        return Ok(());
    }
    let format = match format {
        "auto" => {
            let whole = memchr::memrchr(b'\n', &head)
                .map_or(head.as_slice(), |at| head.get(..at).unwrap_or_default());
            let Some(detected) = Format::detect(whole) else {
                bail!(
                    "`{name}` has no format that is known; say which with --format: {}, or a `log_format` of nginx or `LogFormat` of Apache",
                    Format::NAMES.join(", ")
                );
            };
            detected.format
        }
        named => Format::named(named).with_context(|| format!("`{named}` is no format"))?,
    };
    let progress = Progress::new(global, size);
    let pieces = Pieces { source, left: head, is_end: false, long_lines: 0 };
    let described = counted.described.clone();
    let signs = counted.history.is_some().then(Signs::new).transpose()?;
    std::thread::scope(|scope| {
        work(scope, pieces, &format, selection, (described.as_deref(), signs.as_ref()), counted, &progress)
    })
    .with_context(|| format!("cannot read `{name}`"))
}

type Source = Box<dyn Read + Send>;

/// The log, decompressed if its first bytes say so, and its size on disk.
fn open(file: &Path) -> anyhow::Result<(Source, Option<u64>)> {
    if file.as_os_str() == "-" {
        return Ok((Box::new(std::io::stdin()), None));
    }
    let cannot = || format!("cannot read `{}`", file.display());
    let mut opened = std::fs::File::open(file).with_context(cannot)?;
    let size = opened.metadata().ok().map(|about| about.len());
    let mut magic = [0; 4];
    let count = opened.read(&mut magic).with_context(cannot)?;
    std::io::Seek::rewind(&mut opened).with_context(cannot)?;
    match magic.get(..count).unwrap_or_default() {
        [0x1f, 0x8b, ..] => Ok((Box::new(MultiGzDecoder::new(opened)), None)),
        [0x28, 0xb5, 0x2f, 0xfd] => bail!(
            "`{}` is compressed with zstd; use `zstdcat {} | statusquo logs -`",
            file.display(),
            file.display()
        ),
        _ => Ok((Box::new(opened), size)),
    }
}

/// Cuts a log into pieces of whole lines.
struct Pieces {
    source: Source,
    left: Vec<u8>,
    is_end: bool,
    long_lines: u64,
}

impl Pieces {
    fn next(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        if self.is_end && self.left.is_empty() {
            return Ok(None);
        }
        let mut piece = std::mem::take(&mut self.left);
        while !self.is_end && piece.len() < PIECE_BYTES {
            let before = piece.len();
            let wanted = (PIECE_BYTES - before).max(1) as u64;
            self.is_end = self.source.by_ref().take(wanted).read_to_end(&mut piece)? == 0;
        }
        if !self.is_end {
            match memchr::memrchr(b'\n', &piece) {
                Some(at) => self.left = piece.split_off(at + 1),
                None => self.skip_line(&mut piece)?,
            }
        }
        Ok(Some(piece))
    }

    /// A line that is longer than a piece: its rest is thrown away.
    fn skip_line(&mut self, piece: &mut Vec<u8>) -> std::io::Result<()> {
        self.long_lines += 1;
        let mut rest = vec![0; PIECE_BYTES];
        loop {
            let count = self.source.read(&mut rest)?;
            if count == 0 {
                self.is_end = true;
                return Ok(());
            }
            let read = rest.get(..count).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', read) {
                self.left = read.get(at + 1..).unwrap_or_default().to_vec();
                piece.push(b'\n');
                return Ok(());
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one scope, and what its threads share")]
fn work<'scope, 'env>(
    scope: &'scope std::thread::Scope<'scope, 'env>,
    mut pieces: Pieces,
    format: &'env Format,
    selection: &'env Selection,
    (described, signs): (Option<&'env Description>, Option<&'env Signs>),
    counted: &mut Counted,
    progress: &Progress,
) -> std::io::Result<()> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (send, receive) = mpsc::sync_channel::<Vec<u8>>(workers * 2);
    let (done, results) = mpsc::sync_channel::<Piece>(workers * 2);
    let receive = Arc::new(Mutex::new(receive));
    for _ in 0..workers {
        let (receive, done) = (receive.clone(), done.clone());
        scope.spawn(move || {
            let mut counter = Counter {
                format: format.clone(),
                selection,
                described,
                signs: signs.cloned(),
                masked: Vec::new(),
                plain: Vec::new(),
            };
            loop {
                let Ok(piece) =
                    receive.lock().map_or_else(|_| Err(mpsc::RecvError), |receive| receive.recv())
                else {
                    return;
                };
                if done.send(counter.count(&piece)).is_err() {
                    return;
                }
            }
        });
    }
    drop(done);
    let reader = scope.spawn(move || -> std::io::Result<u64> {
        while let Some(piece) = pieces.next()? {
            if send.send(piece).is_err() {
                break;
            }
        }
        Ok(pieces.long_lines)
    });
    for piece in results {
        progress.add(piece.lines, piece.not_understood);
        counted.add(piece);
    }
    progress.end();
    counted.long_lines += reader.join().map_err(|_| std::io::Error::other("the reader stopped"))??;
    Ok(())
}

/// Takes pieces apart, one after the other.
struct Counter<'a> {
    format: Format,
    selection: &'a Selection,
    described: Option<&'a Description>,
    /// Looks for signs of attackers, when somebody asked for it.
    signs: Option<Signs>,
    masked: Vec<u8>,
    plain: Vec<u8>,
}

impl Counter<'_> {
    fn count(&mut self, text: &[u8]) -> Piece {
        let mut piece = Piece::default();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text).chain((!text.ends_with(b"\n")).then_some(text.len())) {
            let line = text.get(start..end).unwrap_or_default();
            start = end + 1;
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let cut = line.get(..line.len().min(LONGEST_LINE_BYTES)).unwrap_or_default();
            piece.long_lines += u64::from(cut.len() < line.len());
            self.line(cut, &mut piece);
        }
        piece
    }

    fn line(&mut self, line: &[u8], piece: &mut Piece) {
        let entry = match self.format.parse(line) {
            Ok(Some(entry)) => entry,
            Ok(None) => return,
            Err(why) => {
                piece.lines += 1;
                piece.not_understood += 1;
                if piece.bad.len() < MOST_BAD {
                    piece.bad.push((
                        why.to_string(),
                        line.get(..line.len().min(400)).unwrap_or_default().to_vec(),
                    ));
                }
                return;
            }
        };
        piece.lines += 1;
        let at = entry.at_us.unwrap_or(0).div_euclid(1_000_000);
        if !self.selection.wants(at, entry.status) {
            return;
        }
        piece.without_zone += u64::from(entry.at_us.is_some() && !entry.has_zone);
        self.record(&entry, at, piece);
        if !entry.client.is_empty() {
            let has_room = piece.clients.len() < MOST_CLIENTS_OF_PIECE;
            match piece.clients.get_mut(entry.client) {
                Some(count) => *count += 1,
                None if has_room => drop(piece.clients.insert(entry.client.into(), 1)),
                None => {}
            }
        }
    }

    fn record(&mut self, entry: &Entry<'_>, at_seconds: i64, piece: &mut Piece) {
        let declared = self.described.and_then(|described| {
            let method = std::str::from_utf8(entry.method).ok()?;
            let target = std::str::from_utf8(entry.target).ok()?;
            let path = target
                .split_once("://")
                .map_or(target, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
            Some(described.operation(method, path)?.path.as_bytes())
        });
        let is_route = declared.is_some() || !entry.route.is_empty();
        let path = match declared {
            Some(route) => route,
            None if is_route => entry.route,
            None if entry.target.is_empty() => b"(malformed)",
            None => {
                mask(entry.plain_target(&mut self.plain), &mut self.masked);
                self.masked.as_slice()
            }
        };
        let answer = entry.code().map_or(Answer::Failure(FailureKind::ConnectionClosed), Answer::Status);
        piece.batch.record(&Request {
            method: if entry.method.is_empty() { b"_OTHER" } else { entry.method },
            path,
            is_route: is_route || entry.target.is_empty(),
            answer,
            at_seconds,
            duration: entry.duration_us,
            bytes: entry.bytes,
            client: if self.signs.is_some() { entry.client } else { b"" },
            sign: self.signs.as_mut().and_then(|signs| {
                let is_failure = entry.code().is_none_or(statusquo_catalogue::StatusCode::is_error);
                signs.of(entry.target, entry.user_agent, is_failure)
            }),
        });
    }
}

/// How far it is, on stderr, when somebody looks.
struct Progress {
    is_shown: bool,
    started: Instant,
    size: Option<u64>,
    lines: AtomicU64,
    bad: AtomicU64,
    last: Mutex<Instant>,
}

impl Progress {
    fn new(global: &Global, size: Option<u64>) -> Self {
        let now = Instant::now();
        Self {
            is_shown: std::io::stderr().is_terminal() && !global.quiet,
            started: now,
            size,
            lines: AtomicU64::new(0),
            bad: AtomicU64::new(0),
            last: Mutex::new(now),
        }
    }

    #[expect(clippy::print_stderr, reason = "stderr is talk")]
    fn add(&self, lines: u64, bad: u64) {
        let lines = self.lines.fetch_add(lines, Ordering::Relaxed) + lines;
        let bad = self.bad.fetch_add(bad, Ordering::Relaxed) + bad;
        let Ok(mut last) = self.last.lock() else { return };
        // Whoever waits less than half a second needs no progress.
        if !self.is_shown
            || self.started.elapsed() < Duration::from_millis(500)
            || last.elapsed() < Duration::from_millis(200)
        {
            return;
        }
        *last = Instant::now();
        let size = self.size.map(|size| format!(" of {} MiB", size >> 20)).unwrap_or_default();
        eprint!(
            "\r\u{1b}[Kreading{size}: {lines} lines, {bad} not understood, {} s",
            self.started.elapsed().as_secs()
        );
    }

    #[expect(clippy::print_stderr, reason = "stderr is talk")]
    fn end(&self) {
        if self.is_shown && self.started.elapsed() >= Duration::from_millis(500) {
            eprint!("\r\u{1b}[K");
        }
    }
}
