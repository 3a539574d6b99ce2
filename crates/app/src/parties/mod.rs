//! Looks at the status pages of third parties: a thread with its own runtime, since it waits for strangers.

mod fetch;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::Name;
use statusquo_source::Resolver;
use statusquo_source::http::Prober;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::Instant;
use url::Url;

pub(crate) use fetch::{Fetched, Validators};

/// At most so many pages are read at the same time: each may be some megabytes.
const AT_ONCE: usize = 4;
/// After failures an interval grows to so many times itself.
const SLOWEST: u32 = 4;
/// A page that asks to be left alone is, but for no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3600);

/// A page to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// Whose.
    pub(crate) name: Name,
    /// Where.
    pub(crate) feed: Url,
    /// How often.
    pub(crate) every: Duration,
    /// What it said of itself when it was read last.
    pub(crate) validators: Validators,
}

/// How a look ended.
#[derive(Debug)]
pub(crate) struct Report {
    /// Whose page.
    pub(crate) name: Name,
    /// Where.
    pub(crate) feed: Url,
    /// When.
    pub(crate) at: Timestamp,
    /// How.
    pub(crate) fetched: Fetched,
}

/// What the thread needs to begin.
pub(crate) struct Setting {
    pub(crate) location: Name,
    pub(crate) resolver: Resolver,
    pub(crate) now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) reports: mpsc::Sender<Report>,
}

/// Starts the thread. Each order is all pages that there are; the thread ends when the orders do.
///
/// # Errors
/// When the thread, its runtime or its TLS settings cannot be made.
pub(crate) fn start(setting: Setting, orders: mpsc::Receiver<Vec<Page>>) -> anyhow::Result<()> {
    let prober = Prober::new(setting.resolver, setting.location);
    let prober = prober.map_err(|blind| anyhow::anyhow!("{}", blind.detail))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let looking = Looking {
        prober: Arc::new(prober),
        now: setting.now,
        reports: setting.reports,
        pages: HashMap::new(),
        under_way: JoinSet::new(),
    };
    let run = move || runtime.block_on(LocalSet::new().run_until(looking.run(orders)));
    std::thread::Builder::new().name("parties".to_owned()).spawn(run)?;
    Ok(())
}

/// When a page is looked at next.
struct Plan {
    page: Page,
    due: Instant,
    is_under_way: bool,
    failures: u32,
}

struct Looking {
    prober: Arc<Prober>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    reports: mpsc::Sender<Report>,
    pages: HashMap<Name, Plan>,
    under_way: JoinSet<(Page, Timestamp, Fetched)>,
}

impl Looking {
    async fn run(mut self, mut orders: mpsc::Receiver<Vec<Page>>) {
        loop {
            self.begin();
            let next = self.next();
            tokio::select! {
                order = orders.recv() => match order {
                    Some(pages) => self.configure(pages),
                    None => return,
                },
                Some(Ok((page, at, fetched))) = self.under_way.join_next() => self.ended(page, at, fetched).await,
                () = until(next) => {}
            }
        }
    }

    fn configure(&mut self, pages: Vec<Page>) {
        let mut before = std::mem::take(&mut self.pages);
        for page in pages {
            let known = before.remove(&page.name).filter(|plan| plan.page.feed == page.feed);
            let plan = match known {
                // What it said last time is known better here.
                Some(plan) => {
                    Plan { page: Page { validators: plan.page.validators.clone(), ..page }, ..plan }
                }
                None => Plan { page, due: Instant::now(), is_under_way: false, failures: 0 },
            };
            self.pages.insert(plan.page.name.clone(), plan);
        }
    }

    /// Looks at what is due, as far as there is room.
    fn begin(&mut self) {
        let now = Instant::now();
        for plan in self.pages.values_mut().filter(|plan| !plan.is_under_way && plan.due <= now) {
            if self.under_way.len() >= AT_ONCE {
                return;
            }
            plan.is_under_way = true;
            let (prober, page, at) = (self.prober.clone(), plan.page.clone(), (self.now)());
            self.under_way.spawn_local(async move {
                let fetched = fetch::fetch(&prober, &page, at).await;
                (page, at, fetched)
            });
        }
    }

    fn next(&self) -> Option<Instant> {
        let is_full = self.under_way.len() >= AT_ONCE;
        let waiting = self.pages.values().filter(|plan| !plan.is_under_way && !is_full);
        waiting.map(|plan| plan.due).min()
    }

    async fn ended(&mut self, page: Page, at: Timestamp, fetched: Fetched) {
        // It may have been removed meanwhile, or be another one.
        if let Some(plan) = self.pages.get_mut(&page.name).filter(|plan| plan.page.feed == page.feed) {
            plan.is_under_way = false;
            let (failures, pause) = match &fetched {
                Fetched::Page(_, validators) => {
                    plan.page.validators = validators.clone();
                    (0, None)
                }
                Fetched::Unchanged => (0, None),
                Fetched::Failed { retry_after, .. } => (plan.failures.saturating_add(1), *retry_after),
                // Our own fault is no reason to leave it alone.
                Fetched::Blind(_) => (plan.failures, None),
            };
            plan.failures = failures;
            plan.due = Instant::now() + wait(page.every, failures, pause);
        }
        // The pipeline takes it, or we are ending.
        let Page { name, feed, .. } = page;
        let _ = self.reports.send(Report { name, feed, at, fetched }).await;
    }
}

/// How long to wait after a look: longer after each failure, and for as long as the page asked for.
fn wait(every: Duration, failures: u32, pause: Option<Duration>) -> Duration {
    let every = every * 2_u32.saturating_pow(failures.saturating_sub(1)).min(SLOWEST);
    every.max(pause.unwrap_or_default().min(LONGEST_PAUSE))
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_fails_is_asked_less_often_and_one_that_asks_for_a_pause_gets_it() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let cases = [
            (0, None, 2),
            (1, None, 2),
            (2, None, 4),
            (3, None, 8),
            (9, None, 8),
            (u32::MAX, None, 8),
            (1, Some(minutes(30)), 30),
            (0, Some(minutes(1)), 2),
            (1, Some(minutes(100_000)), 360),
        ];
        for (failures, pause, expect) in cases {
            assert_eq!(wait(minutes(2), failures, pause), minutes(expect), "{failures} {pause:?}");
        }
    }
}
