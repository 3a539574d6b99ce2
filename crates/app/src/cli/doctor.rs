//! `statusquo doctor`: looks for what would keep Statusquo from working here. It changes and sends nothing.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use statusquo_source::{Family, ResolveError, Resolver};
use tokio::net::TcpStream;

use super::args::Global;
use super::output::Printed;
use super::screen::{count, pad};
use super::{Exit, Screen, Tone};
use crate::config::{self, Address, Config, LoadError, Resolved, Target};

/// Less free space than this is too little.
const LEAST_FREE_BYTES: u64 = 100 << 20;
/// Less free space than this deserves a word.
const SCARCE_BYTES: u64 = 1 << 30;
/// How long a receiver may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// Files that are open besides sockets of probes.
const OTHER_FILES: u64 = 100;
/// Statusquo did not exist before this moment: 2026-01-01T00:00:00Z.
const EARLIEST: i64 = 1_767_225_600;

/// What one check found.
struct Finding {
    what: String,
    grade: Grade,
    says: String,
    next: String,
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Fine,
    Doubtful,
    Wrong,
}

impl Grade {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Doubtful => "doubtful",
            Self::Wrong => "wrong",
        }
    }
}

fn fine(what: impl Into<String>, says: impl Into<String>) -> Finding {
    Finding { what: what.into(), grade: Grade::Fine, says: says.into(), next: String::new() }
}

fn doubtful(what: impl Into<String>, says: impl Into<String>, next: impl Into<String>) -> Finding {
    Finding { what: what.into(), grade: Grade::Doubtful, says: says.into(), next: next.into() }
}

fn wrong(what: impl Into<String>, says: impl Into<String>, next: impl Into<String>) -> Finding {
    Finding { what: what.into(), grade: Grade::Wrong, says: says.into(), next: next.into() }
}

/// Runs `statusquo doctor`.
pub(crate) async fn run(global: &Global) -> anyhow::Result<Exit> {
    let mut findings = Vec::new();
    let config = configuration(&global.config, &mut findings);
    let config = config.or_else(|| Config::parse("defaults", "").ok());
    if let Some(config) = &config {
        let resolved = secrets(config, &mut findings).await;
        findings.push(folder(global.data.as_deref().unwrap_or(&config.store.data)));
        findings.push(port(config.listen));
        findings.push(names(config).await);
        findings.push(clock());
        findings.push(open_files(config));
        findings.extend(receivers(config, resolved.as_ref()).await);
    }
    print(global, &findings)?;
    let any_wrong = findings.iter().any(|finding| finding.grade == Grade::Wrong);
    Ok(if any_wrong { Exit::Found } else { Exit::Clean })
}

fn print(global: &Global, findings: &[Finding]) -> anyhow::Result<()> {
    let width = findings.iter().map(|finding| finding.what.len()).max().unwrap_or(0);
    let text = |screen: &Screen| {
        let lines: Vec<String> = findings.iter().map(|finding| line(screen, finding, width)).collect();
        lines.join("\n")
    };
    let json = || {
        let check = |f: &Finding| serde_json::json!({ "what": f.what, "grade": f.grade.as_str(), "says": f.says, "next": f.next });
        serde_json::json!({ "schema": "doctor/1", "checks": findings.iter().map(check).collect::<Vec<_>>() })
    };
    Printed::text(global, text).json(json).write()
}

fn line(screen: &Screen, finding: &Finding, width: usize) -> String {
    let mark = match finding.grade {
        Grade::Fine => screen.paint(Tone::Good, "●"),
        Grade::Doubtful => screen.paint(Tone::Warning, "▲"),
        Grade::Wrong => screen.paint(Tone::Bad, "■"),
    };
    let next = if finding.next.is_empty() { String::new() } else { format!("; next: {}", finding.next) };
    format!("{mark} {}  {}{next}", pad(&finding.what, width), finding.says)
}

fn configuration(file: &Path, findings: &mut Vec<Finding>) -> Option<Config> {
    match config::load(file) {
        Ok(config) => {
            let says = format!("`{}` is right: {}", file.display(), count(config.monitors.len(), "monitor"));
            findings.push(fine("configuration", says));
            Some(config)
        }
        Err(LoadError::Broken(broken)) => {
            let says = format!("`{}` has {}", file.display(), count(broken.problems.len(), "problem"));
            findings.push(wrong("configuration", says, "statusquo config check"));
            None
        }
        Err(LoadError::Missing(file)) => {
            let says = format!("there is no `{file}`; the rest is checked with defaults");
            findings.push(doubtful("configuration", says, "statusquo config init"));
            None
        }
        Err(why @ LoadError::Unreadable { .. }) => {
            findings.push(wrong(
                "configuration",
                format!("{:#}", anyhow::Error::from(why)),
                "check its permissions",
            ));
            None
        }
        Err(why @ LoadError::OpenSlo { .. }) => {
            findings.push(wrong("configuration", why.to_string(), "statusquo config check"));
            None
        }
    }
}

async fn secrets(config: &Config, findings: &mut Vec<Finding>) -> Option<Resolved> {
    match config::resolve(config).await {
        Ok(resolved) => {
            findings.push(fine("secrets", "all references can be read"));
            Some(resolved)
        }
        Err(broken) => {
            let what: Vec<&str> = broken.problems.iter().map(|problem| problem.title.as_str()).collect();
            findings.push(wrong("secrets", what.join("; "), "statusquo config check"));
            None
        }
    }
}

