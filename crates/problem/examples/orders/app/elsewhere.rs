//! What is somewhere else, or goes on in another way.

use axum::http::{HeaderMap, header};
use serde_json::json;
use statusquo_problem::{Answer, Content, Location, Problem, Upgrade};

const FEED: &str = "orders-feed/1";

/// 300
pub(super) async fn reports() -> Result<Answer, Problem> {
    let list = json!({"reports": ["/reports/week", "/reports/month"]});
    Ok(Answer::multiple_choices(Location::path(["reports", "week"]), Content::json(&list)?))
}

/// 301
pub(super) async fn moved_for_good() -> Answer {
    Answer::moved_permanently(Location::path(["orders"]))
}

/// 302
pub(super) async fn latest() -> Answer {
    Answer::found(Location::path(["orders", "17"]))
}

/// 307
pub(super) async fn moved_for_now() -> Answer {
    Answer::temporary_redirect(Location::path(["orders"]))
}

/// 308
pub(super) async fn moved_with_method() -> Answer {
    Answer::permanent_redirect(Location::path(["orders"]))
}

/// 101, 426
pub(super) async fn feed(headers: HeaderMap) -> Result<Answer, Problem> {
    let upgrade = Upgrade::to(&[FEED]).ok_or_else(|| Problem::internal("the feed has no name"))?;
    if headers.get(header::UPGRADE).is_some_and(|protocol| protocol == FEED) {
        Ok(Answer::switching_protocols(upgrade))
    } else {
        Err(Problem::upgrade_required(upgrade, "the feed has a protocol of its own"))
    }
}
