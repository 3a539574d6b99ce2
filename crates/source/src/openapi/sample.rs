//! Makes the least value that fits a schema: the same one each time. Whether it fits is for a validator to say.

use serde_json::{Map, Number, Value, json};

/// Schemas within schemas are followed so far.
const DEEPEST: usize = 8;
/// No array has more elements, and no text more characters.
const MOST_ELEMENTS: u64 = 16;
const LONGEST_TEXT: u64 = 4096;
/// What made-up texts say, so that whoever finds one knows where it comes from.
const TEXT: &str = "statusquo";

/// How values are made of the schemas of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sampler<'a> {
    /// What references lead into.
    pub(super) document: &'a Value,
    /// Are examples and defaults within schemas taken?
    pub(super) with_examples: bool,
    /// Which of several alternatives is taken; the last one when there are fewer.
    pub(super) alternative: usize,
}

impl Sampler<'_> {
    /// A value; `None` when the schema goes too deep.
    pub(super) fn value(&self, schema: &Value) -> Option<Value> {
        self.at(schema, 0)
    }

    /// The members that an object may have, with their schemas; those that have to be there first.
    pub(super) fn members(&self, schema: &Value) -> Vec<(String, Value)> {
        let flat = self.flat(schema, 0);
        let required = texts(flat.get("required"));
        let mut members: Vec<(String, Value)> = object(flat.get("properties")).into_iter().collect();
        members.retain(|(_, schema)| !self.is_read_only(schema));
        members.sort_by_key(|(name, _)| required.iter().position(|one| one == name).unwrap_or(usize::MAX));
        members
    }

    fn is_read_only(&self, schema: &Value) -> bool {
        self.flat(schema, 0).get("readOnly") == Some(&Value::Bool(true))
    }

    fn at(&self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let flat = self.flat(schema, depth);
        if let Some(value) = self.given(&flat) {
            return Some(value);
        }
        match kind(&flat) {
            "object" => self.object(&flat, depth),
            "array" => self.array(&flat, depth),
            "integer" => Some(number(&flat, true)),
            "number" => Some(number(&flat, false)),
            "boolean" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => Some(Value::String(text(&flat))),
        }
    }

    /// A value that the schema names itself.
    fn given(&self, flat: &Map<String, Value>) -> Option<Value> {
        let first = |name: &str| flat.get(name).and_then(Value::as_array).and_then(|all| all.first());
        let fixed =
            flat.get("const").or_else(|| flat.get("enum")?.as_array()?.iter().find(|value| !value.is_null()));
        let shown = || flat.get("example").or_else(|| first("examples")).or_else(|| flat.get("default"));
        fixed.or_else(|| shown().filter(|_| self.with_examples)).cloned()
    }

    /// With the members that have to be there, and no others.
    fn object(&self, flat: &Map<String, Value>, depth: usize) -> Option<Value> {
        let properties = object(flat.get("properties"));
        let mut made = Map::new();
        for name in texts(flat.get("required")) {
            let any = Value::Bool(true);
            let schema = properties.get(&name).unwrap_or(&any);
            if !self.is_read_only(schema) {
                made.insert(name, self.at(schema, depth + 1)?);
            }
        }
        Some(Value::Object(made))
    }

    fn array(&self, flat: &Map<String, Value>, depth: usize) -> Option<Value> {
        let least = flat.get("minItems").and_then(Value::as_u64).unwrap_or(0).min(MOST_ELEMENTS);
        let any = Value::Bool(true);
        let items = flat.get("items").unwrap_or(&any);
        (0..least).map(|_| self.at(items, depth + 1)).collect::<Option<Vec<_>>>().map(Value::Array)
    }

    /// The schema with all that it refers to and consists of in one object. Of alternatives one is taken.
    fn flat(&self, schema: &Value, depth: usize) -> Map<String, Value> {
        let Some(own) = schema.as_object().filter(|_| depth <= DEEPEST) else { return Map::new() };
        let mut flat = own.clone();
        let mut parts: Vec<Value> = Vec::new();
        let reference = flat.remove("$ref");
        let pointer = reference.as_ref().and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        parts.extend(pointer.and_then(|pointer| self.document.pointer(pointer)).cloned());
        parts.extend(array(flat.remove("allOf").as_ref()));
        for name in ["oneOf", "anyOf"] {
            let alternatives = array(flat.remove(name).as_ref());
            let last = alternatives.len().saturating_sub(1);
            parts.extend(alternatives.into_iter().nth(self.alternative.min(last)));
        }
        for part in parts {
            merge(&mut flat, self.flat(&part, depth + 1));
        }
        flat
    }
}

