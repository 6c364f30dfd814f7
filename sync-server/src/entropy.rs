//! Randomness and new ids from the operating system, for the shells. What decides gets them passed in.

use comptoir_domain::ids::uuid_v7;
use comptoir_domain::time::Timestamp;
use uuid::Uuid;

/// The operating system gives no randomness: nothing can be signed or enrolled.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random bytes: {0}")]
pub struct NoEntropy(#[from] getrandom::Error);

/// Fresh random bytes.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], NoEntropy> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A fresh UUIDv7 for something born at a moment.
pub fn new_uuid(now: Timestamp) -> Result<Uuid, NoEntropy> {
    let unix_ms = u64::try_from(now.unix_ms()).unwrap_or(0);
    Ok(uuid_v7(unix_ms, random_bytes()?))
}
