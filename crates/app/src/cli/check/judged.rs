//! What a probe found, and whether it is what was expected.

use statusquo_alert::StatusExpectation;
use statusquo_exchange::{Exchange, Outcome, StatusCode};
use statusquo_lint::{Answered, Ask};
use statusquo_source::http::Probed;
use url::Url;

use super::report::{failed, without_credentials};
use crate::cli::lint::{Missed, Open};

/// What a probe found, and whether it is what was expected.
#[derive(Debug)]
pub(super) struct Judged {
    /// What was asked.
    pub(super) url: Url,
    /// What was found.
    pub(super) probed: Probed,
    /// Further questions and their answers.
    pub(super) further: Vec<Further>,
    /// What no further question could decide.
    pub(super) open: Vec<Open>,
    /// What was expected, in words.
    pub(super) expected: String,
    /// Is it what was expected?
    pub(super) good: bool,
}

/// A further question and its answer.
#[derive(Debug)]
pub(super) struct Further {
    pub(super) ask: Ask,
    pub(super) exchange: Exchange,
}

impl Further {
    pub(super) fn answered(&self) -> Answered<'_> {
        Answered { ask: &self.ask, exchange: &self.exchange }
    }
}

impl Judged {
    /// Compares the last answer with what is expected.
    pub(super) fn new(url: Url, probed: Probed, expected: &StatusExpectation) -> Self {
        let status = probed.exchanges.last().and_then(Exchange::status);
        let as_expected = |code: StatusCode| match expected {
            StatusExpectation::Healthy => code.is_healthy(),
            StatusExpectation::In(codes) => codes.contains(code),
        };
        let words = match expected {
            StatusExpectation::Healthy => "2xx, as of a health check; --expect says otherwise".to_owned(),
            StatusExpectation::In(codes) => codes.to_string(),
        };
        Self {
            url,
            good: status.is_some_and(as_expected),
            probed,
            further: Vec::new(),
            open: Vec::new(),
            expected: words,
        }
    }

    /// What is not as it should be, whatever the rules say.
    pub(super) fn missed(&self) -> Option<Missed> {
        let exchange = self.exchange().filter(|_| !self.good)?;
        let url = without_credentials(&self.url);
        let (id, what) = match &exchange.outcome {
            Outcome::Answered(response) => {
                ("unexpected-status", format!("got {}, expected {}", response.status, self.expected))
            }
            Outcome::Failed { failure, .. } => ("no-answer", failed(exchange, failure.kind)),
        };
        Some(Missed { sentence: format!("{url}: {what}"), url, id })
    }

    /// The exchange that counts: the last one.
    pub(super) fn exchange(&self) -> Option<&Exchange> {
        self.probed.exchanges.last()
    }
}
