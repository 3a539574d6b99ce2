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

/// At most so many bytes; what was cut is marked.
pub(crate) fn clip_bytes(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub('…'.len_utf8());
    let end =
        text.char_indices().map(|(start, c)| start + c.len_utf8()).take_while(|end| *end <= room).last();
    let kept = text.get(..end.unwrap_or(0)).unwrap_or_default();
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

    #[test]
    fn where_bytes_count_no_character_is_cut_in_two() {
        assert_eq!(clip_bytes("ääää", 8), "ääää");
        assert_eq!(clip_bytes("äääää", 8), "ää…");
        assert_eq!(clip_bytes("äääää", 2), "…");
    }
}
