//! Reads one table by its keys: own value, else the inherited one, else the default.

use std::cell::RefCell;
use std::ops::Range;
use std::time::Duration;

use statusquo_exchange::Name;

use super::amount::{duration, parse_duration, parse_size};
use super::keys::{Form, Key, Table};
use super::node::{Node, Value};
use super::problem::Problem;
use super::template::{FORMS, Template};

/// The reading of one file: its text, and the problems found so far.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    source: &'a str,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Reading<'a> {
    /// Begins to read.
    pub(super) const fn new(source: &'a str) -> Self {
        Self { source, problems: RefCell::new(Vec::new()) }
    }

    /// Notes a problem.
    pub(super) fn report(&self, span: &Range<usize>, title: impl Into<String>, advice: impl Into<String>) {
        let problem =
            Problem { span: span.clone(), title: title.into(), advice: advice.into(), hidden: false };
        self.problems.borrow_mut().push(problem);
    }

    /// Notes a secret that is written down instead of referred to.
    pub(super) fn report_secret(
        &self,
        span: &Range<usize>,
        title: impl Into<String>,
        advice: impl Into<String>,
    ) {
        let problem =
            Problem { span: span.clone(), title: title.into(), advice: advice.into(), hidden: true };
        self.problems.borrow_mut().push(problem);
    }

    /// Ends reading.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// The place of a part of a text value. Only a text that stands in the file as it is (no escapes) can be
    /// pointed into; else it is the place of the whole value.
    pub(super) fn inside(&self, text: &Text, part: Range<usize>) -> Range<usize> {
        let start = text.span.start + 1;
        let written = self.source.get(start..text.span.end.saturating_sub(1));
        if written == Some(text.value.as_str()) && part.end <= text.value.len() {
            let end = start + part.end.max(part.start + 1).min(text.value.len().max(1));
            return start + part.start..end;
        }
        text.span.clone()
    }
}

/// A text and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    /// The text.
    pub(super) value: String,
    /// Where it stands, quotation marks included.
    pub(super) span: Range<usize>,
}

/// One table being read.
pub(super) struct Section<'a> {
    /// The reading that it is part of.
    pub(super) reading: &'a Reading<'a>,
    /// What may stand in it.
    table: &'static Table,
    /// What stands in it.
    own: &'a Node,
    /// Where it stands, for what is missing.
    pub(super) span: Range<usize>,
    /// What it inherits.
    inherited: Option<&'a Node>,
    /// What kind of thing it describes, once that is known.
    kind: Option<&'static str>,
    in_force: RefCell<Vec<(&'static str, Node)>>,
}

impl<'a> Section<'a> {
    /// Begins to read a table; `span` is what people see as its beginning.
    pub(super) fn new(reading: &'a Reading<'a>, table: &'static Table, own: &'a Node) -> Self {
        if !matches!(own.value, Value::Table(_)) {
            reading.report(
                &own.span,
                format!("`{}` has to be a table", table.path),
                format!("this is {}", own.kind()),
            );
        }
        Self {
            reading,
            table,
            own,
            span: own.span.clone(),
            inherited: None,
            kind: None,
            in_force: RefCell::default(),
        }
    }

    /// Its values come from here where it has none of its own.
    pub(super) fn inheriting(self, from: Option<&'a Node>) -> Self {
        Self { inherited: from, ..self }
    }

