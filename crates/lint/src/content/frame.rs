//! Lines of stack traces, as the common languages write them.

use std::ops::Range;

use super::{Anchor, Sign, text::Text};

pub(super) const ANCHORS: &[Anchor] = &[
    Anchor::new(".java:", Sign::Frame("Java"), jvm),
    Anchor::new(".kt:", Sign::Frame("Java"), jvm),
    Anchor::new(".scala:", Sign::Frame("Java"), jvm),
    Anchor::new(".groovy:", Sign::Frame("Java"), jvm),
    Anchor::new("(Native Method)", Sign::Frame("Java"), jvm),
    Anchor::new("(Unknown Source)", Sign::Frame("Java"), jvm),
    Anchor::new("\"methodName\"", Sign::Frame("Java"), serialized_jvm),
    Anchor::new(":line ", Sign::Frame(".NET"), dotnet),
    Anchor::new("   at ", Sign::Frame(".NET"), dotnet_without_file),
    Anchor::new("<b>Stack Trace:</b>", Sign::Trace(".NET"), |text, at| Some(text.whole(at, 19))),
    Anchor::new("--- End of stack trace from", Sign::Trace(".NET"), |text, at| Some(text.whole(at, 27))),
    Anchor::new("Traceback (most recent call last)", Sign::Trace("Python"), |text, at| {
        Some(text.whole(at, 33))
    }),
    Anchor::new(", line ", Sign::Frame("Python"), python),
    Anchor::new(".js:", Sign::Frame("Node"), node),
    Anchor::new(".mjs:", Sign::Frame("Node"), node),
    Anchor::new(".cjs:", Sign::Frame("Node"), node),
    Anchor::new(".ts:", Sign::Frame("Node"), node),
    Anchor::new("node:internal/", Sign::Frame("Node"), node),
    Anchor::new(".rb:", Sign::Frame("Ruby"), ruby),
    Anchor::new("PHP Fatal error", Sign::Trace("PHP"), |text, at| Some(text.whole(at, 15))),
    Anchor::new("Fatal error: Uncaught", Sign::Trace("PHP"), |text, at| Some(text.whole(at, 21))),
    Anchor::new("Fatal error</b>:", Sign::Trace("PHP"), |text, at| Some(text.whole(at, 11))),
    Anchor::new(".php on line ", Sign::Frame("PHP"), php_on_line),
    Anchor::new(".php</b> on line <b>", Sign::Frame("PHP"), php_on_line),
    Anchor::new(".php(", Sign::Frame("PHP"), php),
    Anchor::new(".php:", Sign::Frame("PHP"), php),
    Anchor::new("\"function\":", Sign::Frame("PHP"), serialized_php),
    Anchor::new("goroutine ", Sign::Trace("Go"), goroutine),
    Anchor::new(".go:", Sign::Frame("Go"), go),
    Anchor::new("' panicked at ", Sign::Trace("Rust"), rust_panic),
    Anchor::new("stack backtrace:", Sign::Frame("Rust"), |text, at| Some(text.whole(at, 16))),
    Anchor::new(".rs:", Sign::Frame("Rust"), rust),
    Anchor::new(".ex:", Sign::Frame("Elixir"), elixir),
    Anchor::new(".erl:", Sign::Frame("Elixir"), elixir),
];

/// Is there a name such as `NullPointerException` or `TypeError`?
pub(super) fn names_exception(content: &[u8]) -> bool {
    let is_compound = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| content.get(at));
        before.is_some_and(u8::is_ascii_alphanumeric)
    };
    let found = |word: &[u8]| memchr::memmem::find_iter(content, word).any(is_compound);
    found(b"Exception") || found(b"Error")
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-')
}

const fn is_path(byte: u8) -> bool {
    is_name(byte) || matches!(byte, b'/' | b'.' | b'@' | b'\\' | b':' | b'~' | b'+')
}

/// `at pkg.Class.method(File.java:12)`
fn jvm(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let (open, end) = if text.after(at).starts_with(b"(") {
        (at, at + 14)
    } else {
        let number = at + text.run(at, |byte| byte != b':') + 1;
        let end = number + text.digits(number)?;
        let file = text.run_start(at, is_name);
        (file.checked_sub(1)?, end)
    };
    let is_open = text.after(open).starts_with(b"(") && text.after(end).starts_with(b")");
    let is_qualified =
        |byte: u8| is_name(byte) || matches!(byte, b'.' | b'<' | b'>' | b'/' | b'@' | b'&' | b';');
    let start = text.run_start(open, is_qualified);
    let has_dot = text.0.get(start..open)?.contains(&b'.');
    (is_open && has_dot && text.before(start, 3) == b"at ").then(|| start - 3..end + 1)
}

/// `{"methodName":"run","fileName":"A.java","lineNumber":12}`
fn serialized_jvm(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    memchr::memmem::find(text.next(at, 250), b"\"lineNumber\"").map(|_| text.whole(at, 12))
}

