//! The table of unofficial codes.

use super::Unofficial;

/// Every unofficial code that the catalogue knows, in order; where two overlap, the narrower comes first.
pub static UNOFFICIAL: &[Unofficial] = &[];
