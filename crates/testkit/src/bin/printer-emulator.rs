//! The demo's printer: takes jobs on a TCP port and leaves each as a picture and as its bytes.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser;
use comptoir_testkit::PrinterEmulator;
use comptoir_testkit::escpos::{Paper, print};

/// A receipt printer without paper: each job becomes receipt-N.png and receipt-N.bin.
#[derive(Debug, Parser)]
struct Options {
    /// The TCP port to listen on, on this machine only; 0 takes a free one.
    #[arg(long, default_value_t = 9100)]
    port: u16,
    /// The folder for the receipts; made where it is missing.
    #[arg(long, default_value = ".")]
    out: PathBuf,
    /// The width of the paper in millimetres: 80 or 58.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u8).range(58..=80))]
    paper: u8,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    std::fs::create_dir_all(&options.out).context("make the folder for receipts")?;
    let paper = if options.paper < 80 {
        Paper::GENERIC_58
    } else {
        Paper::EPSON_80
    };
    let printer = PrinterEmulator::start_on(options.port).context("listen for print jobs")?;
    say(&format!("printer listens on {}", printer.address()))?;
    let mut done = 0;
    loop {
        // Comes back empty-handed from time to time.
        for job in printer.wait_for_jobs(done + 1).iter().skip(done) {
            done += 1;
            keep(job, paper, &options.out)?;
        }
    }
}

fn keep(job: &[u8], paper: Paper, folder: &Path) -> anyhow::Result<()> {
    let printed = print(job, paper);
    if printed.drawer_pulses > 0 {
        say("drawer opened")?;
    }
    if printed.lines.is_empty() {
        return Ok(());
    }
    let number = (1..)
        .find(|number| !folder.join(format!("receipt-{number}.bin")).exists())
        .unwrap_or(1);
    let picture = folder.join(format!("receipt-{number}.png"));
    std::fs::write(&picture, printed.png()?).context("write the picture")?;
    let bytes = folder.join(format!("receipt-{number}.bin"));
    std::fs::write(&bytes, job).context("write the bytes")?;
    say(&format!("printed {}", picture.display()))
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{text}").context("write to standard output")
}
