//! All that is wrong with a request: at least one thing.

use std::borrow::Cow;
use std::fmt;

use crate::{Mistake, Place};

/// All that is wrong with a request. There is at least one mistake in it, so that a 422 always says what to mend.
///
/// ```
/// use statusquo_problem::{Checks, Problem};
///
/// fn check(age: i32, email: &str) -> Result<(), Problem> {
///     let mut checks = Checks::new();
///     checks.require(age >= 18, "age", "must be 18 or more");
///     checks.require(email.contains('@'), "email", "must be an address");
///     Ok(checks.finish()?)
/// }
///
/// let problem = check(17, "nobody").unwrap_err();
/// assert_eq!(problem.status(), 422);
/// assert_eq!(problem.mistakes().len(), 2);
/// ```
///
/// It cannot be empty:
///
/// ```compile_fail
/// let nothing = statusquo_problem::Mistakes(Vec::new());
/// ```
/// ```compile_fail
/// let nothing = statusquo_problem::Mistakes::default();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

impl Mistakes {
    /// One mistake.
    #[must_use]
    pub fn of(first: Mistake) -> Self {
        Self(vec![first])
    }

    /// These mistakes, if there are any.
    #[must_use]
    pub fn collect(mistakes: impl IntoIterator<Item = Mistake>) -> Option<Self> {
        let mistakes: Vec<Mistake> = mistakes.into_iter().collect();
        (!mistakes.is_empty()).then_some(Self(mistakes))
    }

    /// One more.
    #[must_use]
    pub fn and(mut self, mistake: Mistake) -> Self {
        self.0.push(mistake);
        self
    }

    /// All of them, in the order in which they were found.
    #[must_use]
    pub fn as_slice(&self) -> &[Mistake] {
        &self.0
    }

    pub(crate) fn into_vec(self) -> Vec<Mistake> {
        self.0
    }
}

impl From<Mistake> for Mistakes {
    fn from(mistake: Mistake) -> Self {
        Self::of(mistake)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, mistake) in self.0.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            write!(f, "{comma}{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Mistakes {}

/// Checks that go on after the first mistake.
#[derive(Debug, Clone, Default)]
pub struct Checks(Vec<Mistake>);

impl Checks {
    /// Nothing is wrong so far.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Notes a mistake in the content unless this is so.
    pub fn require(
        &mut self,
        is_right: bool,
        path: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) {
        if !is_right {
            self.note(Mistake::new(path, message));
        }
    }

    /// Was nothing wrong so far?
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Notes a mistake.
    pub fn note(&mut self, mistake: Mistake) {
        self.0.push(mistake);
    }

    /// Takes a value out of a result; an error becomes a mistake, and the checks go on.
    pub fn take<T, E: fmt::Display>(&mut self, place: Place, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.note(Mistake::at(place, error.to_string()))).ok()
    }

    /// All mistakes, if there are any.
    ///
    /// # Errors
    /// When something was wrong.
    pub fn finish(self) -> Result<(), Mistakes> {
        Mistakes::collect(self.0).map_or(Ok(()), Err)
    }
}
