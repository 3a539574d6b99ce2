//! The methods that a thing knows.

use http::{HeaderValue, Method};

/// The methods that a thing knows (RFC 9110, 10.2.1). It may be empty: then it knows none for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow(HeaderValue);

impl Allow {
    /// These methods.
    #[must_use]
    pub fn of(methods: impl IntoIterator<Item = Method>) -> Self {
        let methods: Vec<Method> = methods.into_iter().collect();
        Self(super::list(methods.iter().map(Method::as_str)))
    }

    pub(crate) fn into_value(self) -> HeaderValue {
        self.0
    }
}
