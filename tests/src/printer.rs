//! The printer of the demo, as a program of its own on the other end of a socket.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::place;
use crate::program::Program;

/// How long a slip may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A receipt printer that leaves pictures instead of paper.
#[derive(Debug)]
pub struct Printer {
    out: PathBuf,
    address: SocketAddr,
    /// Held for its end.
    _program: Program,
}

impl Printer {
    /// Switches it on. Its slips go to the folder `out`, as `receipt-1.png` and so on.
    pub fn switch_on(out: &Path, logs: &Path) -> Result<Printer> {
        let mut command = Command::new(place::built("printer-emulator")?);
        command.args(["--port", "0", "--out"]).arg(out);
        let listens = |line: &str| {
            line.strip_prefix("printer listens on ")?
                .trim()
                .parse()
                .ok()
        };
        let (program, address) =
            Program::start_and_read("printer", &mut command, logs, PATIENCE, listens)?;
        Ok(Printer {
            out: out.to_owned(),
            address,
            _program: program,
        })
    }

    /// Where it takes jobs.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the slip with this number, counted from 1, and returns its picture's file.
    pub fn slip(&self, number: u32) -> Result<PathBuf> {
        let picture = self.out.join(format!("receipt-{number}.png"));
        // Written after the picture, so that the picture is whole once this is there.
        let bytes = self.out.join(format!("receipt-{number}.bin"));
        let begun = Instant::now();
        while !bytes.exists() {
            ensure!(
                begun.elapsed() < PATIENCE,
                "the printer has printed no slip {number}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        picture
            .exists()
            .then_some(picture)
            .context("a slip leaves a picture")
    }
}
