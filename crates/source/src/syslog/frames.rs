//! Messages in a stream of bytes (RFC 6587).

/// A message may be so long; a longer one is cut.
pub(super) const LONGEST: usize = 64 << 10;

/// Takes messages out of a stream of bytes: each is counted (`17 <190>…`) or ends with its line.
#[derive(Debug, Default)]
pub(super) struct Frames {
    waiting: Vec<u8>,
    /// So many bytes of a message that was cut are still to come.
    left: usize,
    /// What comes until the end of the line belongs to a message that was cut.
    is_within_line: bool,
}

impl Frames {
    /// Takes what was received.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next whole message.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            self.skip_rest();
            if self.left > 0 || self.is_within_line || self.waiting.is_empty() {
                return None;
            }
            let message = match counted(&self.waiting) {
                Counted::Length { digits, length } => self.take_counted(digits, length)?,
                Counted::Unfinished => return None,
                Counted::No => self.take_line()?,
            };
            if !message.trim_ascii().is_empty() {
                return Some(message);
            }
        }
    }

    fn skip_rest(&mut self) {
        if self.is_within_line {
            let end = memchr::memchr(b'\n', &self.waiting);
            self.waiting.drain(..end.map_or(self.waiting.len(), |at| at + 1));
            self.is_within_line = end.is_none();
        }
        let gone = self.left.min(self.waiting.len());
        self.waiting.drain(..gone);
        self.left -= gone;
    }

    fn take_counted(&mut self, digits: usize, length: usize) -> Option<Vec<u8>> {
        let kept = length.min(LONGEST);
        if self.waiting.len() < digits + kept {
            return None;
        }
        self.waiting.drain(..digits);
        self.left = length - kept;
        Some(self.waiting.drain(..kept).collect())
    }

    fn take_line(&mut self) -> Option<Vec<u8>> {
        let end =
            memchr::memchr(b'\n', self.waiting.get(..self.waiting.len().min(LONGEST)).unwrap_or_default());
        match end {
            Some(at) => Some(self.waiting.drain(..=at).collect()),
            None if self.waiting.len() >= LONGEST => {
                self.is_within_line = true;
                Some(self.waiting.drain(..LONGEST).collect())
            }
            None => None,
        }
    }
}

/// Does a message begin with its length?
enum Counted {
    Length { digits: usize, length: usize },
    Unfinished,
    No,
}

fn counted(bytes: &[u8]) -> Counted {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match bytes.get(digits..) {
        Some([b' ', b'<', ..]) if (1..=7).contains(&digits) => {
            let digit = |length: usize, byte: &u8| length * 10 + usize::from(byte - b'0');
            let length = bytes.iter().take(digits).fold(0, digit);
            Counted::Length { digits: digits + 1, length }
        }
        Some([b' '] | []) if (1..=7).contains(&digits) => Counted::Unfinished,
        _ => Counted::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(stream: &[u8], step: usize) -> Vec<String> {
        let mut frames = Frames::default();
        let mut all = Vec::new();
        for part in stream.chunks(step) {
            frames.push(part);
            while let Some(message) = frames.next() {
                all.push(String::from_utf8_lossy(&message).trim_end().to_owned());
            }
        }
        all
    }

    #[test]
    fn messages_are_found_however_the_stream_is_cut() {
        let stream = b"<1>a\n<1>b c\n\n8 <1>12\n34127.0.0.1 - - x\n5 <1>zz";
        for step in [1, 2, 3, 7, 100] {
            let found = messages(stream, step);
            assert_eq!(found, ["<1>a", "<1>b c", "<1>12\n34", "127.0.0.1 - - x", "<1>zz"], "{step}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_the_next_message_is_found() {
        let long = "x".repeat(LONGEST * 2);
        let stream = format!("<1>{long}\n<1>a\n{} <1>{long}<1>b\n", long.len() + 3);
        let found = messages(stream.as_bytes(), 1000);
        assert_eq!(found.iter().map(String::len).collect::<Vec<_>>(), [LONGEST, 4, LONGEST, 4]);
    }
}
