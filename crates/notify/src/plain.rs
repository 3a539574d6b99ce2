//! Text that came from outside, made fit for one line.

/// On one line: control characters, and characters that turn or hide text (Unicode TR 36), become spaces or go.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            character if character.is_control() || character.is_whitespace() => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            character => line.push(character),
        }
    }
    line.trim().to_owned()
}

/// At most so many characters; what was cut is marked.
pub(crate) fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_do_not_break_and_do_not_turn() {
        assert_eq!(one_line("a\r\nBcc: b\t c\u{202e}d"), "a Bcc: b cd");
        assert_eq!(one_line(" \u{feff}x\0 "), "x");
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(clip("ääää", 4), "ääää");
        assert_eq!(clip("ää ää", 4), "ää…");
    }
}
