//! Our JSON: what the API answers, what exchanges look like in files and in the store.
//!
//! Additive only: keys are added, never renamed or removed within `v1`.

mod announcement;
mod asked;
mod code;
mod deploy;
mod exchange;
mod finding;
mod incident;
mod lint;
mod monitor;
mod octets;
mod others;
mod party;
pub(crate) mod public;
mod request;
mod slo;
mod source;
mod tls;
mod token;
mod top;
mod why;

pub use announcement::{AnnouncementWire, AnnouncementsWire, StatusFile, StatusFiles, UpdateWire};
pub use asked::{AskedCorrection, AskedNote, AskedSilence};
pub use code::{CodeUsageWire, CodeWire, EndpointUsageWire, FieldWire, LookAlikeWire};
pub use deploy::{AskedDeploy, DeployWire, Deploys};
pub use exchange::{ExchangeWire, MalformedExchange, exchange_json, parse_exchange};
pub use finding::{FindingWire, JudgementWire};
pub use incident::{CauseWire, DeliveryWire, EntryWire, IncidentWire, NotificationWire, TrafficCauseWire};
pub use lint::{BrokenWire, LintWire, RuleWire};
pub use monitor::{MonitorWire, ProbeWire, TallyWire, answer_word, mark_word};
pub use others::{
    AuditWire, Codes, DeedWire, Done, Incidents, Monitors, Planned, ReceiverWire, Receivers, Samples,
    SilenceWire, Silences, StatusWire, Tested,
};
pub use party::{Parties, PartyPartWire, PartyReportWire, PartyWire};
pub(crate) use request::called;
pub use request::{HopWire, RequestWire, Requests};
pub use slo::{BurnWire, CorrectionWire, Corrections, SloWire, Slos, SpentWire};
pub(crate) use slo::{period as period_in_words, scope as scope_in_words, urgency as urgency_in_words};
pub use source::{BadLine, SourceWire, Sources};
pub(crate) use token::MadeToken;
pub use token::{AskedToken, TokenWire, Tokens};
pub use top::{Top, TopCode, TopEndpoint, TopTrouble};
pub use why::{WhyWire, Whys};

use std::time::Duration;

/// Milliseconds with three decimals: what durations are in our JSON.
#[expect(clippy::cast_precision_loss, reason = "durations of days have fewer than 52 bits of microseconds")]
pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// The duration that [`millis`] wrote; what cannot be one is none.
pub(crate) fn duration(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis / 1000.0).map_or(Duration::ZERO, |d| {
        // To the microsecond, so that what was written comes back.
        let micros = (d.as_nanos() + 500) / 1000;
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    })
}
