//! The characters of a text message (3GPP TS 23.038, 6.2.1): one that is not among them would cost half of the room.

/// The basic table; each takes one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension; each takes two.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How many septets a text takes; `None` when a character is not in the tables.
#[must_use]
pub fn septets(text: &str) -> Option<usize> {
    text.chars().map(width).sum()
}

fn width(character: char) -> Option<usize> {
    if BASIC.contains(character) {
        return Some(1);
    }
    EXTENSION.contains(character).then_some(2)
}

/// The text in these characters: what looks alike stands for what is missing.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            character if width(character) == Some(1) => plain.push(character),
            '{' | '[' => plain.push('('),
            '}' | ']' => plain.push(')'),
            '`' | '‘' | '’' => plain.push('\''),
            '“' | '”' | '„' => plain.push('"'),
            '–' | '—' | '−' => plain.push('-'),
            '×' => plain.push('x'),
            '…' => plain.push_str("..."),
            '→' => plain.push_str("->"),
            '\\' | '|' => plain.push('/'),
            character => plain.push(if character.is_whitespace() { ' ' } else { '?' }),
        }
    }
    plain
}

/// At most so many septets; what was cut is marked. The text is [`plain`].
pub(super) fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basic_table_has_its_127_characters() {
        // 128 places, one of which is the escape to the extension.
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(septets("abc{}€"), Some(9));
        assert_eq!(septets("■"), None);
    }

    #[test]
    fn what_is_missing_is_replaced_by_what_looks_alike() {
        assert_eq!(plain("`GET /v1/{sku}` – 2 × “no”…"), "'GET /v1/(sku)' - 2 x \"no\"...");
        assert_eq!(plain("■ 日本"), "? ??");
        let all: String = (0..0x3000_u32).filter_map(char::from_u32).collect();
        assert!(septets(&plain(&all)).is_some());
    }

    #[test]
    fn what_is_cut_is_marked() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abc defgh", 7), "abc...");
    }
}
