//! A display that nobody looks at, for windows that must be real.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::program::Program;

/// A display of its own, as large as asked. It ends with this value.
#[derive(Debug)]
pub struct Display {
    /// Held for its end.
    _server: Program,
    name: String,
}

impl Display {
    /// Starts a display of `width` by `height` pixels; its log goes to `logs`.
    pub fn start(width: u32, height: u32, logs: &Path) -> Result<Display> {
        let mut command = Command::new("Xvfb");
        // `-displayfd 1`: it looks for a free number itself and says on its standard output which.
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
            ])
            .args(["-nolisten", "tcp", "-noreset"]);
        let number = |line: &str| line.trim().parse::<u32>().ok();
        let patience = Duration::from_secs(30);
        let (server, number) =
            Program::start_and_read("xvfb", &mut command, logs, patience, number)?;
        Ok(Display {
            _server: server,
            name: format!(":{number}"),
        })
    }

    /// What programs want to find in `DISPLAY`.
    pub fn name(&self) -> &str {
        &self.name
    }
}
