//! Values with a syntax of their own: URLs, ports, patterns, zones; each mistake with its place in the text.

use std::net::SocketAddr;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;
use regex::bytes::Regex;
use serde_json_path::JsonPath;
use statusquo_catalogue::CodeSet;

use super::section::{Reading, Section, Text};
use super::template::{FORMS, Template};

/// An `http` or `https` URL that may refer to secrets. User and password do not belong into it: URLs are shown.
pub(super) fn url_template(section: &Section<'_>, text: &Text) -> Option<Template> {
    let template = section.parsed_template(text)?;
    // A reference may stand for any part; `0` is valid as host, port, path and query.
    let filled =
        if template.has_reference() { template.fill(|_| "0".to_owned()) } else { text.value.clone() };
    check_url(section.reading, text, &filled).map(|_| template)
}

/// An `http` or `https` URL.
pub(super) fn url(reading: &Reading<'_>, text: &Text) -> Option<String> {
    check_url(reading, text, &text.value).map(|_| text.value.clone())
}

fn check_url(reading: &Reading<'_>, text: &Text, filled: &str) -> Option<url::Url> {
    let url = match url::Url::parse(filled) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            let advice = format!("write `https://{}`", text.value.trim_start_matches('/'));
            reading.report(&text.span, "a URL has to begin with `http://` or `https://`", advice);
            return None;
        }
        Err(why) => {
            reading.report(&text.span, "not a URL", why.to_string());
            return None;
        }
    };
    if !matches!(url.scheme(), "http" | "https") {
        let advice = "only `http` and `https` are asked this way; `tcp`, `dns` and `certificate` are keys of their own";
        reading.report(&text.span, format!("`{}` URLs cannot be watched", url.scheme()), advice);
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        let advice = "write `auth = { basic = { user = \"…\", password = \"${env:PASSWORD}\" } }`";
        reading.report_secret(&text.span, "credentials in a URL are shown to everyone who sees it", advice);
        return None;
    }
    Some(url)
}

/// A proxy's URL. It may hold a user and a password, if the password is a reference.
pub(super) fn proxy(section: &Section<'_>, text: &Text) -> Option<Template> {
    let template = section.parsed_template(text)?;
    let url = url::Url::parse(&template.fill(|_| "0".to_owned())).ok();
    let Some(url) = url.filter(|url| url.scheme() == "http" && url.has_host()) else {
        section.reading.report(&text.span, "not a proxy", "write `http://host:port`");
        return None;
    };
    if url.password().is_some() && !template.has_reference() {
        section.reading.report_secret(
            &text.span,
            "the password of the proxy must not stand in the configuration",
            FORMS,
        );
        return None;
    }
    Some(template)
}

/// Host and port.
pub(super) fn host_and_port(reading: &Reading<'_>, text: &Text) -> Option<(String, u16)> {
    let split = text.value.rsplit_once(':').and_then(|(host, port)| {
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = match inner {
            Some(address) => address.parse::<std::net::Ipv6Addr>().ok()?.to_string(),
            None if host.contains([':', '/', ' ', '@']) || host.is_empty() => return None,
            None => host.to_owned(),
        };
        Some((host, port.parse().ok().filter(|&port: &u16| port > 0)?))
    });
    if split.is_none() {
        reading.report(
            &text.span,
            "not a host with a port",
            "for example `db.example:5432` or `[2001:db8::1]:5432`",
        );
    }
    split
}

/// An address and a port.
pub(super) fn socket(reading: &Reading<'_>, text: &Text) -> Option<SocketAddr> {
    let address = text.value.parse().ok();
    if address.is_none() {
        let title = format!("`{}` is not an address with a port", text.value);
        reading.report(&text.span, title, "for example `127.0.0.1:8418` or `[::1]:8418`");
    }
    address
}

/// Name servers; the port may be left out.
pub(super) fn resolvers(reading: &Reading<'_>, texts: &[Text]) -> Vec<SocketAddr> {
    let read = |text: &Text| {
        let address = text.value.parse::<std::net::IpAddr>().ok().map(|ip| SocketAddr::new(ip, 53));
        address.or_else(|| socket(reading, text))
    };
    texts.iter().filter_map(read).collect()
}

/// A set of status codes.
pub(super) fn codes(reading: &Reading<'_>, text: &Text) -> Option<CodeSet> {
    text.value
        .parse::<CodeSet>()
        .map_err(|wrong| {
            let part = wrong.offset()..wrong.offset() + wrong.term().len();
            let advice = "codes, ranges and classes, separated by commas: `2xx,404`, `200-204`";
            let title = format!("`{}` is not a set of status codes", text.value);
            reading.report(&reading.inside(text, part), title, advice);
        })
        .ok()
}

/// A regular expression.
pub(super) fn regex(reading: &Reading<'_>, text: &Text) -> Option<Regex> {
    Regex::new(&text.value)
        .map_err(|wrong| {
            let (part, why) = regex_fault(&text.value, &wrong.to_string());
            reading.report(&reading.inside(text, part), "not a regular expression", why);
        })
        .ok()
}

/// Where and why a regular expression is wrong. The `regex` crate tells this in its message alone: the
/// pattern, a line of carets below it, and the reason.
fn regex_fault(pattern: &str, message: &str) -> (std::ops::Range<usize>, String) {
    let why = message.lines().rfind(|line| line.starts_with("error:")).unwrap_or(message);
    let why = why.trim_start_matches("error: ").to_owned();
    let carets = message.lines().find(|line| line.contains('^') && line.trim().trim_matches('^').is_empty());
    let part = carets.and_then(|line| {
        // The pattern is indented by four.
        let start = line.find('^')?.checked_sub(4)?;
        let length = line.trim().len();
        let place = |nth: usize| pattern.char_indices().nth(nth).map_or(pattern.len(), |(byte, _)| byte);
        Some(place(start)..place(start + length))
    });
    (part.unwrap_or(0..pattern.len()), why)
}

/// A JSON path.
pub(super) fn json_path(reading: &Reading<'_>, text: &Text) -> Option<JsonPath> {
    JsonPath::parse(&text.value)
        .map_err(|wrong| {
            let at = wrong.position().saturating_sub(1).min(text.value.len());
            let part = reading.inside(text, at..text.value.len());
            reading.report(
                &part,
                format!("`{}` is not a JSON path", text.value),
                "for example `$.status` (RFC 9535)",
            );
        })
        .ok()
}

/// A cron pattern of five fields.
pub(super) fn cron(reading: &Reading<'_>, text: &Text) -> Option<Cron> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    parser
        .parse(&text.value)
        .map_err(|why| {
            let advice = format!(
                "minute, hour, day, month, weekday, for example `0 3 * * 1-5`; {}",
                lowered(&why.to_string())
            );
            reading.report(&text.span, format!("`{}` is not a cron pattern", text.value), advice);
        })
        .ok()
}

/// A time zone by its IANA name.
pub(super) fn zone(reading: &Reading<'_>, text: &Text) -> Option<TimeZone> {
    let zone = TimeZone::get(&text.value).ok();
    if zone.is_none() {
        let title = format!("unknown time zone `{}`", text.value);
        reading.report(&text.span, title, "for example `Europe/Vienna` or `UTC`");
    }
    zone
}

/// A message as a clause: small first letter, no full stop.
fn lowered(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut chars = message.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
