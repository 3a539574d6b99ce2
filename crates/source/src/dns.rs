//! The DNS probe: asks for the records of a name.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::{Failure, FailureKind};

use crate::http::unresolved;
use crate::looked::Looking;
use crate::{Looked, Resolver};

/// What the DNS probe asks.
#[derive(Debug, Clone)]
pub struct DnsSpec {
    /// The name.
    pub name: String,
    /// The type of record: `A`, `MX`, …
    pub record: String,
    /// Whom to ask instead of our own resolver: then its silence is the target's fault and not ours.
    pub resolver: Option<Resolver>,
    /// The time allowed.
    pub timeout: Duration,
}

/// Asks what `spec` says; each record is a fact `answer`, sorted. It is `now`.
pub async fn dns(resolver: &Resolver, spec: &DnsSpec, now: Timestamp) -> Looked {
    let asked = spec.resolver.as_ref().unwrap_or(resolver);
    let ask = async |looking: &mut Looking| {
        let answers = asked.lookup(&spec.name, &spec.record).await.map_err(unresolved)?;
        looking.looked.timing.resolve = Some(looking.elapsed());
        looking.looked.facts.extend(answers.into_iter().map(|answer| ("answer".to_owned(), answer)));
        Ok(())
    };
    let looked = Looking::new(now).within(spec.timeout, ask).await;
    match (&looked.blind, &spec.resolver) {
        (Some(blind), Some(_)) => {
            let (detail, after) = (blind.detail.clone(), looked.timing.total);
            let failure = Failure { kind: FailureKind::ResolveFailed, detail, after };
            Looked { failure: Some(failure), blind: None, ..looked }
        }
        (Some(_), None) | (None, _) => looked,
    }
}
