//! What the store counted, asked for once per tick however many pages show it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::{Mark, Tally};
use statusquo_store::Width;

use crate::context::App;

/// The store is not asked the same again within so many seconds.
const TICK: i64 = 5;
/// More histories than this are not kept.
const MOST: usize = 4096;

/// How far back a page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Range {
    /// The last probes at hand: asks no store.
    #[default]
    Now,
    Hour,
    Hours6,
    Day,
    Week,
    Month,
}

impl Range {
    pub(crate) const ALL: [Self; 6] =
        [Self::Now, Self::Hour, Self::Hours6, Self::Day, Self::Week, Self::Month];

    /// As it stands in addresses.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Hour => "1h",
            Self::Hours6 => "6h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Now => "the last 60 probes",
            Self::Hour => "the last hour",
            Self::Hours6 => "the last 6 hours",
            Self::Day => "the last 24 hours",
            Self::Week => "the last 7 days",
            Self::Month => "the last 30 days",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.as_str() == word)
    }

    /// The width of what the store counts, how many of these make a bar, and how many bars there are.
    const fn grain(self) -> (Width, i64, i64) {
        match self {
            Self::Now | Self::Hour => (Width::Minutes5, 1, 12),
            Self::Hours6 => (Width::Minutes5, 1, 72),
            Self::Day => (Width::Minutes5, 6, 48),
            Self::Week => (Width::Hour, 3, 56),
            Self::Month => (Width::Day, 1, 30),
        }
    }

    /// How wide a bar is.
    pub(crate) const fn bar_seconds(self) -> i64 {
        let (width, many, _) = self.grain();
        width.seconds() * many
    }

    /// Where the first bar begins, and where the last one ends.
    fn span(self, now: Timestamp) -> (Timestamp, Timestamp) {
        let (_, _, bars) = self.grain();
        let wide = self.bar_seconds();
        let end = (now.as_second().div_euclid(wide) + 1) * wide;
        let at = |second| Timestamp::from_second(second).unwrap_or(now);
        (at(end - bars * wide), at(end))
    }
}

/// What was counted of one monitor, bar by bar.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// The bars, the oldest first, with where they begin; a bar without probes is there, and empty.
    pub(crate) bars: Vec<(Timestamp, Tally)>,
    /// All of them together.
    pub(crate) sum: Tally,
}

impl History {
    fn new(range: Range, now: Timestamp, counted: &BTreeMap<i64, Tally>) -> Self {
        let (from, _) = range.span(now);
        let (_, _, bars) = range.grain();
        let wide = range.bar_seconds();
        let mut history = Self::default();
        for bar in 0..bars {
            let start = from.as_second() + bar * wide;
            let mut tally = Tally::default();
            counted.range(start..start + wide).for_each(|(_, part)| tally.merge(part));
            history.sum.merge(&tally);
            history.bars.push((Timestamp::from_second(start).unwrap_or(now), tally));
        }
        history
    }

    /// The probes of which something is known.
    pub(crate) fn known(tally: &Tally) -> u64 {
        tally.total() - tally.marked(Mark::Unknown)
    }
}

/// Histories that were asked for lately.
#[derive(Debug, Default)]
pub(crate) struct Histories(Mutex<HashMap<(Range, Name), Kept>>);

/// A history, and when it was read.
type Kept = (Timestamp, Arc<History>);

impl App {
    /// What was counted of these monitors, in the order of their names here.
    pub(crate) async fn histories(
        &self,
        names: Vec<Name>,
        range: Range,
    ) -> Result<HashMap<Name, Arc<History>>, Problem> {
        let now = self.now();
        let is_fresh = |at: Timestamp| now.duration_since(at) < SignedDuration::from_secs(TICK);
        let mut found = HashMap::with_capacity(names.len());
        let mut missing = Vec::new();
        {
            let kept = self.histories.0.lock().unwrap_or_else(PoisonError::into_inner);
            for name in names {
                match kept.get(&(range, name.clone())) {
                    Some((at, history)) if is_fresh(*at) => drop(found.insert(name, history.clone())),
                    Some(_) | None => missing.push(name),
                }
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let (width, ..) = range.grain();
        let span = range.span(now);
        let read = self.ask(move |reader| {
            let counted = reader.history(&missing, width, span)?;
            let none = BTreeMap::new();
            let history = |name: Name| {
                let history = History::new(range, now, counted.get(&name).unwrap_or(&none));
                (name, Arc::new(history))
            };
            Ok(missing.into_iter().map(history).collect::<Vec<_>>())
        });
        let read = read.await?;
        let mut kept = self.histories.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() + read.len() > MOST {
            kept.retain(|_, (at, _)| is_fresh(*at));
        }
        for (name, history) in read {
            if kept.len() < MOST {
                kept.insert((range, name.clone()), (now, history.clone()));
            }
            found.insert(name, history);
        }
        Ok(found)
    }

    /// What was counted of this monitor.
    pub(crate) async fn history(&self, name: &Name, range: Range) -> Result<Arc<History>, Problem> {
        let mut all = self.histories(vec![name.clone()], range).await?;
        Ok(all.remove(name).unwrap_or_default())
    }
}
