//! Tables as people bring them: text files with one row a line, in whatever encoding and with
//! whatever delimiter their spreadsheet wrote them.
//!
//! A file is read twice: once to find out what it is, once row by row. It is never held in memory as
//! a whole.

mod catalogue;
mod decode;
mod survey;

use std::fs::File;
use std::io::{Read, Take};
use std::path::{Path, PathBuf};

use comptoir_domain::catalogue_import::Header;
use comptoir_domain::entry::EntryHash;

pub use catalogue::{CatalogueFile, CatalogueFileError};
use decode::Decoded;
pub use survey::NotText;

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// How much of the start is looked at to find the delimiter, in bytes of text.
const SAMPLE_BYTES: u64 = 64 * 1024;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The file as UTF-8.
type Text = Decoded<Take<File>>;

/// Why a file cannot be read as a table.
#[derive(Debug, thiserror::Error)]
pub enum TableFileError {
    #[error("{path}: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{0} is no file")]
    NotAFile(PathBuf),
    #[error(
        "{path} has {} MB; up to {} MB are taken: divide it",
        bytes / 1_048_576,
        FILE_BYTES_MAX / 1_048_576
    )]
    TooLarge { path: PathBuf, bytes: u64 },
    #[error("{path} {reason}")]
    NotText { path: PathBuf, reason: NotText },
    #[error("{0} changed while it was read")]
    Changed(PathBuf),
}

/// A table in a file, whose form is known.
#[derive(Debug)]
pub struct TableFile {
    path: PathBuf,
    encoding: &'static encoding_rs::Encoding,
    delimiter: u8,
    /// Lines before the header: Excel's `sep=;`.
    preamble: bool,
    sha256: EntryHash,
    bytes: u64,
}

impl TableFile {
    /// Finds out encoding and delimiter.
    pub fn open(path: &Path) -> Result<TableFile, TableFileError> {
        let at = |source| TableFileError::File {
            path: path.to_owned(),
            source,
        };
        let metadata = std::fs::metadata(path).map_err(at)?;
        if !metadata.is_file() {
            return Err(TableFileError::NotAFile(path.to_owned()));
        }
        if metadata.len() > FILE_BYTES_MAX {
            return Err(TableFileError::TooLarge {
                path: path.to_owned(),
                bytes: metadata.len(),
            });
        }
        let survey = survey::survey(File::open(path).map_err(at)?).map_err(at)?;
        let encoding = survey
            .encoding()
            .map_err(|reason| TableFileError::NotText {
                path: path.to_owned(),
                reason,
            })?;
        let mut table = TableFile {
            path: path.to_owned(),
            encoding,
            delimiter: b',',
            preamble: false,
            sha256: survey.sha256,
            bytes: survey.bytes,
        };
        table.find_delimiter().map_err(at)?;
        Ok(table)
    }

    /// The encoding's name, as standards spell it.
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// The delimiter in words.
    pub const fn delimiter(&self) -> &'static str {
        match self.delimiter {
            b';' => "semicolon",
            b'\t' => "tab",
            b'|' => "bar",
            _ => "comma",
        }
    }

    /// The SHA-256 of the file's bytes.
    pub const fn sha256(&self) -> EntryHash {
        self.sha256
    }

    fn text(&self) -> std::io::Result<Text> {
        // A file that grows while it is read must not be read for ever.
        let file = File::open(&self.path)?.take(FILE_BYTES_MAX);
        Ok(Decoded::new(file, self.encoding))
    }

    /// The delimiter is the one under which the first line names the most columns that are known,
    /// then the one that gives the most cells.
    fn find_delimiter(&mut self) -> std::io::Result<()> {
        let mut sample = Vec::new();
        self.text()?.take(SAMPLE_BYTES).read_to_end(&mut sample)?;
        // A sample may end within a letter.
        let sample = String::from_utf8_lossy(&sample);
        let start = sample.lines().next().unwrap_or_default();
        if let Some([delimiter]) = start.trim().strip_prefix("sep=").map(str::as_bytes) {
            self.preamble = true;
            self.delimiter = *delimiter;
            return Ok(());
        }
        let score = |delimiter: &u8| {
            let mut record = csv::StringRecord::new();
            match reader(sample.as_bytes(), *delimiter).read_record(&mut record) {
                Ok(_) => (Header::known_headings(&record), record.len()),
                Err(_) => (0, 0),
            }
        };
        let mut best = (0, 0);
        for delimiter in DELIMITERS {
            let found = score(&delimiter);
            if found > best {
                best = found;
                self.delimiter = delimiter;
            }
        }
        Ok(())
    }

    /// Reads the table from its start.
    pub fn rows(&self) -> Result<Rows<'_>, TableFileError> {
        let text = self.text().map_err(|source| self.failed(source))?;
        let mut rows = Rows {
            table: self,
            reader: reader(text, self.delimiter),
            record: csv::StringRecord::new(),
        };
        if self.preamble {
            rows.next_row()?;
        }
        Ok(rows)
    }

    fn failed(&self, source: std::io::Error) -> TableFileError {
        TableFileError::File {
            path: self.path.clone(),
            source,
        }
    }
}

fn reader<R: Read>(text: R, delimiter: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text)
}

/// The rows of a table, one at a time.
#[derive(Debug)]
pub struct Rows<'t> {
    table: &'t TableFile,
    reader: csv::Reader<Text>,
    record: csv::StringRecord,
}

impl Rows<'_> {
    /// The next row that is not empty, with the line on which it begins, counted from 1.
    pub fn next_row(&mut self) -> Result<Option<(u64, Vec<&str>)>, TableFileError> {
        match self.reader.read_record(&mut self.record) {
            Ok(false) => Ok(None),
            Ok(true) => {
                let within: usize = self
                    .record
                    .iter()
                    .map(|cell| cell.matches('\n').count())
                    .sum();
                let after = self.reader.position().line();
                let line = after.saturating_sub(1 + within as u64);
                Ok(Some((line, self.record.iter().collect())))
            }
            Err(error) => Err(match error.into_kind() {
                csv::ErrorKind::Io(source) => self.table.failed(source),
                // It was text when it was looked through.
                _ => TableFileError::Changed(self.table.path.clone()),
            }),
        }
    }

    /// How many bytes the file had when it was looked through.
    pub const fn file_bytes(&self) -> u64 {
        self.table.bytes
    }
}

#[cfg(test)]
mod tests;
