//! Cuts a log into pieces of whole lines.

use std::io::Read;

use super::origin::Origin;

/// A piece of a log that is taken apart at once: so large that what is the same in all of it is counted together, so small
/// that two for each core are no burden.
pub(super) const PIECE_BYTES: usize = 4 << 20;

/// Memory for a piece, which is used again and again.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    len: usize,
    /// The header of the table that the piece belongs to.
    pub(super) header: Vec<u8>,
}

impl Block {
    /// The lines.
    pub(super) fn text(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// A log, and what was read of it beyond the last piece.
pub(super) struct Pieces {
    origin: Origin,
    left: Vec<u8>,
    is_end: bool,
    /// Does a header name the columns of what follows?
    has_headers: bool,
    header: Vec<u8>,
    /// Lines that were longer than a piece.
    pub(super) long_lines: u64,
}

impl Pieces {
    /// The pieces of a log whose beginning was read before.
    pub(super) const fn new(origin: Origin, head: Vec<u8>, has_headers: bool) -> Self {
        Self { origin, left: head, is_end: false, has_headers, header: Vec::new(), long_lines: 0 }
    }

    /// Reads the next piece into a block; `false` when there is none.
    pub(super) fn next(&mut self, block: &mut Block) -> std::io::Result<bool> {
        if block.bytes.len() < PIECE_BYTES {
            block.bytes.resize(PIECE_BYTES, 0);
        }
        let kept = std::mem::take(&mut self.left);
        let Some(start) = block.bytes.get_mut(..kept.len()) else {
            return Err(std::io::Error::other("the beginning of a log is larger than a piece"));
        };
        start.copy_from_slice(&kept);
        block.len = kept.len();
        while !self.is_end && block.len < block.bytes.len() {
            let room = block.bytes.get_mut(block.len..).unwrap_or_default();
            match self.origin.read(room) {
                Ok(0) => self.is_end = true,
                Ok(count) => block.len += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if !self.is_end {
            self.keep_last_line(block)?;
        }
        if self.has_headers {
            self.note_header(block);
        }
        Ok(block.len > 0)
    }

    fn keep_last_line(&mut self, block: &mut Block) -> std::io::Result<()> {
        match memchr::memrchr(b'\n', block.text()) {
            Some(at) => {
                self.left = block.text().get(at + 1..).unwrap_or_default().to_vec();
                block.len = at + 1;
                Ok(())
            }
            None => self.skip_line(block.text().iter().all(|byte| *byte == 0)),
        }
    }

    /// A line that is longer than a piece: its rest is thrown away, unless it begins with zeros alone: those were left by
    /// somebody who truncated the file, and the line is behind them.
    fn skip_line(&mut self, is_empty: bool) -> std::io::Result<()> {
        self.long_lines += u64::from(!is_empty);
        let mut rest = vec![0; 64 << 10];
        loop {
            let count = self.origin.read(&mut rest)?;
            let read = rest.get(..count).unwrap_or_default();
            if count == 0 {
                self.is_end = true;
                return Ok(());
            }
            let start = match is_empty {
                true => read.iter().position(|byte| *byte != 0),
                false => memchr::memchr(b'\n', read).map(|at| at + 1),
            };
            if let Some(start) = start {
                self.left = read.get(start..).unwrap_or_default().to_vec();
                return Ok(());
            }
        }
    }

    /// The header that holds at the beginning of a piece, and the one at its end.
    fn note_header(&mut self, block: &mut Block) {
        block.header.clone_from(&self.header);
        let text = block.bytes.get(..block.len).unwrap_or_default();
        let last = memchr::memmem::rfind(text, b"#Fields:")
            .filter(|at| at.checked_sub(1).is_none_or(|before| text.get(before) == Some(&b'\n')));
        if let Some(start) = last {
            let line = text.get(start..).unwrap_or_default();
            let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
            self.header = line.get(..end).unwrap_or_default().to_vec();
        }
    }
}
