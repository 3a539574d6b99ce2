//! The content of a file, decompressed if it is compressed.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::print::PRINT_BYTES;

/// The content of a file. A compressed one can only be read forwards.
#[derive(Debug)]
pub(super) enum Content {
    Plain(File),
    Compressed {
        file: File,
        stream: Box<MultiGzDecoder<BufReader<File>>>,
        /// Bytes that were read.
        at: u64,
        /// Was its end reached? Else it is still being compressed.
        is_whole: bool,
    },
}

impl Content {
    /// Opens a file; its first bytes say whether it is compressed.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let mut magic = [0; 2];
        let read = read_at(&file, &mut magic, 0)?;
        if read == 2 && magic == [0x1f, 0x8b] { Self::decompress(file) } else { Ok(Self::Plain(file)) }
    }

    fn decompress(file: File) -> io::Result<Self> {
        let stream = Box::new(MultiGzDecoder::new(BufReader::new(file.try_clone()?)));
        Ok(Self::Compressed { file, stream, at: 0, is_whole: false })
    }

    pub(super) const fn is_compressed(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Compressed { .. } => true,
        }
    }

    /// Will nothing be written behind what was read last?
    pub(super) const fn is_whole(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Compressed { is_whole, .. } => *is_whole,
        }
    }

    pub(super) const fn file(&self) -> &File {
        match self {
            Self::Plain(file) | Self::Compressed { file, .. } => file,
        }
    }

    /// Reads from a place as much as there is and fits.
    pub(super) fn read(&mut self, to: &mut [u8], offset: u64) -> io::Result<usize> {
        match self {
            Self::Plain(file) => read_at(file, to, offset),
            Self::Compressed { file, stream, at, is_whole } => {
                let read = read_on(file, stream, (at, offset), to);
                *is_whole = read.as_ref().is_ok_and(|(_, is_whole)| *is_whole);
                // What was read of a stream that failed is not known any more: begin again next time.
                if read.is_err() {
                    *at = u64::MAX;
                }
                match read {
                    // What is there of a file that is being compressed ends in the middle.
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                    read => read.map(|(read, _)| read),
                }
            }
        }
    }

    /// So many bytes before a place; `None` when the content does not reach it.
    pub(super) fn before(&mut self, offset: u64, length: usize) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = vec![0; length.min(PRINT_BYTES)];
        let start = offset.saturating_sub(bytes.len() as u64);
        let read = self.read(&mut bytes, start)?;
        Ok((read == bytes.len()).then_some(bytes))
    }
}

fn read_at(file: &File, to: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut read = 0;
    while let Some(rest) = to.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset + read as u64) {
            Ok(0) => break,
            Ok(count) => read += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// Reads a compressed file from a place in its content, and says whether its end was reached; `at` is the place that was
/// reached.
fn read_on(
    file: &mut File,
    stream: &mut MultiGzDecoder<BufReader<File>>,
    (at, offset): (&mut u64, u64),
    to: &mut [u8],
) -> io::Result<(usize, bool)> {
    if *at > offset {
        // A clone shares the place in the file.
        io::Seek::rewind(file)?;
        *stream = MultiGzDecoder::new(BufReader::new(file.try_clone()?));
        *at = 0;
    }
    *at += io::copy(&mut stream.by_ref().take(offset - *at), &mut io::sink())?;
    let (mut read, mut is_whole) = (0, *at < offset);
    while *at == offset + read as u64 {
        let Some(rest) = to.get_mut(read..).filter(|rest| !rest.is_empty()) else { break };
        match stream.read(rest) {
            Ok(0) => {
                is_whole = true;
                break;
            }
            Ok(count) => (read, *at) = (read + count, *at + count as u64),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && read > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok((read, is_whole))
}
