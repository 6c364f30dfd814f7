//! What crosses between the till and its screen: the state that the screen shows, the commands that
//! it can give, and the one shape of an error.
//!
//! The screen is a function of [`TillView`]. It translates codes into sentences and formats amounts,
//! but never adds, rounds or decides: every figure that it shows comes from here. Nothing in this
//! module reads a database or knows a rule of the trade.

mod bindings;
mod care;
mod catalogue;
mod commands;
mod desks;
mod error;
mod goods;
mod import;
mod orders;
mod print;
mod problems;
mod requests;
mod sell;
mod setup;
mod shift;
mod status;
mod view;

pub use bindings::export_bindings;
pub use care::*;
pub use catalogue::{CategoryView, Picture, ProductCard, SearchResults, TilesView};
pub use commands::{Commands, TillCommands, dispatch};
pub use desks::*;
pub use error::{ApiError, Code, Param, Params};
pub use goods::*;
pub use import::{CatalogueFiles, FileChoice, ImportCode, ImportNote, ImportReport};
pub use orders::*;
pub use print::*;
pub use problems::*;
pub use requests::*;
pub use sell::*;
pub use setup::*;
pub use shift::*;
pub use status::*;
pub use view::*;
