//! Text with references to secrets: `"Bearer ${env:TOKEN}"`.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Reference {
    /// `${env:NAME}`: an environment variable.
    Env(String),
    /// `${file:/path}`: a file.
    File(PathBuf),
    /// `${command:op read op://vault/item}`: what a program prints. Words are split as a shell does it, but
    /// no shell runs.
    Command(Vec<String>),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "${{env:{name}}}"),
            Self::File(path) => write!(f, "${{file:{}}}", path.display()),
            Self::Command(words) => write!(f, "${{command:{}}}", words.join(" ")),
        }
    }
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text as it is.
    Literal(String),
    /// What the reference leads to.
    Reference(Reference),
}

/// Text with references to secrets. It holds no secret itself, so it can be shown and compared.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    parts: Box<[Part]>,
    /// Where it stands in the file.
    pub(crate) span: Range<usize>,
}

/// Two templates are equal when they say the same, wherever they stand.
impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.parts == other.parts
    }
}

/// What is wrong with a template, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The bytes of the text.
    pub(crate) at: Range<usize>,
    /// What is wrong.
    pub(crate) title: String,
    /// What to write instead.
    pub(crate) advice: &'static str,
}

/// The three ways to refer to a secret, for messages.
pub(crate) const FORMS: &str =
    "refer to it: `${env:NAME}`, `${file:/path}` or `${command:program arguments}`";

impl Template {
    /// Splits a text into literals and references. `$${` stands for a literal `${`.
    pub(crate) fn parse(text: &str, span: Range<usize>) -> Result<Self, Malformed> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with("$${") {
                literal.push_str("${");
                at += 3;
            } else if let Some(inside) = rest.strip_prefix("${") {
                let end = inside.find('}').ok_or_else(|| Malformed {
                    at: at..text.len(),
                    title: "a reference that does not end".to_owned(),
                    advice: "`}` is missing; write `$${` for a literal `${`",
                })?;
                let whole = at..at + end + 3;
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(Part::Reference(reference(inside.get(..end).unwrap_or_default(), &whole)?));
                at = whole.end;
            } else {
                let next = rest.chars().next().unwrap_or_default();
                literal.push(next);
                at += next.len_utf8();
            }
        }
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self { parts: parts.into(), span })
    }

    /// The text without references, if it has none.
    pub(crate) fn literal(&self) -> Option<&str> {
        match &*self.parts {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Does it refer to a secret?
    pub(crate) fn has_reference(&self) -> bool {
        self.references().next().is_some()
    }

    /// What it refers to.
    pub(crate) fn references(&self) -> impl Iterator<Item = &Reference> {
        self.parts.iter().filter_map(|part| match part {
            Part::Literal(_) => None,
            Part::Reference(reference) => Some(reference),
        })
    }

    /// The text with each reference replaced.
    pub(crate) fn fill(&self, mut with: impl FnMut(&Reference) -> String) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.clone(),
                Part::Reference(reference) => with(reference),
            })
            .collect()
    }
}

/// Shows `***` for each reference.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fill(|_| "***".to_owned()))
    }
}

fn reference(inside: &str, whole: &Range<usize>) -> Result<Reference, Malformed> {
    let malformed = |title: String| Malformed { at: whole.clone(), title, advice: FORMS };
    let Some((kind, what)) = inside.split_once(':') else {
        return Err(malformed(format!("`${{{inside}}}` does not say what kind of reference it is")));
    };
    if what.trim().is_empty() {
        return Err(malformed(format!("`${{{inside}}}` refers to nothing")));
    }
    match kind {
        "env" => Ok(Reference::Env(what.to_owned())),
        "file" => Ok(Reference::File(PathBuf::from(what))),
        "command" => split_words(what)
            .map(Reference::Command)
            .ok_or_else(|| malformed("a quotation mark in the command is not closed".to_owned())),
        _ => Err(malformed(format!("unknown kind of reference `{kind}`"))),
    }
}

/// Splits words as a shell does it: white space separates, quotation marks and backslashes protect.
fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().push(chars.next()?),
            (_, Some(_)) => word.get_or_insert_default().push(c),
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (_, None) if c.is_whitespace() => words.extend(word.take()),
            (_, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stand_inside_text() {
        let template = Template::parse("Bearer ${env:TOKEN}!", 0..0).unwrap();
        assert_eq!(template.to_string(), "Bearer ***!");
        assert_eq!(template.references().collect::<Vec<_>>(), [&Reference::Env("TOKEN".to_owned())]);
        assert_eq!(template.fill(|_| "abc".to_owned()), "Bearer abc!");
    }

    #[test]
    fn a_dollar_sign_is_only_special_before_a_brace() {
        assert_eq!(Template::parse("$5 and $${env:A}", 0..0).unwrap().literal(), Some("$5 and ${env:A}"));
        assert_eq!(Template::parse("", 0..0).unwrap().literal(), Some(""));
    }

    #[test]
    fn commands_are_split_as_a_shell_does_it() {
        assert_eq!(
            split_words(r#"op read 'a b' "c \"d" e\ f '' "#).unwrap(),
            ["op", "read", "a b", "c \"d", "e f", ""]
        );
        assert_eq!(split_words("op 'read"), None);
    }

    #[test]
    fn malformed_references_say_where() {
        for (text, at) in [("x ${env:A", 2..9), ("${A}", 0..4), ("é${vault:x}", 2..12), ("${env:}", 0..7)] {
            assert_eq!(Template::parse(text, 0..0).unwrap_err().at, at, "{text}");
        }
    }
}
