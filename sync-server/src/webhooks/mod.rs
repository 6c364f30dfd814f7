//! Webhooks: connected stores are told what happens to orders. What is told is read from the journal in the
//! order in which it was folded, so that nothing is lost and nothing overtakes; each delivery has an id,
//! is signed, and is tried until the other side takes it. `docs/webhooks.md` describes it.

mod guard;
mod herald;
mod told;

pub use guard::{Forbidden, checked_url};
pub use herald::{Herald, WebhookRound};
pub use told::{EVENTS, signature};
