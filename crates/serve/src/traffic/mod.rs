//! Real traffic as pages show it: by column of time, with what is unusual, endpoint by endpoint.

mod asking;
mod endpoints;
mod grid;
mod trouble;
mod unusual;
mod usage;

pub(crate) use asking::Usages;
pub(crate) use endpoints::EndpointRow;
pub(crate) use trouble::{NEWEST_SECONDS, Trouble, expected};
pub(crate) use unusual::{Level, level};
pub(crate) use usage::{Before, Usage, UsageRow};

use statusquo_catalogue::Class;
use statusquo_slo::Answer;

/// How an answer counts at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Answered as it should be, or sent elsewhere.
    Fine,
    /// The client's fault.
    Client,
    /// The server's fault, or no answer at all.
    Server,
}

/// How an answer counts. What nobody knows counts as fine: it accuses nobody.
pub(crate) fn kind(answer: Answer) -> Kind {
    match answer {
        Answer::Status(code) => match code.class() {
            Class::ClientError => Kind::Client,
            Class::ServerError => Kind::Server,
            Class::Informational | Class::Successful | Class::Redirection | Class::OutOfRange => Kind::Fine,
        },
        Answer::Failure(_) => Kind::Server,
        Answer::None => Kind::Fine,
    }
}
