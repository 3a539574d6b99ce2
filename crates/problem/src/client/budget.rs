//! How many requests may be sent again.

/// How many requests may be sent again, so that an outage is not made worse: each request that is sent earns a share of
/// a retry, and only so much is saved up.
///
/// ```
/// use statusquo_problem::client::Budget;
///
/// let mut budget = Budget::new(10, 1);
/// assert!(budget.spend());
/// assert!(!budget.spend());
/// (0..10).for_each(|_| budget.earn());
/// assert!(budget.spend());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// In hundredths of a retry, like the others.
    left: u64,
    most: u64,
    earned: u64,
}

const RETRY: u64 = 100;

impl Budget {
    /// For each hundred requests so many retries, of which so many are saved up. It begins with as many.
    #[must_use]
    pub const fn new(percent: u32, most_saved: u32) -> Self {
        let most = most_saved as u64 * RETRY;
        Self { left: most, most, earned: percent as u64 }
    }

    /// A request is sent for the first time.
    pub fn earn(&mut self) {
        self.left = (self.left + self.earned).min(self.most);
    }

    /// Takes a retry, if there is one.
    pub const fn spend(&mut self) -> bool {
        let is_enough = self.left >= RETRY;
        if is_enough {
            self.left -= RETRY;
        }
        is_enough
    }
}

/// One retry for ten requests, and one saved up: an outage then adds a tenth to the usual load, and a half
/// in the second in which all clients notice it (`tests/storm.rs`). Clients that send many requests at once may want to save up more.
impl Default for Budget {
    fn default() -> Self {
        Self::new(10, 1)
    }
}
