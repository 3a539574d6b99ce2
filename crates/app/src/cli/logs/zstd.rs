//! Zstandard, frame after frame (RFC 8878, 3.1).

use std::io::{BufRead, BufReader, Error, Read, Result};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Decompresses all frames of a source.
pub(super) struct Zstd<R: Read> {
    /// The frame that is being read; `None` between two.
    frame: Option<Frame<R>>,
    /// The source while no frame has it.
    source: Option<BufReader<R>>,
}

struct Frame<R: Read> {
    source: BufReader<R>,
    decoder: FrameDecoder,
}

impl<R: Read> Frame<R> {
    /// Reads from the frame; nothing at its end.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        while self.decoder.can_collect() < buffer.len() && !self.decoder.is_finished() {
            let wanted = BlockDecodingStrategy::UptoBytes(buffer.len() - self.decoder.can_collect());
            self.decoder.decode_blocks(&mut self.source, wanted).map_err(Error::other)?;
        }
        self.decoder.read(buffer)
    }
}

impl<R: Read> Zstd<R> {
    pub(super) fn new(source: R) -> Self {
        Self { frame: None, source: Some(BufReader::new(source)) }
    }

    /// Begins the next frame; `false` at the end.
    fn begin(&mut self) -> Result<bool> {
        let Some(mut source) = self.source.take() else { return Ok(false) };
        if source.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let mut decoder = FrameDecoder::new();
        if let Err(error) = decoder.init(&mut source) {
            let FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. }) =
                error
            else {
                return Err(Error::other(error));
            };
            std::io::copy(&mut source.by_ref().take(length.into()), &mut std::io::sink())?;
            self.source = Some(source);
            return Ok(true);
        }
        self.frame = Some(Frame { source, decoder });
        Ok(true)
    }
}

impl<R: Read> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let count = frame.read(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
                self.source = self.frame.take().map(|frame| frame.source);
            }
            if !self.begin()? {
                return Ok(0);
            }
        }
    }
}
