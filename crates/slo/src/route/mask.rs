//! Segments that look like identifiers, told by their form alone.

use crate::short::{HIGH, ONES, reach, zeros};

/// More segments of a path are not looked at.
const MOST_SEGMENTS: usize = 12;
/// Longer segments are cut.
const LONGEST_SEGMENT: usize = 64;

/// Writes a path with identifiers masked: `/v1/orders/17?x=y` becomes `/v1/orders/{int}`.
///
/// Query, fragment and matrix parameters are left out, doubled and trailing slashes as well. No allocation when `masked`
/// has room.
pub fn mask(path: &[u8], masked: &mut Vec<u8>) {
    if !mask_usual(path, masked) {
        any(path, masked);
    }
}

/// Longer paths are not usual.
const LONGEST_USUAL: usize = LONGEST_SEGMENT;

/// The same for nearly all paths, without a look at each of their bytes: short ones of words and identifiers. `false` for
/// all others, of which nothing is said; those with backslashes are among them, since logs escape what is no plain text.
pub fn mask_usual(path: &[u8], masked: &mut Vec<u8>) -> bool {
    masked.clear();
    if path.first() != Some(&b'/') {
        return false;
    }
    // Up to where it was looked at, and from where on all stands as it shall and is copied at once.
    let (mut at, mut from) = (0, 0);
    let end = loop {
        let stop = next_stop(path, at);
        match path.get(stop) {
            None | Some(b'?' | b'#') => break stop,
            Some(byte) if byte.is_ascii_digit() => {}
            Some(_) => return false,
        }
        if is_plain_version(path, stop) {
            at = stop + 1;
            continue;
        }
        let before = path.get(at..stop).unwrap_or_default().iter().rev();
        let start = stop - before.take_while(|byte| **byte != b'/').count();
        let (length, kinds) = first_segment(path.get(start..).unwrap_or_default());
        let segment = path.get(start..start + length).unwrap_or_default();
        at = start + length;
        if path.get(at) == Some(&b';') {
            return false;
        }
        if !is_word(segment, kinds) {
            extend(masked, path, from, start);
            write(segment, kinds, masked);
            from = at;
        }
    };
    let rest = path.get(from..end).unwrap_or_default();
    // A slash at the end is left out, unless it is all there is.
    let rest = if end > 1 { rest.strip_suffix(b"/").unwrap_or(rest) } else { rest };
    masked.extend_from_slice(rest);
    let is_deep =
        || path.get(..end).unwrap_or_default().iter().filter(|byte| **byte == b'/').count() > MOST_SEGMENTS;
    end <= LONGEST_USUAL && !(end > MOST_SEGMENTS * 2 && is_deep())
}

/// Adds a part of a path. To copy sixteen bytes and to drop what is too much costs less than to call for a few.
#[inline]
fn extend(masked: &mut Vec<u8>, path: &[u8], start: usize, end: usize) {
    let length = end.saturating_sub(start);
    match path.get(start..).and_then(|rest| rest.first_chunk::<16>()) {
        Some(chunk) if length <= chunk.len() => {
            masked.extend_from_slice(chunk);
            masked.truncate(masked.len() - (chunk.len() - length));
        }
        Some(_) | None => masked.extend_from_slice(path.get(start..end).unwrap_or_default()),
    }
}

/// Is this the digit of a `/v1/`, as most paths of APIs have one?
fn is_plain_version(path: &[u8], digit: usize) -> bool {
    let around = digit.checked_sub(2).and_then(|start| path.get(start..digit + 2));
    matches!(around, Some([b'/', b'v', _, b'/']))
}

/// Where the next byte is that is more than a part of a word: a digit, a slash behind another one, a backslash, what may
/// end the path, and some that are seldom. The length of the path when there is none.
fn next_stop(path: &[u8], mut at: usize) -> usize {
    let mut slash_before = 0;
    loop {
        let rest = path.get(at..).unwrap_or_default();
        let (word, end) = match (rest.first_chunk::<8>(), path.last_chunk::<8>()) {
            (Some(word), _) => (u64::from_le_bytes(*word), 0),
            // What is left of it is less than eight bytes, the last ones of these.
            (None, Some(last)) => {
                (u64::from_le_bytes(*last) >> 1 >> (63 - rest.len() * 8), 0x80 << (rest.len() * 8))
            }
            (None, None) => {
                let word = rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
                (word, 0x80 << (rest.len() * 8))
            }
        };
        let slashes = zeros(word ^ (ONES * 0x2f));
        let backslashes = zeros(word ^ (ONES * 0x5c));
        // `!`, `#`, `%` and `'` differ in two bits; between the digits and the letters stand `;`, `?`, `@` and others.
        let signs = zeros((word & (ONES * 0xf9)) ^ (ONES * 0x21));
        let digits_and_signs = reach(word, b'0') & !reach(word, b'A') & !word & HIGH;
        let stops = digits_and_signs | signs | backslashes | (slashes & (slashes << 8 | slash_before)) | end;
        if stops != 0 {
            return at + (stops.trailing_zeros() / 8) as usize;
        }
        slash_before = slashes >> 56;
        at += 8;
    }
}

