//! Integers in few bytes: LEB128, and zigzag for those with a sign.

use crate::Malformed;

/// Appends a variable-length integer (LEB128).
pub(crate) fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push((value & 0x7f) as u8);
}

/// Takes a variable-length integer off the front.
pub(crate) fn take(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().ok_or(Malformed)?;
        *bytes = rest;
        let low = u64::from(first & 0x7f);
        // The tenth byte has room for one bit.
        if shift == 63 && low > 1 {
            return Err(Malformed);
        }
        value |= low << shift;
        if first & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

/// Appends an integer with a sign; small ones stay short, negative ones too.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, value: i64) {
    put(bytes, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

/// Takes an integer with a sign off the front.
pub(crate) fn take_signed(bytes: &mut &[u8]) -> Result<i64, Malformed> {
    let zigzag = take(bytes)?;
    Ok((zigzag >> 1).cast_signed() ^ -((zigzag & 1).cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_survives_being_bytes() {
        let edges = [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, u64::from(u32::MAX), u64::MAX - 1, u64::MAX];
        for value in edges {
            let mut bytes = Vec::new();
            put(&mut bytes, value);
            put_signed(&mut bytes, value.cast_signed());
            let mut rest = bytes.as_slice();
            assert_eq!(take(&mut rest), Ok(value));
            assert_eq!(take_signed(&mut rest), Ok(value.cast_signed()));
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn bytes_that_end_early_or_do_not_end_are_refused() {
        for bytes in [&[][..], &[0x80], &[0xff; 9], &[0xff; 10], &[0xff; 11]] {
            assert_eq!(take(&mut &*bytes), Err(Malformed), "{bytes:?}");
        }
    }
}