/// Can the store's folder be written, and is there room?
fn folder(data: &Path) -> Finding {
    let existing =
        data.ancestors().map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path });
    let existing = existing.clone().find(|path| path.exists()).map(PathBuf::from).unwrap_or_default();
    let shown = data.display();
    if let Err(why) = rustix::fs::access(&existing, rustix::fs::Access::WRITE_OK) {
        let says = format!("`{}` cannot be written: {why}", existing.display());
        return wrong("data folder", says, "choose another with --data, or change its owner");
    }
    let free = rustix::fs::statvfs(&existing).map(|space| space.f_bavail.saturating_mul(space.f_frsize));
    match free {
        Err(why) => {
            doubtful("data folder", format!("`{shown}` can be written; free space unknown: {why}"), "")
        }
        Ok(free) if free < LEAST_FREE_BYTES => {
            wrong("data folder", format!("`{shown}` has only {} MiB left", free >> 20), "free some space")
        }
        Ok(free) if free < SCARCE_BYTES => {
            doubtful("data folder", format!("`{shown}` has {} MiB left", free >> 20), "watch it")
        }
        Ok(free) => fine("data folder", format!("`{shown}` can be written, {} GiB free", free >> 30)),
    }
}

fn port(listen: SocketAddr) -> Finding {
    match std::net::TcpListener::bind(listen) {
        Ok(_) if listen.ip().is_loopback() => fine("port", format!("{listen} is free")),
        Ok(_) => {
            let says = format!("{listen} is free, and open to others: sign-in has to be set up");
            doubtful("port", says, "statusquo user add NAME")
        }
        Err(why) if why.kind() == std::io::ErrorKind::AddrInUse => doubtful(
            "port",
            format!("{listen} is in use, perhaps by a running Statusquo"),
            "serve --listen another",
        ),
        Err(why) => wrong("port", format!("{listen} cannot be used: {why}"), "change `serve.listen`"),
    }
}

/// Does our resolver answer? An answer that a name does not exist is one.
async fn names(config: &Config) -> Finding {
    let Some(host) = config.monitors.iter().find_map(|monitor| host(monitor.target.as_ref()?)) else {
        return fine("DNS", "no name to look up");
    };
    let next = "check the name servers in `/etc/resolv.conf`";
    let resolver = match Resolver::system() {
        Ok(resolver) => resolver,
        Err(blind) => return wrong("DNS", blind.detail, next),
    };
    match resolver.resolve(&host, Family::Any).await {
        Ok(_) => fine("DNS", format!("`{host}` resolves")),
        Err(ResolveError::Blind(blind)) => wrong("DNS", blind.detail, next),
        Err(_) => doubtful("DNS", format!("answers, but has no address for `{host}`"), "check the name"),
    }
}

/// The host name that a target has, if it is a name and known without secrets.
fn host(target: &Target) -> Option<String> {
    let host = match target {
        Target::Http(http) => url::Url::parse(http.url.literal()?).ok()?.host_str()?.to_owned(),
        Target::Tcp(tcp) => tcp.host.clone(),
        Target::Dns(dns) => dns.name.clone(),
        Target::Certificate(tls) => tls.host.clone(),
        Target::Heartbeat(_) => return None,
    };
    let literal = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok();
    (!literal).then_some(host)
}

/// Certificates and messages need a clock that is about right.
fn clock() -> Finding {
    let now = Timestamp::now();
    if now.as_second() < EARLIEST {
        return wrong(
            "clock",
            format!("says {now:.0}, which is in the past"),
            "turn on time synchronisation (NTP)",
        );
    }
    fine("clock", format!("says {now:.0}; compare with yours"))
}

/// Each probe under way needs a socket or two.
fn open_files(config: &Config) -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX);
    let probes = u64::try_from(config.monitors.len()).unwrap_or(u64::MAX).min(config.probe.concurrent.into());
    let needed = probes.saturating_mul(2).saturating_add(OTHER_FILES);
    if limit < needed {
        let says = format!("{limit} allowed, up to {needed} needed");
        return wrong("open files", says, format!("ulimit -n {needed}, or a smaller `probe.concurrent`"));
    }
    fine("open files", format!("{limit} allowed, up to {needed} needed"))
}

/// Can each receiver be reached? Nothing is sent.
async fn receivers(config: &Config, resolved: Option<&Resolved>) -> Vec<Finding> {
    if config.receivers.is_empty() {
        return vec![doubtful("receivers", "there are none: nobody is told", "add a `[[receiver]]`")];
    }
    let mut findings = Vec::new();
    for receiver in &config.receivers {
        let what = format!("receiver {}", receiver.name);
        let address = match receiver.channel.address() {
            Address::Nowhere => {
                findings.push(fine(what, "it needs no network"));
                continue;
            }
            Address::Server(host, port) => Some((host.to_owned(), port)),
            Address::Usual(url) => host_of(url),
            Address::Url(url) => resolved.and_then(|resolved| {
                host_of(secrecy::ExposeSecret::expose_secret(&resolved.secrets.fill(url)))
            }),
        };
        findings.push(match address {
            Some((host, port)) => reach(what, &host, port).await,
            None => wrong(
                what,
                "its URL is not known, since a secret cannot be read or is no URL",
                "statusquo config check",
            ),
        });
    }
    findings
}

fn host_of(url: &str) -> Option<(String, u16)> {
    let url = url::Url::parse(url).ok()?;
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

async fn reach(what: String, host: &str, port: u16) -> Finding {
    let next = "check the address, the firewall and the route to it";
    match tokio::time::timeout(PATIENCE, TcpStream::connect((host.trim_matches(['[', ']']), port))).await {
        Ok(Ok(_)) => {
            let says = format!("{host}:{port} accepts connections; `statusquo alert test` shows the rest");
            fine(what, says)
        }
        Ok(Err(why)) => wrong(what, format!("{host}:{port} cannot be reached: {why}"), next),
        Err(_) => wrong(what, format!("{host}:{port} does not accept connections in time"), next),
    }
}
