//! Where to post. The path is a secret, as with Slack.

use std::fmt;

use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::SetupError;

/// Where to post.
pub(crate) struct Endpoint {
    host: String,
    port: u16,
    /// The host as `Host` names it: with the port where it is not the usual one.
    authority: String,
    tls_name: Option<ServerName<'static>>,
    path_and_query: SecretString,
}

impl Endpoint {
    pub(crate) fn new(url: &SecretString) -> Result<Self, SetupError> {
        let url = Url::parse(url.expose_secret()).map_err(|_| SetupError::Url("is not one"))?;
        let is_tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(SetupError::Url("begins with neither `https` nor `http`")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(SetupError::Url("holds a user name or password, which we cannot send"));
        }
        let shown = url.host_str().ok_or(SetupError::Url("has no host"))?;
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(Host::Ipv4(_) | Host::Domain(_)) | None => shown.to_owned(),
        };
        let tls_name =
            ServerName::try_from(host.clone()).map_err(|_| SetupError::Url("has no usable host"))?;
        let path = url.path();
        Ok(Self {
            authority: url.port().map_or_else(|| shown.to_owned(), |port| format!("{shown}:{port}")),
            port: url.port_or_known_default().ok_or(SetupError::Url("has no port"))?,
            host,
            tls_name: is_tls.then_some(tls_name),
            path_and_query: url
                .query()
                .map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
                .into(),
        })
    }

    /// An address below another: `base` with `path`, which begins with a slash.
    pub(crate) fn below(base: &SecretString, path: &str) -> Result<Self, SetupError> {
        let base = base.expose_secret().trim_end_matches('/');
        Self::new(&format!("{base}{path}").into())
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The name that the certificate has to hold; `None` without TLS.
    pub(crate) fn tls_name(&self) -> Option<ServerName<'static>> {
        self.tls_name.clone()
    }

    /// Path and query, as what they are.
    pub(crate) const fn secret(&self) -> &SecretString {
        &self.path_and_query
    }

    pub(crate) fn path_and_query(&self) -> &str {
        self.path_and_query.expose_secret()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("host", &self.authority).field("path", &"***").finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Result<Endpoint, SetupError> {
        Endpoint::new(&url.into())
    }

    #[test]
    fn the_path_does_not_print() {
        let endpoint = endpoint("https://hooks.slack.test/services/T0/B0/s3cret?k=s3cret").unwrap();
        assert_eq!(format!("{endpoint:?}"), r#"Endpoint { host: "hooks.slack.test", path: "***" }"#);
        assert_eq!(endpoint.path_and_query(), "/services/T0/B0/s3cret?k=s3cret");
    }

    #[test]
    fn hosts_of_all_kinds_are_understood() {
        let check = |url, host, port, authority| {
            let endpoint = endpoint(url).unwrap();
            assert_eq!((endpoint.host(), endpoint.port(), endpoint.authority()), (host, port, authority));
        };
        check("https://a.test", "a.test", 443, "a.test");
        check("http://127.0.0.1:8080/x", "127.0.0.1", 8080, "127.0.0.1:8080");
        check("http://[::1]:8080/x", "::1", 8080, "[::1]:8080");
    }

    #[test]
    fn what_cannot_be_used_is_refused_without_repeating_it() {
        for url in ["s3cret", "ftp://a.test/s3cret", "https://u:s3cret@a.test/", "https:///"] {
            let error = endpoint(url).unwrap_err();
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}
