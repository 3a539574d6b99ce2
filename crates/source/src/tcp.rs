//! The TCP probe: connects, and says and hears a word if it is told to.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::FailureKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::http::{Fault, dial};
use crate::looked::{Looking, Target};
use crate::{Family, Looked, Resolver};

/// The most that is read of what a server says.
const BANNER: u64 = 64 * 1024;

/// A server that has begun to speak, and then says nothing for so long, has finished.
const QUIET: Duration = Duration::from_millis(200);

/// What the TCP probe asks.
#[derive(Debug, Clone)]
pub struct TcpSpec {
    /// Name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What to say once connected.
    pub send: Option<Vec<u8>>,
    /// Wait for what the server says, and keep it as the fact `banner`.
    pub read: bool,
    /// Which addresses to try.
    pub family: Family,
    /// Where to connect instead.
    pub connect_to: Option<SocketAddr>,
    /// The time allowed for all of it.
    pub timeout: Duration,
}

/// Asks what `spec` says. It is `now`.
pub async fn tcp(resolver: &Resolver, spec: &TcpSpec, now: Timestamp) -> Looked {
    let target =
        Target { host: &spec.host, port: spec.port, family: spec.family, connect_to: spec.connect_to };
    let talk = async |looking: &mut Looking| {
        let mut stream = looking.reach(resolver, target).await?;
        if let Some(words) = &spec.send {
            stream.write_all(words).await.map_err(|error| broken_off(&error))?;
        }
        if spec.read {
            let banner = banner(&mut stream).await?;
            let text = String::from_utf8_lossy(&banner).trim_end().to_owned();
            looking.looked.facts.push(("banner".to_owned(), text));
        }
        Ok(())
    };
    Looking::new(now).within(spec.timeout, talk).await
}

/// What the server says until it ends a line, closes, falls silent, or has said enough.
async fn banner(stream: &mut TcpStream) -> Result<Vec<u8>, Fault> {
    let mut heard = Vec::new();
    let mut stream = stream.take(BANNER);
    let first = stream.read_buf(&mut heard).await.map_err(|error| broken_off(&error))?;
    if first == 0 {
        return Err(Fault::target(FailureKind::ConnectionClosed, "it closed the connection without a word"));
    }
    while !heard.ends_with(b"\n") {
        match timeout(QUIET, stream.read_buf(&mut heard)).await {
            Ok(Ok(1..)) => {}
            // What was said before the end counts, however it ended.
            Ok(Ok(0) | Err(_)) | Err(_) => break,
        }
    }
    Ok(heard)
}

fn broken_off(error: &io::Error) -> Fault {
    match dial::own_fault(error) {
        Some(own) => Fault::own(own, dial::words(error)),
        None => Fault::target(FailureKind::ConnectionClosed, dial::words(error)),
    }
}
