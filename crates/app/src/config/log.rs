//! Reads one `[[log]]`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use statusquo_exchange::Name;
use statusquo_slo::kept::Layer;
use statusquo_source::log::Format;
use statusquo_source::syslog::Transport;

use super::section::{Reading, Section, Text};
use super::values;

/// A log of real traffic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Log {
    /// What it is called.
    pub(crate) name: Name,
    /// The service whose traffic it tells of.
    pub(crate) service: Name,
    /// Where it comes from.
    pub(crate) from: Origin,
    /// Its format: a name, a pattern, or `auto`.
    pub(crate) format: String,
    /// The zone of times that say none; `None`: nobody said, and UTC is assumed.
    pub(crate) zone: Option<TimeZone>,
    /// The OpenAPI description that declares the routes.
    pub(crate) routes: Option<PathBuf>,
    /// Who wrote it.
    pub(crate) layer: Layer,
    /// What takes longer is slow.
    pub(crate) slow_after: Option<Duration>,
    /// Files that did not change for so long are not read when they are first seen.
    pub(crate) backfill: Duration,
}

/// Where a log comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Files that a path or a pattern means.
    Files(PathBuf),
    /// Syslog messages.
    Syslog(Transport, SocketAddr),
    /// Standard input.
    Stdin,
}

impl Log {
    /// A log of which only is said where it comes from.
    pub(crate) fn with_defaults(name: Name, service: Name, from: Origin) -> Self {
        Self {
            name,
            service,
            from,
            format: "auto".to_owned(),
            zone: None,
            routes: None,
            layer: Layer::Edge,
            slow_after: None,
            backfill: Duration::from_secs(7 * 86_400),
        }
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Files(path) => write!(f, "{}", path.display()),
            Self::Syslog(Transport::Udp, address) => write!(f, "udp://{address}"),
            Self::Syslog(Transport::Tcp, address) => write!(f, "tcp://{address}"),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// Reads one `[[log]]`.
pub(super) fn read(section: &Section<'_>) -> Option<Log> {
    let name = section.name("name");
    let service = section.name("service").or_else(|| name.clone());
    let (path, syslog) = (section.text("path"), section.text("syslog"));
    let from = match (path, syslog) {
        (Some(path), None) => Some(Origin::Files(PathBuf::from(path.value))),
        (None, Some(address)) => listening(section.reading, &address),
        (Some(_), Some(_)) => {
            let title = "a log has a `path` or an address for `syslog`, not both";
            section.reading.report(&section.span_of("syslog"), title, "make it two logs");
            None
        }
        (None, None) => {
            section.reading.report(
                &section.span,
                "this log does not say where it is",
                "add `path` or `syslog`",
            );
            None
        }
    };
    let format = section.text("format").filter(|text| is_format(section.reading, text));
    let zone = match section.text("zone") {
        Some(text) => Some(values::zone(section.reading, &text)?),
        None => None,
    };
    let layer = section.word("layer").map(|word| if word == "app" { Layer::App } else { Layer::Edge });
    let slow_after = section.duration("slow_after");
    Some(Log {
        name: name?,
        service: service?,
        from: from?,
        format: format?.value,
        zone,
        routes: section.text("routes").map(|text| PathBuf::from(text.value)),
        layer: layer?,
        slow_after,
        backfill: section.duration("backfill")?,
    })
}

fn is_format(reading: &Reading<'_>, text: &Text) -> bool {
    let Err(why) = (if text.value == "auto" { Ok(()) } else { Format::named(&text.value).map(drop) }) else {
        return true;
    };
    let names = Format::NAMES.join(", ");
    let advice = format!("write `auto`, a `log_format` of nginx, a `LogFormat` of Apache, or one of {names}");
    reading.report(&text.span, format!("not a format of logs: {why}"), advice);
    false
}

/// `udp://127.0.0.1:5514`, `tcp://5514`: without a host on this machine only.
fn listening(reading: &Reading<'_>, text: &Text) -> Option<Origin> {
    let read = text.value.split_once("://").and_then(|(scheme, address)| {
        let transport = match scheme {
            "udp" => Transport::Udp,
            "tcp" => Transport::Tcp,
            _ => return None,
        };
        let on_this_machine = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        let address = address.parse().ok().or_else(|| address.parse().ok().map(on_this_machine))?;
        Some(Origin::Syslog(transport, address))
    });
    if read.is_none() {
        let title = format!("`{}` is no address for syslog messages", text.value);
        reading.report(&text.span, title, "for example `udp://127.0.0.1:5514` or `tcp://127.0.0.1:5514`");
    }
    read
}
