//! What collectors write before a line: syslog, container runtimes, `docker compose` and `kubectl`.

/// The line behind the prefix of a collector, or the line itself.
pub(super) fn peel(line: &[u8]) -> &[u8] {
    let found = container(line).or_else(|| syslog(line)).or_else(|| compose(line)).or_else(|| pod(line));
    found.or_else(|| quoted(line)).unwrap_or(line)
}

/// Does a line begin with something that only a collector writes? Its words could be taken for those of a log.
pub(super) fn is_collected(line: &[u8]) -> bool {
    container(line).or_else(|| syslog(line)).or_else(|| pod(line)).or_else(|| quoted(line)).is_some()
}

/// `2026-11-23T10:00:00.123Z stdout F …` (Kubernetes' CRI).
fn container(line: &[u8]) -> Option<&[u8]> {
    let rest = behind(line, b" ", 40)?;
    let rest = rest.strip_prefix(b"stdout ").or_else(|| rest.strip_prefix(b"stderr "))?;
    rest.strip_prefix(b"F ").or_else(|| rest.strip_prefix(b"P "))
}

/// `<190>Nov 23 10:00:00 host tag[1]: …` (RFC 3164), `<190>1 2026-11-23T10:00:00Z host app 1 - - …` (RFC 5424), and what
/// daemons write of it into files.
fn syslog(line: &[u8]) -> Option<&[u8]> {
    let rest = match line.strip_prefix(b"<") {
        Some(rest) => behind(rest, b">", 4)?,
        None => line,
    };
    if let Some(rest) = rest.strip_prefix(b"1 ") {
        return structured(rest);
    }
    let is_old = rest.get(3) == Some(&b' ') && rest.get(6) == Some(&b' ') && rest.get(9) == Some(&b':');
    let is_new = rest.get(4) == Some(&b'-') && rest.get(10) == Some(&b'T');
    if is_old || is_new { behind(rest, b": ", 200) } else { None }
}

/// Behind the five words of RFC 5424 and its structured data.
fn structured(line: &[u8]) -> Option<&[u8]> {
    let mut rest = line;
    for _ in 0..5 {
        rest = behind(rest, b" ", 260)?;
    }
    let rest = match rest.strip_prefix(b"[") {
        Some(data) => behind(data, b"] ", 4096)?,
        None => rest.strip_prefix(b"- ")?,
    };
    Some(rest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(rest))
}

/// `web-1  | …`
fn compose(line: &[u8]) -> Option<&[u8]> {
    behind(line, b" | ", 80)
}

/// `[pod/web-7d9c/nginx] …`
fn pod(line: &[u8]) -> Option<&[u8]> {
    behind(line.strip_prefix(b"[pod/")?, b"] ", 300)
}

/// `"192.0.2.1 - - […] "GET / HTTP/1.1" 200 12 "-" "curl/8""`: a line as a whole in quotes, as tables are exported.
fn quoted(line: &[u8]) -> Option<&[u8]> {
    line.strip_suffix(b"\r").unwrap_or(line).strip_prefix(b"\"")?.strip_suffix(b"\"")
}

/// What follows a mark that stands within the first bytes.
fn behind<'a>(line: &'a [u8], mark: &[u8], within: usize) -> Option<&'a [u8]> {
    let start = line.get(..line.len().min(within))?;
    let at = memchr::memmem::find(start, mark)?;
    line.get(at + mark.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_collectors_write_before_a_line_is_taken_off() {
        for prefix in [
            "",
            "<190>Nov 23 10:00:00 web nginx: ",
            "Nov  3 10:00:00 lb haproxy[14389]: ",
            "2026-11-23T10:00:00.123456+01:00 lb haproxy[14389]: ",
            "<190>1 2026-11-23T10:00:00Z web nginx 12 - - ",
            "<190>1 2026-11-23T10:00:00Z web nginx 12 - [a@1 b=\"c\"] ",
            "2026-11-23T10:00:00.123456789Z stdout F ",
            "web-1  | ",
            "[pod/web-7d9c/nginx] ",
        ] {
            let line = format!("{prefix}GET /a 200");
            assert_eq!(peel(line.as_bytes()), b"GET /a 200", "{prefix}");
        }
        assert_eq!(peel(b"\"GET /a 200\"\r"), b"GET /a 200");
    }
}
