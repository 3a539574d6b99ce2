//! Twilio's signatures (twilio.com/docs/usage/security, "Validating requests"): HMAC-SHA1 over the URL followed by the
//! form's pairs, sorted by name, without anything in between.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// Was this request signed with this token? Compares in constant time.
pub(super) fn verify(token: &str, url: &str, pairs: &[(String, String)], signature: &str) -> bool {
    let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token.as_bytes());
    hmac::verify(&key, signed(url, pairs).as_bytes(), &signature).is_ok()
}

fn signed(url: &str, pairs: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = pairs.iter().collect();
    sorted.sort();
    sorted.iter().fold(url.to_owned(), |text, (name, value)| text + name + value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Twilio's documentation.
    #[test]
    fn the_reference_example_comes_out() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let pairs = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert!(verify("12345", url, &pairs, signature));
        assert!(!verify("12346", url, &pairs, signature));
        assert!(!verify("12345", "https://mycompany.com/myapp.php?foo=1", &pairs, signature));
        assert!(!verify("12345", url, &pairs[1..], signature));
        assert!(!verify("12345", url, &pairs, ""));
    }
}
