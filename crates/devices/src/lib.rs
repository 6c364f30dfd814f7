//! Devices on the counter: receipt printers and barcode scanners.
//!
//! Everything here blocks with a deadline and belongs on a thread of its own: a device never holds
//! up a sale. The crate moves bytes and reports what is really known; what the bytes mean on paper
//! is another crate's matter.

pub mod printer;
pub mod scanner;

pub use printer::{Printer, PrinterAddress};
pub use scanner::{ScanFramer, SerialScanner};
