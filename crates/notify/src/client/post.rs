//! What is posted.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// What is posted.
pub(crate) struct Post {
    pub(super) fields: Vec<(String, String)>,
    pub(super) media_type: String,
    pub(super) content: String,
}

impl Post {
    /// JSON.
    pub(crate) fn json(content: String) -> Self {
        Self::new("application/json; charset=utf-8", content)
    }

    /// A form, as browsers send it.
    pub(crate) fn form(pairs: &[(&str, &str)]) -> Self {
        let content = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Self::new("application/x-www-form-urlencoded", content)
    }

    /// Content of any type.
    pub(crate) fn new(media_type: &str, content: String) -> Self {
        Self { fields: Vec::new(), media_type: media_type.to_owned(), content }
    }

    /// With this header field too.
    pub(crate) fn with(mut self, name: &str, value: String) -> Self {
        self.fields.push((name.to_owned(), value));
        self
    }

    /// Signed in as `scheme` does it: `Bearer`, `GenieKey`.
    pub(crate) fn authorized(self, scheme: &str, secret: &SecretString) -> Self {
        self.with("authorization", format!("{scheme} {}", secret.expose_secret()))
    }

    /// Signed in with user name and password (RFC 7617).
    pub(crate) fn basic(self, user: &str, password: &SecretString) -> Self {
        let pair = format!("{user}:{}", password.expose_secret());
        self.with("authorization", format!("Basic {}", BASE64_STANDARD.encode(pair)))
    }
}
