//! What the content of an error gives away: stack traces, debug pages, SQL, paths, addresses, secrets.
//!
//! One pass over the beginning of the content finds rare pieces of text (anchors); what stands around each
//! decides whether it is a sign.

mod debug_page;
mod frame;
mod leak;
mod secret;
mod text;

use std::ops::Range;
use std::sync::LazyLock;

use text::Text;

/// No more of the content is looked at.
pub(crate) const MOST_READ: usize = 256 * 1024;
/// No more signs than this are kept.
const MOST_KEPT: usize = 64;

/// Something that the content gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A line of a stack trace in this language.
    Frame(&'static str),
    /// Words that only stand above or below a stack trace in this language.
    Trace(&'static str),
    /// A debug page of this framework.
    DebugPage(&'static str),
    /// Something that is nobody's business: what it is, in words.
    Leak(&'static str),
}

/// A sign and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) sign: Sign,
    pub(crate) bytes: Range<usize>,
}

/// A piece of text that may be a sign.
struct Anchor {
    text: &'static str,
    sign: Sign,
    /// Looks around the anchor; the bytes to point at, if it is a sign.
    look: fn(Text<'_>, usize) -> Option<Range<usize>>,
}

impl Anchor {
    const fn new(text: &'static str, sign: Sign, look: fn(Text<'_>, usize) -> Option<Range<usize>>) -> Self {
        Self { text, sign, look }
    }
}

/// All anchors, by how they begin: most pairs of bytes begin none.
struct Anchors {
    by_first: Vec<Vec<&'static Anchor>>,
    /// A bit for each pair of bytes that begins one.
    pairs: Vec<u64>,
}

static ANCHORS: LazyLock<Anchors> = LazyLock::new(|| {
    let all = || [frame::ANCHORS, debug_page::ANCHORS, leak::ANCHORS, secret::ANCHORS].into_iter().flatten();
    let of = |byte: u8| all().filter(|anchor| anchor.text.as_bytes().first() == Some(&byte)).collect();
    let mut pairs = vec![0; (1 << 16) / 64];
    for anchor in all() {
        if let Some((word, bit)) = anchor.text.as_bytes().first_chunk().map(Anchors::place)
            && let Some(word) = pairs.get_mut(word)
        {
            *word |= bit;
        }
    }
    Anchors { by_first: (0..=u8::MAX).map(of).collect(), pairs }
});

impl Anchors {
    /// The word and the bit of a pair.
    fn place(pair: &[u8; 2]) -> (usize, u64) {
        let number = u16::from_le_bytes(*pair);
        (usize::from(number / 64), 1 << (number % 64))
    }

    /// The anchors that stand at the beginning of a text.
    fn of<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = &'static Anchor> + 'a {
        let may_begin = text
            .first_chunk()
            .map(Self::place)
            .is_some_and(|(word, bit)| self.pairs.get(word).is_some_and(|word| word & bit != 0));
        let first = text.first().filter(|_| may_begin);
        let anchors = first.and_then(|byte| self.by_first.get(usize::from(*byte))).into_iter().flatten();
        anchors.copied().filter(|anchor| text.starts_with(anchor.text.as_bytes()))
    }
}

/// What a content gives away, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    found: Vec<Found>,
    /// Is there a name such as `NullPointerException`?
    has_exception: bool,
}

impl Signs {
    /// Looks through the beginning of a content, once.
    pub(crate) fn of(content: &[u8]) -> Self {
        let content = content.get(..MOST_READ).unwrap_or(content);
        let text = Text(content);
        let mut found = Vec::new();
        let anchors: &Anchors = &ANCHORS;
        for at in 0..content.len() {
            for anchor in anchors.of(text.after(at)) {
                let bytes = (anchor.look)(text, at);
                found.extend(bytes.map(|bytes| Found { sign: anchor.sign, bytes }));
            }
            if found.len() >= MOST_KEPT {
                break;
            }
        }
        let has_exception = !found.is_empty() && frame::names_exception(content);
        Self { found, has_exception }
    }

    /// The stack trace: its language and its first line. Two lines of one, or one and the name of an exception,
    /// since a single path with a number may stand in any text.
    pub(crate) fn stack_trace(&self) -> Option<(&'static str, Range<usize>)> {
        let trace = self.found.iter().find_map(|found| match found.sign {
            Sign::Trace(language) => Some((language, found.bytes.clone())),
            Sign::Frame(_) | Sign::DebugPage(_) | Sign::Leak(_) => None,
        });
        trace.or_else(|| {
            let frames = self.found.iter().filter_map(|found| match found.sign {
                Sign::Frame(language) => Some((language, found.bytes.clone())),
                Sign::Trace(_) | Sign::DebugPage(_) | Sign::Leak(_) => None,
            });
            let needed = if self.has_exception { 1 } else { 2 };
            let mut frames = frames.peekable();
            let first = frames.peek().cloned()?;
            (frames.filter(|frame| frame.0 == first.0).take(needed).count() == needed).then_some(first)
        })
    }

    /// The debug page: whose it is, and by which words.
    pub(crate) fn debug_page(&self) -> Option<(&'static str, Range<usize>)> {
        self.found.iter().find_map(|found| match found.sign {
            Sign::DebugPage(framework) => Some((framework, found.bytes.clone())),
            Sign::Frame(_) | Sign::Trace(_) | Sign::Leak(_) => None,
        })
    }

    /// What else is given away, each kind once.
    pub(crate) fn leaks(&self) -> Vec<(&'static str, Range<usize>)> {
        let mut leaks: Vec<(&'static str, Range<usize>)> = Vec::new();
        for found in &self.found {
            if let Sign::Leak(what) = found.sign
                && !leaks.iter().any(|known| known.0 == what)
            {
                leaks.push((what, found.bytes.clone()));
            }
        }
        leaks
    }
}

/// The first address of a private network in a text (RFC 1918).
pub(crate) fn private_address(value: &[u8]) -> Option<Range<usize>> {
    let text = Text(value);
    // All of them begin with a 1.
    memchr::memchr_iter(b'1', value).find_map(|at| leak::private_address(text, at))
}

#[cfg(test)]
mod tests;
