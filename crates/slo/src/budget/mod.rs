//! Objectives, error budgets and how fast they burn (Google SRE workbook, chapter 5).

mod burn;
mod objective;
mod timeline;

pub use burn::{Alarm, BurnRates, Pair, Policy, Reason, Urgency};
pub use objective::{Objective, ParseObjectiveError};
pub use timeline::{Counted, Timeline};
