//! The HTTP probe: HTTP/1.1 and HTTP/2, over TCP and TLS, on a fresh connection each time.
//!
//! `prober` goes from hop to hop, `asking` through the steps of one: `dial` opens a connection, `proxy` a tunnel,
//! `tls` makes it safe and judges the chain, `request` builds what is asked, `content` gives its content when it is time,
//! `http1` and `http2` ask. `tape` and
//! `sight` remember what was seen, `redirect` says where to go next.

mod asking;
mod chain;
mod content;
mod decode;
pub(crate) mod dial;
mod fault;
mod head;
mod http1;
mod http2;
mod oauth;
mod prober;
mod proxy;
mod redirect;
mod request;
mod secret;
mod sight;
mod spec;
mod tape;
mod tls;
mod wire;

pub(crate) use asking::unresolved;
pub(crate) use fault::Fault;
pub(crate) use tls::TlsSettings;

pub use decode::{DecodeError, MOST_DECODED, decoded};
pub use prober::{Probed, Prober};
pub use secret::{hide_in_url, redact};
pub use spec::{
    Auth, ClientCertificate, ClientCredentials, ConnectTo, HttpSpec, HttpVersion, Limits, Login, Proxy,
    Redirects, SecretPlacement, Sending, SpecError, Trust,
};
