//! The hub manager's office: everything that its pages can ask of the server.

pub mod wire;
