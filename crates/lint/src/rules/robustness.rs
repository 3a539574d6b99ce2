//! Answers to broken requests.

use crate::rule::Check;

pub(super) const CHECKS: &[Check] = &[];
