//! Where a log comes from: a file or stdin, plain or compressed.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, bail};
use flate2::read::MultiGzDecoder;

use super::zstd::Zstd;

/// What is read of a log.
pub(super) type Origin = Box<dyn Read + Send>;

/// A log that lies there as it is: any part of it can be read by itself.
pub(super) struct Plain {
    pub(super) file: File,
    pub(super) size: u64,
}

/// Opens a log, decompressed as its first bytes say; `read` counts the bytes on disk.
pub(super) fn open(file: &Path, read: &Arc<AtomicU64>) -> anyhow::Result<(Origin, Option<Plain>)> {
    let name = file.display();
    let cannot = || format!("cannot read `{name}`");
    let (raw, plain): (Origin, _) = if file.as_os_str() == "-" {
        (Box::new(std::io::stdin()), None)
    } else {
        let file = File::open(file).with_context(cannot)?;
        let about = file.metadata().with_context(cannot)?;
        let plain = Plain { file: file.try_clone().with_context(cannot)?, size: about.len() };
        (Box::new(file), about.is_file().then_some(plain))
    };
    let mut metered = Metered { inner: raw, read: read.clone() };
    let mut magic = Vec::new();
    metered.by_ref().take(6).read_to_end(&mut magic).with_context(cannot)?;
    let whole = Cursor::new(magic.clone()).chain(metered);
    match magic.as_slice() {
        [0x1f, 0x8b, ..] => Ok((Box::new(MultiGzDecoder::new(whole)), None)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Ok((Box::new(Zstd::new(whole)), None)),
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
        _ => Ok((Box::new(whole), plain)),
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
