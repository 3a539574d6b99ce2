//! Numbers and durations as logs write them.

use super::short::find;

/// A number of digits alone.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 19 {
        return None;
    }
    text.iter()
        .try_fold(0_u64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u64::from(byte - b'0')))
}

/// The number that a text begins with, if it has one to seven digits, and what follows them.
#[inline(always)]
pub(super) fn short_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let word = u64::from_le_bytes(*text.first_chunk()?) ^ 0x3030_3030_3030_3030;
    // The highest bit of each byte that is no digit: more than nine.
    let others = (((word & 0x7f7f_7f7f_7f7f_7f7f) + 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080;
    let length = others.trailing_zeros() / 8;
    if !(1..8).contains(&length) {
        return None;
    }
    // Zeros before it, and then pairs, fours and eight of digits become one number.
    let digits = word << (64 - length * 8);
    let pairs = (digits.wrapping_mul(10) + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let number = (fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff;
    Some((number, text.get(length as usize..)?))
}

/// A duration in a unit of so many microseconds. Of a list (`0.1, 0.2 : 0.3`) the sum.
pub(super) fn duration(text: &[u8], unit_us: f64) -> Option<u32> {
    if text.contains(&b',') || text.contains(&b':') {
        let parts = text
            .split(|byte| matches!(byte, b',' | b':'))
            .filter_map(|part| duration(part.trim_ascii(), unit_us));
        return parts.reduce(u32::saturating_add);
    }
    let text = text.strip_prefix(b"+").unwrap_or(text);
    plain(text, unit_us).or_else(|| float(text).map(|number| micros(number * unit_us)))
}

/// Digits with at most one point.
fn plain(text: &[u8], unit_us: f64) -> Option<u32> {
    let (whole, decimals) = match find(b'.', text) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default()),
        None => (text, &b""[..]),
    };
    let whole = number(whole)?;
    if !decimals.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // More of them than this are less than a nanosecond.
    let mut fraction = 0_u32;
    let mut scale = 1.0_f64;
    for byte in decimals.iter().take(9) {
        fraction = fraction * 10 + u32::from(byte - b'0');
        scale *= 10.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "durations stay far below 2^52")]
    Some(micros((whole as f64 + f64::from(fraction) / scale) * unit_us))
}

/// A duration with its unit (`12ms`, `0.5s`), or else a number in a unit of so many microseconds; `None` as the unit says
/// that a point means seconds, and none milliseconds.
pub(super) fn any_duration(text: &[u8], unit_us: Option<f64>) -> Option<u32> {
    if text.last().is_some_and(u8::is_ascii_digit) {
        return without_unit(text, unit_us);
    }
    for (unit, factor) in [(&b"ns"[..], 0.001), (b"us", 1.0), (b"\xc2\xb5s", 1.0), (b"ms", 1e3), (b"s", 1e6)]
    {
        if let Some(number) = text.strip_suffix(unit) {
            return duration(number.trim_ascii(), factor);
        }
    }
    without_unit(text, unit_us)
}

fn without_unit(text: &[u8], unit_us: Option<f64>) -> Option<u32> {
    let is_float = || text.iter().any(|byte| matches!(byte, b'.' | b'e'));
    duration(text, unit_us.unwrap_or_else(|| if is_float() { 1e6 } else { 1e3 }))
}

/// `1.5e-05`; negative durations are unknown ones.
fn float(text: &[u8]) -> Option<f64> {
    let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn micros(value: f64) -> u32 {
    value.clamp(0.0, f64::from(u32::MAX)).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_are_read_as_all_numbers_are() {
        for text in ["0", "7", "17", "007", "1234567", "9999999", "1000000"] {
            for behind in
                [" \"-\" \"x\"", "- 123456", "\u{b0}\u{b1}234567", "a1111111", "/:2222222", ":0000000"]
            {
                let whole = format!("{text}{behind}");
                let expect = number(text.as_bytes()).map(|number| (number, behind.as_bytes()));
                assert_eq!(short_number(whole.as_bytes()), expect, "{whole}");
            }
        }
        for none in ["", "-", "1 \"", "-1234567", "12345678", "123456789 \"-"] {
            assert_eq!(short_number(none.as_bytes()), None, "{none}");
        }
    }

    #[test]
    fn durations_are_read_in_the_forms_that_logs_have() {
        for (text, expect) in [
            ("0.250", Some(250_000)),
            ("1.0000004999999", Some(1_000_000)),
            ("1.", Some(1_000_000)),
            ("4294.9672954", Some(u32::MAX)),
            ("1.x", None),
            ("12", Some(12_000)),
            ("12ms", Some(12_000)),
            ("1.5e-05", Some(15)),
            ("5e-05", Some(50)),
            ("0.12s", Some(120_000)),
            ("834\u{b5}s", Some(834)),
            ("-1", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(any_duration(text.as_bytes(), None), expect, "{text}");
        }
        assert_eq!(duration(b"0.001, 0.003 : 0.002", 1e6), Some(6_000));
        assert_eq!(duration(b"+109", 1e3), Some(109_000));
    }
}
