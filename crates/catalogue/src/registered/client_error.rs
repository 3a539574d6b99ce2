//! Entries of one class.

use crate::Entry;

pub(super) const ENTRIES: &[Entry] = &[];
