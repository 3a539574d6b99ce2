//! Log records.

use super::any::{Any, pair};
use super::resource::Resource;
use super::told::Told;
use super::traces::micros;
use super::wire::{Malformed, fields};
use super::{Held, Said};

/// Reads an `ExportLogsServiceRequest`.
pub(super) fn read<'a>(
    message: &'a [u8],
    each: &mut dyn FnMut(&Resource<'a>, Said<'a>),
) -> Result<Held, Malformed> {
    let mut held = Held::default();
    for logs in fields(message) {
        let logs = logs?;
        if logs.number != 1 {
            continue;
        }
        let resource = Resource::of(logs.bytes()?)?;
        for scope in fields(logs.bytes()?) {
            let scope = scope?;
            if scope.number != 2 {
                continue;
            }
            for record in fields(scope.bytes()?) {
                let record = record?;
                if record.number == 2 {
                    take(&resource, record.bytes()?, &mut held, each)?;
                }
            }
        }
    }
    Ok(held)
}

/// A record tells of a request by its attributes, as spans do, or its text is a line of an access log.
fn take<'a>(
    resource: &Resource<'a>,
    message: &'a [u8],
    held: &mut Held,
    each: &mut dyn FnMut(&Resource<'a>, Said<'a>),
) -> Result<(), Malformed> {
    held.items += 1;
    let mut told = Told { weight: Some(1.0), ..Told::default() };
    let (mut at, mut observed, mut text) = (0, 0, &b""[..]);
    for field in fields(message) {
        let field = field?;
        match field.number {
            1 => at = field.fixed64()?,
            5 => text = Any::read(field.bytes()?)?.text().unwrap_or_default(),
            6 => {
                let (key, value) = pair(field.bytes()?)?;
                take_attribute(&mut told, key, value);
            }
            9 => told.trace_id = field.bytes()?,
            10 => told.span_id = field.bytes()?,
            11 => observed = field.fixed64()?,
            _ => {}
        }
    }
    let at = if at == 0 { observed } else { at };
    told.at_us = micros(at);
    match (told.status.is_some() && !told.method.is_empty(), text.is_empty()) {
        (true, _) if at == 0 => held.rejected += 1,
        (true, _) => each(resource, Said::Request(told)),
        (false, false) => each(resource, Said::Line(text)),
        (false, true) => held.others += 1,
    }
    Ok(())
}

/// The duration has no name of its own in the conventions for log records; these are in use.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float saturates")]
fn take_attribute<'a>(told: &mut Told<'a>, key: &[u8], value: Any<'a>) {
    let unit_us = match key {
        b"http.server.request.duration" | b"duration_s" => 1e6,
        b"duration_ms" | b"http.server.duration" => 1e3,
        _ => return told.take(key, value),
    };
    let number = match value {
        Any::Double(number) => Some(number),
        #[expect(clippy::cast_precision_loss, reason = "durations stay far below 2^52")]
        Any::Int(number) => Some(number as f64),
        Any::Text(text) => std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()),
        Any::Other => None,
    };
    told.duration_us = number.map(|number| (number * unit_us).round() as u32).or(told.duration_us);
}
