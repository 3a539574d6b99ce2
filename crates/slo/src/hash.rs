//! A quick hash for tables that only ever hold what is about to be forgotten.

use std::hash::{BuildHasherDefault, Hasher};

use crate::short::last_word;

/// Multiplies and rotates eight bytes at a time. Strangers choose paths: the tables that use it are small and bounded,
/// so that a flood of collisions costs a batch some time and nothing else.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Quick(u64);

/// Makes [`Quick`] hashers.
pub(crate) type BuildQuick = BuildHasherDefault<Quick>;

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

impl Quick {
    #[inline]
    const fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for Quick {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        self.mix(last_word(bytes, rest) ^ ((bytes.len() as u64) << 56));
    }

    fn write_u8(&mut self, byte: u8) {
        self.mix(u64::from(byte));
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.mix(word);
    }

    fn write_usize(&mut self, word: usize) {
        self.mix(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
