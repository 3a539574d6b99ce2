//! Detectors: what is out of the usual in the traffic of a service, and what is likely behind it.
//!
//! [`Detector::watch`] takes one minute after the other and answers with alarms: raised, changed, over. It decides and
//! does nothing; the same minutes give the same alarms.

mod blame;
mod detector;
mod diagnosis;
mod flood;
mod group;
mod patience;
mod rate;
mod recent;
mod suspect;
mod suspects;
mod threshold;
mod tuning;
mod volume;
mod watched;
mod words;

pub use detector::Detector;
pub use diagnosis::Diagnosis;
pub use group::Group;
pub use threshold::{Limit, Place, Threshold};
pub use tuning::{EndpointTuning, Sensitivity, Tuning};
