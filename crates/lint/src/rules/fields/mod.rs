//! Fields that most responses have: how they are written, dates, entity tags, media types and codings.

mod content;
mod dates;
mod lines;
mod misplaced;

use crate::Place;
use crate::field::Fault;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::section::Line;
use crate::verdict::Flag;

pub(super) const CHECKS: &[Check] = &[
    Check::new("connection-fields-in-http2", When::Always, lines::connection_fields),
    Check::new("field-name-uppercase-http2", When::Always, lines::uppercase_name),
    Check::new("field-name-syntax", When::Always, lines::name_syntax),
    Check::new("field-value-control-chars", When::Always, lines::control_chars),
    Check::new("field-value-edge-whitespace-http2", When::Always, lines::edge_whitespace),
    Check::new("field-singleton-repeated", When::Always, lines::singleton_repeated),
    Check::new("field-empty-list-element", When::Always, lines::empty_element),
    Check::new("other-field-syntax", When::Always, lines::other_syntax),
    Check::new("date-missing", When::Always, dates::missing),
    Check::new("date-format", When::Always, dates::format),
    Check::new("date-skew", When::Field(Known::Date), dates::skew),
    Check::new("last-modified-in-future", When::Field(Known::LastModified), dates::modified_in_future),
    Check::new("last-modified-syntax", When::Field(Known::LastModified), dates::modified_syntax),
    Check::new("etag-syntax", When::Field(Known::Etag), content::etag_syntax),
    Check::new("content-type-missing", When::Always, content::type_missing),
    Check::new("content-type-syntax", When::Field(Known::ContentType), content::type_syntax),
    Check::new(
        "content-type-contradicts-content",
        When::Field(Known::ContentType),
        content::type_contradicts,
    ),
    Check::new(
        "content-coding-undecodable",
        When::Field(Known::ContentEncoding),
        content::coding_undecodable,
    ),
    Check::new("content-coding-undeclared", When::Field(Known::ContentType), content::coding_undeclared),
    Check::new("content-coding-unwanted", When::Field(Known::ContentEncoding), content::coding_unwanted),
    Check::new("request-field-in-response", When::Always, misplaced::request_field),
    Check::new("location-odd-status", When::Field(Known::Location), misplaced::location),
    Check::new("content-range-odd-status", When::Field(Known::ContentRange), misplaced::content_range),
    Check::new("deprecated-response-field", When::Always, misplaced::deprecated),
    Check::new("server-field-verbose", When::Always, misplaced::verbose),
];

/// Points at a line.
fn at(line: &Line<'_>) -> Flag {
    Flag::at(Place::line(line.number))
}

/// Points at what breaks the grammar of a field.
fn malformed(line: &Line<'_>, fault: &Fault) -> Flag {
    let name = line.known.map_or("the field", Known::as_str);
    Flag::at(Place::value(line.number, fault.bytes.clone())).saying(format!("{name}: {}", fault.why))
}
