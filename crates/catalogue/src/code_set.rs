//! A set of status codes, and the short text for it.

use alloc::{borrow::ToOwned, boxed::Box};
use core::{error, fmt, str};

use crate::{Class, StatusCode};

const WORDS: usize = 16;
const LAST: u16 = 999;

/// A set of status codes from 000 to 999, written as `2xx,404` or `200-204,!203`.
///
/// Terms are separated by commas: a code (`404`), a range (`200-204`), a class (`2xx`), `other` (outside
/// 100 to 599), `any` or `none`. A term after `!` is taken out, wherever it stands; if all terms are, they
/// are taken out of `any`. It is a fixed 128 bytes; asking it allocates nothing.
///
/// ```
/// use statusquo_catalogue::{CodeSet, StatusCode};
///
/// let expected: CodeSet = "2xx,!203,404".parse().unwrap();
/// assert!(expected.contains(StatusCode::new(204)));
/// assert!(!expected.contains(StatusCode::new(203)));
/// assert_eq!(expected.to_string(), "200-202,204-299,404");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CodeSet {
    words: [u64; WORDS],
}

impl CodeSet {
    /// The set without any code.
    pub const NONE: Self = Self { words: [0; WORDS] };

    /// The set of all codes from 000 to 999.
    #[must_use]
    pub fn any() -> Self {
        Self::of(0, LAST)
    }

    /// The codes from `first` to `last`, both included, as far as they are not above 999.
    #[must_use]
    pub fn of(first: u16, last: u16) -> Self {
        (first..=last.min(LAST)).map(StatusCode::new).collect()
    }

    /// Is this code in the set? One above 999 never is.
    #[must_use]
    pub fn contains(&self, code: StatusCode) -> bool {
        let (word, bit) = place(code);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Has it no code at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// The codes that are in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a | b)
    }

    /// The codes that are here but not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a & !b)
    }

    /// The codes in the set, in order.
    pub fn iter(&self) -> impl Iterator<Item = StatusCode> + '_ {
        (0..=LAST).map(StatusCode::new).filter(|&code| self.contains(code))
    }

    fn combine(&self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let mut words = self.words;
        for (word, other) in words.iter_mut().zip(other.words) {
            *word = with(*word, other);
        }
        Self { words }
    }

    /// The runs of neighbouring codes, as first and last.
    fn runs(&self) -> impl Iterator<Item = (u16, u16)> + '_ {
        let has = |number: u16| self.contains(StatusCode::new(number));
        let starts = (0..=LAST).filter(move |&n| has(n) && (n == 0 || !has(n - 1)));
        starts.map(move |first| (first, (first..=LAST).take_while(|&n| has(n)).last().unwrap_or(first)))
    }
}

/// Which word, and which bit of it, stands for a code.
fn place(code: StatusCode) -> (usize, u64) {
    let number = if code.get() > LAST { u16::MAX } else { code.get() };
    (usize::from(number / 64), 1 << (number % 64))
}

impl FromIterator<StatusCode> for CodeSet {
    fn from_iter<I: IntoIterator<Item = StatusCode>>(codes: I) -> Self {
        let mut set = Self::NONE;
        for code in codes {
            let (word, bit) = place(code);
            if let Some(word) = set.words.get_mut(word) {
                *word |= bit;
            }
        }
        set
    }
}

impl From<StatusCode> for CodeSet {
    fn from(code: StatusCode) -> Self {
        core::iter::once(code).collect()
    }
}

impl From<Class> for CodeSet {
    fn from(class: Class) -> Self {
        match class {
            Class::Informational => Self::of(100, 199),
            Class::Successful => Self::of(200, 299),
            Class::Redirection => Self::of(300, 399),
            Class::ClientError => Self::of(400, 499),
            Class::ServerError => Self::of(500, 599),
            Class::OutOfRange => Self::of(0, 99).union(&Self::of(600, LAST)),
        }
    }
}

/// The shortest text that parses into the same set: `2xx,404`.
impl fmt::Display for CodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (index, (first, last)) in self.runs().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write_run(f, first, last)?;
        }
        Ok(())
    }
}

