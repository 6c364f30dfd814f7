//! PINs that a command gives out: drawn at random, kept as salted hashes.

use anyhow::anyhow;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher};

use crate::entropy::random_bytes;

/// Six digits that nobody chose.
pub(super) fn draw() -> anyhow::Result<String> {
    let number = u64::from_be_bytes(random_bytes()?) % 1_000_000;
    Ok(format!("{number:06}"))
}

/// What is kept of a PIN.
pub(super) fn hash(pin: &str) -> anyhow::Result<String> {
    let salt: [u8; 16] = random_bytes()?;
    let hashed: Result<PasswordHash, _> =
        Argon2::default().hash_password_with_salt(pin.as_bytes(), &salt);
    hashed
        .map(|hash| hash.to_string())
        .map_err(|error| anyhow!("hash a PIN: {error}"))
}
