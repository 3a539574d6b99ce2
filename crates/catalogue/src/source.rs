//! Where a fact comes from.

use core::fmt;

/// The document that a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Document {
    /// An RFC, by number.
    Rfc(u16),
    /// An Internet-Draft, by name without version.
    Draft(&'static str),
    /// A product or its manual, by name.
    Vendor(&'static str),
    /// Good practice that no standard asks for.
    Practice,
}

/// The document and the section that a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Source {
    /// The document.
    pub document: Document,
    /// The section's number, such as `15.5.2`; empty if the whole document is meant.
    pub section: &'static str,
}

impl Source {
    /// A section of RFC 9110, "HTTP Semantics".
    #[must_use]
    pub const fn http(section: &'static str) -> Self {
        Self::rfc(9110, section)
    }

    /// A section of an RFC.
    #[must_use]
    pub const fn rfc(number: u16, section: &'static str) -> Self {
        Self { document: Document::Rfc(number), section }
    }

    /// An Internet-Draft.
    #[must_use]
    pub const fn draft(name: &'static str) -> Self {
        Self { document: Document::Draft(name), section: "" }
    }

    /// A product or its manual.
    #[must_use]
    pub const fn vendor(name: &'static str) -> Self {
        Self { document: Document::Vendor(name), section: "" }
    }

    /// Good practice that no standard asks for.
    #[must_use]
    pub const fn practice() -> Self {
        Self { document: Document::Practice, section: "" }
    }

    /// Where to read it, if it is on the web at an address that lasts.
    ///
    /// ```
    /// use statusquo_catalogue::Source;
    ///
    /// let url = Source::http("15.6.4").url().unwrap().to_string();
    /// assert_eq!(url, "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.6.4");
    /// ```
    #[must_use]
    pub fn url(self) -> Option<impl fmt::Display> {
        match self.document {
            Document::Rfc(_) | Document::Draft(_) => Some(fmt::from_fn(move |f| self.write_url(f))),
            Document::Vendor(_) | Document::Practice => None,
        }
    }

    fn write_url(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.document {
            Document::Rfc(number) if self.section.is_empty() => {
                write!(f, "https://www.rfc-editor.org/rfc/rfc{number}.html")
            }
            Document::Rfc(number) => {
                write!(f, "https://www.rfc-editor.org/rfc/rfc{number}.html#section-{}", self.section)
            }
            Document::Draft(name) => write!(f, "https://datatracker.ietf.org/doc/{name}/"),
            Document::Vendor(_) | Document::Practice => Ok(()),
        }
    }
}

/// As it is cited: `RFC 9110, 15.5.2`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.document {
            Document::Rfc(number) => write!(f, "RFC {number}")?,
            Document::Draft(name) | Document::Vendor(name) => f.write_str(name)?,
            Document::Practice => f.write_str("good practice")?,
        }
        if self.section.is_empty() { Ok(()) } else { write!(f, ", {}", self.section) }
    }
}
