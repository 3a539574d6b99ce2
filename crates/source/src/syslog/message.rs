//! What a syslog message says, without its header.

/// What a message says: the line as it would stand in a file. What has no header is taken as it is.
#[must_use]
pub fn content(message: &[u8]) -> &[u8] {
    let message = message.trim_ascii_end();
    let Some(rest) = without_priority(message) else { return message };
    match rest.strip_prefix(b"1 ") {
        Some(rest) => after_structure(rest).unwrap_or(rest),
        None => after_tag(after_moment(rest)),
    }
}

/// `<190>`: facility and severity.
fn without_priority(message: &[u8]) -> Option<&[u8]> {
    let rest = message.strip_prefix(b"<")?;
    let end = memchr::memchr(b'>', rest.get(..4).unwrap_or(rest))?;
    let is_number = end > 0 && rest.get(..end)?.iter().all(u8::is_ascii_digit);
    is_number.then(|| rest.get(end + 1..)).flatten()
}

/// RFC 5424, section 6: time, host, application, process, message id, structured data, message.
fn after_structure(rest: &[u8]) -> Option<&[u8]> {
    let mut rest = rest;
    for _ in 0..5 {
        rest = after_word(rest)?;
    }
    let end = match rest.first()? {
        b'[' => end_of_elements(rest)?,
        _ => memchr::memchr(b' ', rest).unwrap_or(rest.len()),
    };
    let message = rest.get(end..)?;
    let message = message.strip_prefix(b" ").unwrap_or(message);
    Some(message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message))
}

/// Where `[id name="value"][…]` ends: brackets within quotation marks do not count, nor do escaped quotation marks.
fn end_of_elements(rest: &[u8]) -> Option<usize> {
    let (mut is_inside, mut is_quoted, mut is_escaped) = (false, false, false);
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'[' if !is_quoted => is_inside = true,
            b']' if !is_quoted => is_inside = false,
            b' ' if !is_inside => return Some(at),
            _ => {}
        }
    }
    (!is_inside && !is_quoted).then_some(rest.len())
}

/// RFC 3164: `Nov 29 18:00:00 `; rsyslog writes `2026-11-29T18:00:00+00:00 `.
fn after_moment(rest: &[u8]) -> &[u8] {
    let is_old = rest.len() > 16
        && rest.get(3) == Some(&b' ')
        && rest.get(6) == Some(&b' ')
        && rest.get(9) == Some(&b':')
        && rest.get(12) == Some(&b':')
        && rest.get(15) == Some(&b' ');
    if is_old {
        return rest.get(16..).unwrap_or_default();
    }
    let is_new = rest.first().is_some_and(u8::is_ascii_digit)
        && rest.get(4) == Some(&b'-')
        && rest.get(10) == Some(&b'T');
    if is_new { after_word(rest).unwrap_or(rest) } else { rest }
}

/// `host nginx: ` or `haproxy[17]: `: the host is left out by some.
fn after_tag(rest: &[u8]) -> &[u8] {
    let first = after_word(rest);
    if first.is_some_and(|_| is_tag(word(rest))) {
        return first.unwrap_or(rest);
    }
    let second = first.filter(|second| is_tag(word(second))).and_then(after_word);
    second.unwrap_or(rest)
}

fn word(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b' ').next().unwrap_or_default()
}

fn after_word(text: &[u8]) -> Option<&[u8]> {
    let at = memchr::memchr(b' ', text)?;
    text.get(at + 1..)
}

fn is_tag(word: &[u8]) -> bool {
    let is_good = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./[]".contains(byte);
    word.strip_suffix(b":").is_some_and(|name| !name.is_empty() && name.iter().all(is_good))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_taken_off_whoever_wrote_it() {
        const LINE: &str =
            "127.0.0.1 - - [29/Nov/2026:18:00:00 +0000] \"GET /a?b=[c] HTTP/1.1\" 200 5 \"-\" \"curl: x\"";
        for header in [
            "",
            "<190>Nov 29 18:00:00 web-1 nginx: ",
            "<190>Nov  9 18:00:00 nginx: ",
            "<134>Nov 29 18:00:00 haproxy[1187]: ",
            "<134>2026-11-29T18:00:00.123+00:00 lb-1 haproxy[1187]: ",
            "<134>1 2026-11-29T18:00:00.123456+00:00 lb-1 haproxy 1187 - - ",
            "<134>1 - - - - - - \u{feff}",
            "<165>1 2026-11-29T18:00:00Z web nginx 7 ID47 [a@1 b=\"] \\\" c\"][d@2] ",
        ] {
            let message = format!("{header}{LINE}\n");
            assert_eq!(std::str::from_utf8(content(message.as_bytes())).unwrap(), LINE, "{header}");
        }
    }

    #[test]
    fn what_is_no_message_is_left_as_it_is() {
        for text in
            ["", "<", "<1", "<>", "<x>a", "<1>", "<134>1 ", "<134>1 a b c d e [x y=\"", "{\"status\": 200}"]
        {
            let _ = content(text.as_bytes());
        }
        assert_eq!(content(b"{\"status\": 200}\r\n"), b"{\"status\": 200}");
        assert_eq!(content(b"<13>{\"a\": {\"b\": 1}}"), b"{\"a\": {\"b\": 1}}");
    }
}
