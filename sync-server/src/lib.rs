//! The server of one or more hubs: it takes the tills' journals, folds them into the hub's state and
//! answers with that state. One binary, one data folder.
//!
//! The rules of the trade are in `comptoir-domain`, what is said on the wire in `comptoir-sync`. Here
//! are storage ([`store`]), the decisions about what is stored ([`intake`], pure), and thin handlers
//! ([`http`]).

mod calendar;
mod cells;
pub mod clock;
pub mod commands;
pub mod committer;
pub mod connections;
pub mod data_folder;
pub mod enrolment;
pub mod entropy;
mod follow;
pub mod http;
pub mod intake;
pub mod jobs;
pub mod logs;
pub mod mail;
pub mod office;
pub mod payments;
mod private;
pub mod server;
pub mod session;
pub mod shop;
pub mod store;
pub mod tls;
pub mod tries;
pub mod webhooks;
