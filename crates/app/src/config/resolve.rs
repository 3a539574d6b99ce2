//! From configured targets to what is really asked: secrets filled in, files read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use statusquo_exchange::{Fields, Name};
use statusquo_source::Family;
use statusquo_source::http::{
    Auth as ProbeAuth, ClientCertificate, ClientCredentials, ConnectTo, HttpSpec,
    HttpVersion as ProbeVersion, Limits, Login, Proxy, Redirects, SecretPlacement, Trust,
};
use url::Url;

use super::file::Config;
use super::monitor::Monitor;
use super::problem::{Broken, Problem};
use super::secrets::Secrets;
use super::target::{Auth, HttpTarget, HttpVersion, IpVersion, Target, TlsFiles};
use super::template::Template;
use crate::judging::HouseJudge;

/// A configuration with its secrets.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// The secrets, for what is not resolved here.
    pub(crate) secrets: Secrets,
    /// What judges answers.
    pub(crate) judge: Arc<HouseJudge>,
    /// What each HTTP monitor asks, until its plan takes it.
    pub(crate) http: BTreeMap<Name, HttpSpec>,
}

/// Reads the secrets and the files that a configuration refers to: once per load, all problems at once.
pub(crate) async fn resolve(config: &Config) -> Result<Resolved, Broken> {
    let secrets = Secrets::read(config).await?;
    let mut http = BTreeMap::new();
    let mut problems = Vec::new();
    for monitor in &config.monitors {
        match &monitor.target {
            Some(Target::Http(target)) => match http_spec(config, monitor, target, &secrets) {
                Ok(spec) => drop(http.insert(monitor.policy.name.clone(), spec)),
                Err(problem) => problems.push(problem),
            },
            Some(Target::Certificate(target)) => {
                problems.extend(trust(&target.tls).err());
                problems.extend(client_certificate(&target.tls).err());
            }
            Some(Target::Tcp(_) | Target::Dns(_) | Target::Heartbeat(_)) | None => {}
        }
    }
    let (file, source) = &config.origin;
    match HouseJudge::new(&config.lint) {
        Ok(judge) if problems.is_empty() => Ok(Resolved { secrets, judge: Arc::new(judge), http }),
        judge => {
            problems.extend(judge.err());
            Err(Broken::new(file, source, problems))
        }
    }
}

/// What an HTTP monitor asks, or what is wrong now that its secrets are known. No message shows a secret.
fn http_spec(
    config: &Config,
    monitor: &Monitor,
    target: &HttpTarget,
    secrets: &Secrets,
) -> Result<HttpSpec, Problem> {
    let url = url(&target.url, secrets)?;
    let mut spec = HttpSpec::get(monitor.policy.name.clone(), url);
    spec.method = Method::from_bytes(target.method.as_bytes())
        .map_err(|_| problem(&target.url, "the request method cannot be used"))?;
    spec.fields = fields(&target.headers, config.probe.contact.as_deref(), secrets);
    spec.content = target.body.as_ref().map(|body| Bytes::from(filled(body, secrets))).unwrap_or_default();
    spec.redirects = target
        .follow
        .map_or(Redirects::None, |max| Redirects::Follow { max: u8::try_from(max).unwrap_or(u8::MAX) });
    spec.auth = target.auth.as_ref().map(|auth| authentication(auth, secrets)).transpose()?;
    spec.trust = trust(&target.tls)?;
    spec.client_certificate = client_certificate(&target.tls)?;
    spec.proxy = target.proxy.as_ref().map(|proxy| proxied(proxy, secrets)).transpose()?;
    spec.family = family(target.route.ip);
    spec.http = match target.version {
        HttpVersion::Auto => ProbeVersion::Auto,
        HttpVersion::Http1 => ProbeVersion::Http1,
        HttpVersion::Http2 => ProbeVersion::Http2,
    };
    spec.timeout = monitor.policy.timeout;
    let content = usize::try_from(target.max_content_bytes).unwrap_or(usize::MAX);
    spec.limits = Limits { content, ..Limits::default() };
    spec.connect_to =
        target.route.connect_to.map(|to| ConnectTo { host: to.ip().to_string(), port: to.port() });
    spec.check().map_err(|wrong| {
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        problem(&target.url, &wrong.join("; "))
    })?;
    Ok(spec)
}

