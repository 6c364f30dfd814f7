//! The high-water mark's file: two places of fixed size, written in turn, each with a sum over what
//! it says.
//!
//! A new file in place of the old one makes some file systems write at once, which costs as much as
//! the sale itself. Overwriting a few bytes of a file that stays open costs microseconds. A write
//! that the power cuts short spoils the place that it was meant for; the other one still holds the
//! mark before it. So a mark may be one entry old, and is never ahead of the journal.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::key::HighWaterMark;

/// One place: a disk's smallest sector, and far more than a mark needs.
const PLACE_BYTES: usize = 512;
const PLACES: u64 = 2;
const SUM_BYTES: usize = 32;

/// A mark with its turn: the higher one is the newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    turn: u64,
    mark: HighWaterMark,
}

/// The open file of a mark that moves.
#[derive(Debug)]
pub(crate) struct MarkFile {
    file: File,
    turn: u64,
}

impl MarkFile {
    /// Goes on where the file's newest mark left off.
    pub(crate) fn on(mut file: File) -> io::Result<MarkFile> {
        let turn = newest(&mut file)?.map_or(0, |written| written.turn);
        Ok(MarkFile { file, turn })
    }

    /// Overwrites the older of the two places.
    pub(crate) fn set(&mut self, mark: &HighWaterMark) -> io::Result<()> {
        let turn = self.turn + 1;
        let place = pack(&Written { turn, mark: *mark })?;
        let start = (turn % PLACES) * PLACE_BYTES as u64;
        self.file.seek(SeekFrom::Start(start))?;
        self.file.write_all(&place)?;
        self.turn = turn;
        Ok(())
    }
}

/// The newest mark of a file that can be read.
pub(crate) fn read(path: &Path) -> Option<HighWaterMark> {
    let newest = newest(&mut File::open(path).ok()?).ok()?;
    newest.map(|written| written.mark)
}

fn newest(file: &mut File) -> io::Result<Option<Written>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(PLACES * PLACE_BYTES as u64)
        .read_to_end(&mut bytes)?;
    let written = bytes.chunks(PLACE_BYTES).filter_map(unpack);
    Ok(written.max_by_key(|written| written.turn))
}

fn pack(written: &Written) -> io::Result<[u8; PLACE_BYTES]> {
    let text = serde_json::to_vec(written).map_err(io::Error::other)?;
    let mut place = [b' '; PLACE_BYTES];
    let room = place.get_mut(SUM_BYTES..SUM_BYTES + text.len());
    room.ok_or_else(|| io::Error::other("the mark is too long for its place"))?
        .copy_from_slice(&text);
    let sum = Sha256::digest(&place[SUM_BYTES..]);
    place[..SUM_BYTES].copy_from_slice(&sum);
    Ok(place)
}

/// What a place says; none where it was never written, or only in part.
fn unpack(place: &[u8]) -> Option<Written> {
    let (sum, text) = place.split_at_checked(SUM_BYTES)?;
    if Sha256::digest(text).as_slice() != sum {
        return None;
    }
    serde_json::from_slice(text).ok()
}

#[cfg(test)]
mod tests {
    use comptoir_domain::entry::{ChainHead, EntryHash};
    use comptoir_domain::ids::{EpochId, TillId};
    use std::fs::OpenOptions;
    use std::path::PathBuf;
    use uuid::Uuid;

    use super::*;

    fn mark(seq: u64) -> HighWaterMark {
        HighWaterMark {
            till: TillId::from_uuid(Uuid::from_u128(1)),
            head: ChainHead {
                epoch: EpochId::from_uuid(Uuid::from_u128(2)),
                seq,
                hash: EntryHash([u8::try_from(seq % 251).unwrap_or_default(); 32]),
            },
        }
    }

    fn open(path: &Path) -> MarkFile {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .unwrap();
        MarkFile::on(file).unwrap()
    }

    fn file() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mark");
        (folder, path)
    }

    #[test]
    fn the_last_mark_is_read_again_by_whoever_opens_the_file() {
        let (_folder, path) = file();
        assert_eq!(read(&path), None);
        for seq in 1..=5 {
            open(&path).set(&mark(seq)).unwrap();
            assert_eq!(read(&path), Some(mark(seq)));
        }
        let mut kept = open(&path);
        for seq in 6..=9 {
            kept.set(&mark(seq)).unwrap();
            assert_eq!(read(&path), Some(mark(seq)));
        }
    }

    #[test]
    fn a_write_cut_short_at_any_byte_leaves_the_mark_before_it() {
        let (_folder, path) = file();
        open(&path).set(&mark(1)).unwrap();
        open(&path).set(&mark(2)).unwrap();
        let before = std::fs::read(&path).unwrap();
        open(&path).set(&mark(3)).unwrap();
        let after = std::fs::read(&path).unwrap();
        assert_ne!(before, after);
        let last = (0..after.len()).rfind(|place| before[*place] != after[*place]);
        for cut in 0..=after.len() {
            let torn = [&after[..cut], &before[cut.min(before.len())..]].concat();
            std::fs::write(&path, torn).unwrap();
            let expected = if Some(cut) > last { 3 } else { 2 };
            assert_eq!(read(&path), Some(mark(expected)), "cut at {cut}");
        }
        // The next one goes on from what is left.
        std::fs::write(&path, &before[..700]).unwrap();
        open(&path).set(&mark(4)).unwrap();
        assert_eq!(read(&path), Some(mark(4)));
    }

    #[test]
    fn a_file_that_holds_something_else_holds_no_mark() {
        let (_folder, path) = file();
        for text in [&b""[..], b"{}", &[0; 4096], &[b' '; 1024]] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(read(&path), None);
            open(&path).set(&mark(7)).unwrap();
            assert_eq!(read(&path), Some(mark(7)));
        }
    }
}
