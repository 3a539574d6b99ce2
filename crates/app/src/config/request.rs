//! Reads what HTTP monitors ask, and how they get to the server.

use std::path::PathBuf;

use super::expectations::field_name;
use super::node::{Entry, Node, Value};
use super::section::{Reading, Section, Text};
use super::target::{Auth, HttpTarget, HttpVersion, IpVersion, Route, TlsFiles};
use super::template::Template;
use super::values;

/// What HTTP monitors have besides the URL.
pub(super) fn request(section: &Section<'_>) -> Option<HttpTarget> {
    let method = section.text("method").and_then(|text| method(section.reading, &text));
    let headers = section.value("headers").map(|(_, node)| headers(section, &node)).unwrap_or_default();
    let follow = section.flag("follow").unwrap_or_default();
    let max_redirects = section.count("max_redirects");
    let auth = section.table("auth", auth);
    if auth.is_some() && headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
        let title = "`auth` and a header field `authorization` contradict each other";
        section.reading.report(&section.span_of("auth"), title, "keep one of them");
    }
    Some(HttpTarget {
        method: method.unwrap_or_else(|| "GET".to_owned()),
        url: Template::parse("", 0..0).ok()?,
        headers,
        body: section.template("body"),
        follow: follow.then_some(max_redirects.unwrap_or(5)),
        auth,
        tls: tls(section),
        proxy: section.text("proxy").and_then(|text| values::proxy(section, &text)),
        version: match section.word("http") {
            Some("1.1") => HttpVersion::Http1,
            Some("2") => HttpVersion::Http2,
            _ => HttpVersion::Auto,
        },
        route: route(section),
        max_content_bytes: section.size("max_content").unwrap_or(1 << 20),
    })
}

/// What an HTTP monitor asks.
pub(super) fn url(section: &Section<'_>) -> Option<HttpTarget> {
    let url = section.text("url").and_then(|text| values::url_template(section, &text));
    let request = request(section);
    Some(HttpTarget { url: url?, ..request? })
}

/// Methods are tokens and case-sensitive (RFC 9110, 9.1).
fn method(reading: &Reading<'_>, text: &Text) -> Option<String> {
    let advice = if text.value.bytes().all(|b| b.is_ascii_alphabetic()) {
        format!("methods are case-sensitive: write `{}`", text.value.to_ascii_uppercase())
    } else {
        "for example `GET`, `HEAD` or `POST`".to_owned()
    };
    let good = text.value.bytes().all(|b| b.is_ascii_uppercase() || b == b'-' || b == b'_');
    let good = good && text.value != "CONNECT";
    if !good {
        reading.report(
            &text.span,
            format!("`{}` is not a request method that can be used here", text.value),
            advice,
        );
    }
    good.then(|| text.value.clone())
}

/// Header fields, with references where they carry credentials.
pub(super) fn headers(section: &Section<'_>, node: &Node) -> Vec<(String, Template)> {
    let read = |entry: &Entry| {
        let name = field_name(section.reading, &entry.key, &entry.span)?;
        let Value::Text(value) = &entry.node.value else {
            let title = format!("the header field `{name}` has to be text, not {}", entry.node.kind());
            section.reading.report(&entry.node.span, title, "put it into quotation marks");
            return None;
        };
        let text = Text { value: value.clone(), span: entry.node.span.clone() };
        if value.contains(['\r', '\n', '\0']) {
            section.reading.report(&text.span, "a header field cannot hold line breaks", "RFC 9110, 5.5");
            return None;
        }
        let template = section.parsed_template(&text)?;
        let template = if is_credential(&name) { section.referring(&name, template)? } else { template };
        Some((name, template))
    };
    if !matches!(node.value, Value::Table(_)) {
        let title = format!("`headers` has to be a table, not {}", node.kind());
        section.reading.report(&node.span, title, "for example: headers = { accept = \"application/json\" }");
    }
    node.entries().iter().filter_map(read).collect()
}

/// Is this a header field that carries a credential?
fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "authorization" | "proxy-authorization" | "cookie")
        || ["api-key", "apikey", "token", "secret", "password", "auth-key"]
            .iter()
            .any(|word| name.contains(word))
}

fn auth(section: &Section<'_>) -> Option<Auth> {
    let basic = section.table("basic", |basic| {
        let (user, password) = (basic.template("user"), basic.secret("password"));
        Some(Auth::Basic { user: user?, password: password? })
    });
    let bearer = section.secret("bearer").map(Auth::Bearer);
    let oauth = section.table("oauth", oauth);
    let given = ["basic", "bearer", "oauth"].into_iter().filter(|name| section.has(name)).count();
    if given != 1 {
        let title = "`auth` takes exactly one of `basic`, `bearer` and `oauth`";
        section.reading.report(&section.span, title, format!("{given} are given"));
    }
    basic.or(bearer).or(oauth)
}

fn oauth(section: &Section<'_>) -> Option<Auth> {
    let token_url = section.text("token_url").and_then(|text| values::url(section.reading, &text));
    let (client_id, client_secret) = (section.template("client_id"), section.secret("client_secret"));
    let scope = section.text("scope").map(|text| text.value);
    Some(Auth::ClientCredentials {
        token_url: token_url?,
        client_id: client_id?,
        client_secret: client_secret?,
        scope,
    })
}

/// Whom to trust, and who we are.
pub(super) fn tls(section: &Section<'_>) -> TlsFiles {
    let read = |tls: &Section<'_>| {
        let path = |name| tls.text(name).map(|text| PathBuf::from(text.value));
        let (ca, certificate, key) = (path("ca"), path("client_certificate"), path("client_key"));
        if tls.has("client_certificate") != tls.has("client_key") {
            let title = "`client_certificate` and `client_key` go together";
            tls.reading.report(&tls.span, title, "one of them is missing");
        }
        Some(TlsFiles { ca, client: certificate.zip(key), span: tls.span.clone() })
    };
    section.table("tls", read).unwrap_or_default()
}

/// The way to the server.
pub(super) fn route(section: &Section<'_>) -> Route {
    let ip = match section.word("ip") {
        Some("v4") => IpVersion::V4,
        Some("v6") => IpVersion::V6,
        _ => IpVersion::Any,
    };
    let resolver = values::resolvers(section.reading, &section.texts("resolver"));
    let connect_to = section.text("connect_to").and_then(|text| values::socket(section.reading, &text));
    Route { ip, resolver, connect_to }
}
