//! Where a log comes from: a file or stdin, plain or compressed.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;

use super::zstd::Zstd;

/// What is read of a log.
pub(super) type Origin = Box<dyn Read + Send>;

/// Opens a log, decompressed as its first bytes say; `read` counts the bytes on disk.
pub(super) fn open(file: &Path, read: &Arc<AtomicU64>) -> anyhow::Result<Origin> {
    let name = file.display();
    let cannot = || format!("cannot read `{name}`");
    let raw: Origin = if file.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).with_context(cannot)?)
    };
    let mut metered = Metered { inner: raw, read: read.clone() };
    let mut magic = Vec::new();
    metered.by_ref().take(6).read_to_end(&mut magic).with_context(cannot)?;
    let whole = Cursor::new(magic.clone()).chain(metered);
    match magic.as_slice() {
        [0x1f, 0x8b, ..] => Ok(Box::new(MultiGzDecoder::new(whole))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Ok(Box::new(Zstd::new(whole))),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => {
            bail!("`{name}` is compressed with bzip2; use `bzcat {name} | statusquo logs -`")
        }
        [0xfd, b'7', b'z', b'X', b'Z', ..] => {
            bail!("`{name}` is compressed with xz; use `xzcat {name} | statusquo logs -`")
        }
        [b'P', b'K', 3, 4, ..] => {
            bail!("`{name}` is a zip archive; use `unzip -p {name} | statusquo logs -`")
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            bail!("`{name}` is UTF-16; use `iconv -f utf-16 -t utf-8 {name} | statusquo logs -`")
        }
        _ => Ok(Box::new(whole)),
    }
}

/// A reader that says how far it is.
struct Metered<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
