//! Names to addresses, with the fault of a name told apart from a fault of our resolver.

mod cache;
mod evidence;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::{Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use hickory_resolver::{Hosts, TokioResolver};
use statusquo_exchange::OwnFault;

use crate::Blind;
use crate::http::dial;
use cache::Cache;
use evidence::Evidence;

/// How long we wait for each of the attempts.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Attempts after the first.
const RETRIES: usize = 1;

/// How long the family that answered waits for the other (RFC 8305, 3).
const RESOLUTION_DELAY: Duration = Duration::from_millis(50);

/// Finds addresses. A clone shares what it knows with the original.
#[derive(Debug, Clone)]
pub struct Resolver(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    servers: Servers,
    hosts: Hosts,
    cache: Cache,
    evidence: Evidence,
}

/// Which addresses are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Those of both families.
    Any,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Why a name has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolveError {
    /// The name does not exist, or has nothing of the kind: said by an authority.
    NotFound(String),
    /// The authority for this name fails while our resolver answers for others.
    AuthorityFailed(String),
    /// Our resolver does not answer: nothing is known about the name.
    Blind(Blind),
}

impl Resolver {
    /// One that asks whom this machine asks (`/etc/resolv.conf`).
    ///
    /// # Errors
    /// When the configuration of this machine cannot be read.
    pub fn system() -> Result<Self, Blind> {
        let blind = |error: NetError| {
            Blind::new(OwnFault::Resolver, format!("cannot read how this machine resolves names: {error}"))
        };
        let mut builder = TokioResolver::builder_tokio().map_err(blind)?;
        set(builder.options_mut(), TIMEOUT);
        Ok(Self::asking(Servers(builder.build().ok())))
    }

    /// One that asks these servers.
    #[must_use]
    pub fn with_servers(servers: &[SocketAddr]) -> Self {
        Self::asking(Servers::at(servers, TIMEOUT))
    }

    fn asking(servers: Servers) -> Self {
        let hosts = Hosts::from_system().unwrap_or_default();
        Self(Arc::new(Inner { servers, hosts, cache: Cache::default(), evidence: Evidence::default() }))
    }

    /// The addresses of a host; at least one.
    ///
    /// # Errors
    /// When there is none, or when that cannot be found out.
    pub async fn resolve(&self, host: &str, family: Family) -> Result<Arc<[IpAddr]>, ResolveError> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if let Some(known) = self.without_asking(host) {
            return of_family(host, known, family);
        }
        let key = (host.to_ascii_lowercase(), family);
        if let Some(addresses) = self.0.cache.get(&key) {
            return Ok(addresses);
        }
        let (addresses, lifetime) = self.ask_for_addresses(host, family).await?;
        let addresses: Arc<[IpAddr]> = addresses.into();
        self.0.cache.put(key, Arc::clone(&addresses), lifetime);
        Ok(addresses)
    }

    /// The records of one type, as text, sorted. It always asks: neither cache nor hosts file may hide a change.
    ///
    /// # Errors
    /// When there are none, or when that cannot be found out.
    pub async fn lookup(&self, name: &str, record: &str) -> Result<Vec<String>, ResolveError> {
        let wanted = record.to_ascii_uppercase();
        let wanted: RecordType = wanted
            .parse()
            .map_err(|_| ResolveError::NotFound(format!("`{record}` is not a type of record")))?;
        let lookup = self.ask(name, wanted).await?;
        let of_type = lookup.answers().iter().filter(|answer| answer.record_type() == wanted);
        let mut answers: Vec<String> = of_type.map(|answer| without_root(answer.data.to_string())).collect();
        answers.sort_unstable();
        if answers.is_empty() { Err(no_record(name, wanted)) } else { Ok(answers) }
    }

    /// What needs no query: literals, this machine (RFC 6761, 6.3), and its hosts file.
    fn without_asking(&self, host: &str) -> Option<Vec<IpAddr>> {
        if let Ok(literal) = host.parse::<IpAddr>() {
            return Some(vec![literal]);
        }
        let listed = self.in_hosts_file(host);
        if !listed.is_empty() {
            return Some(listed);
        }
        let bare = host.trim_end_matches('.').to_ascii_lowercase();
        let is_here = bare == "localhost" || bare.ends_with(".localhost");
        is_here.then(|| vec![IpAddr::from([127, 0, 0, 1]), IpAddr::from(std::net::Ipv6Addr::LOCALHOST)])
    }

    fn in_hosts_file(&self, host: &str) -> Vec<IpAddr> {
        let Ok(name) = Name::from_utf8(host) else { return Vec::new() };
        [RecordType::A, RecordType::AAAA]
            .into_iter()
            .filter_map(|record| self.0.hosts.lookup_static_host(&Query::query(name.clone(), record)))
            .flat_map(|lookup| addresses_in(&lookup))
            .collect()
    }

    async fn ask_for_addresses(&self, host: &str, family: Family) -> Result<Found, ResolveError> {
        match family {
            Family::V4 => self.ask_for(host, RecordType::A).await,
            Family::V6 => self.ask_for(host, RecordType::AAAA).await,
            Family::Any => {
                let v6 = std::pin::pin!(self.ask_for(host, RecordType::AAAA));
                let v4 = std::pin::pin!(self.ask_for(host, RecordType::A));
                match select(v6, v4).await {
                    Either::Left((v6, v4)) => {
                        let v4 = the_other(&v6, v4).await;
                        both(v6, v4)
                    }
                    Either::Right((v4, v6)) => {
                        let v6 = the_other(&v4, v6).await;
                        both(v6, v4)
                    }
                }
            }
        }
    }

