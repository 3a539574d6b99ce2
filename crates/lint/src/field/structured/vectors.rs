//! The working group's own examples of structured fields, in `tests/structured-fields` (RFC 9651).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Value, json};

use super::{Bare, Item, Member, Params, dictionary, item, list};

const FILES: [&str; 19] = [
    include_str!("../../../tests/structured-fields/binary.json"),
    include_str!("../../../tests/structured-fields/boolean.json"),
    include_str!("../../../tests/structured-fields/date.json"),
    include_str!("../../../tests/structured-fields/dictionary.json"),
    include_str!("../../../tests/structured-fields/display-string.json"),
    include_str!("../../../tests/structured-fields/examples.json"),
    include_str!("../../../tests/structured-fields/item.json"),
    include_str!("../../../tests/structured-fields/key-generated.json"),
    include_str!("../../../tests/structured-fields/list.json"),
    include_str!("../../../tests/structured-fields/listlist.json"),
    include_str!("../../../tests/structured-fields/number-generated.json"),
    include_str!("../../../tests/structured-fields/number.json"),
    include_str!("../../../tests/structured-fields/param-dict.json"),
    include_str!("../../../tests/structured-fields/param-list.json"),
    include_str!("../../../tests/structured-fields/param-listlist.json"),
    include_str!("../../../tests/structured-fields/string-generated.json"),
    include_str!("../../../tests/structured-fields/string.json"),
    include_str!("../../../tests/structured-fields/token-generated.json"),
    include_str!("../../../tests/structured-fields/token.json"),
];

#[test]
fn every_example_of_the_working_group_is_read_as_it_says() {
    let read = |file: &str| serde_json::from_str::<Vec<Value>>(file).unwrap();
    let examples: Vec<Value> = FILES.into_iter().flat_map(read).collect();
    assert!(examples.len() > 1_500, "only {} examples were found", examples.len());
    let wrong: Vec<String> = examples.iter().filter_map(differs).collect();
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with our reading of one example.
fn differs(example: &Value) -> Option<String> {
    let lines: Vec<&str> =
        example["raw"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let read = read(example["header_type"].as_str().unwrap(), &lines.join(", "));
    let is_due = |name: &str| example[name] == Value::Bool(true);
    let is_right = match &read {
        Some(value) => !is_due("must_fail") && *value == example["expected"],
        None => is_due("must_fail") || is_due("can_fail"),
    };
    (!is_right).then(|| format!("{}: {lines:?} was read as {read:?}", example["name"]))
}

/// A field in the form of the examples.
fn read(kind: &str, text: &str) -> Option<Value> {
    let text = text.as_bytes();
    match kind {
        "item" => item(text).ok().map(|found| with_params(&found.value, &found.params)),
        "list" => list(text).ok().map(|found| found.iter().map(member).collect()),
        _ => dictionary(text)
            .ok()
            .map(|found| last_ones(found.iter().map(|(key, value)| (*key, member(value))))),
    }
}

fn member(found: &Member<'_>) -> Value {
    match found {
        Member::Item(Item { value, params, .. }) => with_params(value, params),
        Member::Inner { items, params, .. } => {
            let items: Value = items.iter().map(|item| with_params(&item.value, &item.params)).collect();
            json!([items, last_ones(params.0.iter().map(|(key, value)| (*key, bare(value))))])
        }
    }
}

fn with_params(value: &Bare<'_>, params: &Params<'_>) -> Value {
    json!([bare(value), last_ones(params.0.iter().map(|(key, value)| (*key, bare(value))))])
}

/// A key that stands there twice counts once: at its first place, with its last value.
fn last_ones<'a>(pairs: impl Iterator<Item = (&'a str, Value)>) -> Value {
    let mut kept: Vec<(&str, Value)> = Vec::new();
    for (key, value) in pairs {
        match kept.iter_mut().find(|(known, _)| *known == key) {
            Some(known) => known.1 = value,
            None => kept.push((key, value)),
        }
    }
    kept.into_iter().map(|(key, value)| json!([key, value])).collect()
}

fn bare(value: &Bare<'_>) -> Value {
    match value {
        Bare::Integer(number) => json!(number),
        Bare::Decimal(thousandths) => json!(*thousandths as f64 / 1000.0),
        Bare::String(text) => json!(text),
        Bare::Token(text) => json!({"__type": "token", "value": text}),
        Bare::Bytes(text) => json!({"__type": "binary", "value": base32(&bytes(text))}),
        Bare::Boolean(is_true) => json!(is_true),
        Bare::Date(seconds) => json!({"__type": "date", "value": seconds}),
        Bare::Display(text) => json!({"__type": "displaystring", "value": percent_decoded(text)}),
    }
}

/// Base64 as a reader is asked to take it: with or without padding (RFC 9651, 4.2.7).
fn bytes(text: &str) -> Vec<u8> {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&STANDARD, lenient).decode(text).unwrap()
}

/// RFC 4648, 6.
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for group in bytes.chunks(5) {
        let bits =
            group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - group.len()));
        let digits = (group.len() * 8).div_ceil(5);
        for place in 0..8 {
            let digit = DIGITS[(bits >> (35 - 5 * place) & 31) as usize];
            text.push(if place < digits { char::from(digit) } else { '=' });
        }
    }
    text
}

fn percent_decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| std::str::from_utf8(&after[..2]).unwrap());
        bytes.push(code.map_or(first, |code| u8::from_str_radix(code, 16).unwrap()));
        rest = &after[if code.is_some() { 2 } else { 0 }..];
    }
    String::from_utf8(bytes).unwrap()
}
