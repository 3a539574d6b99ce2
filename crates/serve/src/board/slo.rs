//! An objective and how its budget stands.

use statusquo_slo::budget::{BurnRates, Episode, Pair, Slo, Standing};
use statusquo_store::Corrected;

/// An objective and how its budget stands.
#[derive(Debug, Clone, PartialEq)]
pub struct SloView {
    /// What is promised.
    pub slo: Slo,
    /// How its budget stands.
    pub standing: Standing,
    /// How fast it burns in the windows of each pair, and whether the pair fires.
    pub burning: Vec<(Pair, BurnRates, bool)>,
    /// What spent it, the dearest first.
    pub spending: Vec<Spent>,
    /// How much of it was left in the course of the period, oldest first: 1 is all of it.
    pub burn_down: Vec<f64>,
    /// What somebody took out of its account, the newest first, those that were put back included.
    pub corrections: Vec<Corrected>,
}

/// What a stretch of bad events cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Spent {
    /// The stretch.
    pub episode: Episode,
    /// The share of the whole budget.
    pub share: f64,
    /// When it is forgotten, in seconds since 1970.
    pub forgotten: i64,
}
