//! Barcode scanners on a serial line.

mod framer;
mod serial;

pub use framer::{CODE_LENGTH_MAX, ScanError, ScanFramer, Scanned};
pub use serial::{ScannerEvent, ScannerSettings, SerialScanner};
