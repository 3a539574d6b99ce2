//! Reads what is expected of an answer.

use std::ops::Range;

use statusquo_alert::{Expectation, Expectations, FieldExpectation, JsonExpectation, StatusExpectation};

use super::node::{Entry, Node, Value};
use super::section::{Reading, Section, Text};
use super::values;

/// All that a monitor expects.
pub(super) fn expectations(section: &Section<'_>) -> Expectations {
    let reading = section.reading;
    let status = section.text("expect").and_then(|text| values::codes(reading, &text));
    let fields = section.value("expect_header").map(|(_, node)| fields(reading, &node)).unwrap_or_default();
    let texts = section.texts("expect_text").into_iter().map(|text| Expectation::Contains(text.value));
    let lacks = section.texts("expect_not_text").into_iter().map(|text| Expectation::Lacks(text.value));
    let patterns = section.texts("expect_regex");
    let patterns = patterns.iter().filter_map(|text| values::regex(reading, text)).map(Expectation::Matches);
    let json = section.value("expect_json").map(|(_, node)| json(reading, &node)).unwrap_or_default();
    let mut others: Vec<Expectation> = texts.chain(lacks).chain(patterns).chain(json).collect();
    let (degraded, failing) = (section.duration("degraded_after"), section.duration("failing_after"));
    if let (Some(degraded), Some(failing)) = (degraded, failing)
        && degraded >= failing
    {
        let title = "`degraded_after` has to be shorter than `failing_after`";
        reading.report(&section.span_of("degraded_after"), title, "");
    }
    others.extend(degraded.map(Expectation::DegradedAfter));
    others.extend(failing.map(Expectation::FailingAfter));
    others
        .extend(section.count("certificate_days").filter(|&days| days > 0).map(Expectation::CertificateDays));
    others.shrink_to_fit();
    Expectations {
        status: status.map_or(StatusExpectation::Healthy, |codes| StatusExpectation::In(Box::new(codes))),
        fields,
        others,
    }
}

fn fields(reading: &Reading<'_>, node: &Node) -> Vec<FieldExpectation> {
    if !matches!(node.value, Value::Table(_)) {
        let advice = "for example: expect_header = { content-type = \"application/json\" }";
        reading.report(&node.span, format!("`expect_header` has to be a table, not {}", node.kind()), advice);
    }
    let read = |entry: &Entry| {
        let name = field_name(reading, &entry.key, &entry.span)?;
        match &entry.node.value {
            Value::Flag(true) => Some(FieldExpectation::Present(name)),
            Value::Flag(false) => Some(FieldExpectation::Absent(name)),
            Value::Text(value) => Some(FieldExpectation::Equals(name, value.clone())),
            Value::Table(_) | Value::Integer(_) | Value::Float(_) | Value::Time(_) | Value::List(_) => {
                let pattern = entry.node.get("matches").filter(|_| entry.node.entries().len() == 1);
                let Some(pattern) = pattern.map(|entry| &entry.node).filter(|node| node.text().is_some())
                else {
                    let advice = "`true`, `false`, a text or `{ matches = \"regular expression\" }`";
                    reading.report(&entry.node.span, format!("not an expectation of `{name}`"), advice);
                    return None;
                };
                let text =
                    Text { value: pattern.text().unwrap_or_default().to_owned(), span: pattern.span.clone() };
                Some(FieldExpectation::Matches(name, values::regex(reading, &text)?))
            }
        }
    };
    node.entries().iter().filter_map(read).collect()
}

/// A field name is a token (RFC 9110, 5.1).
pub(super) fn field_name(reading: &Reading<'_>, name: &str, span: &Range<usize>) -> Option<String> {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let good = !name.is_empty() && name.bytes().all(token);
    if !good {
        reading.report(
            span,
            format!("`{name}` is not the name of a header field"),
            "letters, digits and `-`",
        );
    }
    good.then(|| name.to_owned())
}

fn json(reading: &Reading<'_>, node: &Node) -> Vec<Expectation> {
    if !matches!(node.value, Value::Table(_)) {
        let advice = "for example: expect_json = { \"$.status\" = \"up\" }";
        reading.report(&node.span, format!("`expect_json` has to be a table, not {}", node.kind()), advice);
    }
    let read = |entry: &Entry| {
        let text = Text { value: entry.key.clone(), span: entry.span.clone() };
        let path = values::json_path(reading, &text)?;
        let any = entry.node.get("present").and_then(|entry| entry.node.flag()) == Some(true);
        let equals = (!any).then(|| entry.node.to_json());
        Some(Expectation::Json(JsonExpectation { path, text: entry.key.clone(), equals }))
    };
    node.entries().iter().filter_map(read).collect()
}
