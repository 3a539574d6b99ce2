//! A kind of problem that an API has of its own.

/// A kind of problem that an API has of its own: what programs tell apart.
///
/// ```
/// use statusquo_problem::{Kind, Problem};
///
/// const OUT_OF_STOCK: Kind = Kind {
///     code: "out_of_stock",
///     title: "The article is out of stock",
///     uri: Some("https://api.example/problems/out-of-stock"),
/// };
/// let problem = Problem::conflict("there are 2 left of a-17, not 5").of(OUT_OF_STOCK);
/// # assert_eq!(problem.status(), 409);
/// ```
///
/// A problem without one is of the kind that its status code names: `about:blank`, with the code `not_found`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kind {
    /// Its name for programs, in `snake_case`.
    pub code: &'static str,
    /// What it is called, the same for all problems of the kind.
    pub title: &'static str,
    /// Its identifier, and at best the address of its page (RFC 9457, 3.1.1). Without one, problem details are
    /// `about:blank`, and have the status code's phrase as their title.
    pub uri: Option<&'static str>,
}
