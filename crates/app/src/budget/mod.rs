//! Error budgets as `serve` keeps them and the back-test plays them: what counts, and what is said when they burn.

pub(crate) mod burning;
pub(crate) mod counting;

pub(crate) use burning::alarm;
pub(crate) use counting::Event;
