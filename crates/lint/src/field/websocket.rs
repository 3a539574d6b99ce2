//! The proof that a server understood a WebSocket handshake (RFC 6455, 4.2.2).

/// What is appended to the key before it is hashed.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What Sec-WebSocket-Accept has to be for this Sec-WebSocket-Key; `None` when that is no key: 16 bytes in base64.
pub(crate) fn accept(key: &[u8]) -> Option<String> {
    let digits = key.strip_suffix(b"==").filter(|digits| digits.len() == 22)?;
    digits.iter().all(|digit| BASE64.contains(digit)).then(|| base64(&sha1(&[key, GUID].concat())))
}

/// Base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number =
            (0..3).fold(0_u32, |number, at| number << 8 | group.get(at).map_or(0, |byte| u32::from(*byte)));
        for at in 0..=group.len() {
            let digit = (number >> (18 - 6 * at)) & 63;
            text.push(BASE64.get(digit as usize).map_or('=', |digit| char::from(*digit)));
        }
        text.extend(std::iter::repeat_n('=', 3 - group.len()));
    }
    text
}

/// SHA-1 of a short message (RFC 3174); no secret depends on it here.
fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - message.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    padded.truncate(padded.len() - 8);
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    let mut hash = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0_u32];
    for block in padded.chunks(64) {
        let added = compress(hash, block);
        for (sum, part) in hash.iter_mut().zip(added) {
            *sum = sum.wrapping_add(part);
        }
    }
    let mut bytes = [0; 20];
    for (slot, byte) in bytes.iter_mut().zip(hash.iter().flat_map(|word| word.to_be_bytes())) {
        *slot = byte;
    }
    bytes
}

/// The eighty rounds over one block.
fn compress(hash: [u32; 5], block: &[u8]) -> [u32; 5] {
    let mut words: Vec<u32> = block
        .chunks(4)
        .map(|chunk| chunk.iter().fold(0, |word, byte| word << 8 | u32::from(*byte)))
        .collect();
    for at in 16..80 {
        let mixed =
            [3, 8, 14, 16].iter().filter_map(|back| words.get(at - back)).fold(0, |mix, word| mix ^ word);
        words.push(mixed.rotate_left(1));
    }
    let [mut a, mut b, mut c, mut d, mut e] = hash;
    for (round, word) in words.into_iter().enumerate() {
        let (chosen, constant) = match round {
            0..20 => (b & c | !b & d, 0x5A82_7999),
            20..40 => (b ^ c ^ d, 0x6ED9_EBA1),
            40..60 => (b & c | b & d | c & d, 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6_u32),
        };
        let next =
            [chosen, e, constant, word].iter().fold(a.rotate_left(5), |sum, part| sum.wrapping_add(*part));
        (e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
    }
    [a, b, c, d, e]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_the_one_that_the_standard_shows() {
        // RFC 6455, 1.3.
        assert_eq!(accept(b"dGhlIHNhbXBsZSBub25jZQ==").as_deref(), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        assert!(accept(b"***").is_none() && accept(b"").is_none());
    }

    #[test]
    fn messages_of_every_length_are_padded_rightly() {
        // RFC 3174, 7.3.
        let hex = |message: &[u8]| sha1(message).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(hex(b""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(hex(long), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    }
}
