//! Serves the routes over HTTP/1.1: with deadlines, and for so many at once.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Connections at the same time; more wait in the system's queue.
const MOST_CONNECTIONS: usize = 2000;
/// A request's header section has to be there within this time.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// A header section larger than this is refused.
const MOST_HEADER_BYTES: usize = 32 << 10;
/// Requests that are under way at the end get so much time.
const GRACE: Duration = Duration::from_secs(5);
/// After a failed accept (most often: no file descriptors), wait a moment.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` is over, and then lets what is under way end.
///
/// # Errors
/// When the listener's address cannot be read.
pub async fn run(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    tracing::debug!(address = %listener.local_addr()?, "serving");
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (stop, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &room) => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let (stream, address, permit) = accepted;
        let (router, stopped) = (router.clone(), stopped.clone());
        connections.spawn(async move {
            serve(stream, router, ConnectInfo(address), stopped).await;
            drop(permit);
        });
    }
    drop(listener);
    stop.send_replace(());
    let all = async { while connections.join_next().await.is_some() {} };
    // Whoever is not done by then (a live page never is) is cut off.
    let _ = tokio::time::timeout(GRACE, all).await;
    Ok(())
}

type Accepted = (TcpStream, std::net::SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Accepted {
    loop {
        // The semaphore is never closed.
        let Ok(permit) = room.clone().acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, permit),
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn serve(
    stream: TcpStream,
    router: Router,
    address: ConnectInfo<std::net::SocketAddr>,
    mut stopped: watch::Receiver<()>,
) {
    // Answers are written whole: waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(address);
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MOST_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = pin!(connection);
    tokio::select! {
        // What strangers do wrong on a connection concerns nobody else.
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
