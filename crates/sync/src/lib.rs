//! What till and server say to each other, and the pure engines of both sides.
//!
//! Tills push facts (their journal), the server answers with state (the hub's feed). Nothing here
//! opens a socket, reads a clock or draws a random number: drivers do, in the till and in the server,
//! and the simulator does it for both.

pub mod desk;
pub mod error_code;
pub mod feed;
pub mod intake;
pub mod pacing;
pub mod pairing;
pub mod protocol;
