//! Every key of the configuration: its form, meaning, default and example.
//!
//! One table for each part of the file: it says what the reader accepts (and lists as "known here"), which default is in force,
//! what the JSON Schema says, and what `docs/configuration.md` explains.

mod dependency;
mod detect;
mod lint;
mod log;
mod maintenance;
mod monitor;
mod otlp;
mod receiver;
mod root;
mod slo;
mod status_page;

pub(crate) use root::ROOT;

/// A table of the configuration.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its path: `monitor`, `monitor.auth`.
    pub(crate) path: &'static str,
    /// What it is, in one or two sentences.
    pub(crate) about: &'static str,
    /// What may stand in it.
    pub(crate) keys: &'static [Key],
    /// Its keys are those of another table that can be inherited.
    pub(crate) inherited_only: bool,
}

impl Table {
    /// The keys that may stand in it, for things of this kind (`None`: of any kind).
    pub(crate) fn known(&self, kind: Option<&str>) -> impl Iterator<Item = &'static Key> {
        let inherited_only = self.inherited_only;
        self.keys.iter().filter(move |key| {
            (!inherited_only || key.inherited) && kind.is_none_or(|kind| key.applies_to(kind))
        })
    }
}

/// A key of the configuration.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: &'static str,
    /// What its value looks like.
    pub(crate) form: Form,
    /// What it does, in one or two sentences.
    pub(crate) about: &'static str,
    /// Its default, as TOML.
    pub(crate) default: Option<&'static str>,
    /// An example, as TOML.
    pub(crate) example: &'static str,
    /// The kinds of monitors, receivers or other things that have it; empty: all.
    pub(crate) only: &'static [&'static str],
    /// May it stand in `[defaults]`?
    pub(crate) inherited: bool,
    /// Does it have to be there?
    pub(crate) required: bool,
    /// The kinds that cannot do without it; empty: all that have it.
    pub(crate) required_by: &'static [&'static str],
}

impl Key {
    const fn new(name: &'static str, form: Form, about: &'static str, example: &'static str) -> Self {
        Self {
            name,
            form,
            about,
            default: None,
            example,
            only: &[],
            inherited: false,
            required: false,
            required_by: &[],
        }
    }

    const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    const fn only(self, only: &'static [&'static str]) -> Self {
        Self { only, ..self }
    }

    const fn inherited(self) -> Self {
        Self { inherited: true, ..self }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn required_by(self, kinds: &'static [&'static str]) -> Self {
        Self { required: true, required_by: kinds, ..self }
    }

    /// Is something of this kind wrong without it?
    pub(crate) fn is_missed_by(&self, kind: Option<&str>) -> bool {
        // Before its kind is known, only what all kinds have can be missing.
        let by_all = self.required_by.is_empty() && (kind.is_some() || self.only.is_empty());
        self.required && (by_all || kind.is_some_and(|kind| self.required_by.contains(&kind)))
    }

    /// Do things of this kind have it?
    pub(crate) fn applies_to(&self, kind: &str) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }
}

/// What a value looks like.
#[derive(Debug)]
pub(crate) enum Form {
    /// Text.
    Text,
    /// Text that may refer to secrets.
    Template,
    /// Text that has to refer to a secret.
    Secret,
    /// An `http` or `https` URL.
    Url,
    /// A name: small letters, digits, `.`, `_` and `-`.
    Name,
    /// One text, or a list of them.
    Texts,
    /// One name, or a list of them.
    Names,
    /// A duration from … to …
    Duration(&'static str, &'static str),
    /// A size in bytes from … to …
    Size(&'static str, &'static str),
    /// A whole number from … to …
    Count(u32, u32),
    /// True or false.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words.
    Words(&'static [&'static str]),
    /// A path of a file or folder.
    Path,
    /// A moment with its offset from UTC (RFC 3339).
    Moment,
    /// Header fields: names to templates.
    Fields,
    /// Names to anything.
    Free,
    /// Another table.
    Table(&'static Table),
    /// A list of tables, `[[name]]`.
    Tables(&'static Table),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::node::Node;

    /// Gives every table to `visit`, with the places in a file where it stands.
    fn walk(table: &'static Table, nodes: &[&Node], visit: &mut impl FnMut(&'static Table, &[&Node])) {
        visit(table, nodes);
        for key in table.known(None).filter(|_| !table.inherited_only) {
            let values = nodes.iter().filter_map(|node| node.get(key.name)).map(|entry| &entry.node);
            let inner: Vec<&Node> = values
                .flat_map(|node| node.items().map_or_else(|| vec![node], |nodes| nodes.iter().collect()))
                .collect();
            if let Form::Table(table) | Form::Tables(table) = key.form {
                walk(table, &inner, visit);
            }
        }
    }

    #[test]
    fn examples_and_defaults_are_toml() {
        walk(&ROOT, &[], &mut |table, _| {
            for key in table.known(None) {
                assert!(Node::parse_value(key.example).is_some(), "example of {}.{}", table.path, key.name);
                assert!(
                    key.default.is_none_or(|default| Node::parse_value(default).is_some()),
                    "default of {}.{}",
                    table.path,
                    key.name
                );
            }
        });
    }

    /// Together with the test that this file is right, this shows that every key that is documented is read.
    #[test]
    fn the_file_with_everything_has_every_key() {
        let source = include_str!("../../../tests/config/good/everything.toml");
        let (root, mistakes) = Node::parse(source);
        assert!(mistakes.is_empty());
        let defaults = &root.get("defaults").unwrap().node;
        walk(&ROOT, &[&root], &mut |table, nodes| {
            for key in table.known(None) {
                let inherited = key.inherited && defaults.get(key.name).is_some();
                let there = inherited || nodes.iter().any(|node| node.get(key.name).is_some());
                assert!(there, "{}.{} is missing in everything.toml", table.path, key.name);
            }
        });
    }
}
