//! Spans.

use super::any::pair;
use super::resource::Resource;
use super::told::{Side, Told};
use super::wire::{Malformed, fields};
use super::{Held, Said, weight};

/// Reads an `ExportTraceServiceRequest`.
pub(super) fn read<'a>(
    message: &'a [u8],
    each: &mut dyn FnMut(&Resource<'a>, Said<'a>),
) -> Result<Held, Malformed> {
    let mut held = Held::default();
    for spans in fields(message) {
        let spans = spans?;
        if spans.number != 1 {
            continue;
        }
        let resource = Resource::of(spans.bytes()?)?;
        for scope in fields(spans.bytes()?) {
            let scope = scope?;
            if scope.number != 2 {
                continue;
            }
            for span in fields(scope.bytes()?) {
                let span = span?;
                if span.number == 2 {
                    take(&resource, span.bytes()?, &mut held, each)?;
                }
            }
        }
    }
    Ok(held)
}

/// `SPAN_KIND_SERVER`
const SERVER: u64 = 2;
/// `SPAN_KIND_CLIENT`
const CLIENT: u64 = 3;

fn take<'a>(
    resource: &Resource<'a>,
    message: &'a [u8],
    held: &mut Held,
    each: &mut dyn FnMut(&Resource<'a>, Said<'a>),
) -> Result<(), Malformed> {
    held.items += 1;
    let (kind, ends, told) = span(message)?;
    let is_request = told.is_http() && matches!(kind, SERVER | CLIENT);
    match (is_request, ends) {
        (false, _) => held.others += 1,
        (true, 0) => held.rejected += 1,
        (true, _) => each(resource, Said::Request(told)),
    }
    Ok(())
}

/// A span: its kind, its end in nanoseconds, and what it tells. Its own status (`Span.status`) says nothing of the
/// answer: it is unset for a 404 and may be an error for a 200.
fn span(message: &[u8]) -> Result<(u64, u64, Told<'_>), Malformed> {
    let mut told = Told::default();
    let (mut kind, mut starts, mut ends, mut name) = (0, 0, 0, &b""[..]);
    for field in fields(message) {
        let field = field?;
        match field.number {
            1 => told.trace_id = field.bytes()?,
            2 => told.span_id = field.bytes()?,
            3 => told.weight = told.weight.or(weight::of_trace_state(field.bytes()?)),
            5 => name = field.bytes()?,
            6 => kind = field.varint()?,
            7 => starts = field.fixed64()?,
            8 => ends = field.fixed64()?,
            9 => {
                let (key, value) = pair(field.bytes()?)?;
                told.take(key, value);
            }
            _ => {}
        }
    }
    told.side = if kind == CLIENT { Side::Client } else { Side::Server };
    told.at_us = micros(ends);
    let lasted = (starts > 0).then(|| ends.saturating_sub(starts) / 1000);
    told.duration_us = lasted.map(|us| u32::try_from(us).unwrap_or(u32::MAX));
    if told.route.is_empty() && told.side == Side::Server {
        told.route = route_of_name(name);
    }
    Ok((kind, ends, told))
}

/// `METHOD /route`, as server spans are called when the route is known.
fn route_of_name(name: &[u8]) -> &[u8] {
    let (method, route) =
        memchr::memchr(b' ', name).and_then(|at| name.split_at_checked(at)).unwrap_or_default();
    let route = route.strip_prefix(b" ").unwrap_or_default();
    let is_method = !method.is_empty() && method.iter().all(u8::is_ascii_uppercase);
    if is_method && route.starts_with(b"/") { route } else { b"" }
}

/// Nanoseconds since 1970 as microseconds.
pub(super) fn micros(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds / 1000).unwrap_or(i64::MAX)
}
