//! Text as it is spoken.

/// Text fit to be read aloud: status codes digit by digit, no marks.
pub(super) fn spoken(text: &str) -> String {
    let words = text.split_whitespace().map(|word| match code(word) {
        Some((digits, rest)) => format!("{}{rest}", digits.chars().map(digit).collect::<Vec<_>>().join(" ")),
        None => word.replace(['`', '*', '_', '<', '>', '[', ']'], " ").replace("UTC", "U T C"),
    });
    words.collect::<Vec<_>>().join(" ").replace('→', " then ")
}

/// A status code, alone or with the sign that ends a sentence.
fn code(word: &str) -> Option<(&str, &str)> {
    let (digits, rest) = word.split_at_checked(3)?;
    let is_code = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    (is_code && matches!(rest, "" | "." | "," | ":" | ";")).then_some((digits, rest))
}

const fn digit(character: char) -> &'static str {
    match character {
        '0' => "zero",
        '1' => "one",
        '2' => "two",
        '3' => "three",
        '4' => "four",
        '5' => "five",
        '6' => "six",
        '7' => "seven",
        '8' => "eight",
        _ => "nine",
    }
}

/// The five characters of XML.
pub(super) fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_digit_by_digit() {
        assert_eq!(
            spoken("Orders answers 503 Service Unavailable, since 14:02 UTC. 404."),
            "Orders answers five zero three Service Unavailable, since 14:02 U T C. four zero four."
        );
        assert_eq!(spoken("1000 of 5031, 1.2s (`json`)"), "1000 of 5031, 1.2s ( json )");
    }

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&apos;");
    }
}
