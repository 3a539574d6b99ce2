//! A status code that is easily taken for another.

use crate::StatusCode;

/// A status code that is easily taken for the one at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LookAlike {
    /// The other code.
    pub code: StatusCode,
    /// What the other code says instead: words without a full stop, such as `everyone is affected`.
    pub difference: &'static str,
}

impl LookAlike {
    pub(crate) const fn new(code: u16, difference: &'static str) -> Self {
        Self { code: StatusCode::new(code), difference }
    }
}
