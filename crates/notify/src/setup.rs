//! Why a receiver cannot be set up.

/// Why a receiver cannot be set up. None of the texts holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The URL cannot be used.
    #[error("the URL {0}")]
    Url(&'static str),
    /// The certificate authority cannot be used.
    #[error("the CA file {0}")]
    Ca(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// The webhook's secret cannot be used.
    #[error("the webhook's secret begins with `whsec_`, but what follows is not base64")]
    Secret,
    /// An email address cannot be used.
    #[error("`{0}` is not an email address that we can send from or to")]
    Address(String),
    /// There is nobody to send to.
    #[error("there is no address to send to")]
    NoRecipient,
    /// A password would go over the network unprotected.
    #[error("a password is never sent without TLS to another machine")]
    PlainPassword,
}