    /// It describes this kind of thing: keys of other kinds are out of place.
    pub(super) fn of_kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// What stands in it under this key, as it stands there.
    pub(super) fn own(&self, name: &str) -> Option<&'a Node> {
        self.own.get(name).map(|entry| &entry.node)
    }

    /// Does it have this key itself?
    pub(super) fn has(&self, name: &str) -> bool {
        self.own.get(name).is_some()
    }

    /// Does it have this key itself, or inherit it?
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.has(name) || self.inherited.is_some_and(|node| node.get(name).is_some())
    }

    /// Puts another value in force than the key's default.
    pub(super) fn put_in_force(&self, name: &'static str, value: &str) {
        let Some(node) = Node::parse_value(value) else { return };
        let mut in_force = self.in_force.borrow_mut();
        in_force.retain(|(key, _)| *key != name);
        in_force.push((name, node));
    }

    /// Where the key stands, or the whole table if it does not.
    pub(super) fn span_of(&self, name: &str) -> Range<usize> {
        self.own.get(name).map_or_else(|| self.span.clone(), |entry| entry.span.clone())
    }

    /// The value of a key that fits this kind of thing.
    pub(super) fn value(&self, name: &'static str) -> Option<(&'static Key, Node)> {
        let key = self.table.known(None).find(|key| key.name == name)?;
        let own = self.own.get(name);
        if self.kind.is_some_and(|kind| !key.applies_to(kind)) {
            return None;
        }
        let inherited = || self.inherited.filter(|_| key.inherited).and_then(|node| node.get(name));
        let node = own
            .or_else(inherited)
            .map(|entry| entry.node.clone())
            .or_else(|| key.default.and_then(Node::parse_value))?;
        self.in_force.borrow_mut().push((name, node.clone()));
        Some((key, node))
    }

    /// A value of one type; anything else is a problem.
    fn typed<T>(&self, name: &'static str, wanted: &str, read: impl Fn(&Node) -> Option<T>) -> Option<T> {
        let (key, node) = self.value(name)?;
        let value = read(&node);
        if value.is_none() {
            let title = format!("`{name}` has to be {wanted}, not {}", node.kind());
            self.reading.report(&node.span, title, format!("for example: {name} = {}", key.example));
        }
        value
    }

    /// A text.
    pub(super) fn text(&self, name: &'static str) -> Option<Text> {
        self.typed(name, "text", text_of).filter(|text| {
            let empty = text.value.is_empty();
            if empty {
                self.reading.report(&text.span, format!("`{name}` is empty"), "");
            }
            !empty
        })
    }

    /// True or false.
    pub(super) fn flag(&self, name: &'static str) -> Option<bool> {
        self.typed(name, "true or false", Node::flag)
    }

    /// A whole number within the bounds of the key.
    pub(super) fn count(&self, name: &'static str) -> Option<u32> {
        let number = self.typed(name, "a whole number", |node| Some((node.integer()?, node.span.clone())));
        let (number, span) = number?;
        let Some(&Key { form: Form::Count(least, most), .. }) = self.key(name) else { return None };
        let fits = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            self.reading.report(
                &span,
                format!("`{name}` is out of range"),
                format!("from {least} to {most}"),
            );
        }
        fits
    }

    /// A duration within the bounds of the key.
    pub(super) fn duration(&self, name: &'static str) -> Option<Duration> {
        let text = self.typed(name, "a duration with its unit", text_of)?;
        let Some(&Key { form: Form::Duration(least, most), example, .. }) = self.key(name) else {
            return None;
        };
        match parse_duration(&text.value) {
            Err(why) => {
                let advice = format!("for example {}; units: ms, s, m, h, d", example.replace('"', "`"));
                self.reading.report(&text.span, format!("`{name}`: {why}"), advice);
                None
            }
            Ok(read) => {
                let within = parse_duration(least).is_ok_and(|least| least <= read)
                    && parse_duration(most).is_ok_and(|most| read <= most);
                if !within {
                    let title = format!("`{name}` is out of range: {}", duration(read));
                    self.reading.report(&text.span, title, format!("from {least} to {most}"));
                }
                within.then_some(read)
            }
        }
    }

    /// A size in bytes within the bounds of the key.
    pub(super) fn size(&self, name: &'static str) -> Option<u64> {
        let text = self.typed(name, "a size with its unit", text_of)?;
        let Some(&Key { form: Form::Size(least, most), example, .. }) = self.key(name) else { return None };
        let size = parse_size(&text.value);
        let within = size.filter(|&size| parse_size(least) <= Some(size) && Some(size) <= parse_size(most));
        if within.is_none() {
            let title = if size.is_some() { "is out of range" } else { "is not a size" };
            let advice = format!("from {least} to {most}, for example {}", example.replace('"', "`"));
            self.reading.report(&text.span, format!("`{name}` {title}"), advice);
        }
        within
    }

    /// One text, or a list of them.
    pub(super) fn texts(&self, name: &'static str) -> Vec<Text> {
        self.typed(name, "a text or a list of texts", |node| match node.items() {
            Some(nodes) => nodes.iter().map(text_of).collect(),
            None => text_of(node).map(|text| vec![text]),
        })
        .unwrap_or_default()
    }

    /// One of the words of the key.
    pub(super) fn word(&self, name: &'static str) -> Option<&'static str> {
        let text = self.typed(name, "text", text_of)?;
        let Some(&Key { form: Form::Word(known), .. }) = self.key(name) else { return None };
        self.known_word(name, &text, known)
    }

    /// Some of the words of the key.
    pub(super) fn words(&self, name: &'static str) -> Vec<&'static str> {
        let texts = self.texts(name);
        let Some(&Key { form: Form::Words(known), .. }) = self.key(name) else { return Vec::new() };
        texts.iter().filter_map(|text| self.known_word(name, text, known)).collect()
    }

    fn known_word(&self, name: &str, text: &Text, known: &[&'static str]) -> Option<&'static str> {
        let word = known.iter().copied().find(|word| *word == text.value);
        if word.is_none() {
            let title = format!("unknown value `{}` for `{name}`", text.value);
            self.reading.report(&text.span, title, suggestion(&text.value, known));
        }
        word
    }

    /// A name.
    pub(super) fn name(&self, name: &'static str) -> Option<Name> {
        self.text(name).and_then(|text| self.checked_name(&text))
    }

    /// Names.
    pub(super) fn names(&self, name: &'static str) -> Vec<(Name, Range<usize>)> {
        let texts = self.texts(name);
        texts.into_iter().filter_map(|text| Some((self.checked_name(&text)?, text.span))).collect()
    }

    fn checked_name(&self, text: &Text) -> Option<Name> {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let first = text.value.chars().next().is_some_and(good);
        let rest = text.value.chars().all(|c| good(c) || matches!(c, '.' | '_' | '-'));
        if !(first && rest && text.value.len() <= 100) {
            let title = format!("`{}` cannot be a name", text.value);
            let advice = "names have small letters, digits, `.`, `_` and `-`, begin with a letter or digit, and are \
                          at most 100 long";
            self.reading.report(&text.span, title, advice);
            return None;
        }
        Some(Name::from(text.value.as_str()))
    }

    /// Text that may refer to secrets.
    pub(super) fn template(&self, name: &'static str) -> Option<Template> {
        self.text(name).and_then(|text| self.parsed_template(&text))
    }

    /// Reads the references in a text.
    pub(super) fn parsed_template(&self, text: &Text) -> Option<Template> {
        Template::parse(&text.value, text.span.clone())
            .map_err(|wrong| {
                self.reading.report(&self.reading.inside(text, wrong.at), wrong.title, wrong.advice);
            })
            .ok()
    }

    /// Text that has to refer to a secret.
    pub(super) fn secret(&self, name: &'static str) -> Option<Template> {
        self.template(name).and_then(|template| self.referring(name, template))
    }

    /// Reports a secret that is written down instead of referred to.
    pub(super) fn referring(&self, what: &str, template: Template) -> Option<Template> {
        if template.has_reference() {
            return Some(template);
        }
        let title = format!("`{what}` is a secret: it must not stand in the configuration");
        self.reading.report_secret(&template.span, title, FORMS);
        None
    }

    /// A table inside.
    pub(super) fn table<T>(
        &self,
        name: &'static str,
        read: impl FnOnce(&Section<'_>) -> Option<T>,
    ) -> Option<T> {
        let (key, node) = self.value(name)?;
        let Form::Table(table) = key.form else { return None };
        let mut section = Section::new(self.reading, table, &node);
        if let Some(entry) = self.own.get(name) {
            section.span = entry.span.clone();
        }
        let read = read(&section);
        section.finish();
        read
    }

    /// A list of tables inside.
    pub(super) fn tables<T>(&self, name: &'static str, read: impl Fn(&Section<'_>) -> Option<T>) -> Vec<T> {
        let Some((Form::Tables(table), list)) = self.value(name).map(|(key, list)| (&key.form, list)) else {
            return Vec::new();
        };
        let Some(nodes) = list.items() else {
            let advice = format!("write `[[{}]]`, once for each", table.path);
            let title = format!("`{name}` has to be a list of tables");
            self.reading.report(&self.span_of(name), title, advice);
            return Vec::new();
        };
        let one = |node| {
            let section = Section::new(self.reading, table, node);
            let read = read(&section);
            section.finish();
            read
        };
        nodes.iter().filter_map(one).collect()
    }

    /// Reports keys that nobody knows, and gives what is in force, in the order of the documentation.
    pub(super) fn finish(self) -> Vec<(&'static str, Node)> {
        let known: Vec<&str> = self.table.known(self.kind).map(|key| key.name).collect();
        let wanted = |key: &&Key| key.is_missed_by(self.kind);
        for key in self.table.known(self.kind).filter(wanted).filter(|key| !self.has(key.name)) {
            let title = format!("`{}` is missing", key.name);
            self.reading.report(&self.span, title, format!("add: {} = {}", key.name, key.example));
        }
        for entry in self.own.entries() {
            match (self.table.known(None).find(|key| key.name == entry.key), self.kind) {
                (None, _) if self.key(&entry.key).is_some() => {
                    let title = format!("`{}` cannot be inherited", entry.key);
                    self.reading.report(&entry.span, title, "write it into each `[[monitor]]` itself");
                }
                (None, _) => {
                    let title = format!("unknown field `{}`", entry.key);
                    self.reading.report(&entry.span, title, suggestion(&entry.key, &known));
                }
                (Some(key), Some(kind)) if !key.applies_to(kind) => {
                    let title = format!("`{}` does not go with `{kind}`", entry.key);
                    self.reading.report(&entry.span, title, format!("it is for {}", words(key.only)));
                }
                (Some(_), _) => {}
            }
        }
        let order = |name: &str| self.table.keys.iter().position(|key| key.name == name);
        let mut in_force = self.in_force.into_inner();
        in_force.sort_by_key(|(name, _)| order(name));
        in_force.dedup_by_key(|(name, _)| *name);
        in_force
    }

    /// What the documentation says of a key.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.table.keys.iter().find(|key| key.name == name)
    }
}

fn text_of(node: &Node) -> Option<Text> {
    node.text().map(|value| Text { value: value.to_owned(), span: node.span.clone() })
}

/// "did you mean …? Known here: …"
pub(super) fn suggestion(wrong: &str, known: &[&str]) -> String {
    if known.is_empty() {
        return "there is none yet".to_owned();
    }
    let distance = |word: &str| strsim::damerau_levenshtein(&wrong.to_lowercase(), &word.to_lowercase());
    let nearest = known.iter().min_by_key(|word| distance(word)).filter(|word| {
        let near = distance(word);
        near <= (wrong.len() / 3).max(1) && near < word.len() || (wrong.len() > 3 && word.starts_with(wrong))
    });
    let list = format!("Known here: {}", known.join(", "));
    match nearest {
        Some(word) => format!("did you mean `{word}`? {list}"),
        None => list,
    }
}

/// "`a`, `b` and `c`"
fn words(of: &[&str]) -> String {
    match of {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [init @ .., last] => {
            let init: Vec<String> = init.iter().map(|word| format!("`{word}`")).collect();
            format!("{} and `{last}`", init.join(", "))
        }
    }
}
