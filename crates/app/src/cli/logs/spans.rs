//! Plain files: each core reads its own stretches of them, so that what is read is near the core that takes it apart.

use std::io::{ErrorKind, Result};
use std::ops::Range;

/// Bytes of a stretch: so many that what is the same in all of it is counted together, so few that what was counted of it
/// is no burden.
pub(super) const SPAN_BYTES: u64 = 8 << 20;
/// What is read at once: so little that it is still near when it is taken apart.
pub(super) const ROOM_BYTES: usize = 256 << 10;

/// The stretches of a file of that size that one of so many cores reads. The last one has no end: the file may grow.
pub(super) fn in_turn(size: u64, width: u64, core: usize, cores: usize) -> impl Iterator<Item = Range<u64>> {
    let count = (size / width).max(1);
    let span = move |number: u64| {
        let end = if number + 1 == count { u64::MAX } else { (number + 1) * width };
        number * width..end
    };
    (0..count).skip(core).step_by(cores).map(span)
}

/// Gives all lines that begin within a stretch, many at a time. Lines for which there is no room are cut. `read_at` reads
/// the bytes from an offset on.
pub(super) fn lines(
    read_at: impl Fn(&mut [u8], u64) -> Result<usize>,
    span: &Range<u64>,
    room: &mut [u8],
    mut give: impl FnMut(&[u8]),
) -> Result<()> {
    // The byte before says whether a line begins with the stretch.
    let mut text = Text { start: span.start.saturating_sub(1), len: 0, room };
    let mut is_skipped = span.start > 0;
    // Does the text begin within a line of this stretch?
    let mut is_within = false;
    loop {
        let is_end = text.read(&read_at)? == 0;
        if is_skipped {
            is_skipped = !text.drop_line();
        }
        let left = span.end.saturating_sub(text.start);
        if left == 0 && !is_within {
            return Ok(());
        }
        // The line with the last byte of the stretch is the last one.
        let end = text.end_of_line(usize::try_from(left.saturating_sub(1)).unwrap_or(usize::MAX));
        if end.is_some() || is_end {
            give(text.first(end.unwrap_or(text.len)));
            return Ok(());
        }
        match memchr::memrchr(b'\n', text.first(text.len)) {
            Some(at) => {
                give(text.first(at + 1));
                text.drop(at + 1);
                is_within = false;
            }
            None if text.len < text.room.len() => {}
            // What somebody left who truncated the file while its writer went on: the line is behind it.
            None if text.first(text.len).iter().all(|byte| *byte == 0) => {
                text.drop(text.len);
                is_within = true;
            }
            None => {
                give(text.first(text.len));
                text.drop(text.len);
                (is_skipped, is_within) = (true, false);
            }
        }
    }
}

/// What was read and not given yet.
struct Text<'a> {
    /// Where in the file it begins.
    start: u64,
    len: usize,
    room: &'a mut [u8],
}

impl Text<'_> {
    fn first(&self, len: usize) -> &[u8] {
        self.room.get(..len.min(self.len)).unwrap_or_default()
    }

    /// Reads on; how many bytes came.
    fn read(&mut self, read_at: &impl Fn(&mut [u8], u64) -> Result<usize>) -> Result<usize> {
        loop {
            let room = self.room.get_mut(self.len..).unwrap_or_default();
            match read_at(room, self.start + self.len as u64) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.len += count;
                    return Ok(count);
                }
            }
        }
    }

    /// Drops the rest of a line, or all there is of it; says whether it has ended.
    fn drop_line(&mut self) -> bool {
        let end = self.end_of_line(0);
        self.drop(end.unwrap_or(self.len));
        end.is_some()
    }

    fn drop(&mut self, len: usize) {
        self.room.copy_within(len..self.len, 0);
        self.start += len as u64;
        self.len -= len;
    }

    /// The end of the line that has this byte.
    fn end_of_line(&self, at: usize) -> Option<usize> {
        let rest = self.first(self.len).get(at..)?;
        memchr::memchr(b'\n', rest).map(|end| at + end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is read in stretches by so many cores, a line at a time.
    fn read(file: &[u8], width: u64, cores: usize, room: usize) -> Vec<String> {
        let mut spans: Vec<Range<u64>> =
            (0..cores).flat_map(|core| in_turn(file.len() as u64, width, core, cores)).collect();
        spans.sort_by_key(|span| span.start);
        let read_at = |room: &mut [u8], at: u64| {
            let rest = file.get(usize::try_from(at).unwrap()..).unwrap_or_default();
            // Files give less than is asked for, now and then.
            let count = rest.len().min(room.len()).min(7);
            room.get_mut(..count).unwrap().copy_from_slice(rest.get(..count).unwrap());
            Ok(count)
        };
        let mut lines = Vec::new();
        for span in spans {
            super::lines(read_at, &span, &mut vec![0; room], |text| {
                let text = String::from_utf8(text.to_vec()).unwrap();
                lines.extend(text.lines().map(|line| line.trim_start_matches('\0').to_owned()));
            })
            .unwrap();
        }
        lines
    }

    #[test]
    fn every_line_is_given_once_and_in_order_wherever_stretches_end() {
        let text = "a\nbc\n\ndef\r\nghijk\n\n\nl\nmnopqrs\nt";
        let expect: Vec<&str> = text.lines().collect();
        for file in [text.to_owned(), format!("{text}\n")] {
            for width in 1..40 {
                for cores in 1..4 {
                    assert_eq!(read(file.as_bytes(), width, cores, 12), expect, "{width} {cores}");
                }
            }
        }
    }

    #[test]
    fn long_lines_are_cut_and_zeros_are_left_out() {
        let file = format!("a\n{}\nb\n{}c\nd\n", "x".repeat(50), "\0".repeat(50));
        for width in 1..120 {
            assert_eq!(read(file.as_bytes(), width, 2, 12), ["a", "xxxxxxxxxxxx", "b", "c", "d"], "{width}");
        }
    }

    #[test]
    fn a_file_that_grew_is_read_to_its_end() {
        let spans: Vec<Range<u64>> = in_turn(25, 10, 0, 1).collect();
        assert_eq!(spans, [0..10, 10..u64::MAX]);
    }
}