/// The same for whatever may be a path, byte by byte.
fn any(path: &[u8], masked: &mut Vec<u8>) {
    masked.clear();
    let path = if path.starts_with(b"http") { without_authority(path) } else { path };
    if path == b"*" {
        masked.push(b'*');
        return;
    }
    let mut at = 0;
    // Words that follow each other are copied together.
    let mut words = 0..0;
    for _ in 0..MOST_SEGMENTS {
        at += path.get(at..).unwrap_or_default().iter().take_while(|byte| **byte == b'/').count();
        let (length, kinds) = first_segment(path.get(at..).unwrap_or_default());
        let segment = path.get(at..at + length).unwrap_or_default();
        let has_slash = at > 0 && path.get(at - 1) == Some(&b'/');
        if is_word(segment, kinds) && has_slash {
            if words.end != at - 1 {
                masked.extend_from_slice(path.get(words).unwrap_or_default());
                words = at - 1..at - 1;
            }
            words.end = at + length;
        } else if length > 0 {
            masked.extend_from_slice(path.get(words).unwrap_or_default());
            words = 0..0;
            masked.push(b'/');
            write(segment, kinds, masked);
        }
        at += length;
        let rest = path.get(at..).unwrap_or_default();
        if rest.first() == Some(&b';') {
            at += rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
        }
        if matches!(path.get(at), None | Some(b'?' | b'#')) {
            break;
        }
    }
    masked.extend_from_slice(path.get(words).unwrap_or_default());
    if masked.is_empty() {
        masked.push(b'/');
    }
}

/// Words without digits are by far the most common, and never masked by form.
fn is_word(segment: &[u8], kinds: u8) -> bool {
    !segment.is_empty()
        && segment.len() <= LONGEST_SEGMENT
        && (kinds & (DIGIT | MARK) == 0 || (kinds == DIGIT | LETTER && is_version(segment)))
}

/// What kinds of bytes a segment has.
const DIGIT: u8 = 1;
const LETTER: u8 = 2;
/// `@` and `%`, by which addresses are told.
const MARK: u8 = 4;
const UNDERSCORE: u8 = 8;
const POINT: u8 = 16;
const OTHER: u8 = 32;
/// Not part of a segment.
const END: u8 = 64;

/// The kind of each byte: looked up, since nearly every byte of every path is asked for.
const KINDS: [u8; 256] = {
    let mut kinds = [OTHER; 256];
    let mut byte = 0_u8;
    loop {
        #[expect(clippy::indexing_slicing, reason = "a byte is less than 256")]
        let kind = &mut kinds[byte as usize];
        *kind = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            b'@' | b'%' => MARK,
            b'_' => UNDERSCORE,
            b'.' => POINT,
            b'/' | b'?' | b'#' | b';' => END,
            _ => OTHER,
        };
        if byte == u8::MAX {
            break kinds;
        }
        byte += 1;
    }
};

/// How long the segment at the beginning is, and which kinds of bytes it has.
fn first_segment(rest: &[u8]) -> (usize, u8) {
    let mut kinds = 0;
    for (at, byte) in rest.iter().enumerate() {
        let kind = KINDS.get(usize::from(*byte)).copied().unwrap_or(OTHER);
        if kind == END {
            return (at, kinds);
        }
        kinds |= kind;
    }
    (rest.len(), kinds)
}

/// `https://host/path` → `/path`
fn without_authority(target: &[u8]) -> &[u8] {
    let Some(at) = target.windows(3).position(|window| window == b"://") else { return target };
    let rest = target.get(at + 3..).unwrap_or_default();
    let start = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
    rest.get(start..).unwrap_or_default()
}

