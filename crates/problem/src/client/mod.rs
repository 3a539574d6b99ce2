//! The client's side: when to ask again, and what an error says.
//!
//! [`Policy::decide`] is the decision alone, without a clock or a runtime; [`Retry`] is a policy of
//! [`tower::retry`](tower::retry::Policy) that waits by it.
//!
//! ```
//! use statusquo_problem::client::{Asked, Decision, Ending, Policy, Reason};
//! use http::{HeaderMap, Method, StatusCode};
//! use std::time::{Duration, SystemTime};
//!
//! let policy = Policy::default();
//! let mut headers = HeaderMap::new();
//! headers.insert("retry-after", "30".parse().unwrap());
//! let ending = Ending::Answered(StatusCode::SERVICE_UNAVAILABLE, &headers);
//! let now = SystemTime::UNIX_EPOCH;
//!
//! let get = Asked { method: &Method::GET, has_key: false, attempts: 1 };
//! assert_eq!(policy.decide(get, ending, now, 0), Decision::Wait(Duration::from_secs(30)));
//! let post = Asked { method: &Method::POST, has_key: false, attempts: 1 };
//! assert_eq!(policy.decide(post, ending, now, 0), Decision::GiveUp(Reason::NoLeave));
//! ```

mod asked;
mod budget;
mod decision;
mod policy;
mod random;
mod retry;
mod told;

pub use asked::{Asked, Ending, Leave};
pub use budget::Budget;
pub use decision::{Decision, Reason};
pub use policy::Policy;
pub use random::Random;
pub use retry::Retry;
pub use told::Told;
