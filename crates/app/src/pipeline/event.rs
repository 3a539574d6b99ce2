//! All that can happen to the pipeline.

use std::sync::Arc;

use statusquo_serve::Request;

use crate::delivery::News;
use crate::following;
use crate::loaded::Loaded;
use crate::otlp::Heard;
use crate::probing::Report;

/// All that can happen to the pipeline. It wakes on nothing else.
#[derive(Debug)]
pub(crate) enum Event {
    /// The probing thread has something to tell.
    Probing(Report),
    /// Somebody asks for something, in the browser, over the API or on the command line.
    Request(Request),
    /// The configuration has changed, and the new one is good.
    Configured(Arc<Loaded>),
    /// Readers of real traffic have something to hand on.
    Following(following::Report),
    /// An application told something.
    Heard(Heard),
    /// Somebody looked at the status page of a third party.
    Party(crate::parties::Report),
    /// A receiver took a message, or did not.
    Delivery(News),
}
