//! Objectives, error budgets and how fast they burn (Google SRE workbook, chapter 5).

mod burn;
mod episode;
mod error_budget;
mod indicator;
mod objective;
mod period;
mod run;
mod slo;
mod timeline;

pub use burn::{Alarm, BurnRates, Pair, Policy, Reason, Urgency};
pub use episode::{Correction, Episode};
pub use error_budget::{Change, ErrorBudget, Standing};
pub use indicator::{Codes, Indicator};
pub use objective::{Objective, ParseObjectiveError};
pub use period::{CalendarUnit, Period};
pub use slo::{Scope, Slo, is_route};
pub use timeline::{Counted, Timeline};
