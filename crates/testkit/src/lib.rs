//! What tests and the demo talk to instead of the world: a printer on a real socket, a scanner on a
//! real pseudo-terminal, ids from a seed and a clock that stands still. Never part of a release.

pub mod clock;
pub mod escpos;
pub mod hooks;
pub mod ids;
pub mod mail;
pub mod payments;
pub mod printer;
#[cfg(unix)]
pub mod scanner;

pub use clock::FixedClock;
pub use hooks::{HookMood, HookServer, TakenHook};
pub use ids::SeededIds;
pub use mail::{MailMood, MailServer, TakenMail};
pub use payments::{BridgeMood, Done, PaymentBridge};
pub use printer::{Fault, PrinterEmulator};
#[cfg(unix)]
pub use scanner::ScannerEmulator;
