//! Link (RFC 8288, 3).

use std::ops::Range;

use super::Fault;
use super::list::{Param, is_ows, is_token, split};

/// One link: where it leads, and what it says of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link<'a> {
    /// What stands between the angle brackets.
    pub(crate) target: &'a [u8],
    pub(crate) params: Vec<Param<'a>>,
    /// All of it.
    pub(crate) bytes: Range<usize>,
}

impl Link<'_> {
    /// Does it have one of these relation types? Only the first `rel` counts (RFC 8288, 3.3).
    pub(crate) fn is_rel(&self, types: &[&str]) -> bool {
        let Some(rel) = self.params.iter().find(|param| param.is("rel")) else { return false };
        let rel = rel.plain();
        let mut words = rel.split(|byte| is_ows(*byte));
        words.any(|word| types.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes())))
    }
}

/// All links of a line.
pub(crate) fn links(value: &[u8]) -> Result<Vec<Link<'_>>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let is_between = |byte: &&u8| is_ows(**byte) || **byte == b',';
        at += value.iter().skip(at).take_while(is_between).count();
        if at >= value.len() {
            return Ok(found);
        }
        let link = one(value, at)?;
        at = link.bytes.end;
        found.push(link);
    }
}

/// The link that begins at this byte.
fn one(value: &[u8], start: usize) -> Result<Link<'_>, Fault> {
    let rest = value.get(start..).unwrap_or_default();
    let length = memchr::memchr(b'>', rest).filter(|_| rest.starts_with(b"<"));
    let Some(length) = length else {
        return Err(Fault::new(start..value.len(), "a target that is not in angle brackets"));
    };
    let after = start + length + 1;
    let end = element_end(value, after);
    let mut parts = split(value.get(after..end).unwrap_or_default(), b';')
        .map(|part| part.start + after..part.end + after);
    if let Some(first) = parts.next().filter(|first| !first.is_empty()) {
        return Err(Fault::new(first, "something else than a parameter after the target"));
    }
    let params = parts.filter(|part| !part.is_empty()).map(|part| param(value, part));
    let target = rest.get(1..length).unwrap_or_default();
    Ok(Link { target, params: params.collect::<Result<_, _>>()?, bytes: start..end })
}

/// A parameter. `type=font/woff2` was right without quotes once (RFC 5988, 5), and is still common.
fn param(value: &[u8], range: Range<usize>) -> Result<Param<'_>, Fault> {
    Param::parse(value, range.clone()).or_else(|fault| {
        let text = value.get(range.clone()).unwrap_or_default();
        let equals = memchr::memchr(b'=', text).unwrap_or(text.len());
        let (name, given) = (text.get(..equals).unwrap_or_default(), text.get(equals + 1..));
        let is_plain = |given: &&[u8]| given.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'"');
        let given = given.filter(is_plain).filter(|_| is_token(name)).ok_or(fault)?;
        Ok(Param { name, value: Some(given), bytes: range })
    })
}

/// Where the next comma outside of quotes stands, or the end.
fn element_end(value: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut quoted = false;
    while let Some(byte) = value.get(at) {
        match byte {
            b',' if !quoted => return at,
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ => {}
        }
        at += 1;
    }
    value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_cut_outside_of_brackets_and_quotes() {
        let value = br#"</a,b.css>; rel=preload; as=style; type=text/css, , <https://b.example/>;rel="next  Preconnect";title="x, <y>";crossorigin,<>"#;
        let found = links(value).unwrap();
        let targets: Vec<_> = found.iter().map(|link| String::from_utf8_lossy(link.target)).collect();
        assert_eq!(targets, ["/a,b.css", "https://b.example/", ""]);
        assert!(found[0].is_rel(&["preload"]) && !found[0].is_rel(&["next"]));
        assert!(found[1].is_rel(&["preconnect"]) && !found[2].is_rel(&["preload"]));
        assert_eq!(&value[found[0].bytes.clone()], br"</a,b.css>; rel=preload; as=style; type=text/css");
    }

    #[test]
    fn what_breaks_the_grammar_is_refused_where_it_does() {
        for (wrong, bytes) in [
            ("/a; rel=next", 0..12),
            ("</a>, </b", 6..9),
            ("</a> rel=next", 5..13),
            ("</a>; rel=next page", 6..19),
            ("</a>; rel=\"next", 6..15),
        ] {
            assert_eq!(links(wrong.as_bytes()).unwrap_err().bytes, bytes, "{wrong}");
        }
        assert_eq!(links(b""), Ok(Vec::new()));
    }
}