fn write(segment: &[u8], kinds: u8, masked: &mut Vec<u8>) {
    if kinds & (DIGIT | MARK) == 0 {
        masked.extend_from_slice(segment.get(..segment.len().min(LONGEST_SEGMENT)).unwrap_or_default());
        return;
    }
    if kinds == DIGIT {
        masked.extend_from_slice(b"{int}");
        return;
    }
    if is_version(segment) {
        masked.extend_from_slice(segment);
        return;
    }
    if kinds & UNDERSCORE != 0
        && let Some(prefix) = prefixed(segment)
    {
        masked.push(b'{');
        masked.extend_from_slice(prefix);
        masked.extend_from_slice(b"_id}");
        return;
    }
    if let Some(kind) = kind(segment) {
        masked.extend_from_slice(kind);
        return;
    }
    if kinds & POINT != 0
        && let Some((stem, suffix)) = file(segment)
        && let Some(kind) = kind(stem)
    {
        masked.extend_from_slice(kind);
        masked.push(b'.');
        masked.extend_from_slice(suffix);
        return;
    }
    masked.extend_from_slice(segment.get(..segment.len().min(LONGEST_SEGMENT)).unwrap_or_default());
}

/// The mask of a whole segment, if it has the form of an identifier.
fn kind(segment: &[u8]) -> Option<&'static [u8]> {
    if is_version(segment) {
        return None;
    }
    if !segment.is_empty() && segment.iter().all(u8::is_ascii_digit) {
        return Some(b"{int}");
    }
    if is_uuid(segment) {
        return Some(b"{uuid}");
    }
    if is_date(segment) {
        return Some(b"{date}");
    }
    if segment.len() == 26
        && segment.iter().all(u8::is_ascii_alphanumeric)
        && segment.iter().any(u8::is_ascii_digit)
        && has_no_lower(segment)
    {
        return Some(b"{ulid}");
    }
    if segment.len() >= 8
        && segment.iter().all(u8::is_ascii_hexdigit)
        && segment.iter().any(u8::is_ascii_digit)
    {
        return Some(b"{hex}");
    }
    if segment.contains(&b'@') || contains(segment, b"%40") {
        return Some(b"{email}");
    }
    if is_ip(segment) {
        return Some(b"{ip}");
    }
    is_token(segment).then_some(b"{token}")
}

fn has_no_lower(segment: &[u8]) -> bool {
    !segment.iter().any(u8::is_ascii_lowercase)
}

fn contains(segment: &[u8], part: &[u8]) -> bool {
    segment.windows(part.len()).any(|window| window == part)
}

/// `v1`, `v2.1`
fn is_version(segment: &[u8]) -> bool {
    segment.len() <= 5
        && matches!(segment.first(), Some(b'v' | b'V'))
        && segment.iter().skip(1).all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

fn is_uuid(segment: &[u8]) -> bool {
    segment.len() == 36
        && segment.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// `2026-11-23`, `2026-11`, with or without a time behind it.
fn is_date(segment: &[u8]) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        segment.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let is_year = digits(0..4)
        && matches!(segment.first(), Some(b'1' | b'2'))
        && segment.get(4) == Some(&b'-')
        && digits(5..7);
    match segment.len() {
        7 => is_year,
        10 => is_year && segment.get(7) == Some(&b'-') && digits(8..10),
        16.. => {
            is_year && segment.get(7) == Some(&b'-') && matches!(segment.get(10), Some(b'T' | b't' | b'%'))
        }
        _ => false,
    }
}

fn is_ip(segment: &[u8]) -> bool {
    let text = std::str::from_utf8(segment).unwrap_or_default();
    (text.contains('.') || text.contains(':')) && text.parse::<std::net::IpAddr>().is_ok()
}

/// `report.pdf` → stem and suffix
fn file(segment: &[u8]) -> Option<(&[u8], &[u8])> {
    let dot = segment.iter().rposition(|byte| *byte == b'.')?;
    let (stem, suffix) = (segment.get(..dot)?, segment.get(dot + 1..)?);
    let is_suffix = (1..=5).contains(&suffix.len()) && suffix.iter().all(u8::is_ascii_alphanumeric);
    (is_suffix && !stem.is_empty()).then_some((stem, suffix))
}

/// `cus_9s6XKzkNRiz8i3` → `cus`
fn prefixed(segment: &[u8]) -> Option<&[u8]> {
    let at = segment.iter().position(|byte| *byte == b'_')?;
    let (prefix, rest) = (segment.get(..at)?, segment.get(at + 1..)?);
    let is_prefix = (2..=8).contains(&prefix.len()) && prefix.iter().all(u8::is_ascii_lowercase);
    let is_random = rest.len() >= 8
        && rest.iter().all(u8::is_ascii_alphanumeric)
        && rest.iter().any(u8::is_ascii_digit)
        && rest.iter().any(u8::is_ascii_alphabetic);
    (is_prefix && is_random).then_some(prefix)
}

/// Random text: at least 16 characters, a digit, and more than 3.2 bits in each character.
fn is_token(segment: &[u8]) -> bool {
    let is_plain =
        segment.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'.'));
    if segment.len() < 16 || !is_plain || !segment.iter().any(u8::is_ascii_digit) {
        return false;
    }
    // Words that are joined with dashes are slugs: what varies there is told by their siblings.
    let longest_word =
        segment.split(|byte| matches!(byte, b'-' | b'_' | b'.')).map(<[u8]>::len).max().unwrap_or(0);
    longest_word >= 12 && entropy(segment) > 3.2
}

