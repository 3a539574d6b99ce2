//! Email as configured.

use std::path::PathBuf;

use super::super::section::{Reading, Section, Text};
use super::super::template::Template;

/// How to send email.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// The server.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// How the connection is protected.
    pub(crate) encryption: Encryption,
    /// User name and password.
    pub(crate) sign_in: Option<(Template, Template)>,
    /// The sender.
    pub(crate) from: String,
    /// The recipients.
    pub(crate) to: Vec<String>,
    /// The certificate authority to trust instead of the usual ones.
    pub(crate) ca: Option<PathBuf>,
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// Plain first, then TLS, or nothing is sent (RFC 3207).
    StartTls,
    /// TLS from the start (RFC 8314).
    Tls,
    /// None: for a server on the same machine.
    None,
}

/// Reads what `type = "email"` has.
pub(super) fn read(section: &Section<'_>) -> Option<Mail> {
    let server = section.text("server").and_then(|text| server(section.reading, &text));
    let chosen = section.word("encryption");
    let sign_in = super::sign_in(section);
    let from = section.text("from").and_then(|text| address(section.reading, &text));
    let to = section.texts("to").iter().filter_map(|text| address(section.reading, text)).collect();
    let (encryption, host, port) = server?;
    let encryption = match chosen {
        Some("starttls") => Encryption::StartTls,
        Some("tls") => Encryption::Tls,
        Some("none") => Encryption::None,
        _ => encryption,
    };
    Some(Mail { host, port, encryption, sign_in, from: from?, to, ca: super::ca(section) })
}

fn server(reading: &Reading<'_>, text: &Text) -> Option<(Encryption, String, u16)> {
    let advice = "write `smtp://host:587` or `smtps://host:465`";
    let url = url::Url::parse(&text.value).ok();
    let encryption = match url.as_ref().map(url::Url::scheme) {
        Some("smtp") => Some((Encryption::StartTls, 587)),
        Some("smtps") => Some((Encryption::Tls, 465)),
        _ => None,
    };
    let read = encryption.zip(url).and_then(|((encryption, port), url)| {
        let bare = url.username().is_empty() && url.password().is_none() && matches!(url.path(), "" | "/");
        let host = url.host_str().filter(|host| !host.is_empty() && bare)?.to_owned();
        Some((encryption, host, url.port().unwrap_or(port)))
    });
    if read.is_none() {
        reading.report(&text.span, "not the address of a mail server", advice);
    }
    read
}

/// An address, alone or with a name: `alerts@example.org`, `Statusquo <alerts@example.org>`.
fn address(reading: &Reading<'_>, text: &Text) -> Option<String> {
    let address = text.value.trim_end_matches('>').rsplit('<').next().unwrap_or_default();
    let good = address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !address.contains([' ', ',', '\n'])
    });
    if !good {
        reading.report(
            &text.span,
            format!("`{}` is not an email address", text.value),
            "for example `a@example.org`",
        );
    }
    good.then(|| text.value.clone())
}
