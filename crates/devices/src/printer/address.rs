//! Where a printer is.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The port that network printers listen on.
const PRINTER_PORT: u16 = 9100;

const USUAL_BAUD: u32 = 9600;

/// How a printer is reached, as the settings keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrinterAddress {
    /// A printer on the network; the host is a name or an address.
    Network {
        host: String,
        #[serde(default = "printer_port")]
        port: u16,
    },
    /// A serial port: `/dev/ttyUSB0`, `COM3`.
    Serial {
        path: String,
        #[serde(default = "usual_baud")]
        baud: u32,
    },
    /// A printer's device file: `/dev/usb/lp0`.
    Device { path: PathBuf },
    /// A plain file that gets each job at its end.
    File { path: PathBuf },
}

fn printer_port() -> u16 {
    PRINTER_PORT
}

fn usual_baud() -> u32 {
    USUAL_BAUD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_may_leave_the_usual_out() {
        assert_eq!(
            serde_json::from_str::<PrinterAddress>(r#"{"kind":"network","host":"printer.local"}"#)
                .unwrap(),
            PrinterAddress::Network {
                host: "printer.local".to_owned(),
                port: 9100
            }
        );
        assert_eq!(
            serde_json::from_str::<PrinterAddress>(r#"{"kind":"serial","path":"COM3"}"#).unwrap(),
            PrinterAddress::Serial {
                path: "COM3".to_owned(),
                baud: 9600
            }
        );
    }
}
