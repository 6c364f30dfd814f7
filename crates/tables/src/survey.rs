//! A first look through a file: is it text, and in which encoding?

use std::io::Read;

use comptoir_domain::entry::EntryHash;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};

const CHUNK: usize = 64 * 1024;

/// Bytes that Windows-1252 gives no meaning.
const UNDEFINED_1252: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

/// Why a file is no text that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    #[error("is empty")]
    Empty,
    #[error("is a spreadsheet: save it as CSV (UTF-8) and bring that")]
    Spreadsheet,
    #[error("is no text file")]
    Binary,
    /// Some of it is UTF-8 beyond doubt and some is not: reading it as either spoils words.
    #[error("is damaged: line {line} is not in the encoding of the rest (UTF-8)")]
    Mixed { line: u64 },
    #[error("is in an encoding that is not known here (line {line}): save it as UTF-8")]
    UnknownEncoding { line: u64 },
}

/// What was seen of a file.
#[derive(Debug)]
pub(super) struct Survey {
    pub sha256: EntryHash,
    pub bytes: u64,
    start: Vec<u8>,
    /// Zero bytes at even and odd places: text in UTF-16 has many on one side only.
    zeros: [u64; 2],
    /// Letters of several bytes that are right in UTF-8.
    wide: u64,
    /// Bytes that are wrong in UTF-8, and the line of the first.
    invalid: u64,
    invalid_line: u64,
    /// The line of the first byte that Windows-1252 does not know.
    undefined_line: Option<u64>,
}

/// Looks through everything once.
pub(super) fn survey(mut file: impl Read) -> std::io::Result<Survey> {
    let mut seen = Survey {
        sha256: EntryHash::NONE,
        bytes: 0,
        start: Vec::new(),
        zeros: [0; 2],
        wide: 0,
        invalid: 0,
        invalid_line: 0,
        undefined_line: None,
    };
    let mut hasher = Sha256::new();
    let mut line = 1;
    let mut chunk = vec![0; CHUNK];
    // Bytes of a letter that goes on in the next chunk.
    let mut kept = 0;
    loop {
        let read = file.read(&mut chunk[kept..])?;
        hasher.update(&chunk[kept..kept + read]);
        seen.note_bytes(&chunk[kept..kept + read], line);
        let filled = kept + read;
        kept = seen.note_letters(&chunk[..filled], line, read == 0);
        line += newlines(&chunk[..filled - kept]);
        chunk.copy_within(filled - kept..filled, 0);
        if read == 0 {
            seen.sha256 = EntryHash(hasher.finalize().into());
            return Ok(seen);
        }
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

impl Survey {
    /// Counts what can be said of single bytes. `line` is that of the first.
    fn note_bytes(&mut self, bytes: &[u8], line: u64) {
        let missing = 8usize.saturating_sub(self.start.len());
        self.start.extend(bytes.iter().take(missing));
        for (place, byte) in (self.bytes..).zip(bytes) {
            if *byte == 0 {
                self.zeros[usize::from(place % 2 == 1)] += 1;
            }
        }
        if self.undefined_line.is_none()
            && let Some(at) = bytes.iter().position(|byte| UNDEFINED_1252.contains(byte))
        {
            self.undefined_line = Some(line + newlines(&bytes[..at]));
        }
        self.bytes += bytes.len() as u64;
    }

    /// Reads bytes as UTF-8. Answers how many at the end belong to a letter that goes on.
    fn note_letters(&mut self, bytes: &[u8], line: u64, is_end: bool) -> usize {
        let mut at = 0;
        loop {
            let (valid, bad) = match std::str::from_utf8(&bytes[at..]) {
                Ok(text) => (text.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            let letters = &bytes[at..at + valid];
            self.wide += letters
                .iter()
                .map(|byte| u64::from(*byte >= 0xc0))
                .sum::<u64>();
            at += valid;
            let wrong = match bad {
                None => return 0,
                Some(None) if !is_end => return bytes.len() - at,
                Some(None) => bytes.len() - at,
                Some(Some(length)) => length,
            };
            if self.invalid == 0 {
                self.invalid_line = line + newlines(&bytes[..at]);
            }
            self.invalid += wrong as u64;
            at += wrong;
        }
    }

    /// The encoding to read the file in.
    pub(super) fn encoding(&self) -> Result<&'static Encoding, NotText> {
        let start = self.start.as_slice();
        if self.bytes == 0 {
            return Err(NotText::Empty);
        }
        if start.starts_with(b"PK\x03\x04") || start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(NotText::Spreadsheet);
        }
        if start.starts_with(&[0xff, 0xfe]) {
            return Ok(UTF_16LE);
        }
        if start.starts_with(&[0xfe, 0xff]) {
            return Ok(UTF_16BE);
        }
        let [even, odd] = self.zeros;
        if even + odd > 0 {
            return self.wide_encoding(even, odd);
        }
        if self.invalid == 0 {
            return Ok(UTF_8);
        }
        // In a western text, bytes that make a letter of UTF-8 stand together by rare chance only.
        let is_utf_8 = self.wide > 0 && self.wide.saturating_mul(10) >= self.invalid;
        if is_utf_8 || start.starts_with(&[0xef, 0xbb, 0xbf]) {
            let line = self.invalid_line;
            return Err(NotText::Mixed { line });
        }
        match self.undefined_line {
            Some(line) => Err(NotText::UnknownEncoding { line }),
            None => Ok(WINDOWS_1252),
        }
    }

    /// UTF-16 without its mark: most letters of our languages have a zero on the same side.
    fn wide_encoding(&self, even: u64, odd: u64) -> Result<&'static Encoding, NotText> {
        let many = self.bytes / 4;
        match (even, odd) {
            (few, zeros) if zeros > many && few < zeros / 8 => Ok(UTF_16LE),
            (zeros, few) if zeros > many && few < zeros / 8 => Ok(UTF_16BE),
            _ => Err(NotText::Binary),
        }
    }
}
