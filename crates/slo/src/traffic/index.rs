//! Finds entries of a list by their hash.

/// Where in a list the entry with a hash stands. What the entries are made of stays in the list alone: nothing has to be
/// copied to be looked up.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// A power of two of them, at most half of them taken.
    slots: Vec<Slot>,
    len: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    /// One more than the place in the list; 0 for none.
    place: u32,
}

impl Index {
    /// The place of the entry with this hash that `is_it`.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = start(hash, mask);
        loop {
            let slot = self.slots.get(at)?;
            let place = (slot.place as usize).checked_sub(1)?;
            if slot.hash == hash && is_it(place) {
                return Some(place);
            }
            at = (at + 1) & mask;
        }
    }

    /// Remembers the place of a new entry.
    pub(super) fn insert(&mut self, hash: u64, place: usize) {
        if (self.len + 1) * 2 > self.slots.len() {
            let grown = vec![Slot::default(); (self.slots.len() * 2).max(64)];
            let old = std::mem::replace(&mut self.slots, grown);
            old.into_iter().filter(|slot| slot.place > 0).for_each(|slot| self.put(slot));
        }
        self.len += 1;
        self.put(Slot { hash, place: u32::try_from(place + 1).unwrap_or(u32::MAX) });
    }

    fn put(&mut self, slot: Slot) {
        let Some(mask) = self.slots.len().checked_sub(1) else { return };
        let mut at = start(slot.hash, mask);
        while self.slots.get(at).is_some_and(|taken| taken.place > 0) {
            at = (at + 1) & mask;
        }
        if let Some(free) = self.slots.get_mut(at) {
            *free = slot;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower bits are all that is wanted")]
const fn start(hash: u64, mask: usize) -> usize {
    hash as usize & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_also_when_their_hashes_are_the_same() {
        let mut index = Index::default();
        let list: Vec<u64> = (0..1_000).collect();
        for number in &list {
            let place = usize::try_from(*number).unwrap_or(0);
            assert_eq!(index.find(number % 7, |at| list.get(at) == Some(number)), None);
            index.insert(number % 7, place);
        }
        for number in &list {
            let found = index.find(number % 7, |at| list.get(at) == Some(number));
            assert_eq!(found, usize::try_from(*number).ok());
        }
    }
}
