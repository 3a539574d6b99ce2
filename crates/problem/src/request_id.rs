//! The id of a request: what a client tells support, and what leads support to the log.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderName, HeaderValue};

/// The field of requests and responses that holds it.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: what a client tells support, and what leads support to the log.
///
/// It is short and holds nothing that could do harm in a log, a terminal, a page or a header field:
///
/// ```
/// use statusquo_problem::RequestId;
///
/// assert!(RequestId::parse("01HXZ-8f3c1a90").is_some());
/// assert!(RequestId::parse("a\r\nset-cookie: b").is_none());
/// assert!(RequestId::parse("<script>").is_none());
/// assert!(RequestId::parse(&"a".repeat(129)).is_none());
/// assert_ne!(RequestId::generate(), RequestId::generate());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// The longest id that is taken from others, in bytes.
    pub const LONGEST_BYTES: usize = 128;

    /// An id from outside, if it is harmless: letters, digits and `-_.~:+/=@`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_harmless = (1..=Self::LONGEST_BYTES).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~:+/=@".contains(&byte));
        HeaderValue::from_str(text).ok().filter(|_| is_harmless).map(Self)
    }

    /// A new id: unique, and telling nothing of the process, the time or the number of requests.
    #[must_use]
    pub fn generate() -> Self {
        /// Keys from the system's randomness, once for the process.
        static KEYS: LazyLock<[RandomState; 2]> = LazyLock::new(|| [RandomState::new(), RandomState::new()]);
        static COUNT: AtomicU64 = AtomicU64::new(0);
        const DIGITS: &[u8; 16] = b"0123456789abcdef";

        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut text = [b'0'; 32];
        let halves = KEYS.iter().map(|key| key.hash_one(count));
        for (half, digits) in halves.zip(text.chunks_exact_mut(16)) {
            for (place, digit) in digits.iter_mut().enumerate() {
                let nibble = usize::try_from((half >> (place * 4)) & 0xf).unwrap_or_default();
                *digit = DIGITS.get(nibble).copied().unwrap_or(b'0');
            }
        }
        HeaderValue::from_bytes(&text).map_or_else(|_| Self(HeaderValue::from_static("unknown")), Self)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// The id as the value of a field.
    #[must_use]
    pub const fn value(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
