//! Names of things that were found among paths.

use std::collections::HashSet;
use std::hash::BuildHasher;

use crate::hash::BuildQuick;

/// Names that are remembered.
const MOST: usize = 100_000;

/// Names of things that were found at one place: at another place, where there are few, they are known again. Their
/// hashes are enough.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    hashes: HashSet<u64, BuildQuick>,
}

impl Values {
    /// Remembers a name, as long as there is room.
    pub(super) fn insert(&mut self, name: &str) {
        if self.hashes.len() < MOST {
            self.hashes.insert(hash(name));
        }
    }

    /// Was it found somewhere?
    pub(super) fn contains(&self, name: &str) -> bool {
        self.hashes.contains(&hash(name))
    }
}

fn hash(name: &str) -> u64 {
    BuildQuick::default().hash_one(name)
}
