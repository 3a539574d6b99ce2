//! Contents of requests, made from a schema: one that fits, and some with a known fault.
//!
//! What is made is held against the schema before anybody sees it: what should fit does, and each fault breaks it. The same
//! schema gives the same contents.

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::sample::Sampler;
use super::{Description, RequestContent};

/// So many alternatives of `oneOf` and `anyOf` are tried.
const ALTERNATIVES: usize = 4;

/// Contents for requests of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// It fits the schema.
    pub valid: Value,
    /// Is it the description's own example?
    pub is_example: bool,
    /// It fits as well, and is another one.
    pub other: Option<Value>,
    /// Each breaks the schema: one fault, another fault, and both at once where there are two.
    pub broken: Vec<Broken>,
}

/// Content that breaks its schema, and nothing else is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The content.
    pub value: Value,
    /// The members that are at fault.
    pub members: Vec<String>,
}

/// What is wrong with a member.
#[derive(Debug, Clone, PartialEq)]
enum Fault {
    /// It has to be there, and is not.
    Missing(String),
    /// It is this, which it may not be.
    WrongType(String, Value),
}

impl Fault {
    fn member(&self) -> &str {
        match self {
            Self::Missing(name) | Self::WrongType(name, _) => name,
        }
    }

    fn apply(&self, object: &mut Map<String, Value>) {
        match self {
            Self::Missing(name) => drop(object.remove(name)),
            Self::WrongType(name, value) => drop(object.insert(name.clone(), value.clone())),
        }
    }
}

impl Description {
    /// Contents for requests of an operation.
    ///
    /// # Errors
    ///
    /// When none can be made that fits, or that breaks the schema; in words.
    pub fn made(&self, request: &RequestContent) -> Result<Made, String> {
        let mut whole = json!({
            "schema": request.schema,
            "components": self.document.get("components").cloned().unwrap_or_default(),
        });
        for_requests(&mut whole);
        let schema = whole.get("schema").cloned().unwrap_or_default();
        let maker = Maker { validator: validator(&schema, &whole)?, schema, document: &whole };
        maker.made(&request.examples)
    }
}

/// The schema with the definitions that it refers to.
fn validator(schema: &Value, whole: &Value) -> Result<Validator, String> {
    let mut rooted = schema.as_object().cloned().ok_or("the schema of its content is no object")?;
    rooted.insert("components".to_owned(), whole.get("components").cloned().unwrap_or_default());
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    options
        .build(&Value::Object(rooted))
        .map_err(|why| format!("the schema of its content is not understood: {why}"))
}

struct Maker<'a> {
    validator: Validator,
    schema: Value,
    document: &'a Value,
}

