//! Reads one `[[dependency]]`.

use std::time::Duration;

use statusquo_exchange::Name;
use url::Url;

use super::section::{Section, Text};
use super::values;

/// A third party that we depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// What it is called.
    pub(crate) name: Name,
    /// What people call it.
    pub(crate) title: String,
    /// Where its status page is for programs.
    pub(crate) feed: Url,
    /// Only these parts of its page count; empty: the whole.
    pub(crate) components: Vec<String>,
    /// Interval between looks at its page.
    pub(crate) every: Duration,
    /// The hosts of our calls that go to it.
    pub(crate) hosts: Vec<String>,
    /// Monitors that probe it.
    pub(crate) monitors: Vec<Name>,
    /// Services that depend on it.
    pub(crate) services: Vec<Name>,
    /// Does its trouble raise an incident?
    pub(crate) alerts: bool,
}

impl Dependency {
    /// Does a call to this host, perhaps with its port, go to it?
    pub(crate) fn is_called(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            Some(_) | None => host.as_str(),
        };
        self.hosts.iter().any(|ours| match ours.strip_prefix('*') {
            Some(ending) => host.len() > ending.len() && host.ends_with(ending),
            None => host == ours,
        })
    }
}

/// Reads one `[[dependency]]`.
pub(super) fn read(section: &Section<'_>) -> Option<Dependency> {
    let name = section.name("name");
    let title = section.text("title").map(|text| text.value);
    let feed = section.text("feed").and_then(|text| values::url(section.reading, &text));
    let hosts = section.texts("hosts").iter().filter_map(|text| host(section, text)).collect();
    let names = |key| section.names(key).into_iter().map(|(name, _)| name).collect();
    let (every, alerts) = (section.duration("every"), section.flag("alert"));
    let (monitors, services) = (names("monitors"), names("services"));
    let components = section.texts("components").into_iter().map(|text| text.value).collect();
    let name = name?;
    Some(Dependency {
        title: title.unwrap_or_else(|| name.to_string()),
        name,
        feed: feed?.parse().ok()?,
        components,
        every: every?,
        hosts,
        monitors,
        services,
        alerts: alerts?,
    })
}

/// `api.stripe.example`, `*.stripe.network`
fn host(section: &Section<'_>, text: &Text) -> Option<String> {
    let name = text.value.strip_prefix("*.").unwrap_or(&text.value);
    let is_good = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_good) {
        let advice = "write the host alone: `api.example.com`, or `*.example.com` for all below";
        section.reading.report(&text.span, format!("`{}` is not a host", text.value), advice);
        return None;
    }
    Some(text.value.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_by_their_hosts() {
        let dependency = Dependency {
            name: Name::from("stripe"),
            title: "Stripe".to_owned(),
            feed: "https://status.test/".parse().unwrap(),
            components: Vec::new(),
            every: Duration::from_secs(120),
            hosts: vec!["api.stripe.test".to_owned(), "*.stripe.network".to_owned()],
            monitors: Vec::new(),
            services: Vec::new(),
            alerts: true,
        };
        for (host, expect) in [
            ("api.stripe.test", true),
            ("API.stripe.test:443", true),
            ("x.api.stripe.test", false),
            ("m.stripe.network", true),
            ("stripe.network", false),
            ("evilstripe.network", false),
        ] {
            assert_eq!(dependency.is_called(host), expect, "{host}");
        }
    }
}
