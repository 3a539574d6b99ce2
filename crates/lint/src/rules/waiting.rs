//! Rate limits and waiting.

use crate::rule::Check;

pub(super) const CHECKS: &[Check] = &[];
