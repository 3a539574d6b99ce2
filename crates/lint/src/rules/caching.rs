//! Caching.

use crate::rule::Check;

pub(super) const CHECKS: &[Check] = &[];
