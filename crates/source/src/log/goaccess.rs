//! The `log-format` of GoAccess, so that its users can bring theirs along.

use super::directive::Piece;
use super::part::{Part, Unit};

/// Stands for `%d:%t %^`, which is one part with a space within.
const WITH_ZONE: char = '\u{1}';

/// Is it one? Its directives for dates, for what is skipped and for lists of addresses are nobody else's.
pub(super) fn is_one(text: &str) -> bool {
    !text.contains('$') && ["%^", "%~", "~h{", "%d", "%x"].iter().any(|sign| text.contains(sign))
}

/// Its pieces. Date and time are read in whatever form they have: `date-format` and `time-format` are not needed.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    // Moments in the form of Common Log Format are one part, with their zone and without.
    let text = text.replace("%d:%t %^", &format!("%{WITH_ZONE}")).replace("%d:%t", "%x");
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['%', '~']) {
        let (literal, after) = rest.split_at(at);
        push(&mut pieces, literal);
        let mut chars = after.chars();
        let (mark, letter) = (chars.next(), chars.next());
        rest = chars.as_str();
        match (mark, letter) {
            // `~h{, }`: the first address of a list counts.
            (Some('~'), Some('h')) => {
                rest = rest.split_once('}').map_or("", |(_, after)| after);
                pieces.push(Piece::Part("~h".to_owned(), Part::Client, 0));
            }
            (Some('~'), letter) => {
                push(&mut pieces, &format!("~{}", letter.map(String::from).unwrap_or_default()));
            }
            (_, Some('%')) => push(&mut pieces, "%"),
            // As many spaces as there are.
            (_, Some('~')) => {}
            (_, letter) => {
                let letter = letter.unwrap_or('^');
                let part = part(letter);
                let is_spaced = letter == WITH_ZONE;
                let name = if is_spaced { "%d:%t %^".to_owned() } else { format!("%{letter}") };
                pieces.push(Piece::Part(name, part, usize::from(is_spaced)));
            }
        }
    }
    push(&mut pieces, rest);
    pieces
}

/// Literals that follow each other are one.
fn push(pieces: &mut Vec<Piece>, literal: &str) {
    match pieces.last_mut() {
        _ if literal.is_empty() => {}
        Some(Piece::Literal(before)) => before.push_str(literal),
        Some(Piece::Part(..)) | None => pieces.push(Piece::Literal(literal.to_owned())),
    }
}

fn part(letter: char) -> Part {
    match letter {
        'x' | WITH_ZONE => Part::Time,
        'd' => Part::Date,
        't' => Part::TimeOfDay,
        'v' => Part::Host,
        'h' => Part::Client,
        'r' => Part::Request,
        'm' => Part::Method,
        'U' => Part::Target,
        'q' => Part::Query,
        's' => Part::Status,
        'b' => Part::Bytes,
        'u' => Part::UserAgent,
        'L' => Part::Duration(Unit::Milliseconds),
        'T' => Part::Duration(Unit::Seconds),
        'D' => Part::Duration(Unit::Microseconds),
        'n' => Part::Duration(Unit::Nanoseconds),
        _ => Part::Ignored,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;

    #[test]
    fn formats_of_goaccess_are_understood() {
        let combined = r#"%h %^[%d:%t %^] "%r" %s %b "%R" "%u""#;
        let line = r#"192.0.2.7 - - [23/Nov/2025:11:00:00 +0100] "GET /a HTTP/1.1" 503 5 "-" "curl/8""#;
        let forwarded = r#"~h{, } %^[%x] "%r" %s %b "%R" "%u" %T"#;
        let listed =
            r#"192.0.2.7, 10.0.0.1 - - [2025-11-23T10:00:00Z] "GET /a HTTP/1.1" 503 5 "-" "curl/8" 0.250"#;
        let split = r#"%d %t %h %m %U %q %s %L"#;
        let columns = "2025-11-23 10:00:00 192.0.2.7 GET /a x=y 503 250";
        for (format, line, duration) in
            [(combined, line, None), (forwarded, listed, Some(250_000)), (split, columns, Some(250_000))]
        {
            let mut compiled = Format::named(format).unwrap_or_else(|error| panic!("{format}: {error}"));
            let entry =
                compiled.parse(line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}")).unwrap();
            assert_eq!(
                (entry.client, entry.status, entry.target),
                (&b"192.0.2.7"[..], 503, &b"/a"[..]),
                "{format}"
            );
            assert_eq!((entry.at_us, entry.duration_us), (Some(1_763_892_000_000_000), duration), "{format}");
        }
    }
}
