//! One thing that is wrong with a request.

use std::borrow::Cow;
use std::fmt;

/// One thing that is wrong with a request: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub place: Place,
    /// What is wrong, for people.
    pub message: Cow<'static, str>,
}

/// Where in a request something is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the content, at this path: `items[0].name`. Empty: the content as a whole.
    Content(Cow<'static, str>),
    /// In the query, with this parameter.
    Query(Cow<'static, str>),
    /// In the path, with this parameter.
    Path(Cow<'static, str>),
    /// In this header field.
    Field(Cow<'static, str>),
}

impl Mistake {
    /// Something wrong in the content, at a path such as `items[0].name`.
    #[must_use]
    pub fn new(path: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Place::Content(path.into()), message: message.into() }
    }

    /// Something wrong somewhere.
    #[must_use]
    pub fn at(place: Place, message: impl Into<Cow<'static, str>>) -> Self {
        Self { place, message: message.into() }
    }
}

impl Place {
    /// The name of the field, parameter or path.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Content(name) | Self::Query(name) | Self::Path(name) | Self::Field(name) => name,
        }
    }

    /// The path in the content as a JSON pointer in a fragment (RFC 6901, 6): `#/items/0/name`.
    #[must_use]
    pub fn pointer(&self) -> Option<String> {
        let Self::Content(path) = self else { return None };
        let mut pointer = String::from("#");
        for step in path.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
            pointer.push('/');
            for char in step.chars() {
                match char {
                    '~' => pointer.push_str("~0"),
                    '/' => pointer.push_str("~1"),
                    char if char.is_ascii_alphanumeric() || "-_".contains(char) => pointer.push(char),
                    char => {
                        let mut bytes = [0; 4];
                        for byte in char.encode_utf8(&mut bytes).bytes() {
                            pointer.push_str(&format!("%{byte:02X}"));
                        }
                    }
                }
            }
        }
        Some(pointer)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.name() {
            "" => f.write_str(&self.message),
            name => write!(f, "`{name}`: {}", self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_pointers_too() {
        for (path, pointer) in [
            ("", "#"),
            ("age", "#/age"),
            ("items[0].name", "#/items/0/name"),
            ("a/b~c", "#/a~1b~0c"),
            ("grün", "#/gr%C3%BCn"),
            ("[3]", "#/3"),
        ] {
            assert_eq!(Mistake::new(path, "").place.pointer().as_deref(), Some(pointer), "{path}");
        }
        assert_eq!(Place::Query("page".into()).pointer(), None);
    }
}
