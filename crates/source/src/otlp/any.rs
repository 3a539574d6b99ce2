//! The value of an attribute.

use super::wire::{Fault, Malformed, Value, fields};

/// The value of an attribute, as far as HTTP has any use for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Any<'a> {
    Text(&'a [u8]),
    Int(i64),
    Double(f64),
    /// Truth values, lists of pairs, bytes.
    Other,
}

impl<'a> Any<'a> {
    /// Reads an `AnyValue`; of a list the first member, since header fields come as lists.
    pub(super) fn read(message: &'a [u8]) -> Result<Self, Malformed> {
        Self::read_within(message, 4)
    }

    fn read_within(message: &'a [u8], depth: u8) -> Result<Self, Malformed> {
        let mut found = Self::Other;
        for field in fields(message) {
            let field = field?;
            found = match (field.number, field.value) {
                (1, Value::Bytes(text)) => Self::Text(text),
                (3, Value::Varint(number)) => Self::Int(number.cast_signed()),
                (4, Value::Fixed64(bits)) => Self::Double(f64::from_bits(bits)),
                (5, Value::Bytes(list)) => Self::first(list, depth)?,
                (1 | 5, Value::Varint(_) | Value::Fixed64(_) | Value::Fixed32(_)) => {
                    return Err(Malformed(Fault::Field(field.number)));
                }
                (_, Value::Varint(_) | Value::Fixed64(_) | Value::Fixed32(_) | Value::Bytes(_)) => found,
            };
        }
        Ok(found)
    }

    fn first(list: &'a [u8], depth: u8) -> Result<Self, Malformed> {
        let depth = depth.checked_sub(1).ok_or(Malformed(Fault::Depth))?;
        match fields(list).next() {
            Some(field) => Self::read_within(field?.bytes()?, depth),
            None => Ok(Self::Other),
        }
    }

    /// A text.
    pub(super) const fn text(self) -> Option<&'a [u8]> {
        match self {
            Self::Text(text) => Some(text),
            Self::Int(_) | Self::Double(_) | Self::Other => None,
        }
    }

    /// A number that is not negative; some write it as text.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast of a float saturates"
    )]
    pub(super) fn number(self) -> Option<u64> {
        match self {
            Self::Int(number) => u64::try_from(number).ok(),
            Self::Double(number) => (number >= 0.0).then_some(number as u64),
            Self::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
            Self::Other => None,
        }
    }
}

/// A pair of name and value.
pub(super) fn pair(message: &[u8]) -> Result<(&[u8], Any<'_>), Malformed> {
    let (mut key, mut value) = (&b""[..], Any::Other);
    for field in fields(message) {
        let field = field?;
        match field.number {
            1 => key = field.bytes()?,
            2 => value = Any::read(field.bytes()?)?,
            _ => {}
        }
    }
    Ok((key, value))
}
