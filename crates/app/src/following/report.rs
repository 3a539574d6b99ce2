//! What readers hand on.

use statusquo_exchange::Name;
use statusquo_serve::SourceView;
use statusquo_slo::kept::{Layer, Row};
use statusquo_slo::traffic::Batch;
use statusquo_store::Checkpoint;
use tokio::sync::oneshot;

use super::gate::Place;

/// What readers hand on.
#[derive(Debug)]
pub(crate) enum Report {
    /// What was read and counted.
    Read(Box<Read>),
    /// How a source is, and what it met.
    Source(Box<SourceView>),
}

/// What was read and counted of a source. All of it is saved together, or none.
#[derive(Debug)]
pub(crate) struct Read {
    /// The service whose traffic it is.
    pub(crate) service: Name,
    /// Who saw it.
    pub(crate) layer: Layer,
    /// What was counted, by minute.
    pub(crate) batches: Vec<Batch>,
    /// Those that are kept one by one, and how many more there was no room for.
    pub(crate) rows: (Vec<Row>, u64),
    /// How far the source was read by that.
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// Is free again when it is saved: readers do not run ahead of the disk.
    pub(crate) place: Option<Place>,
    /// Is told when it is saved. Without that, saving may take its time.
    pub(crate) saved: Option<oneshot::Sender<()>>,
}
