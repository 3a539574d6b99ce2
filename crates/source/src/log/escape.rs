//! Escapes that servers write into their logs.

/// Undoes `\xHH` (nginx, Apache), `\uHHHH` (JSON), `\"`, `\\` and `\/`, as far as printable text comes of it. Anything else
/// stays as it is, so that no control character gets out of a log.
pub(super) fn undo(text: &[u8], plain: &mut Vec<u8>) {
    plain.clear();
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        plain.extend_from_slice(before);
        let length = one(escape, plain);
        rest = escape.get(length..).unwrap_or_default();
    }
    plain.extend_from_slice(rest);
}

/// Undoes the escape at the beginning; how many bytes it took.
fn one(escape: &[u8], plain: &mut Vec<u8>) -> usize {
    match escape.get(1) {
        Some(b'x') => {
            if let Some(byte) = hex(escape, 2, 2).and_then(|value| u8::try_from(value).ok())
                && (byte >= 0x80 || is_printable(byte))
            {
                plain.push(byte);
                return 4;
            }
        }
        Some(b'u') => {
            let character = hex(escape, 2, 4).and_then(char::from_u32).filter(|c| !c.is_control());
            if let Some(character) = character {
                plain.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                return 6;
            }
        }
        Some(b'"' | b'\\' | b'/') => {
            plain.extend(escape.get(1));
            return 2;
        }
        Some(_) | None => {}
    }
    plain.push(b'\\');
    1
}

const fn is_printable(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte == b' '
}

fn hex(text: &[u8], at: usize, digits: usize) -> Option<u32> {
    let digits = std::str::from_utf8(text.get(at..at + digits)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_text_and_control_characters_stay_escaped() {
        for (text, expect) in [
            (r"/caf\xC3\xA9", "/café"),
            (r"/caf\u00e9/\u001b[0m", "/café/\\u001b[0m"),
            (r"\/v1\/orders", "/v1/orders"),
            (r"/a\x22b\x0a", "/a\"b\\x0a"),
            (r"/a\", "/a\\"),
            (r"/a\xZZ\u12", "/a\\xZZ\\u12"),
        ] {
            let mut plain = Vec::new();
            undo(text.as_bytes(), &mut plain);
            assert_eq!(String::from_utf8_lossy(&plain), expect);
        }
    }
}
