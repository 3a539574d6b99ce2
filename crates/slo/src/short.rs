//! Short texts, eight bytes at a time: to call the C library for them costs more than to compare them.

/// One in each byte.
pub(crate) const ONES: u64 = u64::MAX / 255;
/// The highest bit of each byte.
pub(crate) const HIGH: u64 = ONES << 7;

/// The highest bit of each byte that is at least `least`, of those below 128: what is added carries into it.
pub(crate) const fn reach(word: u64, least: u8) -> u64 {
    (word & !HIGH) + ONES * (0x80 - least as u64)
}

/// The highest bit of each byte that is zero, right up to the first of those (Mycroft's trick).
pub(crate) const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGH
}

/// Are these the same?
#[inline]
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    words.iter().zip(other_words).all(|(word, other)| u64::from_le_bytes(*word) == u64::from_le_bytes(*other))
        && last_word(one, rest) == last_word(other, other_rest)
}

/// The last eight bytes of a text, or all of them when there are less: `rest` is what eight does not divide.
#[inline]
pub(crate) fn last_word(text: &[u8], rest: &[u8]) -> u64 {
    if let Some(last) = text.last_chunk::<8>() {
        return u64::from_le_bytes(*last);
    }
    match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
        }
        _ => match *rest {
            [a] => u64::from(a),
            [a, b] => u64::from(u16::from_le_bytes([a, b])),
            [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
            _ => 0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        let text: Vec<u8> = (1..=40).collect();
        for length in 0..text.len() {
            let one = text.get(..length).unwrap();
            let elsewhere = one.to_vec();
            assert!(is_same(one, &elsewhere), "{length}");
            assert!(!is_same(one, text.get(..=length).unwrap()), "{length}");
            for at in 0..length {
                let mut other = one.to_vec();
                *other.get_mut(at).unwrap() ^= 0x80;
                assert!(!is_same(one, &other), "byte {at} of {length}");
            }
        }
    }
}
