//! An HTTP/2 server for tests.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

pub(crate) type Answer = http::Response<BoxBody<Bytes, Infallible>>;

/// Starts one, over TLS where there is a configuration; gives its port.
pub(crate) async fn serve(
    tls: Option<ServerConfig>,
    answer: impl Fn(http::Request<Incoming>) -> Answer + Send + Sync + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (answer, acceptor) = (Arc::clone(&answer), acceptor.clone());
            let service = service_fn(move |request| {
                let answered = answer(request);
                async move { Ok::<_, Infallible>(answered) }
            });
            tokio::spawn(async move {
                let builder = http2::Builder::new(TokioExecutor::new());
                let _ = match acceptor {
                    None => builder.serve_connection(TokioIo::new(stream), service).await,
                    Some(acceptor) => match acceptor.accept(stream).await {
                        Ok(stream) => builder.serve_connection(TokioIo::new(stream), service).await,
                        Err(_) => return,
                    },
                };
            });
        }
    });
    port
}

/// Starts a plain one that sends early hints this many times before its answer; gives its port.
pub(crate) async fn informing(times: u32) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        while let Some(Ok((_, mut answer))) = connection.accept().await {
            tokio::spawn(async move {
                let hint =
                    || http::Response::builder().status(103).header("link", "</a.css>").body(()).unwrap();
                for number in 0..times {
                    if answer.send_informational(hint()).is_err() {
                        return;
                    }
                    if number % 100 == 99 {
                        tokio::task::yield_now().await;
                    }
                }
                let _ = answer.send_response(http::Response::new(()), true);
            });
        }
    });
    port
}
