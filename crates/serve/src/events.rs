//! Live updates: the parts of a page that have changed, at most once a second, as server-sent events.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use http::Uri;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use statusquo_alert::Who;
use statusquo_problem::{Problem, RetryAfter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Caller;
use crate::context::App;
use crate::pages::{self, Page, Part};

/// Streams at the same time; more are asked to come back later.
const MOST: usize = 500;
/// Between two looks at what has changed.
const TICK: Duration = Duration::from_secs(1);
/// A comment keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Without changes the page is sent anew so often, for "39 min ago" to become "40 min ago".
const AT_LEAST_EVERY: Duration = Duration::from_secs(20);

/// Pages that are kept rendered for all who look at them; more are rendered for each.
const MOST_PAGES: usize = 64;

/// Room for streams, and what they share.
#[derive(Debug)]
pub(crate) struct Live {
    room: Arc<Semaphore>,
    pages: Mutex<HashMap<Seen, Arc<Rendered>>>,
}

/// A page as somebody sees it: its address, who, and what their forms send along.
type Seen = (Uri, Who, String);

/// The live parts of a page.
#[derive(Debug)]
struct Rendered {
    generation: u64,
    at: Timestamp,
    headline: String,
    /// Those of its main part, in the order in which they stand: the first data bring more of them.
    order: Vec<&'static str>,
    /// Each part with its hash.
    parts: Vec<(&'static str, u64, String)>,
}

impl Default for Live {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(MOST)), pages: Mutex::default() }
    }
}

impl Rendered {
    fn new(page: Page, open: Part, generation: u64, at: Timestamp) -> Self {
        let order = page.parts.iter().filter(|part| part.is_live).map(|part| part.id).collect();
        let all = page.parts.into_iter().chain(page.controls).chain([open]);
        let live = all.filter(|part| part.is_live);
        let parts = live.map(|part| (part.id, part.hash(), part.content.into_string())).collect();
        Self { generation, at, headline: page.headline, order, parts }
    }

    /// Nothing has changed since, and no second has passed in which it could have.
    fn is_fresh(&self, generation: u64, now: Timestamp) -> bool {
        let age = now.duration_since(self.at).unsigned_abs();
        age < TICK || self.generation == generation && age < AT_LEAST_EVERY
    }
}

impl App {
    /// The live parts of a page, rendered once a second however many look at it.
    async fn rendered(&self, caller: &Caller, uri: &Uri) -> Result<Arc<Rendered>, Problem> {
        let (generation, now) = (self.context.board.generation(), self.now());
        let key = (uri.clone(), caller.who.clone(), caller.csrf.clone());
        let kept = self.live.pages.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(kept) = kept.filter(|kept| kept.is_fresh(generation, now)) {
            return Ok(kept);
        }
        let page = pages::page_at(self, caller, uri).await?;
        let open = pages::open_incidents(&self.snapshot());
        let rendered = Arc::new(Rendered::new(page, open, generation, now));
        let mut kept = self.live.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_PAGES {
            kept.retain(|_, page| page.is_fresh(page.generation, now));
        }
        if kept.len() < MOST_PAGES {
            kept.insert(key, rendered.clone());
        }
        Ok(rendered)
    }
}

/// What a browser has.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Which page is looked at: its path and query.
    page: String,
    /// Its live parts, as `id:hash` with commas: what changed before the stream began, or while the browser was
    /// hidden or offline, is sent at once.
    #[serde(default)]
    have: String,
}

impl Asked {
    fn parts(&self) -> HashMap<String, u64> {
        let part = |part: &str| {
            let (id, hash) = part.split_once(':')?;
            Some((id.to_owned(), u64::from_str_radix(hash, 16).ok()?))
        };
        self.have.split(',').filter_map(part).collect()
    }
}

/// Sends the live parts of a page whenever they change.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let uri: Uri = asked.page.parse().map_err(|_| Problem::not_found("there is no such page"))?;
    let full = || Problem::unavailable(RetryAfter::seconds(30), "too many live pages are open");
    let room = app.live.room.clone().try_acquire_owned().map_err(|_| full())?;
    // A page that is not there is said at once, and not tried again and again.
    app.rendered(&caller, &uri).await?;
    let stream = Streaming { app, caller, uri, has: asked.parts(), last: None, _room: room };
    let events = futures_util::stream::unfold(stream, |mut stream| async move {
        let event = stream.next().await?;
        Some((Ok(event), stream))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// One stream.
struct Streaming {
    app: App,
    caller: Caller,
    uri: Uri,
    /// The hash of each part that the browser has.
    has: HashMap<String, u64>,
    /// When the page that was sent last was rendered.
    last: Option<Timestamp>,
    _room: OwnedSemaphorePermit,
}

impl Streaming {
    /// The next changes; `None` ends the stream: the page is gone, or whoever looks may not any more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.last.is_some() {
                tokio::time::sleep(TICK).await;
            }
            if !self.app.is_still_let_in(&self.caller).await.ok()? {
                return None;
            }
            let page = self.app.rendered(&self.caller, &self.uri).await.ok()?;
            if self.last == Some(page.at) {
                continue;
            }
            self.last = Some(page.at);
            // What comes back after it was gone is sent, also when it is as it was.
            self.has.retain(|id, _| page.parts.iter().any(|(known, ..)| known == id));
            let mut changed = serde_json::Map::new();
            for (id, hash, content) in &page.parts {
                if self.has.insert((*id).to_owned(), *hash) != Some(*hash) {
                    changed.insert((*id).to_owned(), json!([format!("{hash:x}"), content]));
                }
            }
            let at = page.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let data = json!({ "headline": page.headline, "at": at, "order": page.order, "parts": changed });
            // Spread over three seconds, so that not all come back at once after a restart.
            let retry =
                Duration::from_millis(2000 + u64::from(page.at.subsec_nanosecond().unsigned_abs()) % 3000);
            return Some(
                Event::default().id(page.generation.to_string()).retry(retry).data(data.to_string()),
            );
        }
    }
}
