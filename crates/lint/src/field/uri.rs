//! URI references, checked and resolved (RFC 3986).

use std::ops::Range;

use super::Fault;

/// A URI reference, cut into its parts and checked (RFC 3986, 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    pub(crate) scheme: Option<&'a str>,
    pub(crate) authority: Option<&'a str>,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
}

impl<'a> Reference<'a> {
    /// Strictly by the grammar; `http` and `https` also have to name a host (RFC 9110, 4.2.1).
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, Fault> {
        check_characters(value)?;
        let text = std::str::from_utf8(value)
            .map_err(|wrong| Fault::new(wrong.valid_up_to()..value.len(), "bytes that are not ASCII"))?;
        let found = Self::cut(text);
        // The parts are slices of the text, so that their addresses tell where they stand.
        let at = |part: &str| {
            let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            start..start + part.len()
        };
        found.check(&at)?;
        Ok(found)
    }

    /// Cuts without checking (RFC 3986, appendix B).
    fn cut(text: &'a str) -> Self {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (rest, query) = text.split_once('?').map_or((text, None), |(rest, query)| (rest, Some(query)));
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, after)) if is_scheme(scheme) => (Some(scheme), after),
            Some(_) | None => (None, rest),
        };
        let Some(after) = rest.strip_prefix("//") else {
            return Self { scheme, authority: None, path: rest, query };
        };
        let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
        Self { scheme, authority: Some(authority), path, query }
    }

    fn check(&self, at: &dyn Fn(&str) -> Range<usize>) -> Result<(), Fault> {
        if let Some(authority) = self.authority {
            check_authority(authority, at)?;
        }
        let brackets =
            [Some(self.path), self.query].into_iter().flatten().find(|part| part.contains(['[', ']']));
        if let Some(part) = brackets {
            return Err(Fault::new(at(part), "square brackets outside of the host"));
        }
        let first = self.path.split('/').next().unwrap_or_default();
        if self.scheme.is_none() && self.authority.is_none() && first.contains(':') {
            return Err(Fault::new(at(first), "a colon before the first slash, and no valid scheme"));
        }
        if self.is_web() && self.host().is_none_or(str::is_empty) {
            return Err(Fault::new(at(self.path), "no host"));
        }
        Ok(())
    }

    /// Does it name the scheme `http` or `https`?
    pub(crate) fn is_web(&self) -> bool {
        self.scheme_is("http") || self.scheme_is("https")
    }

    /// Does it name this scheme, whatever the case?
    pub(crate) fn scheme_is(&self, scheme: &str) -> bool {
        self.scheme.is_some_and(|found| found.eq_ignore_ascii_case(scheme))
    }

    /// What stands before the `@`.
    pub(crate) fn userinfo(&self) -> Option<&'a str> {
        self.authority?.rsplit_once('@').map(|(userinfo, _)| userinfo)
    }

    /// The host without the port.
    pub(crate) fn host(&self) -> Option<&'a str> {
        self.authority.map(|authority| split_port(after_userinfo(authority)).0)
    }
}

/// An absolute URI of HTTP, normalised as far as is certain: no fragment, no userinfo, no default port, host in lower
/// case, no dot segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Absolute {
    pub(crate) scheme: String,
    pub(crate) authority: String,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
}

impl Absolute {
    /// An absolute URI of HTTP; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let reference = Reference::cut(text);
        reference
            .is_web()
            .then(|| Self::new(reference.scheme?, reference.authority?, reference.path, reference.query))?
    }

    fn new(scheme: &str, authority: &str, path: &str, query: Option<&str>) -> Option<Self> {
        let scheme = scheme.to_ascii_lowercase();
        let (host, port) = split_port(after_userinfo(authority));
        let default = if scheme == "https" { "443" } else { "80" };
        let port = port.filter(|port| !port.is_empty() && *port != default);
        let mut authority = host.to_ascii_lowercase();
        if let Some(port) = port {
            authority.push(':');
            authority.push_str(port);
        }
        let path = if path.is_empty() { "/".to_owned() } else { without_dots(path) };
        Some(Self { scheme, authority, path, query: query.map(str::to_owned) })
    }

    /// What a reference means, read here (RFC 3986, 5.2.2); `None` when it leads away from HTTP.
    pub(crate) fn resolve(&self, reference: &Reference<'_>) -> Option<Self> {
        if reference.scheme.is_some() && !reference.is_web() {
            return None;
        }
        let scheme = reference.scheme.unwrap_or(&self.scheme);
        if let Some(authority) = reference.authority {
            return Self::new(scheme, authority, reference.path, reference.query);
        }
        if reference.path.is_empty() {
            let query = reference.query.map(str::to_owned).or_else(|| self.query.clone());
            return Some(Self { query, ..self.clone() });
        }
        let path = if reference.path.starts_with('/') {
            without_dots(reference.path)
        } else {
            let (folder, _) = self.path.rsplit_once('/').unwrap_or_default();
            without_dots(&format!("{folder}/{}", reference.path))
        };
        Some(Self { path, query: reference.query.map(str::to_owned), ..self.clone() })
    }
}

