//! Finds and compares short texts without a call: nearly all that stands in a line is short.

/// A text that stands in every line at its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Literal {
    text: Box<[u8]>,
    /// Its first eight bytes, and which bits of them count.
    first: u64,
    mask: u64,
}

impl From<&[u8]> for Literal {
    fn from(text: &[u8]) -> Self {
        let mut first = [0; 8];
        let mut mask = [0; 8];
        for ((first, mask), byte) in first.iter_mut().zip(&mut mask).zip(text) {
            (*first, *mask) = (*byte, u8::MAX);
        }
        Self { text: text.into(), first: u64::from_le_bytes(first), mask: u64::from_le_bytes(mask) }
    }
}

impl Literal {
    pub(super) const fn text(&self) -> &[u8] {
        &self.text
    }

    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Its first byte; zero when it has none.
    #[inline]
    pub(super) const fn first(&self) -> u8 {
        self.first.to_le_bytes()[0]
    }

    /// What stands behind it in a text that begins with it.
    #[inline]
    pub(super) fn strip<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        if self.begins(text) { text.get(self.len()..) } else { None }
    }

    /// Does a text begin with it?
    #[inline]
    pub(super) fn begins(&self, text: &[u8]) -> bool {
        let Some(start) = text.first_chunk::<8>() else { return text.starts_with(&self.text) };
        (u64::from_le_bytes(*start) ^ self.first) & self.mask == 0
            && (self.text.len() <= 8
                || text.get(..self.text.len()).is_some_and(|text| is_same(text, &self.text)))
    }
}

/// Are these the same?
#[inline]
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    words.iter().zip(other_words).all(|(word, other)| u64::from_le_bytes(*word) == u64::from_le_bytes(*other))
        && match (one.last_chunk::<8>(), other.last_chunk::<8>()) {
            (Some(last), Some(other)) => u64::from_le_bytes(*last) == u64::from_le_bytes(*other),
            _ => rest.iter().zip(other_rest).all(|(byte, other)| byte == other),
        }
}

/// How long the word of one to seven capital letters is that a text begins with, up to a space.
#[inline(always)]
pub(super) fn short_word(text: &[u8]) -> Option<usize> {
    let word = u64::from_le_bytes(*text.first_chunk()?);
    let length = zeros(word ^ (ONES * u64::from(b' '))).trailing_zeros() / 8;
    if !(1..8).contains(&length) {
        return None;
    }
    let unused = 64 - length * 8;
    let before = word << unused;
    // What is added carries into the highest bit from `A` on, and from the byte behind `Z` on.
    let reach = |least: u8| before.wrapping_add(ONES * u64::from(0x80 - least));
    let others = !(reach(b'A') & !reach(b'Z' + 1) & !before) & (ONES << 7);
    (others >> unused == 0).then_some(length as usize)
}

/// Words that are looked at here; what is further away is left to a search that is quicker once it runs.
const NEAR: usize = 5;
const ONES: u64 = u64::MAX / 255;

/// Where the first of these bytes stands.
#[inline(always)]
pub(super) fn find(byte: u8, text: &[u8]) -> Option<usize> {
    let wanted = ONES * u64::from(byte);
    let mut rest = text;
    for at in 0..NEAR {
        let Some((word, behind)) = rest.split_first_chunk::<8>() else {
            return find_in_rest(wanted, text, rest).map(|found| at * 8 + found);
        };
        let found = zeros(u64::from_le_bytes(*word) ^ wanted);
        if found != 0 {
            return Some(at * 8 + (found.trailing_zeros() / 8) as usize);
        }
        rest = behind;
    }
    memchr::memchr(byte, rest).map(|found| NEAR * 8 + found)
}

/// The same in the last bytes of a text, which are less than eight: looked at together with those before them.
#[inline]
fn find_in_rest(wanted: u64, text: &[u8], rest: &[u8]) -> Option<usize> {
    let Some(last) = text.last_chunk::<8>() else {
        return rest.iter().position(|other| u64::from(*other) == wanted & 0xff);
    };
    let seen = 8 - rest.len();
    let found = zeros(u64::from_le_bytes(*last) ^ wanted) >> 1 >> (seen * 8 - 1);
    (found != 0).then(|| (found.trailing_zeros() / 8) as usize)
}

/// The highest bit of each byte that is zero, up to the first of those: what is subtracted borrows from bytes that are
/// zero and from no others before that (Mycroft's trick).
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_wherever_they_stand() {
        let text: Vec<u8> = (0..=255).collect();
        for length in [0, 1, 7, 8, 9, 23, 24, 25, 31, 32, 33, 100, 256] {
            let text = text.get(..length).unwrap();
            for byte in 0..=255 {
                assert_eq!(
                    find(byte, text),
                    text.iter().position(|other| *other == byte),
                    "{byte} of {length}"
                );
            }
        }
        assert_eq!(find(b'b', b"aabaabab"), Some(2));
    }

    #[test]
    fn short_words_are_of_capital_letters() {
        for length in 1..8 {
            let word: Vec<u8> = b"AZBYCXM".iter().copied().take(length).collect();
            let text = [&word, &b" /a b c d"[..]].concat();
            assert_eq!(short_word(&text), Some(length));
            for at in 0..length {
                for byte in (0..=255_u8).filter(|byte| !byte.is_ascii_uppercase()) {
                    let mut other = text.clone();
                    *other.get_mut(at).unwrap() = byte;
                    let end = (byte == b' ' && at > 0).then_some(at);
                    assert_eq!(short_word(&other), end, "{byte} at {at} of {length}");
                }
            }
        }
        assert_eq!(short_word(b"ABCDEFGH /"), None);
        assert_eq!(short_word(b"GET /a"), None, "what is short as a whole is no matter here");
    }

    #[test]
    fn literals_begin_what_begins_with_them() {
        let text = b"\",\"request_method\":\"GET\"";
        for length in 0..=text.len() {
            let literal = Literal::from(text.get(..length).unwrap());
            for shorter in 0..=text.len() {
                assert_eq!(
                    literal.begins(text.get(..shorter).unwrap()),
                    shorter >= length,
                    "{length} {shorter}"
                );
            }
            for at in 0..length {
                let mut other = *text;
                other[at] ^= 1;
                assert!(!literal.begins(&other), "byte {at} of {length}");
            }
        }
    }
}