/// Adds what is not there yet; members and demands are joined.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(known)), Value::Object(more)) if key == "properties" => {
                for (name, schema) in more {
                    known.entry(name).or_insert(schema);
                }
            }
            (Some(Value::Array(known)), Value::Array(more)) if key == "required" => {
                known.extend(more);
            }
            (Some(_), _) => {}
            (None, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// The type, as the schema says it or as its other words show.
fn kind(flat: &Map<String, Value>) -> &str {
    let named = match flat.get("type") {
        Some(Value::String(one)) => Some(one.as_str()),
        Some(Value::Array(several)) => {
            several.iter().filter_map(Value::as_str).find(|one| *one != "null").or(Some("null"))
        }
        _ => None,
    };
    let has = |names: &[&str]| names.iter().any(|name| flat.contains_key(*name));
    named.unwrap_or_else(|| match () {
        () if has(&["properties", "required", "additionalProperties"]) => "object",
        () if has(&["items", "minItems"]) => "array",
        () if has(&["minimum", "maximum", "multipleOf"]) => "number",
        () => "string",
    })
}

/// The least number that is positive where it may be.
fn number(flat: &Map<String, Value>, is_integer: bool) -> Value {
    let of = |name: &str| flat.get(name).and_then(Value::as_f64);
    let least = of("exclusiveMinimum").map(|least| least + 1.0).or_else(|| of("minimum"));
    let most = of("exclusiveMaximum").map(|most| most - 1.0).or_else(|| of("maximum"));
    let mut made = least.unwrap_or(1.0).min(most.unwrap_or(f64::INFINITY));
    if let Some(step) = of("multipleOf").filter(|step| *step > 0.0) {
        made = (made / step).ceil() * step;
    }
    if is_integer {
        made = made.ceil();
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and checked to be the same")]
    let whole = made as i64;
    #[expect(clippy::cast_precision_loss, reason = "it is compared with what it was made of")]
    let is_whole = (whole as f64 - made).abs() < f64::EPSILON;
    if is_whole { json!(whole) } else { Number::from_f64(made).map_or(json!(1), Value::Number) }
}

fn text(flat: &Map<String, Value>) -> String {
    let formatted = match flat.get("format").and_then(Value::as_str).unwrap_or_default() {
        "date-time" => "2026-01-01T00:00:00Z",
        "date" => "2026-01-01",
        "time" => "00:00:00Z",
        "duration" => "PT1M",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        "email" | "idn-email" => "statusquo@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => "https://example.com/",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "c3RhdHVzcXVv",
        _ => TEXT,
    };
    let of = |name: &str| flat.get(name).and_then(Value::as_u64);
    let length = formatted.chars().count() as u64;
    let wanted = length.max(of("minLength").unwrap_or(0).min(LONGEST_TEXT));
    let wanted = wanted.min(of("maxLength").unwrap_or(u64::MAX));
    let padding = std::iter::repeat('o');
    formatted.chars().chain(padding).take(usize::try_from(wanted).unwrap_or(usize::MAX)).collect()
}

fn array(value: Option<&Value>) -> Vec<Value> {
    value.and_then(Value::as_array).cloned().unwrap_or_default()
}

fn object(value: Option<&Value>) -> Map<String, Value> {
    value.and_then(Value::as_object).cloned().unwrap_or_default()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    array(value).iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
