//! Server errors.

use crate::rule::Check;

pub(super) const CHECKS: &[Check] = &[];
