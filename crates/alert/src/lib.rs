//! From observations to incidents and notifications.
//!
//! A pure room: no clock, no I/O. [`Engine::apply`] takes one [`Input`] and the time, and returns the
//! [`Effect`]s that its owner has to carry out: records to save, notifications to send, probes to repeat.
//! Feeding it the same inputs again gives the same effects, so any history can be replayed.

mod alarm;
mod cause;
mod command;
mod detect;
mod effect;
mod engine;
mod escalation;
mod expectation;
mod gate;
mod heartbeat;
mod incident;
mod judgement;
mod ledger;
mod likely;
mod maintenance;
mod notification;
mod observation;
mod policy;
mod retry_after;
mod silence;
mod state;
mod time;
mod watch;
mod why;

pub use alarm::{Alarm, AlarmKind, AlarmState};
pub use cause::{Cause, CauseKind, Family, Severity, TrafficCause};
pub use command::{Command, CommandError, Who};
pub use detect::{Detector, Diagnosis, EndpointTuning, Group, Limit, Place, Sensitivity, Threshold, Tuning};
pub use effect::Effect;
pub use engine::{Engine, Input, Restored, Setup};
pub use escalation::{Escalated, EscalationStep};
pub use expectation::{Expectation, Expectations, FieldExpectation, JsonExpectation, StatusExpectation};
pub use heartbeat::{Heartbeat, Schedule};
pub use incident::{Entry, EntryKind, Incident, IncidentNumber, Phase, Subject, Told};
pub use judgement::{judge_certificate, judge_failure};
pub use likely::{Dependency, Deploy, Likely, Trouble};
pub use maintenance::{Maintenance, Recurrence, Scope};
pub use notification::{Brief, Notice, Notification};
pub use observation::{Observation, Verdict};
pub use policy::{Gating, Policy, Quorum, Receiver};
pub use retry_after::retry_after;
pub use silence::{Silence, SilenceId};
pub use state::State;
pub use statusquo_exchange::OwnFault;
pub use watch::{WatchRecord, WatchState};
pub use why::{Because, Why, why};
