//! A connection to a host that may have several addresses.

use std::io;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

/// Each address has so much of a head start on the next (RFC 8305, 5).
const HEAD_START: Duration = Duration::from_millis(250);
/// More addresses are not tried.
const MOST: usize = 8;

/// Connects to the address that answers first, so that a broken way by IPv6 costs a quarter of a second and not the
/// message. The caller sets the deadline.
pub(crate) async fn dial(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut attempts = JoinSet::new();
    for (number, address) in (0..).zip(lookup_host((host, port)).await?.take(MOST)) {
        attempts.spawn(async move {
            tokio::time::sleep(HEAD_START * number).await;
            TcpStream::connect(address).await
        });
    }
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    while let Some(Ok(attempt)) = attempts.join_next().await {
        match attempt {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}
