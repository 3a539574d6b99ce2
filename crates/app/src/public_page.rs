//! The public status page of a running server: a listener and two threads of its own, so that it stays up when
//! everything else is busy or dead.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;

use anyhow::{Context, bail};
use bytes::Bytes;
use statusquo_serve::public::{self, Component, Keeper, Logo, PublicSite, Shelf};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::config::{Config, StatusPage};

/// A larger logo would take longer than the page.
const MOST_LOGO_BYTES: u64 = 64 << 10;

/// What is running; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    _keeper: mpsc::Sender<()>,
    _server: Option<oneshot::Sender<()>>,
}

/// Starts to make the page, and to serve it if there is a listener.
pub(crate) fn start(
    keeper: Keeper,
    listener: Option<std::net::TcpListener>,
    shelf: Shelf,
) -> anyhow::Result<Running> {
    let (stop_keeper, stopped) = mpsc::channel();
    keeper.start(stopped).context("cannot start the public status page")?;
    let server = listener.map(|listener| {
        let (stop, stopped) = oneshot::channel();
        serve(listener, shelf, stopped).context("cannot serve the public status page").map(|_| stop)
    });
    Ok(Running { _keeper: stop_keeper, _server: server.transpose()? })
}

/// Serves on a thread and a runtime of its own.
fn serve(
    listener: std::net::TcpListener,
    shelf: Shelf,
    stopped: oneshot::Receiver<()>,
) -> std::io::Result<JoinHandle<()>> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("public-server".to_owned()).spawn(move || {
        runtime.block_on(async {
            let served = match TcpListener::from_std(listener) {
                Ok(listener) => {
                    let end = async {
                        // The sender is dropped: that is the sign.
                        let _ = stopped.await;
                    };
                    statusquo_serve::run(listener, public::router(shelf), end).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = served {
                tracing::error!(%error, "the public status page is not served any more");
            }
        });
    })
}

/// Listens where the public asks.
pub(crate) fn bind(address: SocketAddr) -> anyhow::Result<std::net::TcpListener> {
    std::net::TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))
}

/// What the page is made of; `None`: nothing is configured for it.
pub(crate) fn site(config: &Config) -> anyhow::Result<Option<PublicSite>> {
    let StatusPage { listen, name, url, home, about, accent, logo } = &config.status_page;
    if config.components.is_empty() && listen.is_none() {
        return Ok(None);
    }
    let here = listen.map(|address| format!("http://{address}")).unwrap_or_default();
    let url = url.clone().unwrap_or(here).trim_end_matches('/').to_owned();
    let logo = logo.as_deref().map(read_logo).transpose()?;
    Ok(Some(PublicSite {
        name: name.clone(),
        url,
        home: home.clone(),
        about: about.clone(),
        accent: accent.clone(),
        logo,
        components: config.components.iter().map(component).collect(),
    }))
}

fn component(of: &crate::config::Component) -> Component {
    Component {
        name: of.name.clone(),
        title: of.title.clone(),
        about: of.about.clone(),
        group: of.group.clone(),
        monitors: of.monitors.clone(),
    }
}

fn read_logo(path: &Path) -> anyhow::Result<Logo> {
    let shown = path.display();
    let bytes = std::fs::metadata(path).with_context(|| format!("cannot read the logo `{shown}`"))?.len();
    if bytes > MOST_LOGO_BYTES {
        bail!("the logo `{shown}` has {bytes} bytes; at most {MOST_LOGO_BYTES} are shown");
    }
    let content = std::fs::read(path).with_context(|| format!("cannot read the logo `{shown}`"))?;
    let Some(media_type) = media_type(&content) else {
        bail!("the logo `{shown}` is neither SVG nor PNG nor JPEG nor WebP");
    };
    Ok(Logo { media_type, content: Bytes::from(content) })
}

/// By the first bytes: names can say anything.
fn media_type(content: &[u8]) -> Option<&'static str> {
    let is_svg = || {
        let start = String::from_utf8_lossy(content.get(..1024).unwrap_or(content)).into_owned();
        start.contains("<svg")
    };
    match content {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ if is_svg() => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        assert_eq!(media_type(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(media_type(b"<?xml version='1.0'?><svg xmlns='x'/>"), Some("image/svg+xml"));
        assert_eq!(media_type(b"<html>"), None);
        assert_eq!(media_type(b""), None);
    }
}
