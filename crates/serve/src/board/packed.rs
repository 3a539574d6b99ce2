//! Text that is seldom looked at.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

/// Text that is long, repeats itself and is seldom looked at: a tenth of its size, or less.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Packed(Box<[u8]>);

impl Packed {
    /// Packs a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
        // Memory takes all that is written to it.
        let written = packed.write_all(text.as_bytes()).and_then(|()| packed.finish());
        Self(written.unwrap_or_default().into())
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // What we packed ourselves can be unpacked; nothing packed is no text.
        let _ = DeflateDecoder::new(&*self.0).read_to_string(&mut text);
        text
    }
}

impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Packed({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        let line = "[[monitor]]\nname = \"orders\"\nevery = \"30s\"\n";
        for text in ["", "a", "\u{0}\u{1}é", &line.repeat(1000)] {
            assert_eq!(Packed::of(text).text(), text);
        }
        assert!(Packed::of(&line.repeat(1000)).0.len() < line.len() * 20);
        assert_eq!(Packed::default().text(), "");
    }
}
