//! A barcode scanner on a pseudo-terminal: what a serial scanner is to the till.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// A scanner that is plugged in until it is dropped.
#[derive(Debug)]
pub struct ScannerEmulator {
    scanner: File,
    /// Held open, so that what is scanned waits for a till that comes later.
    _port: OwnedFd,
    path: PathBuf,
    link: Option<PathBuf>,
    suffix: Vec<u8>,
}

impl ScannerEmulator {
    /// Plugs a scanner in that ends each code with a carriage return.
    pub fn plug_in() -> std::io::Result<ScannerEmulator> {
        let scanner = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&scanner)?;
        unlockpt(&scanner)?;
        let name = ptsname(&scanner, Vec::new())?;
        let path = PathBuf::from(OsString::from_vec(name.into_bytes()));
        let port = rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
        // A terminal would echo and translate; a serial line does neither.
        let mut settings = tcgetattr(&port)?;
        settings.make_raw();
        tcsetattr(&port, OptionalActions::Now, &settings)?;
        Ok(ScannerEmulator {
            scanner: File::from(scanner),
            _port: port,
            path,
            link: None,
            suffix: b"\r".to_vec(),
        })
    }

    /// Plugs a scanner in under a name that stays the same when it is unplugged and plugged in
    /// again, as `/dev/serial/by-id` has them.
    pub fn plug_in_as(link: &Path) -> std::io::Result<ScannerEmulator> {
        let mut scanner = ScannerEmulator::plug_in()?;
        if link.is_symlink() {
            std::fs::remove_file(link)?;
        }
        std::os::unix::fs::symlink(&scanner.path, link)?;
        scanner.link = Some(link.to_owned());
        Ok(scanner)
    }

    /// The same scanner with another end of code: `\n`, `\r\n`, a tab, or nothing.
    pub fn with_suffix(mut self, suffix: &[u8]) -> ScannerEmulator {
        self.suffix = suffix.to_vec();
        self
    }

    /// The path that the till opens.
    pub fn path(&self) -> &Path {
        self.link.as_deref().unwrap_or(&self.path)
    }

    /// Scans a code: its characters and the suffix, in one go.
    pub fn scan(&mut self, code: &str) -> std::io::Result<()> {
        let frame = [code.as_bytes(), &self.suffix].concat();
        self.send(&frame)
    }

    /// Sends bytes as they are, for scanners that stutter and lines that crackle.
    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.scanner.write_all(bytes)?;
        self.scanner.flush()
    }

    /// The next `count` bytes that the till sent to this line: a printer's side of it.
    pub fn received(&mut self, count: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.scanner.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Drop for ScannerEmulator {
    fn drop(&mut self) {
        if let Some(link) = &self.link {
            // A name that is gone already is as good.
            let _ = std::fs::remove_file(link);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scanned_comes_out_of_the_port_unchanged() {
        let mut scanner = ScannerEmulator::plug_in().unwrap();
        scanner.scan("]E03270190207924").unwrap();
        let mut port = File::open(scanner.path()).unwrap();
        let mut bytes = [0; 17];
        port.read_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"]E03270190207924\r");
    }
}
