//! Protocol Buffers as they come over the wire.

use std::fmt;

/// The bytes are not such a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub struct Malformed(pub(super) Fault);

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends within a field.
    Truncated,
    /// A number has more than 64 bits.
    Number,
    /// A field has a form that does not exist, or no longer.
    Form(u8),
    /// A field has another form than it should.
    Field(u32),
    /// Messages lie deeper within each other than they can.
    Depth,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Fault::Truncated => f.write_str("the message is truncated: it ends within a field"),
            Fault::Number => f.write_str("a number has more than 64 bits"),
            Fault::Form(form) => write!(f, "a field has wire type {form}, which does not exist"),
            Fault::Field(number) => write!(f, "field {number} has another type than it should"),
            Fault::Depth => f.write_str("messages lie too deep within each other"),
        }
    }
}

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(&'a [u8]),
}

/// A field: its number and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) number: u32,
    pub(super) value: Value<'a>,
}

impl<'a> Field<'a> {
    /// Bytes, text or a message.
    pub(super) const fn bytes(&self) -> Result<&'a [u8], Malformed> {
        match self.value {
            Value::Bytes(bytes) => Ok(bytes),
            Value::Varint(_) | Value::Fixed64(_) | Value::Fixed32(_) => self.wrong(),
        }
    }

    pub(super) const fn varint(&self) -> Result<u64, Malformed> {
        match self.value {
            Value::Varint(number) => Ok(number),
            Value::Bytes(_) | Value::Fixed64(_) | Value::Fixed32(_) => self.wrong(),
        }
    }

    pub(super) const fn fixed64(&self) -> Result<u64, Malformed> {
        match self.value {
            Value::Fixed64(number) => Ok(number),
            Value::Bytes(_) | Value::Varint(_) | Value::Fixed32(_) => self.wrong(),
        }
    }

    /// A `sint32`.
    #[expect(clippy::cast_possible_truncation, reason = "protobuf takes the low 32 bits")]
    pub(super) fn sint32(&self) -> Result<i32, Malformed> {
        self.varint().map(|number| zigzag(number) as i32)
    }

    pub(super) const fn wrong<T>(&self) -> Result<T, Malformed> {
        Err(Malformed(Fault::Field(self.number)))
    }
}

/// The fields of a message, in the order in which they stand there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

/// The fields of a message.
pub(super) const fn fields(message: &[u8]) -> Fields<'_> {
    Fields { rest: message }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = field(&mut self.rest);
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

fn field<'a>(rest: &mut &'a [u8]) -> Result<Field<'a>, Malformed> {
    let tag = varint(rest)?;
    let number = u32::try_from(tag >> 3).map_err(|_| Malformed(Fault::Number))?;
    let value = match (tag & 7) as u8 {
        0 => Value::Varint(varint(rest)?),
        1 => Value::Fixed64(u64::from_le_bytes(array(rest)?)),
        2 => {
            let length = usize::try_from(varint(rest)?).map_err(|_| Malformed(Fault::Truncated))?;
            let (bytes, after) = rest.split_at_checked(length).ok_or(Malformed(Fault::Truncated))?;
            *rest = after;
            Value::Bytes(bytes)
        }
        5 => Value::Fixed32(u32::from_le_bytes(array(rest)?)),
        form => return Err(Malformed(Fault::Form(form))),
    };
    Ok(Field { number, value })
}

fn array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Malformed> {
    let (first, after) = rest.split_first_chunk::<N>().ok_or(Malformed(Fault::Truncated))?;
    *rest = after;
    Ok(*first)
}

/// Takes a number off the front. Most have one byte.
pub(super) fn varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, after) = rest.split_first().ok_or(Malformed(Fault::Truncated))?;
        *rest = after;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed(Fault::Number))
}

/// The number with a sign that a `sint` holds.
pub(super) const fn zigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Appends numbers of 64 bits, which may stand one by one or together.
pub(super) fn extend_fixed64(to: &mut Vec<u64>, field: &Field<'_>) -> Result<(), Malformed> {
    match field.value {
        Value::Fixed64(number) => to.push(number),
        Value::Bytes(bytes) => {
            let (numbers, rest) = bytes.as_chunks::<8>();
            if !rest.is_empty() {
                return Err(Malformed(Fault::Truncated));
            }
            to.extend(numbers.iter().map(|bytes| u64::from_le_bytes(*bytes)));
        }
        Value::Varint(_) | Value::Fixed32(_) => return field.wrong(),
    }
    Ok(())
}

/// Appends numbers of variable length, which may stand one by one or together.
pub(super) fn extend_varint(to: &mut Vec<u64>, field: &Field<'_>) -> Result<(), Malformed> {
    match field.value {
        Value::Varint(number) => to.push(number),
        Value::Bytes(mut bytes) => {
            while !bytes.is_empty() {
                to.push(varint(&mut bytes)?);
            }
        }
        Value::Fixed64(_) | Value::Fixed32(_) => return field.wrong(),
    }
    Ok(())
}

/// Appends a number.
pub(super) fn put_varint(to: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        to.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    to.push((value & 0x7f) as u8);
}

/// Appends a field of numbers of variable length.
pub(super) fn put_number(to: &mut Vec<u8>, number: u32, value: u64) {
    put_varint(to, u64::from(number) << 3);
    put_varint(to, value);
}

/// Appends a field of eight bytes.
pub(super) fn put_fixed64(to: &mut Vec<u8>, number: u32, value: u64) {
    put_varint(to, u64::from(number) << 3 | 1);
    to.extend_from_slice(&value.to_le_bytes());
}

/// Appends a field of bytes, text or a message.
pub(super) fn put_bytes(to: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_varint(to, u64::from(number) << 3 | 2);
    put_varint(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_their_order_and_unknown_ones_can_be_skipped() {
        let mut message = Vec::new();
        put_number(&mut message, 1, 300);
        put_bytes(&mut message, 500, b"unknown");
        put_fixed64(&mut message, 7, 8);
        let read: Result<Vec<_>, _> = fields(&message).collect();
        let expect = [(1, Value::Varint(300)), (500, Value::Bytes(b"unknown")), (7, Value::Fixed64(8))];
        assert_eq!(read.unwrap(), expect.map(|(number, value)| Field { number, value }));
    }

    #[test]
    fn a_message_that_is_cut_anywhere_within_a_field_is_refused() {
        let mut message = Vec::new();
        put_bytes(&mut message, 1, b"abc");
        put_fixed64(&mut message, 7, 8);
        for length in (1..message.len()).filter(|length| *length != 5) {
            let read: Result<Vec<_>, _> = fields(&message[..length]).collect();
            assert_eq!(read, Err(Malformed(Fault::Truncated)), "{length} bytes");
        }
    }

    #[test]
    fn what_protocol_buffers_do_not_have_is_refused() {
        let too_long = [8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        for (message, fault) in
            [(&[0x0b][..], Fault::Form(3)), (&[0x0f], Fault::Form(7)), (&too_long, Fault::Number)]
        {
            let read: Result<Vec<_>, _> = fields(message).collect();
            assert_eq!(read, Err(Malformed(fault)), "{message:?}");
        }
    }
}
