//! The raw configuration: what TOML says, each value with its place in the file.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The bytes of the file that it takes up.
    pub(crate) span: Range<usize>,
    /// What it is.
    pub(crate) value: Value,
}

/// What TOML knows, without the types that we do not use.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Flag(bool),
    /// A date, a time or both.
    Time(toml::value::Datetime),
    /// An array.
    List(Vec<Node>),
    /// A table, inline or not, in the order of the file.
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: String,
    /// Where the key stands.
    pub(crate) span: Range<usize>,
    /// Its value.
    pub(crate) node: Node,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.node == other.node
    }
}

impl Node {
    /// Parses a whole file as far as it goes: what was understood, and the mistakes.
    pub(crate) fn parse(source: &str) -> (Self, Vec<toml::de::Error>) {
        let (table, errors) = DeTable::parse_recoverable(source);
        (Self { span: table.span(), value: of_table(table.get_ref()) }, errors)
    }

    /// Parses one value, as it stands in our own tables.
    pub(crate) fn parse_value(source: &str) -> Option<Self> {
        DeValue::parse(source).ok().map(|value| of_value(&value))
    }

    /// What kind of value it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Text(_) => "text",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Flag(_) => "true or false",
            Value::Time(_) => "a time",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The whole number, if it is one.
    pub(crate) fn integer(&self) -> Option<i64> {
        if let Value::Integer(number) = self.value { Some(number) } else { None }
    }

    /// True or false, if it is one of them.
    pub(crate) fn flag(&self) -> Option<bool> {
        if let Value::Flag(flag) = self.value { Some(flag) } else { None }
    }

    /// The items, if it is a list.
    pub(crate) fn items(&self) -> Option<&[Self]> {
        if let Value::List(nodes) = &self.value { Some(nodes) } else { None }
    }

    /// The entries, if it is a table.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Value::Table(entries) = &self.value { entries } else { &[] }
    }

    /// The value of a key, if it is a table that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The same as JSON.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) => text.as_str().into(),
            Value::Integer(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::Flag(flag) => (*flag).into(),
            Value::Time(time) => time.to_string().into(),
            Value::List(nodes) => nodes.iter().map(Self::to_json).collect(),
            Value::Table(entries) => {
                entries.iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect()
            }
        }
    }

    /// The same as it would be written on one line of TOML.
    pub(crate) fn to_toml(&self) -> String {
        let join = |parts: Vec<String>| parts.join(", ");
        match &self.value {
            Value::Text(text) => toml::Value::String(text.clone()).to_string(),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => toml::Value::Float(*number).to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::Time(time) => time.to_string(),
            Value::List(nodes) => format!("[{}]", join(nodes.iter().map(Self::to_toml).collect())),
            Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Table(entries) => {
                let pairs =
                    entries.iter().map(|entry| format!("{} = {}", bare(&entry.key), entry.node.to_toml()));
                format!("{{ {} }}", join(pairs.collect()))
            }
        }
    }

    /// The same with every text changed.
    pub(crate) fn map_text(&self, change: &dyn Fn(&str) -> String) -> Self {
        let value = match &self.value {
            Value::Text(text) => Value::Text(change(text)),
            Value::List(nodes) => Value::List(nodes.iter().map(|node| node.map_text(change)).collect()),
            Value::Table(entries) => Value::Table(
                entries.iter().map(|e| Entry { node: e.node.map_text(change), ..e.clone() }).collect(),
            ),
            same @ (Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Time(_)) => same.clone(),
        };
        Self { span: self.span.clone(), value }
    }
}

/// A key as TOML wants it: quoted unless it is plain.
fn bare(key: &str) -> String {
    let plain = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain { key.to_owned() } else { toml::Value::String(key.to_owned()).to_string() }
}

fn of_table(table: &DeTable<'_>) -> Value {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry { key: key.get_ref().to_string(), span: key.span(), node: of_value(value) })
        .collect();
    entries.sort_by_key(|entry| entry.span.start);
    Value::Table(entries)
}

fn of_value(value: &Spanned<DeValue<'_>>) -> Node {
    let inner = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Value::Text(number.to_string()), Value::Integer),
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(time) => Value::Time(*time),
        DeValue::Array(nodes) => Value::List(nodes.iter().map(of_value).collect()),
        DeValue::Table(table) => of_table(table),
    };
    Node { span: value.span(), value: inner }
}
