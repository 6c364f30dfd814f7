//! Challenges and tokens: how a till proves its key, once a day rather than at every call. Pure:
//! randomness and moments are passed in.

use comptoir_domain::entry::{EntryHash, EntrySignature, from_hex};
use comptoir_domain::ids::{HubId, TillId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::protocol::challenge_bytes;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// How long a challenge can be answered, in milliseconds.
pub const CHALLENGE_LIFE_MS: i64 = 60_000;

/// How long a session lasts, in milliseconds.
pub const SESSION_LIFE_MS: i64 = 24 * 60 * 60_000;

/// Makes challenges that the server need not remember until they are answered: moment and randomness
/// under a keyed hash. So asking for challenges costs no storage.
#[derive(Clone)]
pub struct Challenger {
    secret: [u8; 32],
}

impl std::fmt::Debug for Challenger {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Challenger(…)")
    }
}

impl Challenger {
    /// Every copy of a server that holds the same key accepts the others' challenges.
    pub fn new(key: &SigningKey) -> Challenger {
        let mut hasher = Sha256::new();
        hasher.update(b"comptoir-challenger-1");
        hasher.update(key.as_bytes());
        Challenger {
            secret: hasher.finalize().into(),
        }
    }

    /// Something for a till to sign.
    pub fn challenge(&self, till: TillId, now: Timestamp, random: [u8; 8]) -> EntryHash {
        self.build(till, now.unix_ms().to_be_bytes(), random)
    }

    /// The end of a challenge's life, where it is one of ours for this till and still alive.
    pub fn expiry(&self, till: TillId, challenge: EntryHash, now: Timestamp) -> Option<Timestamp> {
        let (moment, rest) = challenge.0.split_first_chunk::<8>()?;
        let (random, _) = rest.split_first_chunk::<8>()?;
        let made_at = Timestamp::from_unix_ms(i64::from_be_bytes(*moment));
        let age = now.ms_since(made_at);
        let is_alive = (0..CHALLENGE_LIFE_MS).contains(&age);
        let is_ours = self.build(till, *moment, *random) == challenge;
        (is_alive && is_ours).then(|| made_at.plus_ms(CHALLENGE_LIFE_MS))
    }

    fn build(&self, till: TillId, moment: [u8; 8], random: [u8; 8]) -> EntryHash {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret)
            .expect("a keyed hash takes keys of any length");
        mac.update(till.uuid().as_bytes());
        mac.update(&moment);
        mac.update(&random);
        let sum = mac.finalize().into_bytes();
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&moment);
        bytes[8..16].copy_from_slice(&random);
        bytes[16..].copy_from_slice(&sum[..16]);
        EntryHash(bytes)
    }
}

/// Whether a till's key signed a challenge.
pub fn proves_key(
    key: EntryHash,
    till: TillId,
    challenge: EntryHash,
    signature: EntrySignature,
) -> bool {
    let signature = Signature::from_bytes(&signature.0);
    let message = challenge_bytes(till, challenge);
    VerifyingKey::from_bytes(&key.0)
        .is_ok_and(|key| key.verify_strict(&message, &signature).is_ok())
}

/// What a till shows at each call. It names the hub, so that its session is found among that hub's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub hub: HubId,
    secret: [u8; 32],
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(…)")
    }
}

impl Token {
    pub const fn new(hub: HubId, random: [u8; 32]) -> Token {
        Token {
            hub,
            secret: random,
        }
    }

    pub fn read(text: &str) -> Option<Token> {
        let (hub, secret) = text.split_once('.')?;
        Some(Token {
            hub: hub.parse().ok()?,
            secret: from_hex(secret).ok()?,
        })
    }

    /// The token as it is sent.
    pub fn text(&self) -> String {
        format!("{}.{}", self.hub, EntryHash(self.secret))
    }

    /// What the server keeps of it.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"comptoir-token-1");
        hasher.update(self.hub.uuid().as_bytes());
        hasher.update(self.secret);
        hasher.finalize().into()
    }
}
