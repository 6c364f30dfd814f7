//! The hub's state on this till: received in pages, shown at checkpoints only.
//!
//! A page that is not the last leaves the shown state alone. The last one makes everything received
//! take effect at one moment, together with the word about which of the till's own entries it
//! includes. What is large is moved in slices that leave the writer free between them, so that no
//! sale waits for a catalogue.

mod rows;
mod state;

pub use rows::{body, entities, entity, put_local, remove_local, settings};
pub(crate) use state::words_revision;
pub use state::{FeedState, Phase, catalogue_revision};
