//! Addresses that were found a short while ago.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Family;

/// Nothing is kept for longer, whatever its time to live: a monitor should notice a change soon.
const LONGEST: Duration = Duration::from_secs(60);

/// Entries at most.
const ENTRIES: usize = 16_384;

type Key = (String, Family);

/// Addresses that were found a short while ago. What was not found is asked for again each time.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<HashMap<Key, Entry>>);

#[derive(Debug)]
struct Entry {
    addresses: Arc<[IpAddr]>,
    until: Instant,
}

impl Cache {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<[IpAddr]>> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(key).filter(|entry| Instant::now() < entry.until)?;
        Some(Arc::clone(&entry.addresses))
    }

    pub(super) fn put(&self, key: Key, addresses: Arc<[IpAddr]>, lifetime: Duration) {
        let now = Instant::now();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES {
            entries.retain(|_, entry| now < entry.until);
        }
        if entries.len() < ENTRIES {
            entries.insert(key, Entry { addresses, until: now + lifetime.min(LONGEST) });
        }
    }
}
