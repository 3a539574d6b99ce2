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
    let Some(Signs { slashes, digits, end }) = signs(path) else { return false };
    let is_deep = end > MOST_SEGMENTS * 2 && slashes.count_ones() as usize > MOST_SEGMENTS;
    if is_deep || slashes & (slashes << 1) != 0 {
        return false;
    }
    // From where on all stands as it shall, and is copied at once.
    let mut from = 0;
    let mut to_see = digits;
    while to_see != 0 {
        // A segment with a digit: words have none.
        let digit = to_see.trailing_zeros();
        let start = 64 - (slashes & below(digit)).leading_zeros();
        let behind = slashes & !below(digit);
        let stop = if behind == 0 { end as u32 } else { behind.trailing_zeros() };
        to_see &= !below(stop);
        let is_number = (digits & below(stop)) | below(start) == below(stop);
        let (start, stop) = (start as usize, stop as usize);
        let segment = path.get(start..stop).unwrap_or_default();
        if is_number {
            extend(masked, path, from, start);
            masked.extend_from_slice(b"{int}");
            from = stop;
        } else if !is_version(segment) {
            let (_, kinds) = first_segment(segment);
            extend(masked, path, from, start);
            write(segment, kinds, masked);
            from = stop;
        }
    }
    let rest = path.get(from..end).unwrap_or_default();
    // A slash at the end is left out, unless it is all there is.
    let rest = if end > 1 { rest.strip_suffix(b"/").unwrap_or(rest) } else { rest };
    masked.extend_from_slice(rest);
    true
}

/// Which bytes of a path are what: a bit for each of the first 64.
struct Signs {
    slashes: u64,
    digits: u64,
    /// Where it ends, or its query or fragment begins.
    end: usize,
}

/// The bits below this one.
const fn below(bit: u32) -> u64 {
    if bit >= 64 { u64::MAX } else { (1 << bit) - 1 }
}

/// What stands where in a path of a usual length, in which there is nothing else but parts of words.
#[inline]
fn signs(path: &[u8]) -> Option<Signs> {
    let (words, rest) = path.as_chunks::<8>();
    let last = match path.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last) >> 1 >> (63 - rest.len() * 8),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    let words = words.iter().map(|word| u64::from_le_bytes(*word)).chain(std::iter::once(last));
    let (mut slashes, mut digits) = (0, 0);
    for (at, word) in words.enumerate() {
        if at * 8 >= LONGEST_USUAL {
            break;
        }
        let (of_slashes, of_digits, others) = signs_of_word(word);
        slashes |= bits(of_slashes) << (at * 8);
        digits |= bits(of_digits) << (at * 8);
        if others != 0 {
            let end = at * 8 + (others.trailing_zeros() / 8) as usize;
            let within = below(end as u32);
            let is_end = matches!(path.get(end), Some(b'?' | b'#'));
            return is_end.then_some(Signs { slashes: slashes & within, digits: digits & within, end });
        }
    }
    (path.len() <= LONGEST_USUAL).then_some(Signs { slashes, digits, end: path.len() })
}

/// The highest bit of each byte that is a slash, of each that is a digit, and, up to the first of those, of each that is
/// neither and no part of a word: a backslash, what ends the path, and some that are seldom.
const fn signs_of_word(word: u64) -> (u64, u64, u64) {
    let slash = word ^ (ONES * 0x2f);
    let slashes = !(reach(slash, 1) | slash) & HIGH;
    let from_digits = reach(word, b'0') & !word;
    let behind_digits = reach(word, b'9' + 1);
    let digits = from_digits & !behind_digits & HIGH;
    // Between the digits and the letters stand `;`, `?`, `@` and others; `!`, `#`, `%` and `'` differ in two bits.
    let between = from_digits & behind_digits & !reach(word, b'A') & HIGH;
    let seldom = zeros((word & (ONES * 0xf9)) ^ (ONES * 0x21)) | zeros(word ^ (ONES * 0x5c));
    (slashes, digits, between | seldom)
}

/// The highest bits of eight bytes, next to each other.
const fn bits(highest: u64) -> u64 {
    (highest >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
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
