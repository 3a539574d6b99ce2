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
        self.add_behind(0, key, count);
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
        self.add_sorted(other.iter());
    }

    /// Adds counts that come in order. Most of them stand right behind the one before.
    pub(crate) fn add_sorted(&mut self, others: impl Iterator<Item = (K, u64)>) {
        let mut from = 0;
        for (key, count) in others {
            from = match self.entries.get_mut(from) {
                Some((known, so_far)) if *known == key => {
                    *so_far = so_far.saturating_add(count);
                    from
                }
                Some(_) | None => self.add_behind(from, key, count),
            } + 1;
        }
    }

    /// Adds to a key that is not among so many first ones; where it stands.
    fn add_behind(&mut self, from: usize, key: K, count: u64) -> usize {
        let behind = self.entries.get(from..).unwrap_or_default();
        match behind.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(at) => {
                if let Some((_, so_far)) = self.entries.get_mut(from + at) {
                    *so_far = so_far.saturating_add(count);
                }
                from + at
            }
            Err(at) => {
                self.entries.insert(from + at, (key, count));
                from + at
            }
        }
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
