//! What garde finds, as a 422 with every field.

use ::garde::{Report, Validate};

use crate::{Mistake, Mistakes, Problem};

/// Holds a value against its own rules.
///
/// # Errors
/// All that is wrong.
pub fn check<T>(value: &T) -> Result<(), Mistakes>
where
    T: Validate<Context: Default>,
{
    value.validate().map_err(|report| mistakes(&report))
}

/// All that a report says.
#[must_use]
pub fn mistakes(report: &Report) -> Mistakes {
    let found = report.iter().map(|(path, error)| Mistake::new(path.to_string(), error.message().to_owned()));
    Mistakes::collect(found).unwrap_or_else(|| Mistakes::of(Mistake::new("", "the content is not valid")))
}

impl From<Report> for Problem {
    fn from(report: Report) -> Self {
        Self::unprocessable(mistakes(&report))
    }
}
