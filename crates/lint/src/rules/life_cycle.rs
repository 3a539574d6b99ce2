//! Life cycle and attribution.

use crate::rule::Check;

pub(super) const CHECKS: &[Check] = &[];
