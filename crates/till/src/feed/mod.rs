//! The hub's state on this till: received in pages, shown at checkpoints only.
//!
//! A page that is not the last leaves the shown state alone. The last one makes everything received
//! take effect at one moment, together with the word about which of the till's own entries it
//! includes. What is large is moved in slices that leave the writer free between them, so that no
//! sale waits for a catalogue.

mod adopt;
mod intake;
mod rows;
mod state;
mod work;

pub use intake::{Inbox, Taken, resync};
pub(crate) use rows::{Shown, catalogue_changed, lend_rows, put_local_row};
pub use rows::{body, entities, entity, put_local, remove_local, settings};
pub use state::{FeedState, Phase, catalogue_revision};
pub(crate) use state::{note_head, words_revision};
pub use work::work;
