//! Slack's signatures (api.slack.com/authentication/verifying-requests-from-slack): HMAC-SHA256 over version, time and
//! content.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// An older request is a repetition, and so is one from the future.
const WINDOW_SECONDS: u64 = 5 * 60;

/// Was this request signed with this secret, and lately? Compares in constant time.
pub(super) fn verify(
    secret: &str,
    (timestamp, signature): (&str, &str),
    content: &str,
    now: Timestamp,
) -> bool {
    let Ok(at) = timestamp.parse::<i64>() else { return false };
    let Some(signature) = signature.strip_prefix("v0=").and_then(bytes) else { return false };
    if now.as_second().abs_diff(at) > WINDOW_SECONDS {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(format!("v0:{timestamp}:{content}").as_bytes());
    mac.verify_slice(&signature).is_ok()
}

/// Bytes written as two hexadecimal digits each.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs
        .remainder()
        .is_empty()
        .then(|| pairs.map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
    const CONTENT: &str = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const SIGNED: (&str, &str) =
        ("1531420618", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The example of Slack's documentation.
    #[test]
    fn the_reference_example_comes_out() {
        assert!(verify(SECRET, SIGNED, CONTENT, at(1_531_420_618)));
        assert!(!verify("another", SIGNED, CONTENT, at(1_531_420_618)));
        assert!(!verify(SECRET, SIGNED, &CONTENT[1..], at(1_531_420_618)));
    }

    #[test]
    fn a_request_is_good_for_five_minutes() {
        for (seconds, expect) in [(-301, false), (-300, true), (300, true), (301, false)] {
            assert_eq!(verify(SECRET, SIGNED, CONTENT, at(1_531_420_618 + seconds)), expect, "{seconds}");
        }
        assert!(!verify(SECRET, ("1531420619", SIGNED.1), CONTENT, at(1_531_420_618)));
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        for signature in ["", "v0=", "v0=zz", "v0=a21", "v1=a2114d57", "a2114d57"] {
            assert!(!verify(SECRET, (SIGNED.0, signature), CONTENT, at(1_531_420_618)), "{signature}");
        }
        assert!(!verify(SECRET, ("now", SIGNED.1), CONTENT, at(1_531_420_618)));
    }
}
