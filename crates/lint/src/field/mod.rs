//! The grammars of field values, each parsed strictly and at most once for an exchange.

pub(crate) mod accept;
pub(crate) mod cache_control;
pub(crate) mod challenge;
pub(crate) mod content_range;
pub(crate) mod cookie;
pub(crate) mod date;
pub(crate) mod entity_tag;
pub(crate) mod grammar;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod media_type;
pub(crate) mod report;
pub(crate) mod structured;
pub(crate) mod uri;
pub(crate) mod websocket;

use std::ops::Range;

/// Where a field value breaks its grammar, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Which bytes of the value.
    pub(crate) bytes: Range<usize>,
    /// What is wrong with them: lower case, no full stop.
    pub(crate) why: &'static str,
}

impl Fault {
    pub(crate) const fn new(bytes: Range<usize>, why: &'static str) -> Self {
        Self { bytes, why }
    }
}