impl Maker<'_> {
    fn made(&self, examples: &[Value]) -> Result<Made, String> {
        let (sampler, valid, is_example) = self.valid(examples)?;
        let Value::Object(object) = &valid else {
            return Err("its content is no JSON object, so that no member can be wrong".to_owned());
        };
        let members = sampler.members(&self.schema);
        let other = self.other(object, &members, &sampler);
        let broken = self.broken(object, &members);
        if broken.is_empty() {
            return Err("its schema demands nothing that could be missing or wrong".to_owned());
        }
        Ok(Made { is_example, other, broken, valid })
    }

    /// The description's own example, else the least that fits.
    fn valid(&self, examples: &[Value]) -> Result<(Sampler<'_>, Value, bool), String> {
        let sampler =
            |with_examples, alternative| Sampler { document: self.document, with_examples, alternative };
        let of_schema = ["example"].iter().filter_map(|name| self.schema.get(*name));
        if let Some(example) =
            examples.iter().chain(of_schema).find(|example| self.validator.is_valid(example))
        {
            return Ok((sampler(true, 0), example.clone(), true));
        }
        let ways = [true, false].into_iter().flat_map(|with| (0..ALTERNATIVES).map(move |at| (with, at)));
        for sampler in ways.map(|(with, at)| sampler(with, at)) {
            if let Some(value) = sampler.value(&self.schema).filter(|value| self.validator.is_valid(value)) {
                return Ok((sampler, value, false));
            }
        }
        Err("no content could be made that fits its schema; an example in the description would help"
            .to_owned())
    }

    /// The same with another value in one member.
    fn other(
        &self,
        object: &Map<String, Value>,
        members: &[(String, Value)],
        sampler: &Sampler<'_>,
    ) -> Option<Value> {
        let fits = |name: &str, value: Value| {
            let mut changed = object.clone();
            changed.insert(name.to_owned(), value);
            Some(Value::Object(changed)).filter(|changed| self.validator.is_valid(changed))
        };
        let changed =
            object.iter().flat_map(|(name, value)| variants(value).into_iter().map(move |v| (name, v)));
        let changed = changed.filter_map(|(name, value)| fits(name, value)).next();
        changed.or_else(|| {
            let absent = members.iter().filter(|(name, _)| !object.contains_key(name));
            absent.filter_map(|(name, schema)| fits(name, sampler.value(schema)?)).next()
        })
    }

    fn broken(&self, object: &Map<String, Value>, members: &[(String, Value)]) -> Vec<Broken> {
        let faults: Vec<Fault> = self.faults(object, members);
        let Some(first) = faults.first() else { return Vec::new() };
        // The other kind of fault, in another member where there is one.
        let is_other_kind = |fault: &&Fault| std::mem::discriminant(*fault) != std::mem::discriminant(first);
        let is_elsewhere = |fault: &&Fault| fault.member() != first.member();
        let others = || faults.iter().skip(1);
        let second = others()
            .find(|fault| is_other_kind(fault) && is_elsewhere(fault))
            .or_else(|| others().find(is_elsewhere))
            .or_else(|| others().next());
        let apart = second.filter(|second| second.member() != first.member());
        let of = |faults: &[&Fault]| {
            let mut value = object.clone();
            faults.iter().for_each(|fault| fault.apply(&mut value));
            let members = faults.iter().map(|fault| fault.member().to_owned()).collect();
            Broken { value: Value::Object(value), members }
        };
        let single = std::iter::once(first).chain(second).map(|fault| of(&[fault]));
        single.chain(apart.map(|second| of(&[first, second]))).collect()
    }

    /// Each breaks the schema by itself: what is missing first.
    fn faults(&self, object: &Map<String, Value>, members: &[(String, Value)]) -> Vec<Fault> {
        let breaks = |fault: &Fault| {
            let mut changed = object.clone();
            fault.apply(&mut changed);
            !self.validator.is_valid(&Value::Object(changed))
        };
        let missing = members.iter().filter(|(name, _)| object.contains_key(name));
        let missing = missing.map(|(name, _)| Fault::Missing(name.clone())).filter(breaks);
        let wrong = members.iter().filter_map(|(name, _)| {
            // No server turns an object into a number or a text, as some do with texts and numbers.
            let values = [json!({ "statusquo": true }), json!("statusquo"), json!(true)];
            values.into_iter().map(|value| Fault::WrongType(name.clone(), value)).find(breaks)
        });
        missing.chain(wrong).collect()
    }
}

/// Values that are nearly the same.
fn variants(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => vec![json!(format!("{text}2")), json!(format!("{text} 2"))],
        Value::Number(number) => match number.as_i64() {
            Some(whole) => vec![json!(whole.saturating_add(1)), json!(whole.saturating_sub(1))],
            None => Vec::new(),
        },
        Value::Bool(is_so) => vec![json!(!is_so)],
        Value::Null | Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

/// Turns schemas into what they say of requests, in the words of JSON Schema 2020-12: members that are only read need not
/// be there (OpenAPI 3.0.4, 4.7.24.2), and what 3.0 says of `nullable` and exclusive limits is said as 3.1 does.
fn for_requests(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(for_requests),
        Value::Object(schema) => {
            without_read_only(schema);
            as_in_31(schema);
            schema.values_mut().for_each(for_requests);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn without_read_only(schema: &mut Map<String, Value>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object).cloned() else { return };
    let is_read_only = |name: &Value| {
        let schema = name.as_str().and_then(|name| properties.get(name));
        schema.and_then(|schema| schema.get("readOnly")) == Some(&Value::Bool(true))
    };
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !is_read_only(name));
    }
}

fn as_in_31(schema: &mut Map<String, Value>) {
    for (flag, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(Value::Bool(is_exclusive)) = schema.get(flag) {
            let is_exclusive = *is_exclusive;
            schema.remove(flag);
            if let Some(limit) = schema.get(limit).filter(|_| is_exclusive).cloned() {
                schema.insert(flag.to_owned(), limit);
            }
        }
    }
    if let (Some(Value::Bool(true)), Some(Value::String(one))) = (schema.get("nullable"), schema.get("type"))
    {
        let types = json!([one, "null"]);
        schema.insert("type".to_owned(), types);
    }
}