/// `at Ns.Type.Method(String x) in C:\src\A.cs:line 12`
fn dotnet(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let end = at + 6 + text.digits(at + 6)?;
    let path = text.last_on_line(at, b" in ")?;
    let start = text.last_on_line(path, b"at ")?;
    Some(start..end)
}

/// `   at Ns.Type.Method(String x)`
fn dotnet_without_file(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let name = at + 6;
    let is_qualified =
        |byte: u8| is_name(byte) || matches!(byte, b'.' | b'`' | b'<' | b'>' | b'+' | b'[' | b']' | b',');
    let open = name + text.run(name, is_qualified);
    let is_method = text.after(open).starts_with(b"(") && text.0.get(name..open)?.contains(&b'.');
    let close = open + memchr::memchr(b')', text.next(open, 300))?;
    let inner = text.0.get(open..close)?;
    // Java and Node write a file and a line there.
    (is_method && !inner.contains(&b':') && !inner.contains(&b'\n')).then_some(at + 3..close + 1)
}

/// `File "/srv/app.py", line 12, in view`
fn python(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let end = at + 7 + text.digits(at + 7)?;
    let start = text.last_on_line(at, b"File ")?;
    text.after(end).starts_with(b", in ").then_some(start..end)
}

/// `at fn (/srv/app.js:12:34)`
fn node(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let path = at + text.run(at, |byte| is_path(byte) && byte != b':');
    let path = if text.after(at).starts_with(b"node:") {
        at + 5 + text.run(at + 5, |byte| is_path(byte) && byte != b':')
    } else {
        path
    };
    let line = path + 1;
    let column = line + text.digits(line)? + 1;
    let end = column + text.digits(column)?;
    let colons = text.after(path).starts_with(b":") && text.before(column, 1) == b":";
    let start = text.last_on_line(at, b"at ")?;
    let before = text.before(start, 1);
    let begins_line = matches!(before, b"" | b" " | b"\t" | b"\n" | b";" | b"\"" | b">" | b"n" | b"t");
    (colons && begins_line).then_some(start..end)
}

/// `/srv/app.rb:12:in 'show'`
fn ruby(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let end = at + 4 + text.digits(at + 4)?;
    text.after(end).starts_with(b":in ").then(|| text.run_start(at, is_path)..end)
}

/// `/srv/index.php on line 12`, with or without tags
fn php_on_line(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let start = text.run_start(at, |byte| is_path(byte) && byte != b':');
    let mut end = at + 4;
    end += text.run(end, |byte| !byte.is_ascii_digit());
    (start < at).then_some(start..end + text.digits(end)?)
}

/// `#0 /srv/index.php(12): show()`, `in /srv/index.php:12`
fn php(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let end = at + 5 + text.digits(at + 5)?;
    let start = text.run_start(at, |byte| is_path(byte) && byte != b':');
    let before = text.before(start, 3);
    let is_frame = before.ends_with(b"in ") || (before.starts_with(b"#") && before.ends_with(b" "));
    (is_frame && text.0.get(start..at)?.contains(&b'/')).then_some(start..end)
}

/// `{"file":"/srv/index.php","line":12,"function":"show"}`
fn serialized_php(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let before = text.before(at, 400);
    let file = memchr::memmem::rfind(before, b"\"file\"")?;
    memchr::memmem::find(before.get(file..)?, b"\"line\"")?;
    Some(text.whole(at, 11))
}

/// `goroutine 12 [running]`
fn goroutine(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let end = at + 10 + text.digits(at + 10)?;
    text.after(end).starts_with(b" [").then_some(at..end)
}

/// `/srv/main.go:12 +0x1d`
fn go(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let end = at + 4 + text.digits(at + 4)?;
    text.after(end).starts_with(b" +0x").then(|| text.run_start(at, is_path)..end)
}

/// `thread 'main' panicked at src/main.rs:12:34`
fn rust_panic(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    text.last_on_line(at, b"thread '").map(|start| start..at + 12)
}

/// `at /srv/src/main.rs:12:34`
fn rust(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let column = at + 4 + text.digits(at + 4)? + 1;
    let end = column + text.digits(column)?;
    let start = text.run_start(at, is_path);
    (text.before(column, 1) == b":" && text.before(start, 3) == b"at ").then_some(start..end)
}

/// `(phoenix 1.7.2) lib/phoenix/router.ex:402: Phoenix.Router.call/2`
fn elixir(text: Text<'_>, at: usize) -> Option<Range<usize>> {
    let number = at + text.run(at, |byte| byte != b':') + 1;
    let end = number + text.digits(number)?;
    let start = text.run_start(at, is_path);
    (text.after(end).starts_with(b": ") && text.before(start, 2) == b") ").then_some(start..end)
}