/// The IP version as the probe knows it.
pub(crate) const fn family(ip: IpVersion) -> Family {
    match ip {
        IpVersion::Any => Family::Any,
        IpVersion::V4 => Family::V4,
        IpVersion::V6 => Family::V6,
    }
}

/// The roots to trust.
pub(crate) fn trust(files: &TlsFiles) -> Result<Trust, Problem> {
    files.ca.as_deref().map_or(Ok(Trust::System), |ca| Ok(Trust::Ca(read(ca, files)?)))
}

/// The certificate to show.
pub(crate) fn client_certificate(files: &TlsFiles) -> Result<Option<ClientCertificate>, Problem> {
    let Some((chain, key)) = &files.client else { return Ok(None) };
    let key = String::from_utf8(read(key, files)?.to_vec())
        .map_err(|_| unreadable(files, key, "it is not in PEM form".to_owned()))?;
    Ok(Some(ClientCertificate { chain: read(chain, files)?, key: SecretString::from(key) }))
}

fn filled(template: &Template, secrets: &Secrets) -> String {
    secrets.fill(template).expose_secret().to_owned()
}

fn problem(template: &Template, why: &str) -> Problem {
    let title = "with its secrets filled in, this cannot be used".to_owned();
    Problem { span: template.span.clone(), title, advice: why.to_owned(), hidden: false }
}

fn url(template: &Template, secrets: &Secrets) -> Result<Url, Problem> {
    Url::parse(&filled(template, secrets)).map_err(|why| problem(template, &why.to_string()))
}

fn fields(headers: &[(String, Template)], contact: Option<&str>, secrets: &Secrets) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in headers {
        fields.push(name.clone(), filled(value, secrets));
    }
    let named = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
    if let (false, Some(contact)) = (named, contact) {
        fields.push("user-agent", format!("statusquo/{} (+{contact})", env!("CARGO_PKG_VERSION")));
    }
    fields
}

fn authentication(auth: &Auth, secrets: &Secrets) -> Result<ProbeAuth, Problem> {
    Ok(match auth {
        Auth::Basic { user, password } => {
            ProbeAuth::Basic(Login { user: filled(user, secrets), password: secrets.fill(password) })
        }
        Auth::Bearer(token) => ProbeAuth::Bearer(secrets.fill(token)),
        Auth::ClientCredentials { token_url, client_id, client_secret, scope } => {
            ProbeAuth::ClientCredentials(Box::new(ClientCredentials {
                token_url: Url::parse(token_url).map_err(|why| problem(client_id, &why.to_string()))?,
                client_id: filled(client_id, secrets),
                client_secret: secrets.fill(client_secret),
                scope: scope.clone(),
                audience: None,
                placement: SecretPlacement::default(),
            }))
        }
    })
}

fn proxied(template: &Template, secrets: &Secrets) -> Result<Proxy, Problem> {
    let url = url(template, secrets)?;
    let host = url.host_str().ok_or_else(|| problem(template, "the proxy has no host"))?.to_owned();
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let login = url.password().map(|password| Login {
        user: decoded(url.username()),
        password: SecretString::from(decoded(password)),
    });
    Ok(Proxy { host, port: url.port_or_known_default().unwrap_or(80), login })
}

fn read(path: &Path, files: &TlsFiles) -> Result<Bytes, Problem> {
    std::fs::read(path).map(Bytes::from).map_err(|why| unreadable(files, path, why.to_string()))
}

fn unreadable(files: &TlsFiles, path: &Path, why: String) -> Problem {
    let title = format!("`{}` cannot be read", path.display());
    Problem { span: files.span.clone(), title, advice: why, hidden: false }
}
