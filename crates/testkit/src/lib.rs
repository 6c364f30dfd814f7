//! Printers and scanners.
