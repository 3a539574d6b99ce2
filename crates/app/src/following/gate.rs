//! So many at a time.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Lets so many through at a time; threads wait for a place.
#[derive(Debug)]
pub(crate) struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place; to drop it makes it free.
#[derive(Debug)]
pub(crate) struct Place(Arc<Gate>);

impl Gate {
    /// A gate with so many places.
    pub(crate) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self { free: Mutex::new(places), freed: Condvar::new() })
    }

    /// Waits for a place.
    pub(crate) fn pass(self: &Arc<Self>) -> Place {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(free, |free| *free == 0);
        *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        Place(self.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
