//! Where exchanges come from: probes.
