//! How often each of a few things was seen.

/// How often each of a few things was seen, in order. A sorted list: it is read and merged by the thousand, and seldom
/// has more than some dozens of entries, so that one allocation counts for more than the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Counts<K> {
    entries: Vec<(K, u64)>,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<K: Ord + Copy> Counts<K> {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity) }
    }

    pub(crate) fn add(&mut self, key: K, count: u64) {
        match self.entries.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(at) => {
                if let Some((_, so_far)) = self.entries.get_mut(at) {
                    *so_far = so_far.saturating_add(count);
                }
            }
            Err(at) => self.entries.insert(at, (key, count)),
        }
    }

    /// Adds what belongs behind all others, and is not nothing. Says whether it does.
    pub(crate) fn append(&mut self, key: K, count: u64) -> bool {
        let fits = count > 0 && self.entries.last().is_none_or(|(last, _)| *last < key);
        if fits {
            self.entries.push((key, count));
        }
        fits
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        other.iter().for_each(|(key, count)| self.add(key, count));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (K, u64)> {
        self.entries.iter().copied()
    }

    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn total(&self) -> u64 {
        self.iter().fold(0, |sum, (_, count)| sum.saturating_add(count))
    }
}
