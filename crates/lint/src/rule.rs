//! A rule, and all of them.

use std::fmt;
use std::sync::LazyLock;

use statusquo_catalogue::{Class, StatusCode};

use crate::case::Case;
use crate::known::Known;
use crate::verdict::Opinion;
use crate::{Levels, Page, house, rules};

/// Something that is demanded of exchanges.
pub struct Rule {
    /// What is at fault, in kebab-case: `created-without-location`.
    pub id: &'static str,
    /// The family it belongs to: `credentials`.
    pub theme: &'static str,
    /// Its level in each profile.
    pub levels: Levels,
    /// Where that is written: `RFC 9110, 15.5.2`.
    pub source: &'static str,
    /// The page: what the rule is for, with examples.
    pub page: Page,
    /// What it judges by.
    pub basis: Basis,
    pub(crate) check: Option<Check>,
}

/// What a rule judges by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// One exchange as it was recorded.
    Exchange,
    /// One exchange, and the bytes of the response as they came, or a reliable protocol label.
    Wire,
    /// Several exchanges.
    Series,
    /// A request that is sent to find out.
    Probe,
    /// An exchange and the OpenAPI description of the API.
    Description,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rule").field(&self.id).finish()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// A rule's code: to which exchanges it applies, and what it says of them.
#[derive(Clone, Copy)]
pub(crate) struct Check {
    pub(crate) id: &'static str,
    pub(crate) when: When,
    pub(crate) judge: fn(&Case<'_>) -> Opinion,
}

impl Check {
    pub(crate) const fn new(id: &'static str, when: When, judge: fn(&Case<'_>) -> Opinion) -> Self {
        Self { id, when, judge }
    }
}

/// To which exchanges a rule applies: told without parsing anything.
#[derive(Clone, Copy)]
pub(crate) enum When {
    /// To all with a final response.
    Always,
    /// To this status code.
    Code(u16),
    /// To these status codes.
    Codes(&'static [u16]),
    /// To this class.
    Class(Class),
    /// To 4xx and 5xx.
    Error,
    /// When the response has this field.
    Field(Known),
    /// When the request had this method.
    Method(&'static str),
    /// When there was a 1xx response, interim or by itself.
    Informational,
}

/// All rules, theme by theme.
pub static RULES: LazyLock<Vec<Rule>> = LazyLock::new(rules::all);

/// The rules that speak of this status code by its number.
pub fn rules_of(code: StatusCode) -> impl Iterator<Item = &'static Rule> {
    let speaks = move |check: &Check| match check.when {
        When::Code(one) => one == code.get(),
        When::Codes(some) => some.contains(&code.get()),
        When::Always
        | When::Class(_)
        | When::Error
        | When::Field(_)
        | When::Method(_)
        | When::Informational => false,
    };
    RULES.iter().filter(move |rule| rule.check.as_ref().is_some_and(speaks))
}

/// The rule with this id, those of the house included.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).or_else(|| house::known(id))
}
