//! Standard Webhooks signatures (github.com/standard-webhooks/standard-webhooks, spec, "Signature scheme").

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::SetupError;

/// What a secret looks like in Standard Webhooks: this, then base64.
const PREFIX: &str = "whsec_";

/// The bytes that sign.
pub(super) struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// `whsec_` and base64 stand for bytes; any other text is its own bytes.
    pub(super) fn new(secret: &SecretString) -> Result<Self, SetupError> {
        let text = secret.expose_secret();
        let bytes = match text.strip_prefix(PREFIX) {
            Some(encoded) => BASE64_STANDARD.decode(encoded).map_err(|_| SetupError::Secret)?,
            None => text.as_bytes().to_vec(),
        };
        Ok(Self(Zeroizing::new(bytes)))
    }

    fn sign(&self, signed: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(signed.as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The value of `webhook-signature`: one signature for each key, separated by spaces.
pub(super) fn sign(keys: &[Key], id: &str, timestamp: &str, content: &str) -> Option<String> {
    let signed = format!("{id}.{timestamp}.{content}");
    let signatures: Vec<String> = keys.iter().map(|key| key.sign(&signed)).collect();
    (!signatures.is_empty()).then(|| signatures.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> Key {
        Key::new(&secret.into()).unwrap()
    }

    /// The example of the Standard Webhooks libraries' own tests.
    #[test]
    fn the_reference_example_comes_out() {
        let keys = [key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
        let signature = sign(&keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signature.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn each_key_signs_in_rotation() {
        let (new, old) = (key("new"), key("old"));
        let one = |key: &Key| key.sign("i.1.c");
        let both = format!("{} {}", one(&new), one(&old));
        assert_ne!(one(&new), one(&old));
        assert_eq!(sign(&[new, old], "i", "1", "c"), Some(both));
        assert_eq!(sign(&[], "i", "1", "c"), None);
    }

    #[test]
    fn secrets_do_not_print() {
        assert_eq!(format!("{:?}", key("whsec_czNjcmV0")), "***");
        let error = Key::new(&"whsec_s3cret!".into()).unwrap_err();
        assert!(!error.to_string().contains("s3cret"));
    }
}
