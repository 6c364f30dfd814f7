//! Where the server writes what it does: files in the data folder, a new one each day, the old ones
//! deleted after two weeks. No bodies, names or tokens go there, and no day takes more than its share
//! of the disk.

use std::fs;
use std::io::{self, Write};

use chrono::NaiveDate;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::clock::{Clock, SystemClock};
use crate::data_folder::DataFolder;

const FILES_KEPT: usize = 14;
const PREFIX: &str = "server";
const SUFFIX: &str = "log";

/// The most that is written in a day, in bytes.
const DAY_BYTES_MAX: u64 = 64 * 1024 * 1024;

const FULL: &[u8] = b"the log is full for today; what happens until midnight (UTC) is not in it\n";

/// Starts logging, to the folder and to the terminal. What is still buffered is written when the
/// guard goes.
pub fn start(folder: &DataFolder) -> Result<WorkerGuard, InitError> {
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix(PREFIX)
        .filename_suffix(SUFFIX)
        .max_log_files(FILES_KEPT)
        .build(folder.logs())?;
    let today = || SystemClock.now().to_utc().date_naive();
    let path = folder.logs().join(format!("{PREFIX}.{}.{SUFFIX}", today()));
    let written = fs::metadata(path).map_or(0, |file| file.len());
    let capped = Capped {
        inner: appender,
        today,
        day: today(),
        written,
        max: DAY_BYTES_MAX,
    };
    let (file, guard) = tracing_appender::non_blocking(capped);
    let filter = EnvFilter::try_from_env("COMPTOIR_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let to_file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(file);
    let to_terminal = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(filter)
        .with(to_file)
        .with(to_terminal)
        .init();
    Ok(guard)
}

/// Writes so many bytes a day, says that the day is full, and is silent until the next.
struct Capped<W, T> {
    inner: W,
    today: T,
    day: NaiveDate,
    written: u64,
    max: u64,
}

impl<W: Write, T: Fn() -> NaiveDate> Write for Capped<W, T> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let today = (self.today)();
        if today != self.day {
            (self.day, self.written) = (today, 0);
        }
        let was_full = self.written >= self.max;
        let size = u64::try_from(line.len()).unwrap_or(u64::MAX);
        self.written = self.written.saturating_add(size);
        if self.written < self.max {
            self.inner.write_all(line)?;
        } else if !was_full {
            self.written = self.max;
            self.inner.write_all(FULL)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_flood_fills_the_day_and_not_the_disk() {
        let day = Cell::new(NaiveDate::from_ymd_opt(2026, 11, 16).unwrap());
        let mut file = Vec::new();
        let mut log = Capped {
            inner: &mut file,
            today: || day.get(),
            day: day.get(),
            written: 90,
            max: 100,
        };
        log.write_all(b"kept\n").unwrap();
        for _ in 0..1_000 {
            log.write_all(b"flooded\n").unwrap();
        }
        day.set(day.get().succ_opt().unwrap());
        log.write_all(b"next day\n").unwrap();
        let expected = [b"kept\n".as_slice(), FULL, b"next day\n"].concat();
        assert_eq!(file, expected);
    }
}
