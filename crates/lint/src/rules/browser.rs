//! Browsers: CORS, cookies, transport security.

use crate::rule::Check;

pub(super) const CHECKS: &[Check] = &[];
