//! Devices on the counter: receipt printers and barcode scanners.
//!
//! Everything here blocks with a deadline and belongs on a thread of its own: a device never holds
//! up a sale. The crate moves bytes and reports what is really known; what the bytes mean on paper
//! is another crate's matter.

pub mod printer;
pub mod scanner;

pub use printer::{Printer, PrinterAddress};
pub use scanner::{ScanFramer, SerialScanner};

/// The serial ports that are there now, by name; none where the system does not say.
pub fn serial_ports() -> Vec<String> {
    let ports = serialport::available_ports().unwrap_or_default();
    let mut names: Vec<String> = ports.into_iter().map(|port| port.port_name).collect();
    names.sort();
    names
}