    async fn ask_for(&self, host: &str, record: RecordType) -> Result<Found, ResolveError> {
        let lookup = self.ask(host, record).await?;
        let addresses = addresses_in(&lookup);
        let lifetime = lookup.answers().iter().map(|answer| answer.ttl).min().unwrap_or_default();
        if addresses.is_empty() {
            return Err(no_record(host, record));
        }
        Ok((addresses, Duration::from_secs(lifetime.into())))
    }

    async fn ask(&self, name: &str, record: RecordType) -> Result<Lookup, ResolveError> {
        let Some(servers) = &self.0.servers.0 else {
            return Err(blind("there are no name servers to ask"));
        };
        let answer = servers.lookup(absolute(name), record).await;
        if matches!(answer, Ok(_) | Err(NetError::Dns(DnsError::NoRecordsFound(_)))) {
            self.0.evidence.answered(name);
        }
        answer.map_err(|error| self.why(name, record, error))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "the library's errors and codes, which grow")]
    fn why(&self, name: &str, record: RecordType, error: NetError) -> ResolveError {
        match error {
            NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
                ResponseCode::NXDomain => {
                    ResolveError::NotFound(format!("`{name}` does not exist (NXDOMAIN)"))
                }
                _ => no_record(name, record),
            },
            NetError::Dns(DnsError::ResponseCode(code)) if self.0.evidence.is_alive_but_for(name) => {
                ResolveError::AuthorityFailed(format!("the answer for `{name}` is {}", word(code)))
            }
            NetError::Dns(DnsError::ResponseCode(code)) => {
                blind(format!("the resolver answers {} for `{name}`, and nothing else", word(code)))
            }
            NetError::Io(error) => ResolveError::Blind(Blind::new(
                dial::own_fault(&error).unwrap_or(OwnFault::Resolver),
                format!("cannot ask the resolver for `{name}`: {}", dial::words(&error)),
            )),
            other => blind(format!("the resolver gives no answer for `{name}`: {other}")),
        }
    }
}

/// Addresses, and for how long they may be kept.
type Found = (Vec<IpAddr>, Duration);

/// The name servers; `None` when they cannot be used at all.
struct Servers(Option<TokioResolver>);

impl std::fmt::Debug for Servers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Servers")
    }
}

impl Servers {
    fn at(servers: &[SocketAddr], timeout: Duration) -> Self {
        let servers = servers.iter().map(|server| {
            let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                connection.port = server.port();
                connection
            });
            NameServerConfig::new(server.ip(), true, connections.into())
        });
        let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        set(builder.options_mut(), timeout);
        Self(builder.build().ok())
    }
}

fn set(options: &mut ResolverOpts, timeout: Duration) {
    options.timeout = timeout;
    options.attempts = RETRIES;
    // We keep answers ourselves: an answer from a cache is no evidence that the resolver works.
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
}

/// A name with a dot is meant as it is; a bare one goes through the search list of this machine.
fn absolute(name: &str) -> String {
    if name.contains('.') && !name.ends_with('.') { format!("{name}.") } else { name.to_owned() }
}

/// Once one family has answered, the other is waited for a little only.
async fn the_other(
    first: &Result<Found, ResolveError>,
    other: impl Future<Output = Result<Found, ResolveError>>,
) -> Result<Found, ResolveError> {
    if first.is_err() {
        return other.await;
    }
    let late = || ResolveError::NotFound("the other family was faster".to_owned());
    tokio::time::timeout(RESOLUTION_DELAY, other).await.unwrap_or_else(|_| Err(late()))
}

fn both(v6: Result<Found, ResolveError>, v4: Result<Found, ResolveError>) -> Result<Found, ResolveError> {
    match (v6, v4) {
        (Ok((mut addresses, lifetime)), Ok((more, other))) => {
            addresses.extend(more);
            Ok((addresses, lifetime.min(other)))
        }
        (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
        // "There is none" counts only when it was said of both.
        (Err(ResolveError::NotFound(_)), Err(error)) | (Err(error), Err(_)) => Err(error),
    }
}

fn of_family(host: &str, known: Vec<IpAddr>, family: Family) -> Result<Arc<[IpAddr]>, ResolveError> {
    let fits = |ip: &IpAddr| match family {
        Family::Any => true,
        Family::V4 => ip.is_ipv4(),
        Family::V6 => ip.is_ipv6(),
    };
    let addresses: Arc<[IpAddr]> = known.into_iter().filter(fits).collect();
    if addresses.is_empty() {
        return Err(ResolveError::NotFound(format!("`{host}` has no address of the family that is wanted")));
    }
    Ok(addresses)
}

fn addresses_in(lookup: &Lookup) -> Vec<IpAddr> {
    lookup.answers().iter().filter_map(|answer| answer.data.ip_addr()).collect()
}

fn no_record(name: &str, record: RecordType) -> ResolveError {
    ResolveError::NotFound(format!("`{name}` has no {record} record"))
}

fn blind(detail: impl Into<String>) -> ResolveError {
    ResolveError::Blind(Blind::new(OwnFault::Resolver, detail))
}

/// The name of a response code as operators know it (RFC 6895, 2.3).
#[expect(clippy::wildcard_enum_match_arm, reason = "the library's codes, which grow")]
fn word(code: ResponseCode) -> String {
    match code {
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        other => other.to_string(),
    }
}

/// A name without the dot that stands for the root.
fn without_root(text: String) -> String {
    match text.strip_suffix('.') {
        Some(bare) if !bare.is_empty() && !bare.contains('"') => bare.to_owned(),
        Some(_) | None => text,
    }
}

#[cfg(test)]
mod tests;
