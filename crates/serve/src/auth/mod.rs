//! Who asks, and what they may do.

mod attempts;
mod caller;
mod gate;
mod people;
mod sign_in;
mod tokens;

pub(crate) use attempts::Attempts;
pub(crate) use caller::{Caller, Via};
pub(crate) use gate::{gate, known_host};
pub(crate) use people::People;
pub(crate) use sign_in::{show, sign_in, sign_out};
pub use tokens::{BadName, check_name, new_secret};
pub(crate) use tokens::{Made, one_of as one_token};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 256 random bits, as text.
#[expect(clippy::panic, reason = "a process without random bytes cannot keep anybody out")]
pub(crate) fn random_text() -> String {
    let mut random = [0; 32];
    if let Err(error) = getrandom::fill(&mut random) {
        panic!("the system gives no random bytes: {error}");
    }
    BASE64_URL_SAFE_NO_PAD.encode(random)
}

/// The hash under which tokens and sessions are stored. They are random, so a fast one is enough.
fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Compares without telling by its time where the difference is.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}
