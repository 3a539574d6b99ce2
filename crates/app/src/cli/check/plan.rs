//! What `check --deep` is going to ask.

use statusquo_exchange::Exchange;
use statusquo_lint::{Ask, Leave, questions};
use statusquo_source::http::{HttpSpec, hide_in_url};
use statusquo_source::openapi::Description;
use url::Url;

use super::made;
use crate::cli::lint::Open;

/// What is going to be asked.
pub(super) struct Plan {
    /// The questions, in order: some thirty at most.
    pub(super) asks: Vec<Ask>,
    /// Rules that no question can decide here, though there is leave.
    pub(super) open: Vec<Open>,
    /// Why there are no questions, if there are none.
    pub(super) why_none: &'static str,
}

impl Plan {
    /// What the answer to the first question makes worth asking.
    pub(super) fn new(
        first: &HttpSpec,
        exchange: &Exchange,
        leave: Leave,
        described: Option<&Description>,
    ) -> Self {
        let why_none = "it takes a GET that was answered with 200";
        let Some(exchange) = of_first(first, exchange) else {
            let why_none = "the answer came from another origin, and only the one that was named is asked";
            return Self { asks: Vec::new(), open: Vec::new(), why_none };
        };
        let mut plan = Self { asks: questions(&exchange, leave), open: Vec::new(), why_none };
        if leave.allow_unsafe {
            match made::asks(first, &exchange, described) {
                Ok((asks, open)) => {
                    plan.asks.extend(asks);
                    plan.open.extend(open);
                }
                Err(why) => {
                    plan.open.extend(made::RULES.map(|rule| Open { rule, why: why.clone() }));
                }
            }
        }
        plan
    }
}

/// The first exchange with its target as it was asked for: the record hides what is secret in it. `None` when it led to
/// another origin.
fn of_first(first: &HttpSpec, exchange: &Exchange) -> Option<Exchange> {
    let mut exchange = exchange.clone();
    if exchange.request.target == hide_in_url(&first.url) {
        let mut url = first.url.clone();
        // The credentials go where the prober puts them.
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        url.set_fragment(None);
        exchange.request.target = url.into();
    }
    let url = Url::parse(&exchange.request.target).ok()?;
    (url.origin() == first.url.origin()).then_some(exchange)
}
