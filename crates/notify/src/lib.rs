//! Tells people: one notifier per module.
