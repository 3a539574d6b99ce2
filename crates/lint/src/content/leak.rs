//! SQL, file system paths, private addresses and internal host names.

use std::ops::Range;

use super::{Anchor, Sign, text::Text};

const SQL: Sign = Sign::Leak("SQL or the words of a database driver");
const PATH: Sign = Sign::Leak("a path of the server's file system");
const ADDRESS: Sign = Sign::Leak("an address of a private network");
const HOST: Sign = Sign::Leak("the name of an internal host");

pub(super) const ANCHORS: &[Anchor] = &[
    Anchor::new("ORA-", SQL, oracle),
    Anchor::new("SQLSTATE[", SQL, |text, at| Some(text.whole(at, 14))),
    Anchor::new("psycopg2.", SQL, |text, at| Some(text.whole(at, 9))),
    Anchor::new("You have an error in your SQL syntax", SQL, |text, at| Some(text.whole(at, 36))),
    Anchor::new("syntax error at or near ", SQL, |text, at| Some(text.whole(at, 23))),
    Anchor::new("duplicate key value violates unique", SQL, |text, at| Some(text.whole(at, 35))),
    Anchor::new("violates foreign key constraint", SQL, |text, at| Some(text.whole(at, 31))),
    Anchor::new("Unclosed quotation mark after the", SQL, |text, at| Some(text.whole(at, 33))),
    Anchor::new("sqlite3.OperationalError", SQL, |text, at| Some(text.whole(at, 24))),
    Anchor::new("E11000 duplicate key error", SQL, |text, at| Some(text.whole(at, 26))),
    Anchor::new("SQLITE_ERROR", SQL, |text, at| Some(text.whole(at, 12))),
    Anchor::new("ER_PARSE_ERROR", SQL, |text, at| Some(text.whole(at, 14))),
    Anchor::new("ActiveRecord::StatementInvalid", SQL, |text, at| Some(text.whole(at, 30))),
    Anchor::new("org.postgresql.util.PSQLException", SQL, |text, at| Some(text.whole(at, 33))),
    Anchor::new("System.Data.SqlClient.SqlException", SQL, |text, at| Some(text.whole(at, 34))),
    Anchor::new("SELECT ", SQL, |text, at| statement(text, at, b" FROM ")),
    Anchor::new("INSERT INTO ", SQL, |text, at| statement(text, at, b"VALUES")),
    Anchor::new("UPDATE ", SQL, |text, at| statement(text, at, b" SET ")),
    Anchor::new("DELETE FROM ", SQL, |text, at| statement(text, at, b" WHERE ")),
    Anchor::new("/home/", PATH, path),
    Anchor::new("/root/", PATH, path),
    Anchor::new("/usr/", PATH, path),
    Anchor::new("/var/", PATH, path),
    Anchor::new("/opt/", PATH, path),
    Anchor::new("/srv/", PATH, path),
    Anchor::new("ENOENT: no such file", PATH, |text, at| Some(text.whole(at, 20))),
    Anchor::new(":\\", PATH, windows_path),
    Anchor::new("10.", ADDRESS, private_address),
    Anchor::new("172.", ADDRESS, private_address),
    Anchor::new("192.168.", ADDRESS, private_address),
    Anchor::new(".svc.cluster.local", HOST, host),
    Anchor::new(".compute.internal", HOST, host),
    Anchor::new(".ec2.internal", HOST, host),
];

/// `ORA-00942`
fn oracle(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    (text.digits(at + 4) == Some(5)).then(|| text.whole(at, 9))
}

/// A statement in capitals, as programs write it: its second word follows soon.
fn statement(text: Text<'_>, at: usize, second: &[u8]) -> Option<Range<usize>> {
    let is_word = text.before(at, 1).first().is_some_and(u8::is_ascii_alphanumeric);
    let found = memchr::memmem::find(text.next(at, 400), second)?;
    (!is_word).then_some(at..at + found + second.len())
}

/// Endings of files that no URL of an API has in its path.
const FILES: &[&[u8]] = &[
    b".py", b".rb", b".php", b".go", b".java", b".jar", b".rs", b".cs", b".ex", b".js", b".ts", b".so",
    b".conf", b".cfg", b".ini", b".yml", b".yaml", b".env", b".log", b".sock", b".dll", b".config",
];

fn is_file(path: &[u8]) -> bool {
    FILES.iter().any(|end| path.ends_with(end))
}

/// `/var/www/app/index.php`, but not the path of a URL.
fn path(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-' | b'@');
    let end = at + text.run(at, is_path);
    let before = text.before(at, 1).first().copied().unwrap_or(b' ');
    let is_in_url = is_path(before) || before == b':' || text.before(at, 6).ends_with(b"=\"");
    let found = text.0.get(at..end)?;
    (!is_in_url && is_file(found)).then_some(at..end)
}

/// `C:\inetpub\wwwroot\web.config`
fn windows_path(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let start = at.checked_sub(1)?;
    let is_drive = text.after(start).first().is_some_and(u8::is_ascii_uppercase);
    let is_word = text.before(start, 1).first().is_some_and(u8::is_ascii_alphanumeric);
    let end = at
        + 1
        + text.run(at + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'\\' | b'.' | b'_' | b'-' | b' ' | b'(' | b')')
        });
    let folders = text.0.get(at..end)?.iter().filter(|byte| **byte == b'\\').count();
    (is_drive && !is_word && folders >= 2).then_some(start..end)
}

/// `10.1.2.3`, `172.16.0.1`, `192.168.1.1` (RFC 1918)
pub(super) fn private_address(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let before = text.before(at, 1).first().copied().unwrap_or(b' ');
    // `v10.0.0.1` and `Chrome/10.0.0.1` are versions.
    if before.is_ascii_alphanumeric() || matches!(before, b'.' | b'-' | b'_') {
        return None;
    }
    let length = text.run(at, |byte| byte.is_ascii_digit() || byte == b'.');
    let run = text.0.get(at..at + length)?;
    // The full stop of a sentence is no part of it.
    let run = run.strip_suffix(b".").unwrap_or(run);
    let address: std::net::Ipv4Addr = std::str::from_utf8(run).ok()?.parse().ok()?;
    (address.is_private() && !is_version(text, at)).then(|| at..at + run.len())
}

fn is_version(text: Text<'_>, at: usize) -> bool {
    let before = text.before(at, 10);
    let is_product = before.strip_suffix(b"/").and_then(<[u8]>::last).is_some_and(u8::is_ascii_alphanumeric);
    is_product || before.to_ascii_lowercase().trim_ascii_end().ends_with(b"version")
}

/// `orders.prod.svc.cluster.local`
fn host(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let start = text.run_start(at, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let end = at + text.run(at, |byte| byte.is_ascii_alphabetic() || byte == b'.' || byte == b'2');
    (start < at).then_some(start..end)
}
