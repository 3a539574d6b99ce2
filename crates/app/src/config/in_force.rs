//! The configuration in force: every value that counts, defaults included, as it can be shown.

use std::collections::{HashMap, HashSet};

use statusquo_serve::Packed;

use super::node::Node;
use super::template::Template;

/// All values in force. They are looked at when the configuration changes, and kept small until then: ten thousand
/// monitors have two hundred thousand of them, nearly all the same.
#[derive(Debug, Clone)]
pub(crate) struct InForce(Packed);

/// Ends a part, and what stands before its values: TOML has neither as it is (TOML 1.0, String).
const END: char = '\u{0}';
const BEFORE_VALUES: char = '\u{1}';

impl InForce {
    /// Packs them.
    pub(super) fn pack(parts: &[Part]) -> Self {
        let mut text = String::new();
        for part in parts {
            text.push_str(&part.table);
            for piece in [part.name.as_deref(), Some(&*part.text)] {
                text.push(BEFORE_VALUES);
                text.push_str(piece.unwrap_or_default());
            }
            text.push(END);
        }
        Self(Packed::of(&text))
    }

    /// The tables, in the order of the documentation.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let text = self.0.text();
        text.split_terminator(END).map(Part::unpacked).collect()
    }
}

/// One table with the values in force, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// `serve`, `monitor` …
    table: Box<str>,
    /// The name, for tables of which there are many.
    name: Option<Box<str>>,
    /// The values as TOML, in the order of the documentation. Secrets are references.
    text: Box<str>,
}

impl Part {
    /// A table with these values.
    pub(super) fn new(table: &'static str, name: Option<&str>, values: &[(&'static str, Node)]) -> Self {
        let lines = values.iter().map(|(key, node)| format!("{key} = {}\n", node.to_toml()));
        Self { table: table.into(), name: name.map(Box::from), text: lines.collect::<String>().into() }
    }

    fn unpacked(packed: &str) -> Self {
        let mut pieces = packed.splitn(3, BEFORE_VALUES);
        let mut next = || pieces.next().unwrap_or_default();
        let (table, name, text) = (next().into(), next(), next().into());
        Self { table, name: (!name.is_empty()).then(|| name.into()), text }
    }

    /// The values, in the order of the documentation.
    fn values(&self) -> Vec<(String, Node)> {
        let (root, _) = Node::parse(&self.text);
        root.entries().iter().map(|entry| (entry.key.clone(), entry.node.clone())).collect()
    }

    /// What makes it the same table in another configuration.
    fn identity(&self) -> (&str, Option<&str>) {
        (&self.table, self.name.as_deref())
    }

    /// What people call it: ``monitor `orders` ``.
    fn title(&self) -> String {
        match (&self.name, &*self.table) {
            (Some(name), table) => format!("{table} `{name}`"),
            (None, "") => "the configuration".to_owned(),
            (None, table) => format!("`{table}`"),
        }
    }
}

/// As TOML, with `***` for each reference to a secret.
pub(crate) fn to_toml(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        let many = part.name.is_some();
        match &*part.table {
            "" => {}
            table if many => text.push_str(&format!("\n[[{table}]]\n")),
            table => text.push_str(&format!("\n[{table}]\n")),
        }
        for (key, node) in part.values() {
            text.push_str(&format!("{key} = {}\n", masked(&node).to_toml()));
        }
    }
    text
}

/// As JSON, with `***` for each reference to a secret.
pub(crate) fn to_json(parts: &[Part]) -> serde_json::Value {
    let mut all = serde_json::Map::new();
    for part in parts {
        let values = part.values().into_iter().map(|(key, node)| (key, masked(&node).to_json()));
        match (&*part.table, &part.name) {
            ("", _) => all.extend(values),
            (table, None) => {
                all.insert(table.to_owned(), values.collect());
            }
            (table, Some(_)) => {
                let list = all.entry(table).or_insert_with(|| serde_json::Value::Array(Vec::new()));
                if let Some(list) = list.as_array_mut() {
                    list.push(values.collect());
                }
            }
        }
    }
    serde_json::Value::Object(all)
}

/// What changed, one line each: what is printed when the configuration is read again.
pub(crate) fn diff(old: &[Part], new: &[Part]) -> Vec<String> {
    let before: HashMap<_, &Part> = old.iter().map(|part| (part.identity(), part)).collect();
    let stay: HashSet<_> = new.iter().map(Part::identity).collect();
    let removed = old.iter().filter(|part| !stay.contains(&part.identity()));
    let mut lines: Vec<String> = removed.map(|part| format!("{} removed", part.title())).collect();
    for part in new {
        match before.get(&part.identity()) {
            None => lines.push(format!("{} added", part.title())),
            Some(before) if before.text == part.text => {}
            Some(before) => lines.extend(changes(&before.values(), part)),
        }
    }
    lines
}

fn changes(old: &[(String, Node)], part: &Part) -> Vec<String> {
    fn value<'a>(values: &'a [(String, Node)], key: &str) -> Option<&'a Node> {
        values.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }
    let new = part.values();
    let keys = old.iter().map(|(key, _)| key);
    let added = new.iter().map(|(key, _)| key).filter(|key| value(old, key).is_none());
    let show = |node: Option<&Node>| node.map_or_else(|| "nothing".to_owned(), |node| masked(node).to_toml());
    keys.chain(added)
        .filter(|key| value(old, key) != value(&new, key))
        .map(|key| {
            let (before, after) = (show(value(old, key)), show(value(&new, key)));
            if before == after {
                format!("{}: {key} refers to another secret", part.title())
            } else {
                format!("{}: {key} was {before}, is {after}", part.title())
            }
        })
        .collect()
}

fn masked(node: &Node) -> Node {
    node.map_text(&|text| match Template::parse(text, 0..0) {
        Ok(template) if template.has_reference() => template.to_string(),
        _ => text.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn check(old: &str, new: &str, expect: &[&str]) {
        let read = |source| Config::parse("statusquo.toml", source).unwrap().in_force;
        assert_eq!(diff(&read(old).parts(), &read(new).parts()), expect);
    }

    const ONE: &str = "[[monitor]]\nname = 'a'\nurl = 'https://a.test/'\n";

    #[test]
    fn a_change_names_the_thing_and_both_values() {
        check(ONE, ONE, &[]);
        check(ONE, &format!("{ONE}every = '1m'\n"), &[r#"monitor `a`: every was "30s", is "1m""#]);
        check(ONE, &format!("{ONE}title = 'A'\n"), &[r#"monitor `a`: title was nothing, is "A""#]);
        check(
            ONE,
            &format!("[defaults]\ntimeout = '5s'\n{ONE}"),
            &[r#"monitor `a`: timeout was "10s", is "5s""#],
        );
        check(ONE, "", &["monitor `a` removed"]);
        check("", ONE, &["monitor `a` added"]);
        check("", "location = 'x'", &[r#"the configuration: location was "local", is "x""#]);
    }

    #[test]
    fn a_change_never_shows_what_a_secret_refers_to() {
        let with = |name: &str| format!("{ONE}auth = {{ bearer = '${{env:{name}}}' }}\n");
        check(&with("A"), &with("B"), &["monitor `a`: auth refers to another secret"]);
    }
}
