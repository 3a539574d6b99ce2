//! A service level objective as an integer.

use std::fmt;
use std::str::FromStr;

/// The share of events that has to be good, kept as the share that may be bad, in millionths: 99.9 % are 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Objective {
    budget_millionths: u32,
}

/// Text that is no objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseObjectiveError;

impl fmt::Display for ParseObjectiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an objective: write a percentage above 0 and below 100 with at most 4 decimals, such as `99.9%`")
    }
}

impl std::error::Error for ParseObjectiveError {}

impl Objective {
    /// The share that may be bad, in millionths.
    #[must_use]
    pub const fn budget_millionths(self) -> u32 {
        self.budget_millionths
    }

    /// The share that may be bad: 0.001 for 99.9 %.
    #[must_use]
    pub fn budget_ratio(self) -> f64 {
        f64::from(self.budget_millionths) / 1e6
    }

    /// How many of so many events may be bad.
    #[must_use]
    pub fn allowed(self, events: u64) -> u64 {
        let allowed = u128::from(events) * u128::from(self.budget_millionths) / 1_000_000;
        u64::try_from(allowed).unwrap_or(u64::MAX)
    }
}

impl FromStr for Objective {
    type Err = ParseObjectiveError;

    /// `99.9%` or `99.9`
    fn from_str(text: &str) -> Result<Self, ParseObjectiveError> {
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || whole.len() > 2
            || decimals.len() > 4
            || !is_number(whole)
            || !is_number(decimals)
        {
            return Err(ParseObjectiveError);
        }
        let padded = format!("{decimals:0<4}");
        let good: u32 = format!("{whole}{padded}").parse().map_err(|_| ParseObjectiveError)?;
        let budget_millionths = 1_000_000_u32
            .checked_sub(good)
            .filter(|budget| *budget < 1_000_000)
            .ok_or(ParseObjectiveError)?;
        Ok(Self { budget_millionths })
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let good = 1_000_000 - self.budget_millionths;
        let text = format!("{}.{:04}", good / 10_000, good % 10_000);
        write!(f, "{} %", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objectives_are_read_exactly_and_written_back() {
        for (text, budget, shown) in [
            ("99.9%", 1_000, "99.9 %"),
            ("99.999", 10, "99.999 %"),
            ("90", 100_000, "90 %"),
            ("99.95 %", 500, "99.95 %"),
            ("0.5", 995_000, "0.5 %"),
        ] {
            let objective: Objective = text.parse().unwrap();
            assert_eq!((objective.budget_millionths(), objective.to_string().as_str()), (budget, shown));
        }
        for wrong in ["", "100", "0", "99.99999", "a", "-1", "99,9", "9 9"] {
            assert_eq!(wrong.parse::<Objective>(), Err(ParseObjectiveError), "{wrong}");
        }
    }
}
