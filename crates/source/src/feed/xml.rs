//! The little of XML that feeds need: elements and their text. There are no declarations, so there is nothing to expand
//! and nothing to fetch; a reference that XML itself does not know stays as it is written.

/// A longer name between `&` and `;` is no reference.
const LONGEST: usize = 12;
/// Deeper elements are refused.
const DEEPEST: usize = 64;

/// What comes next in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// An element begins: its name without prefix, and the text of its attributes.
    Start(&'a str, &'a str),
    /// An element ends.
    End(&'a str),
    /// Text, references resolved.
    Text(String),
}

/// Reads a document piece by piece.
pub(super) struct Pieces<'a> {
    rest: &'a str,
    /// The end of an empty element comes after its start.
    ended: Option<&'a str>,
    depth: usize,
}

impl<'a> Pieces<'a> {
    pub(super) const fn new(document: &'a str) -> Self {
        Self { rest: document, ended: None, depth: 0 }
    }

    /// The next piece, nothing at the end.
    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, String> {
        if let Some(name) = self.ended.take() {
            return Ok(Some(Event::End(name)));
        }
        loop {
            if self.rest.is_empty() {
                return Ok(None);
            }
            let Some(mark) = self.rest.strip_prefix('<') else {
                let (text, rest) = self.rest.split_at(self.rest.find('<').unwrap_or(self.rest.len()));
                self.rest = rest;
                return Ok(Some(Event::Text(resolved(text))));
            };
            if let Some(data) = mark.strip_prefix("![CDATA[") {
                return self.upto(data, "]]>").map(|text| Some(Event::Text(text.to_owned())));
            }
            if let Some(comment) = mark.strip_prefix("!--") {
                self.upto(comment, "-->")?;
            } else if mark.starts_with('?') {
                self.upto(mark, "?>")?;
            } else if mark.starts_with('!') {
                self.declaration(mark)?;
            } else {
                return self.element(mark).map(Some);
            }
        }
    }

    /// What stands before `end`; goes on after it.
    fn upto(&mut self, from: &'a str, end: &str) -> Result<&'a str, String> {
        let (inside, rest) = from.split_once(end).ok_or_else(|| format!("`{end}` is missing"))?;
        self.rest = rest;
        Ok(inside)
    }

    /// A declaration is passed over, with all that stands in its brackets.
    fn declaration(&mut self, mark: &'a str) -> Result<(), String> {
        match mark.split_once('>') {
            Some((before, _)) if before.contains('[') => {
                self.upto(mark, "]")?;
                self.upto(self.rest, ">").map(drop)
            }
            Some((_, rest)) => {
                self.rest = rest;
                Ok(())
            }
            None => Err("a declaration does not end".to_owned()),
        }
    }

    fn element(&mut self, mark: &'a str) -> Result<Event<'a>, String> {
        let inside = self.upto(mark, ">")?;
        if let Some(name) = inside.strip_prefix('/') {
            self.depth = self.depth.checked_sub(1).ok_or("an element ends that did not begin")?;
            return Ok(Event::End(local(name.trim())));
        }
        let (inside, is_empty) = inside.strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let name = local(name);
        if is_empty {
            self.ended = Some(name);
        } else {
            self.depth += 1;
        }
        if self.depth > DEEPEST {
            return Err(format!("elements are more than {DEEPEST} deep"));
        }
        Ok(Event::Start(name, attributes))
    }
}

/// The name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The value of an attribute.
pub(super) fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let (value, next) = after.get(1..)?.split_once(quote)?;
        if local(name.trim()) == wanted {
            return Some(resolved(value));
        }
        rest = next.trim_start();
    }
    None
}

/// The five references that XML knows, and numbers of characters.
pub(super) fn resolved(text: &str) -> String {
    let mut all = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        all.push_str(before);
        let near = after.char_indices().nth(LONGEST).map_or(after.len(), |(end, _)| end);
        let found = after.get(..near).and_then(|near| near.split_once(';'));
        match found.and_then(|(name, _)| Some((name, character(name)?))) {
            Some((name, character)) => {
                all.push(character);
                rest = after.get(name.len() + 1..).unwrap_or_default();
            }
            None => {
                all.push('&');
                rest = after;
            }
        }
    }
    all + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_that_xml_does_not_know_stay() {
        assert_eq!(resolved("a &lt;b&gt; &#233;&#xE9; &lol9; &nbsp; & &"), "a <b> éé &lol9; &nbsp; & &");
        assert_eq!(resolved("&ééééééééééé;"), "&ééééééééééé;");
    }

    #[test]
    fn attributes_are_found() {
        let attributes = "rel='self' href = \"https://a.test/?x=1&amp;y=2\" xml:lang=\"en\"";
        assert_eq!(attribute(attributes, "href").as_deref(), Some("https://a.test/?x=1&y=2"));
        assert_eq!(attribute(attributes, "lang").as_deref(), Some("en"));
        assert_eq!(attribute("href=bare", "href"), None);
    }
}
