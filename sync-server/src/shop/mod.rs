//! The online shop of a hub: what it offers, and the orders that customers place in it. What may be
//! ordered is decided by `comptoir-domain`; here are the copy of the catalogue that pages are made
//! from, and the acts that become entries of the server's own journal.

mod change;
mod desk;
mod links;
mod listing;
mod order;
mod quote;
mod repeat;
mod reply;
mod shelf;

pub use change::{AmendOrder, CancelOrder};
pub use desk::{Placing, ShopDesk, ShopError};
pub use links::{OrderLink, OrderLinks};
pub(crate) use listing::folded;
pub use listing::{Listed, Listing, words_of};
pub(crate) use order::known_order;
pub use order::{Basket, PlaceOrder};
pub use repeat::{RepeatError, Repeater};
pub use reply::{LineReply, OrderReply};
pub use shelf::{Availability, CurrentShelf, Offer, Shelf, Shelves};
