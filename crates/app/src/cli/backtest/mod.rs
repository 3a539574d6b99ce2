//! What the back-tests share: the store of the past, which part of it is played, and how a budget went.

mod course;

use jiff::Timestamp;
use statusquo_exchange::Name;
use statusquo_store::Reader;

use super::args::Global;
use super::logs::moment;
use crate::config::Config;
use crate::history::Kept;

pub(in crate::cli) use course::{Course, STEP};

/// The past, opened to be read only: a running server may hold it.
pub(in crate::cli) struct Past {
    /// Who reads it.
    pub(in crate::cli) reader: Reader,
    /// What is still kept of it.
    pub(in crate::cli) kept: Kept,
    /// The part that is played, in seconds since 1970.
    pub(in crate::cli) from: i64,
    /// Up to here.
    pub(in crate::cli) until: i64,
}

impl Past {
    /// Opens the store of `--data`, else that of the configuration.
    pub(in crate::cli) fn open(
        global: &Global,
        config: &Config,
        (since, until): (&str, Option<&str>),
    ) -> anyhow::Result<Self> {
        let now = Timestamp::now().as_second();
        let from = moment(since)?;
        let until = until.map_or(Ok(now), moment)?.min(now);
        if from >= until {
            anyhow::bail!("there is nothing to play: `--since` has to be before `--until`, and before now");
        }
        let reader = Reader::open(global.data.as_deref().unwrap_or(&config.store.data))?;
        let kept = Kept { now, retention: config.store.retention };
        let whole_tens = |second: i64| second.div_euclid(STEP) * STEP;
        Ok(Self { reader, kept, from: whole_tens(from), until: whole_tens(until) })
    }
}

/// A second since 1970 as a moment.
pub(in crate::cli) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
}

/// What to say of names that nothing is called by; `None` when there is none.
pub(in crate::cli) fn unknown(asked: &[String], known: &[&Name], what: &str) -> Option<String> {
    let missing: Vec<String> = asked
        .iter()
        .filter(|asked| !known.iter().any(|known| known.as_str() == asked.as_str()))
        .map(|asked| format!("`{asked}`"))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let mut known: Vec<&str> = known.iter().map(|name| name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    let there_are = if known.is_empty() {
        "there is none at all".to_owned()
    } else {
        format!("there are: {}", known.join(", "))
    };
    Some(format!("there is no {what} {}; {there_are}", missing.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_there_are_told_with_those_that_are() {
        let (shop, orders) = (Name::from("shop"), Name::from("orders"));
        let ask = |asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(|&name| name.to_owned()).collect();
            unknown(&asked, &[&shop, &orders, &shop], "objective")
        };
        assert_eq!(ask(&["shop"]), None);
        assert_eq!(
            ask(&["a", "shop", "b"]).unwrap(),
            "there is no objective `a`, `b`; there are: orders, shop"
        );
    }
}
