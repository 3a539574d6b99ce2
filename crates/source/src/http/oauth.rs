//! Tokens by the client credentials grant (RFC 6749, 4.4), fetched when needed and kept while they last.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use statusquo_exchange::{Content, Exchange, OwnFault};

use super::chain::Fingerprint;
use super::spec::{Auth, ClientCredentials, HttpSpec, Login, Redirects, SecretPlacement};
use crate::blind::Blind;

/// How many tokens are kept.
const TOKENS: usize = 4096;

/// A token that says nothing of its end is asked for again after this.
const UNSTATED: Duration = Duration::from_secs(300);

/// The tokens of a process. Probes that need the same token wait for one fetch.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<Fingerprint, Slot>>);

/// Where one token is, or will be.
pub(crate) type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

/// A token and until when it is used.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) value: SecretString,
    until: Timestamp,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(***)")
    }
}

impl Tokens {
    /// The place of the token for these credentials.
    pub(crate) fn slot(&self, credentials: &ClientCredentials) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= TOKENS {
            slots.clear();
        }
        Arc::clone(slots.entry(fingerprint(credentials)).or_default())
    }

    /// Forgets the token for these credentials: the target did not take it.
    pub(crate) fn forget(&self, credentials: &ClientCredentials) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&fingerprint(credentials));
    }
}

impl Token {
    /// Will it still be taken?
    pub(crate) fn is_good_at(&self, now: Timestamp) -> bool {
        now < self.until
    }
}

fn fingerprint(credentials: &ClientCredentials) -> Fingerprint {
    let mut hash = Sha256::new();
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    for part in [
        credentials.token_url.as_str(),
        &credentials.client_id,
        credentials.client_secret.expose_secret(),
        &optional(&credentials.scope),
        &optional(&credentials.audience),
    ] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The question to the token endpoint, asked on the same way as the target.
pub(crate) fn question(spec: &HttpSpec, credentials: &ClientCredentials) -> HttpSpec {
    let (id, secret) = (&credentials.client_id, credentials.client_secret.expose_secret());
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.extend_pairs(credentials.scope.iter().map(|scope| ("scope", scope)));
    form.extend_pairs(credentials.audience.iter().map(|audience| ("audience", audience)));
    let auth = match credentials.placement {
        SecretPlacement::Authorization => {
            // Both parts are form-encoded first (RFC 6749, 2.3.1).
            let encode =
                |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            Some(Auth::Basic(Login { user: encode(id), password: encode(secret).into() }))
        }
        SecretPlacement::Content => {
            form.append_pair("client_id", id).append_pair("client_secret", secret);
            None
        }
    };
    let fields = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
    HttpSpec {
        method: Method::POST,
        fields: fields.into_iter().collect(),
        content: Bytes::from(form.finish()),
        redirects: Redirects::None,
        auth,
        trust: spec.trust.clone(),
        client_certificate: spec.client_certificate.clone(),
        proxy: spec.proxy.clone(),
        family: spec.family,
        timeout: spec.timeout,
        ..HttpSpec::get(spec.monitor.clone(), credentials.token_url.clone())
    }
}

/// A token response (RFC 6749, 5.1), and the error of one that is none (5.2).
#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    expires_in: Option<Seconds>,
    error: Option<String>,
}

/// Some servers send the number as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(String),
}

/// Reads the answer of the token endpoint.
pub(crate) fn token(exchange: &Exchange, now: Timestamp) -> Result<Token, Blind> {
    let refused = |why: String| Err(Blind::new(OwnFault::Credentials, format!("the token endpoint {why}")));
    if let Some(failure) = exchange.failure() {
        return refused(format!("{}: {}", failure.kind.in_words(), failure.detail));
    }
    let content = exchange.response().map(|response| &response.content).and_then(Content::bytes);
    let answer = content.and_then(|content| serde_json::from_slice::<Answer>(content).ok());
    let code = exchange.status().map_or(0, |status| status.get());
    match answer {
        Some(Answer { access_token: Some(value), expires_in, .. }) if code == 200 => {
            Ok(Token { value: value.into(), until: now.checked_add(lifetime(expires_in)).unwrap_or(now) })
        }
        Some(Answer { error: Some(error), .. }) => {
            refused(format!("answers {code} with the error `{error}`"))
        }
        Some(_) | None => refused(format!("answers {code} without a token")),
    }
}

/// How long to use a token: a tenth less than it lasts, but not more than half a minute less.
fn lifetime(stated: Option<Seconds>) -> Duration {
    let seconds = match stated {
        Some(Seconds::Number(seconds)) => Some(seconds),
        Some(Seconds::Text(text)) => text.trim().parse().ok(),
        None => None,
    };
    let lasts = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(UNSTATED);
    lasts - (lasts / 10).min(Duration::from_secs(30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_given_up_a_little_before_its_end() {
        let seconds = |stated| lifetime(stated).as_secs();
        assert_eq!(seconds(Some(Seconds::Number(3600.0))), 3570);
        assert_eq!(seconds(Some(Seconds::Text("60".into()))), 54);
        assert_eq!(seconds(Some(Seconds::Number(-1.0))), 270);
        assert_eq!(seconds(None), 270);
    }
}
