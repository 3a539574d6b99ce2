//! By what exchanges belong together.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::case::Case;
use crate::known::Known;

/// By what an exchange belongs together with others. Credentials are only kept as a hash.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// The host.
    pub(super) host: u64,
    /// The host, path and query.
    pub(super) resource: u64,
    /// The path with what looks like identifiers left out.
    pub(super) route: u64,
    /// Does the path name one thing of many, by what looks like an identifier?
    pub(super) is_of_many: bool,
    /// Who asks, told by the credentials; `None` when there were none.
    pub(super) client: Option<u64>,
    /// The same request again: method, resource, credentials, what is accepted, content.
    pub(super) request: u64,
}

impl Key {
    pub(super) fn of(case: &Case<'_>) -> Option<Self> {
        let target = case.target().ok()?;
        let (host, path) = parts(case, target);
        let client = client(case);
        let resource = hash(&(&host, path));
        let accept = case.request().ok().and_then(|request| request.text(Known::Accept));
        let content = case.request_content().ok();
        let route = masked(path);
        Some(Self {
            host: hash(&host),
            resource,
            is_of_many: route.contains('*'),
            route: hash(&(&host, route)),
            client,
            request: hash(&(case.method().ok()?, resource, client, accept, content)),
        })
    }

    /// The resource that a 201 says it made.
    #[expect(clippy::unused_self, reason = "it belongs to the same exchange")]
    pub(super) fn created(self, case: &Case<'_>) -> Option<u64> {
        let location = case.fields().ok()?.text(Known::Location).filter(|_| case.number() == 201)?;
        let (own, _) = parts(case, case.target().ok()?);
        let (host, path) = match location.split_once("://") {
            Some((_, rest)) => split_authority(rest),
            None if location.starts_with('/') => (own, location),
            None => return None,
        };
        Some(hash(&(&host, path)))
    }
}

fn parts<'a>(case: &Case<'a>, target: &'a str) -> (String, &'a str) {
    match target.split_once("://") {
        Some((_, rest)) => split_authority(rest),
        None => {
            let host = case.request().ok().and_then(|request| request.text(Known::Host));
            (host.unwrap_or_default().to_ascii_lowercase(), target)
        }
    }
}

fn split_authority(rest: &str) -> (String, &str) {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let path = path.split('#').next().unwrap_or_default();
    (host.to_ascii_lowercase(), if path.is_empty() { "/" } else { path })
}

fn client(case: &Case<'_>) -> Option<u64> {
    let request = case.request().ok()?;
    let lines: Vec<&[u8]> = [Known::Authorization, Known::Cookie]
        .iter()
        .flat_map(|field| request.lines(*field))
        .map(|line| line.value)
        .collect();
    (!lines.is_empty()).then(|| hash(&lines))
}

/// `/orders/17?x` → `/orders/*`
fn masked(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let mask = |segment: &str| {
        let is_identifier = segment.bytes().any(|byte| byte.is_ascii_digit()) && !is_version(segment);
        if is_identifier || segment.len() > 30 { "*".to_owned() } else { segment.to_owned() }
    };
    path.split('/').map(mask).collect::<Vec<_>>().join("/")
}

/// `v1`, `v2.1`
fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix('v')
        .is_some_and(|rest| rest.len() <= 4 && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

pub(super) fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
