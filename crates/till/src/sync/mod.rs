//! The exchange with the server: facts out, state in.
//!
//! [`SyncEngine`] decides what to say next from what the tables hold, and takes the answers in. It
//! opens no socket and knows no clock but the till's, so that a simulator drives it through thousands
//! of hours of bad network. [`SyncDriver`] is the thin thread around it that talks HTTP.

mod address;
pub(crate) mod desks;
mod driver;
mod engine;
mod enrol;
mod link;
mod message;
mod outbox;
mod tls;

pub use address::ServerAddress;
pub use driver::{Job, Reach, SyncDriver};
pub use engine::{Next, SyncEngine};
pub use enrol::{Enrolment, Joined};
pub use message::{SyncFailure, SyncReply, SyncRequest};
pub use outbox::{PushRefusal, refusals};

/// The names under which this module keeps small values.
pub(crate) mod key {
    /// The hub that the till belongs to.
    pub(crate) const HUB: &str = "hub";
    /// SHA-256 over the server's public key, where the pairing code pinned it.
    pub(crate) const SERVER_PIN: &str = "server_pin";
    /// The key that the server signs its own entries with.
    pub(crate) const SERVER_KEY: &str = "server_key";
}
