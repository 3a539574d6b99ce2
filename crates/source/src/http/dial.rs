//! From a name to a TCP connection: addresses of both families, the second family a little later.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use statusquo_exchange::{FailureKind, OwnFault};
use tokio::net::TcpStream;

use super::fault::Fault;

/// How long an attempt stays alone before the next address is tried (RFC 8305, 5).
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to the first of these addresses that answers.
pub(crate) async fn connect(addresses: &[IpAddr], port: u16) -> Result<TcpStream, Fault> {
    let connected = match *addresses {
        [] => return Err(Fault::target(FailureKind::NameNotFound, "the name has no address")),
        [only] => attempt(SocketAddr::new(only, port)).await,
        _ => race(&interleave(addresses), port).await,
    };
    let stream = connected.map_err(|Refusal(to, error)| fault_of(to, &error))?;
    // A request is one write; waiting for more would only cost time. A socket that dies here tells so when used.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// An attempt that failed, and at which address.
struct Refusal(SocketAddr, io::Error);

async fn attempt(to: SocketAddr) -> Result<TcpStream, Refusal> {
    TcpStream::connect(to).await.map_err(|error| Refusal(to, error))
}

/// Happy eyeballs (RFC 8305): one attempt more after each head start or failure; the first to connect wins.
async fn race(addresses: &[IpAddr], port: u16) -> Result<TcpStream, Refusal> {
    let mut waiting = addresses.iter().map(|&ip| SocketAddr::new(ip, port));
    let mut running = FuturesUnordered::new();
    let mut worst: Option<Refusal> = None;
    running.extend(waiting.next().map(attempt));
    loop {
        let next_one = async {
            if waiting.len() == 0 {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(HEAD_START).await;
        };
        tokio::select! {
            ended = running.next() => match ended {
                Some(Ok(stream)) => return Ok(stream),
                Some(Err(refusal)) => {
                    worst = Some(more_telling(worst, refusal));
                    running.extend(waiting.next().map(attempt));
                }
                None => return Err(worst.unwrap_or_else(no_attempt)),
            },
            () = next_one => running.extend(waiting.next().map(attempt)),
        }
    }
}

/// Of two failed attempts the one that says more: an answer of the target before a fault of ours.
fn more_telling(before: Option<Refusal>, now: Refusal) -> Refusal {
    match before {
        Some(before) if own_fault(&before.1).is_none() || own_fault(&now.1).is_some() => before,
        Some(_) | None => now,
    }
}

fn no_attempt() -> Refusal {
    Refusal(SocketAddr::from(([0, 0, 0, 0], 0)), io::Error::from(io::ErrorKind::AddrNotAvailable))
}

/// Alternates the families, beginning with the first address's (RFC 8305, 4).
fn interleave(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let first_is_v6 = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (firsts, seconds): (Vec<_>, Vec<_>) = addresses.iter().partition(|ip| ip.is_ipv6() == first_is_v6);
    let longest = firsts.len().max(seconds.len());
    (0..longest).flat_map(|i| [firsts.get(i).copied(), seconds.get(i).copied()]).flatten().collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's kinds, which grow")]
fn fault_of(to: SocketAddr, error: &io::Error) -> Fault {
    use io::ErrorKind as E;
    if let Some(own) = own_fault(error) {
        return Fault::own(own, format!("cannot connect to {to}: {}", words(error)));
    }
    let kind = match error.kind() {
        E::ConnectionRefused => FailureKind::ConnectRefused,
        E::TimedOut => FailureKind::ConnectTimeout,
        _ => FailureKind::ConnectFailed,
    };
    Fault::target(kind, format!("{to}: {}", words(error)))
}

/// Is this error one of ours rather than the target's?
#[expect(clippy::wildcard_enum_match_arm, reason = "the standard library's kinds, which grow")]
pub(crate) fn own_fault(error: &io::Error) -> Option<OwnFault> {
    use io::ErrorKind as E;
    match error.kind() {
        E::NetworkUnreachable | E::NetworkDown | E::AddrNotAvailable | E::PermissionDenied => {
            Some(OwnFault::Network)
        }
        E::OutOfMemory => Some(OwnFault::Resources),
        _ => error.raw_os_error().filter(|code| OUT_OF_RESOURCES.contains(code)).map(|_| OwnFault::Resources),
    }
}

/// `EMFILE`, `ENFILE` and `ENOBUFS`, which `std` has no kinds for.
const OUT_OF_RESOURCES: [i32; 3] = [24, 23, if cfg!(target_os = "linux") { 105 } else { 55 }];

/// The system's own words, lower case and without its number.
pub(crate) fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !letters.as_str().starts_with(|c: char| c.is_uppercase()) => {
            first.to_lowercase().chain(letters).collect()
        }
        Some(_) | None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_alternate() {
        let ips: Vec<IpAddr> = ["::1", "::2", "10.0.0.1"].map(|ip| ip.parse().unwrap()).into();
        let order: Vec<String> = interleave(&ips).iter().map(ToString::to_string).collect();
        assert_eq!(order, ["::1", "10.0.0.1", "::2"]);
    }

    #[tokio::test]
    async fn the_other_family_gets_its_turn_when_the_first_refuses() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let ips: Vec<IpAddr> = ["::1", "127.0.0.1"].map(|ip| ip.parse().unwrap()).into();
        assert!(connect(&ips, port).await.unwrap().peer_addr().unwrap().is_ipv4());
        drop(listener);
        let fault = connect(&ips, port).await.unwrap_err();
        assert!(matches!(fault, Fault::Target(FailureKind::ConnectRefused, _)), "{fault:?}");
    }

    #[test]
    fn no_route_and_no_sockets_are_our_own_faults() {
        let to = SocketAddr::from(([192, 0, 2, 1], 80));
        for code in OUT_OF_RESOURCES {
            let fault = fault_of(to, &io::Error::from_raw_os_error(code));
            assert!(matches!(fault, Fault::Own(blind) if blind.fault == OwnFault::Resources));
        }
        let fault = fault_of(to, &io::Error::from(io::ErrorKind::NetworkUnreachable));
        assert!(matches!(fault, Fault::Own(blind) if blind.fault == OwnFault::Network));
        let fault = fault_of(to, &io::Error::from(io::ErrorKind::HostUnreachable));
        assert!(matches!(fault, Fault::Target(FailureKind::ConnectFailed, _)));
    }

    #[test]
    fn the_targets_answer_says_more_than_our_missing_route() {
        let at = |kind| Refusal(SocketAddr::from(([192, 0, 2, 1], 80)), io::Error::from(kind));
        let (ours, its) = (io::ErrorKind::NetworkUnreachable, io::ErrorKind::ConnectionRefused);
        assert_eq!(more_telling(Some(at(ours)), at(its)).1.kind(), its);
        assert_eq!(more_telling(Some(at(its)), at(ours)).1.kind(), its);
    }
}
