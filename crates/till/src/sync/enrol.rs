//! Joining a hub: three steps, of which only the middle one waits for a network.
//!
//! 1. [`Enrolment::request`] reads from the till what the server is told;
//! 2. [`Enrolment::exchange`] asks the server, on any thread but the writer's;
//! 3. [`Joined::adopt`] writes down, in one transaction, that the till belongs to the hub.
//!
//! A till that worked alone keeps its journal: nothing of it is acknowledged, so it is pushed from
//! the first entry on.

use comptoir_domain::entry::EntryHash;
use comptoir_domain::event::{EpochEnd, EpochReason};
use comptoir_sync::pairing::PairingCode;
use comptoir_sync::protocol::{EnrolReply, EnrolRequest};

use super::address::ServerAddress;
use super::key as names;
use super::link::{EnrolFailure, Link};
use super::tls::{PinnedKey, SeenKey};
use crate::core::Core;
use crate::error::TillError;
use crate::store::meta::{self, key};
use crate::store::{head_of, journal};
use crate::wire::{ApiError, Code};

/// What a pairing code of a QR code or a pasted line begins with.
const PAIRING_SCHEME: &str = "comptoir:";

/// What a person entered to join a hub.
#[derive(Debug, Clone)]
pub struct Enrolment {
    address: ServerAddress,
    code: PairingCode,
}

/// The hub said yes.
#[derive(Debug, Clone)]
pub struct Joined {
    address: ServerAddress,
    reply: EnrolReply,
    /// SHA-256 over the server's public key, where the code pinned it.
    pin: Option<[u8; 32]>,
}

impl Enrolment {
    /// Reads an address and a code, or the one line `comptoir:ADDRESS#CODE` in either field.
    pub fn read(address: &str, code: &str) -> Result<Enrolment, ApiError> {
        let line = [address, code]
            .into_iter()
            .find_map(|typed| typed.trim().strip_prefix(PAIRING_SCHEME));
        let (address, code) = match line {
            Some(line) => line
                .split_once('#')
                .ok_or_else(|| ApiError::new(Code::PairingCodeWrong, "no code in the line"))?,
            None => (address, code),
        };
        Ok(Enrolment {
            address: ServerAddress::read(address)?,
            code: PairingCode::read(code)
                .map_err(|error| ApiError::new(Code::PairingCodeWrong, error.to_string()))?,
        })
    }

    /// What the server is told of this till.
    pub fn request(&self, core: &Core) -> Result<EnrolRequest, TillError> {
        if meta::get(core.connection(), key::SERVER)?.is_some() {
            return Err(TillError::refuse(Code::NotNow, "the till has a server"));
        }
        Ok(EnrolRequest {
            code: self.code.to_string(),
            till: core.till(),
            key: EntryHash(core.signing_key().verifying_key().to_bytes()),
            till_code: meta::parsed_code(core.connection())?,
            till_version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    /// Asks the server. Waits for the network: not for the writer's thread, nor for one that runs
    /// asynchronous tasks.
    pub fn exchange(&self, request: &EnrolRequest) -> Result<Joined, ApiError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| ApiError::new(Code::Internal, error.to_string()))?;
        runtime
            .block_on(self.ask(request))
            .map_err(|failure| refusal(&failure))
    }

    async fn ask(&self, request: &EnrolRequest) -> Result<Joined, EnrolFailure> {
        let seen = SeenKey::default();
        // A code that names no key leaves the question to the system's list of authorities.
        let names_a_key = self.code.names_key(&[0; 32]).is_some();
        let pinned = names_a_key.then(|| PinnedKey::Code(self.code.clone()));
        let link =
            Link::new(self.address.clone(), pinned, seen.clone()).map_err(EnrolFailure::Link)?;
        let hello = link.hello().await.map_err(EnrolFailure::Link)?;
        if !hello.speaks_our_protocol() {
            let failure = super::message::SyncFailure::VersionTooOld;
            return Err(EnrolFailure::Link(failure));
        }
        Ok(Joined {
            reply: link.enrol(request).await?,
            address: self.address.clone(),
            pin: seen.get(),
        })
    }
}

fn refusal(failure: &EnrolFailure) -> ApiError {
    match failure {
        EnrolFailure::CodeUnknown => ApiError::new(Code::PairingCodeWrong, "unknown code"),
        EnrolFailure::CodeUsed => ApiError::new(Code::PairingCodeUsed, "used code"),
        EnrolFailure::CodeExpired => ApiError::new(Code::PairingCodeExpired, "expired code"),
        EnrolFailure::TooManyTries => ApiError::new(
            Code::PairingCodeWrong,
            "too many wrong codes; wait a little",
        ),
        EnrolFailure::Link(failure) => ApiError::new(failure.code(), failure.to_string()),
    }
}

impl Joined {
    /// What a server said to a till, for a simulation without a network.
    pub const fn new(address: ServerAddress, reply: EnrolReply, pin: Option<[u8; 32]>) -> Joined {
        Joined {
            address,
            reply,
            pin,
        }
    }

    /// Writes down that the till belongs to the hub. A till that gets another code begins another
    /// epoch, so that no number is printed under two codes.
    pub fn adopt(&self, core: &mut Core) -> Result<(), TillError> {
        core.act(None, |act| {
            let code = meta::parsed_code(act.tx)?;
            meta::set(act.tx, key::SERVER, &self.address.to_string())?;
            meta::set(act.tx, key::TILL_CODE, self.reply.till_code.as_str())?;
            meta::set(act.tx, key::LOCATION, &self.reply.location.to_string())?;
            meta::set(act.tx, names::HUB, &self.reply.hub.to_string())?;
            meta::set(
                act.tx,
                names::SERVER_KEY,
                &self.reply.server_key.to_string(),
            )?;
            if let Some(pin) = self.pin {
                meta::set(act.tx, names::SERVER_PIN, &EntryHash(pin).to_string())?;
            }
            if code.is_some_and(|code| code != self.reply.till_code)
                && let Some(present) = journal::current_epoch(act.tx)?
            {
                let end = head_of(act.tx, present.id)?;
                let previous = EpochEnd {
                    epoch: present.id,
                    seq: end.seq,
                    hash: end.hash,
                };
                let reason = EpochReason::Recoded;
                act.open_epoch(reason, Some(previous))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}
