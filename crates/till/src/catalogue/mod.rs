//! What is sold here: found by code, by name, by category, with what it costs.
//!
//! The tables of this module are hints that lead to rows of the feed; the row itself decides. So a
//! change of a hundred thousand prices takes effect at one moment, although its hints follow in
//! slices.

mod cards;
mod fold;
mod index;
mod lookup;
mod rank;
mod search;
mod uses;
mod words;

pub use cards::{category_products, tiles};
pub(crate) use fold::{fold, fold_code};
pub(crate) use index::{index_first, index_row, index_words, is_catalogue};
pub use lookup::{Buyer, Priced, Scanned, find_scanned, hub_variant, priced, product, variant};
pub use search::{Finder, Wanted};
pub(crate) use uses::count_new_sales;
pub use uses::{count_uses, uses};
