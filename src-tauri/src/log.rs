//! The till's log: one file a day beside its data, a week of them, and the console in development.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Files kept, one a day.
const DAYS: usize = 7;

/// Writes what is logged on when dropped, so it is held until the program ends.
pub(crate) struct Log {
    _writer: Option<WorkerGuard>,
}

/// Begins to log. A till whose log cannot be written still sells, and says so on the console.
pub(crate) fn start(data_dir: &Path) -> Log {
    let (file, writer) = match daily(&data_dir.join("logs")) {
        Ok(appender) => {
            let (writer, guard) = tracing_appender::non_blocking(appender);
            (
                Some(
                    tracing_subscriber::fmt::layer()
                        .with_ansi(false)
                        .with_writer(writer),
                ),
                Some(guard),
            )
        }
        Err(_) => (None, None),
    };
    let console = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::registry()
        .with(filter)
        .with(console)
        .with(file)
        .init();
    if writer.is_none() {
        tracing::warn!("the log cannot be written beside the till's data");
    }
    Log { _writer: writer }
}

fn daily(folder: &Path) -> anyhow::Result<RollingFileAppender> {
    // Before the appender looks for files of past days.
    std::fs::create_dir_all(folder)?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("till")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder)?;
    Ok(appender)
}
