//! Live updates: the parts of a page that have changed, at most once a second, as server-sent events.

use std::collections::HashMap;
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::Caller;
use crate::context::App;
use crate::pages;
use crate::problem::Problem;

/// Streams at the same time; more are asked to come back later.
const MOST: usize = 500;
/// Between two looks at what has changed.
const TICK: Duration = Duration::from_secs(1);
/// A comment keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Without changes the page is sent anew so often, for "39 min ago" to become "40 min ago".
const AT_LEAST_EVERY: u32 = 20;

/// Room for streams.
#[derive(Debug)]
pub(crate) struct Live(Arc<Semaphore>);

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST)))
    }
}

/// Which page is looked at: its path and query.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    page: String,
}

/// Sends the live parts of a page whenever they change.
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let uri: Uri = asked.page.parse().map_err(|_| Problem::not_found("there is no such page"))?;
    let full =
        || Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many live pages are open").retry_after(30);
    let room = app.live.0.clone().try_acquire_owned().map_err(|_| full())?;
    // A page that is not there is said at once, and not tried again and again.
    pages::page_at(&app, &caller, &uri).await?;
    let stream =
        Streaming { app, caller, uri, sent: HashMap::new(), generation: None, quiet: 0, _room: room };
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
    /// The hash of each part as it was sent last.
    sent: HashMap<&'static str, u64>,
    generation: Option<u64>,
    quiet: u32,
    _room: OwnedSemaphorePermit,
}

impl Streaming {
    /// The next changes; `None` ends the stream: the page is gone.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.generation.is_some() {
                tokio::time::sleep(TICK).await;
            }
            let generation = self.app.context.board.generation();
            self.quiet += 1;
            if self.generation == Some(generation) && self.quiet < AT_LEAST_EVERY {
                continue;
            }
            let is_first = self.generation.is_none();
            (self.generation, self.quiet) = (Some(generation), 0);
            let page = pages::page_at(&self.app, &self.caller, &self.uri).await.ok()?;
            let mut changed = serde_json::Map::new();
            for part in page.parts.into_iter().filter(|part| part.is_live) {
                let content = part.content.into_string();
                let mut hasher = DefaultHasher::new();
                content.hash(&mut hasher);
                let hash = hasher.finish();
                if self.sent.insert(part.id, hash) != Some(hash) && !is_first {
                    changed.insert(part.id.to_owned(), content.into());
                }
            }
            let now = self.app.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let data = json!({ "headline": page.headline, "at": now, "parts": changed });
            let retry = Duration::from_millis(2000 + generation % 3000);
            return Some(Event::default().id(generation.to_string()).retry(retry).data(data.to_string()));
        }
    }
}
