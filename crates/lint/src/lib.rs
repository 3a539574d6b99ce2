//! Holds HTTP exchanges against the standards and good practice.
//!
//! A pure room: an exchange goes in, findings come out. [`RULES`] are all the rules, each with its page
//! (reason, source, examples, how to fix); a [`Judge`] applies them with the levels of a [`Profile`].

mod case;
mod channel;
mod content;
mod deep;
mod endpoint;
mod error_shape;
mod field;
mod finding;
mod house;
mod informational;
mod json;
mod judge;
mod known;
mod level;
mod page;
mod place;
mod plan;
mod pointed;
mod raw;
mod rule;
mod rules;
mod section;
mod series;
mod suppression;
mod verdict;

pub use deep::{Answered, Ask, Decided, Decision, Depth, Leave, Purpose, decide, questions, spared};
pub use endpoint::{EndpointPattern, NoEndpoint};
pub use finding::Finding;
pub use house::{HouseRule, house_rule};
pub use judge::{Judge, Judgement};
pub use level::{Level, Levels, Profile};
pub use page::{Example, Page};
pub use place::{Part, Place};
pub use pointed::Pointed;
pub use rule::{Basis, RULES, Rule, rule, rules_of};
pub use series::Series;
pub use suppression::{Suppression, meant};