/// Bits in each character.
fn entropy(segment: &[u8]) -> f64 {
    let mut counts = [0_u16; 256];
    for byte in segment {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a segment is short")]
    let length = segment.len() as f64;
    let bits = counts.iter().filter(|count| **count > 0).map(|count| {
        let share = f64::from(*count) / length;
        -share * share.log2()
    });
    bits.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_masked_by_their_form() {
        for (path, expect) in [
            ("/", "/"),
            ("", "/"),
            ("*", "*"),
            ("//", "/"),
            ("/a;b=c/d;e?f/g", "/a/d"),
            ("/a#b/c", "/a"),
            ("/v1/orders/17?x=y", "/v1/orders/{int}"),
            ("https://api.example/v1//orders/#a", "/v1/orders"),
            ("/users/3f2504e0-4f89-11d3-9a0c-0305e82c3301/posts", "/users/{uuid}/posts"),
            ("/commits/9fceb02d0ae598e95dc970b74767f19372d61af8", "/commits/{hex}"),
            ("/days/2026-11-23", "/days/{date}"),
            ("/months/2026-11", "/months/{date}"),
            ("/at/2026-11-23T10:00:00Z", "/at/{date}"),
            ("/x/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/x/{ulid}"),
            ("/customers/cus_9s6XKzkNRiz8i3", "/customers/{cus_id}"),
            ("/mail/ada@example.org", "/mail/{email}"),
            ("/hosts/192.0.2.7", "/hosts/{ip}"),
            ("/files/8812.pdf", "/files/{int}.pdf"),
            ("/t/aZ3kd93kLs0fKe93Kd", "/t/{token}"),
            ("/repos/rust-lang/rust;x=1", "/repos/rust-lang/rust"),
            ("/blog/how-to-build-a-shed-in-2026", "/blog/how-to-build-a-shed-in-2026"),
            ("/oauth2/v2.1/token", "/oauth2/v2.1/token"),
        ] {
            let mut masked = Vec::new();
            mask(path.as_bytes(), &mut masked);
            assert_eq!(String::from_utf8_lossy(&masked), expect, "{path}");
        }
    }

    #[test]
    fn what_a_segment_becomes_does_not_depend_on_where_it_stands() {
        let segments = [
            "a",
            "orders",
            "x-y_z.html",
            "7",
            "123456789",
            "v1",
            "v2.1",
            "8812.pdf",
            "cus_9s6XKzkNRiz8i3",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "ada@example.org",
            "it's!",
            "caf%C3%A9",
            "caf\u{e9}",
            "a:b",
            "\u{b3}\u{b0}",
        ];
        let alone = |segment: &str| {
            let mut masked = Vec::new();
            mask(format!("/{segment}").as_bytes(), &mut masked);
            masked
        };
        for first in segments {
            for second in segments {
                for (before, behind) in (0..9).map(|length| "x".repeat(length)).flat_map(|before| {
                    ["", "/", "?q=1/2", "#f", ";m=1"].map(|behind| (before.clone(), behind))
                }) {
                    let slash = if before.is_empty() { "" } else { "/" };
                    let path = format!("{slash}{before}/{first}/{second}{behind}");
                    let mut masked = Vec::new();
                    mask(path.as_bytes(), &mut masked);
                    let expect =
                        [format!("{slash}{before}").into_bytes(), alone(first), alone(second)].concat();
                    assert_eq!(String::from_utf8_lossy(&masked), String::from_utf8_lossy(&expect), "{path}");
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn a_quick_look_sees_what_a_look_at_each_byte_sees(
            path in "[/a-z0-9._%@;?#!\u{e9}\u{b3}-]{0,80}",
            ids in "(/[a-z]{1,9}|/[0-9]{1,12}|/v[0-9]|/[a-f0-9]{8}|//){0,14}[?a-z]*",
        ) {
            for path in [path, format!("/{ids}")] {
                let (mut quick, mut each) = (Vec::new(), Vec::new());
                if mask_usual(path.as_bytes(), &mut quick) {
                    any(path.as_bytes(), &mut each);
                    proptest::prop_assert_eq!(String::from_utf8_lossy(&quick), String::from_utf8_lossy(&each), "{}", path);
                }
            }
        }
    }
}
