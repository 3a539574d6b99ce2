//! Style and script, built into the binary; their addresses change when they do, so caches may keep them for good.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use statusquo_problem::Problem;

/// One file.
pub(crate) struct Asset {
    /// Where it is.
    pub(crate) path: String,
    name: String,
    media_type: &'static str,
    pub(crate) content: &'static str,
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("css", "text/css; charset=utf-8", include_str!("../assets/app.css")));
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("js", "text/javascript; charset=utf-8", include_str!("../assets/app.js")));
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("svg", "image/svg+xml", include_str!("../assets/icon.svg")));

pub(crate) fn style() -> &'static Asset {
    &STYLE
}

pub(crate) fn script() -> &'static Asset {
    &SCRIPT
}

pub(crate) fn icon() -> &'static Asset {
    &ICON
}

impl Asset {
    fn new(ending: &str, media_type: &'static str, content: &'static str) -> Self {
        let hash: String = Sha256::digest(content).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let name = format!("app.{hash}.{ending}");
        Self { path: format!("/assets/{name}"), name, media_type, content }
    }
}

/// Serves a file.
pub(crate) async fn show(Path(name): Path<String>, asked: HeaderMap) -> Result<Response, Problem> {
    let asset = [style(), script(), icon()].into_iter().find(|asset| asset.name == name);
    let asset = asset.ok_or_else(|| Problem::not_found("there is no such file"))?;
    // Weak: compressed or not, it is the same file.
    let tag = format!("W/\"{}\"", asset.name);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static(asset.media_type);
        ([(header::CONTENT_TYPE, kind)], asset.content).into_response()
    };
    let headers = response.headers_mut();
    headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    let for_good = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, for_good);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stays_within_its_budget() {
        assert!(script().content.len() <= 20_000, "{} bytes", script().content.len());
        assert!(!style().content.contains("http:") && !style().content.contains("@import"));
    }
}