fn write_run(f: &mut fmt::Formatter<'_>, first: u16, last: u16) -> fmt::Result {
    match (first, last) {
        (0, LAST) => f.write_str("any"),
        _ if first == last => write!(f, "{first:03}"),
        _ if first.is_multiple_of(100) && last == first + 99 => write!(f, "{}xx", first / 100),
        _ => write!(f, "{first:03}-{last:03}"),
    }
}

/// As the text, because 16 words of bits tell nobody anything.
impl fmt::Debug for CodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeSet({self})")
    }
}

impl str::FromStr for CodeSet {
    type Err = ParseCodeSetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut included, mut excluded, mut only_excluded) = (Self::NONE, Self::NONE, true);
        let mut offset = 0;
        for part in text.split(',') {
            let term = part.trim();
            let at = offset + (part.len() - part.trim_start().len());
            let (negated, bare) = term.strip_prefix('!').map_or((false, term), |rest| (true, rest.trim()));
            let set = parse_term(bare).map_err(|reason| ParseCodeSetError::new(reason, term, at))?;
            if negated {
                excluded = excluded.union(&set);
            } else {
                included = included.union(&set);
                only_excluded = false;
            }
            offset += part.len() + 1;
        }
        let base = if only_excluded { Self::any() } else { included };
        Ok(base.difference(&excluded))
    }
}

fn parse_term(term: &str) -> Result<CodeSet, CodeSetFault> {
    if term.is_empty() {
        return Err(CodeSetFault::Empty);
    }
    if term.eq_ignore_ascii_case("any") {
        return Ok(CodeSet::any());
    }
    if term.eq_ignore_ascii_case("none") {
        return Ok(CodeSet::NONE);
    }
    if let Ok(class) = term.parse::<Class>() {
        return Ok(class.into());
    }
    if let Some(first) = first_of_hundred(term) {
        return Ok(CodeSet::of(first, first + 99));
    }
    if let Some((first, last)) = term.split_once('-') {
        return parse_range(first.trim(), last.trim());
    }
    parse_code(term).map(|code| CodeSet::of(code, code))
}

fn parse_range(first: &str, last: &str) -> Result<CodeSet, CodeSetFault> {
    let (first, last) = (parse_code(first)?, parse_code(last)?);
    if first > last { Err(CodeSetFault::Backwards) } else { Ok(CodeSet::of(first, last)) }
}

fn parse_code(text: &str) -> Result<u16, CodeSetFault> {
    text.parse::<StatusCode>().map(StatusCode::get).map_err(|_| CodeSetFault::NotACode)
}

/// `7xx` is not a class, but logs have such numbers.
fn first_of_hundred(term: &str) -> Option<u16> {
    let digit = term.strip_suffix("xx").or_else(|| term.strip_suffix("XX"))?;
    match digit.as_bytes() {
        [digit @ b'0'..=b'9'] => Some(u16::from(digit - b'0') * 100),
        _ => None,
    }
}

/// What is wrong with a term of a [`CodeSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeSetFault {
    /// There is nothing between two commas.
    Empty,
    /// It is no code, range, class or word that is known here.
    NotACode,
    /// The range ends before it starts.
    Backwards,
}

/// The text is not a set of status codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseCodeSetError {
    fault: CodeSetFault,
    term: Box<str>,
    offset: usize,
}

impl ParseCodeSetError {
    fn new(fault: CodeSetFault, term: &str, offset: usize) -> Self {
        Self { fault, term: term.to_owned().into_boxed_str(), offset }
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> CodeSetFault {
        self.fault
    }

    /// The term that is wrong, as it was written.
    #[must_use]
    pub fn term(&self) -> &str {
        &self.term
    }

    /// Where the term starts in the text, in bytes.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for ParseCodeSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fault, term, offset } = self;
        match fault {
            CodeSetFault::Empty => write!(f, "a status code is missing at offset {offset}"),
            CodeSetFault::NotACode => write!(
                f,
                "`{term}` at offset {offset} is not a status code, a range such as `200-204` or a class such as `2xx`"
            ),
            CodeSetFault::Backwards => {
                write!(f, "the range `{term}` at offset {offset} ends before it starts")
            }
        }
    }
}

impl error::Error for ParseCodeSetError {}