/// Takes `.` and `..` out of an absolute path (RFC 3986, 5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("/{}", kept.join("/"))
}

fn check_characters(value: &[u8]) -> Result<(), Fault> {
    let mut hashes = 0;
    for (at, byte) in value.iter().enumerate() {
        let why = match byte {
            b' ' => "a space",
            b'%' if !is_percent_encoded(value, at) => "`%` without two hexadecimal digits",
            b'%' | b'!' | b'$'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~' => continue,
            b'#' => {
                hashes += 1;
                if hashes == 1 {
                    continue;
                }
                "a second `#`"
            }
            0x80.. => "a byte that is not ASCII",
            _ => "a character that has to be percent-encoded",
        };
        return Err(Fault::new(at..at + 1, why));
    }
    Ok(())
}

fn is_percent_encoded(value: &[u8], at: usize) -> bool {
    value.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Is it a scheme (RFC 3986, 3.1)?
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn after_userinfo(authority: &str) -> &str {
    authority.rsplit_once('@').map_or(authority, |(_, rest)| rest)
}

/// Host and port; the host may be an address in brackets.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        Some(_) | None => (host, None),
    }
}

fn check_authority(authority: &str, at: &dyn Fn(&str) -> Range<usize>) -> Result<(), Fault> {
    let (host, port) = split_port(after_userinfo(authority));
    if let Some(port) = port.filter(|port| !port.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Fault::new(at(port), "a port that is not a number"));
    }
    let userinfo = authority.rsplit_once('@').map_or("", |(userinfo, _)| userinfo);
    if userinfo.contains(['@', '[', ']']) {
        return Err(Fault::new(at(userinfo), "a reserved character before the `@` of the authority"));
    }
    if let Some(address) = host.strip_prefix('[') {
        let inner = address.strip_suffix(']').unwrap_or_default();
        let is_future = inner.starts_with(['v', 'V']) && inner.contains('.');
        // RFC 6874: a zone may follow, for addresses that only mean something on this machine.
        let address = inner.split("%25").next().unwrap_or_default();
        let is_v6 = address.parse::<std::net::Ipv6Addr>().is_ok();
        return if is_v6 || is_future {
            Ok(())
        } else {
            Err(Fault::new(at(host), "no address in the brackets"))
        };
    }
    if host.contains(['[', ']', ':']) {
        return Err(Fault::new(at(host), "a host that is neither a name nor an address"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_held_to_the_grammar() {
        for right in [
            "/a",
            "a/b",
            "../a",
            "?q=1",
            "#top",
            "",
            "https://a.example",
            "https://a.example:8080/x?y#z",
            "http://[::1]:80/",
            "http://[fe80::1%25en0]/",
            "https://a.example:/",
            "/a,b;c=d",
            "/a%20b",
            "//b.example/x",
            "mailto:a@b.example",
            "com.example.app:/oauth",
            "https://u:p@a.example/",
            "/search?q=a:b/c?d",
            "./a:b",
        ] {
            assert!(Reference::parse(right.as_bytes()).is_ok(), "{right}");
        }
        for (wrong, bytes) in [
            ("/a b", 2..3),
            ("/%zz", 1..2),
            ("/caf\u{e9}", 4..5),
            ("/a|b", 2..3),
            ("/{id}", 1..2),
            ("/x?a[]=1", 3..8),
            ("https:///x", 8..10),
            ("http:x", 5..6),
            ("1a:b", 0..4),
            ("https://a.example:x/", 18..19),
            ("https://[::g]/", 8..13),
            ("/a#b#c", 4..5),
            ("/a\\b", 2..3),
        ] {
            assert_eq!(Reference::parse(wrong.as_bytes()).unwrap_err().bytes, bytes, "{wrong}");
        }
    }

    #[test]
    fn references_are_resolved_as_the_standard_shows() {
        // RFC 3986, 5.4.1, without the fragments.
        let base = Absolute::parse("http://a/b/c/d;p?q").unwrap();
        for (reference, path, query) in [
            ("g", "/b/c/g", None),
            ("./g", "/b/c/g", None),
            ("g/", "/b/c/g/", None),
            ("/g", "/g", None),
            ("?y", "/b/c/d;p", Some("y")),
            ("g?y", "/b/c/g", Some("y")),
            ("#s", "/b/c/d;p", Some("q")),
            (";x", "/b/c/;x", None),
            ("", "/b/c/d;p", Some("q")),
            (".", "/b/c/", None),
            ("..", "/b/", None),
            ("../g", "/b/g", None),
            ("../..", "/", None),
            ("../../../g", "/g", None),
            ("/./g", "/g", None),
        ] {
            let found = base.resolve(&Reference::parse(reference.as_bytes()).unwrap()).unwrap();
            assert_eq!((found.path.as_str(), found.query.as_deref()), (path, query), "{reference}");
        }
        let same = |a, b| Absolute::parse(a) == Absolute::parse(b);
        assert!(same("HTTPS://A.example:443", "https://a.example/"));
        assert!(!same("http://a.example/", "https://a.example/") && !same("https://a/x", "https://a/x/"));
    }
}
