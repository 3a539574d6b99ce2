//! Some bytes of a file, to know it again.

use serde::{Deserialize, Serialize};

/// So many bytes at the beginning of a file and before the place that was reached are compared.
pub(super) const PRINT_BYTES: usize = 1024;

/// How many bytes, and their hash (FNV-1a, 64 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Print {
    length: u16,
    hash: u64,
}

impl Print {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self { length: u16::try_from(bytes.len()).unwrap_or(u16::MAX), hash }
    }

    pub(super) fn length(self) -> usize {
        self.length.into()
    }
}
