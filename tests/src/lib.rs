//! Starting and driving the real parts: the window under a display of its own, the server, the printer.
//!
//! Shared by the end-to-end tests and by the demo, so that what the demo shows is what the tests hold. Everything that
//! is started here ends with the value that stands for it.

pub mod bench;
pub mod cashier;
pub mod display;
pub mod founding;
pub mod place;
pub mod printer;
pub mod program;
pub mod server;
pub mod simulation;
pub mod spot;
pub mod window;
