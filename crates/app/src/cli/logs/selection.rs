//! Which lines count.

use statusquo_catalogue::CodeSet;

/// Which lines count.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Selection {
    /// From this second on.
    pub(in crate::cli) since: Option<i64>,
    /// Up to this second.
    pub(in crate::cli) until: Option<i64>,
    /// Only these status codes.
    pub(in crate::cli) codes: Option<CodeSet>,
}

impl Selection {
    /// Does a request of that second with that status count?
    pub(super) fn wants(&self, at: i64, status: u16) -> bool {
        self.since.is_none_or(|since| at >= since)
            && self.until.is_none_or(|until| at < until)
            && self.codes.as_ref().is_none_or(|codes| codes.contains(status.into()))
    }
}
