//! What a request is called.

/// What a request or its trace is called, in 64 bits: to look it up, and to decide whether it belongs to the sample. Ids
/// compare without regard to case and hyphens, since a UUID or a trace id is written in several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    /// The id in 64 bits; `None` for no id.
    #[must_use]
    pub fn of(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let mut bits = 0xcbf2_9ce4_8422_2325_u64;
        let mut is_empty = true;
        for byte in text.iter().filter(|byte| **byte != b'-') {
            bits = (bits ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3);
            is_empty = false;
        }
        (!is_empty).then(|| Self(mixed(bits)))
    }

    /// As a number for the store.
    #[must_use]
    pub const fn to_number(self) -> i64 {
        self.0.cast_signed()
    }

    /// A number that depends on it and a seed alone.
    pub(super) const fn dice(self, seed: u64) -> u64 {
        mixed(self.0 ^ seed)
    }
}

/// The finish of splitmix64: each bit depends on all.
const fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
