//! Space kept back for the moment at which the disk is full: deleting it lets the sale that is under
//! way be finished, and the next one be refused before the drawer opens.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const CHUNK: usize = 64 * 1024;

/// The file that is deleted when nothing else fits any more.
#[derive(Debug)]
pub(crate) struct Reserve {
    path: PathBuf,
    bytes: u64,
}

impl Reserve {
    pub(super) fn new(directory: &Path, bytes: u64) -> Reserve {
        Reserve {
            path: directory.join("reserve"),
            bytes,
        }
    }

    /// Whether the space is kept back.
    pub(crate) fn is_there(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| metadata.len() >= self.bytes)
    }

    /// Takes the space. Written with bytes, because a file with a hole in it reserves nothing.
    pub(crate) fn fill(&self) -> io::Result<()> {
        if self.is_there() {
            return Ok(());
        }
        let result = self.write();
        if result.is_err() {
            // Half a reserve would only be taken for a whole one, and takes space away.
            let _ = fs::remove_file(&self.path);
        }
        result
    }

    fn write(&self) -> io::Result<()> {
        let mut file: File = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&self.path)?;
        // Not zeros: a file system that compresses would keep nothing back.
        let chunk: Vec<u8> = (0..CHUNK).map(|index| (index * 31 % 251) as u8).collect();
        let mut left = self.bytes;
        while left > 0 {
            let part = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            file.write_all(&chunk[..part])?;
            left -= part as u64;
        }
        file.sync_all()
    }

    /// Gives the space back. Says whether there was any.
    pub(crate) fn release(&self) -> bool {
        fs::remove_file(&self.path).is_ok()
    }
}
