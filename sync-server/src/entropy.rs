//! Randomness and new ids from the operating system, for the shells. What decides gets them passed in.

use comptoir_domain::ids::{IdSource, uuid_v7};
use comptoir_domain::time::Timestamp;
use sha2::{Digest, Sha256};
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

/// New ids, as many as are asked for, from one seed of the operating system's randomness.
#[derive(Debug)]
pub struct FreshIds {
    unix_ms: u64,
    seed: [u8; 32],
    given: u64,
}

impl FreshIds {
    /// Ids of things that are born at this moment.
    pub fn new(now: Timestamp) -> Result<FreshIds, NoEntropy> {
        Ok(FreshIds::from_seed(now, random_bytes()?))
    }

    /// The ids of a seed, the same each time: for who has to do the same again.
    pub fn from_seed(now: Timestamp, seed: [u8; 32]) -> FreshIds {
        FreshIds {
            unix_ms: u64::try_from(now.unix_ms()).unwrap_or(0),
            seed,
            given: 0,
        }
    }

    /// Bytes that nobody guesses who does not know the seed.
    pub fn next_salt(&mut self) -> [u8; 16] {
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.next_digest()[..16]);
        salt
    }

    fn next_digest(&mut self) -> [u8; 32] {
        self.given += 1;
        let mut hasher = Sha256::new();
        hasher.update(self.seed);
        hasher.update(self.given.to_be_bytes());
        hasher.finalize().into()
    }
}

impl IdSource for FreshIds {
    fn next_uuid(&mut self) -> Uuid {
        let mut random = [0; 10];
        random.copy_from_slice(&self.next_digest()[..10]);
        uuid_v7(self.unix_ms, random)
    }
}
