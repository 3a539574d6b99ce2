//! How far series had counted, in bytes, so that a restart neither loses nor repeats what comes next.

use super::metrics::{Buckets, Point, Unit};
use super::wire::{Field, Malformed, Value, fields, put_bytes, put_fixed64, put_number, put_varint, zigzag};

/// More counts of one point are not read back.
const MOST_COUNTS: usize = 100_000;

/// A point, as protocol buffers have it.
pub(super) fn encode(point: &Point) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_fixed64(&mut bytes, 1, point.start_ns);
    put_fixed64(&mut bytes, 2, point.end_ns);
    put_number(&mut bytes, 3, point.count);
    let packed = |counts: &[u64]| {
        let mut packed = Vec::new();
        counts.iter().for_each(|count| put_varint(&mut packed, *count));
        packed
    };
    match &point.buckets {
        Buckets::None => {}
        Buckets::Explicit { bounds, counts } => {
            put_bytes(&mut bytes, 4, &packed(counts));
            bounds.iter().for_each(|bound| put_fixed64(&mut bytes, 5, bound.to_bits()));
        }
        Buckets::Exponential { scale, zero, first, counts, unit } => {
            put_bytes(&mut bytes, 6, &packed(counts));
            put_number(&mut bytes, 7, zagzig(i64::from(*scale)));
            put_number(&mut bytes, 8, *zero);
            put_number(&mut bytes, 9, zagzig(*first));
            put_number(&mut bytes, 10, u64::from(*unit == Unit::Milliseconds));
        }
    }
    bytes
}

/// The point that [`encode`] wrote.
pub(super) fn decode(bytes: &[u8]) -> Result<Point, Malformed> {
    let mut point = Point { is_cumulative: true, ..Point::default() };
    let (mut counts, mut bounds) = (Vec::new(), Vec::new());
    let (mut scale, mut zero, mut first, mut unit) = (0, 0, 0, Unit::Seconds);
    let (mut is_explicit, mut is_exponential) = (false, false);
    for field in fields(bytes) {
        let field = field?;
        match field.number {
            1 => point.start_ns = fixed(&field)?,
            2 => point.end_ns = fixed(&field)?,
            3 => point.count = field.varint()?,
            4 | 6 => {
                super::wire::extend_varint(&mut counts, &field)?;
                counts.truncate(MOST_COUNTS);
                (is_explicit, is_exponential) = (field.number == 4, field.number == 6);
            }
            5 => bounds.push(f64::from_bits(fixed(&field)?)),
            7 => scale = i32::try_from(zigzag(field.varint()?)).unwrap_or_default(),
            8 => zero = field.varint()?,
            9 => first = zigzag(field.varint()?),
            10 if field.varint()? == 1 => unit = Unit::Milliseconds,
            _ => {}
        }
    }
    point.buckets = match (is_explicit, is_exponential) {
        (true, _) => Buckets::Explicit { bounds, counts },
        (false, true) => Buckets::Exponential { scale, zero, first, counts, unit },
        (false, false) => Buckets::None,
    };
    Ok(point)
}

const fn fixed(field: &Field<'_>) -> Result<u64, Malformed> {
    match field.value {
        Value::Fixed64(number) => Ok(number),
        Value::Varint(_) | Value::Fixed32(_) | Value::Bytes(_) => field.wrong(),
    }
}

/// The other way round than [`zigzag`].
const fn zagzig(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_comes_back_as_it_was() {
        let base =
            Point { start_ns: 7, end_ns: u64::MAX, is_cumulative: true, count: 300, buckets: Buckets::None };
        let explicit = Buckets::Explicit { bounds: vec![0.1, 0.3, 1e-9], counts: vec![0, 1 << 40, 2, 3] };
        let exponential =
            |unit| Buckets::Exponential { scale: -3, zero: 9, first: -70, counts: vec![1, 0, 5], unit };
        for buckets in [Buckets::None, explicit, exponential(Unit::Seconds), exponential(Unit::Milliseconds)]
        {
            let point = Point { buckets, ..base.clone() };
            assert_eq!(decode(&encode(&point)), Ok(point));
        }
    }
}
