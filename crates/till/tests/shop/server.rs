//! A server in memory that holds journals, and answers as a real one does.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::collections::BTreeMap;

use comptoir_domain::document::TillCode;
use comptoir_domain::entry::{ChainHead, EntryHash, SealedEntry, attachment_hash, from_hex};
use comptoir_domain::ids::{EpochId, HubId, LocationId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::protocol::{
    Attachment, ChallengeReply, EnrolReply, Hello, PROTOCOL, PushOutcome, PushReply, PushRequest,
    SessionReply, SessionRequest, challenge_bytes,
};
use comptoir_till::Core;
use comptoir_till::sync::{
    Joined, Next, ServerAddress, SyncEngine, SyncFailure, SyncReply, SyncRequest,
};
use ed25519_dalek::{Signature, VerifyingKey};
use uuid::Uuid;

use super::NOON;
use super::hub::Hub;

/// One branch of a chain.
pub type Branch = Vec<SealedEntry>;

pub struct Server {
    pub hub: Hub,
    pub key: VerifyingKey,
    pub chains: BTreeMap<EpochId, Vec<Branch>>,
    pub attachments: Vec<Attachment>,
    pub token: u32,
    pub challenges: u32,
    pub time: Timestamp,
    /// Pushes that were answered.
    pub pushes: u32,
}

impl Server {
    pub fn for_till(core: &Core) -> Server {
        Server {
            hub: Hub::with_products(2),
            key: core.signing_key().verifying_key(),
            chains: BTreeMap::new(),
            attachments: Vec::new(),
            token: 1,
            challenges: 0,
            time: NOON,
            pushes: 0,
        }
    }

    pub fn enrol_reply(&self, code: &str) -> EnrolReply {
        EnrolReply {
            hub: HubId::from_uuid(Uuid::from_u128(1)),
            hub_name: "Hub".to_owned(),
            location: LocationId::from_uuid(Uuid::from_u128(2)),
            till_code: TillCode::new(code).unwrap(),
            server_key: EntryHash([5; 32]),
            server_time: self.time,
        }
    }

    /// Makes the till one of the hub's.
    pub fn adopt(&self, core: &mut Core, code: &str) {
        let address = ServerAddress::read("https://hub.example").unwrap();
        Joined::new(address, self.enrol_reply(code), None)
            .adopt(core)
            .unwrap();
    }

    pub fn hello(&self) -> Hello {
        Hello {
            product: "comptoir".to_owned(),
            protocol_min: PROTOCOL,
            protocol_max: PROTOCOL,
            capabilities: Vec::new(),
            server_version: "1".to_owned(),
            server_time: self.time,
        }
    }

    pub fn answer(&mut self, request: &SyncRequest) -> Result<SyncReply, SyncFailure> {
        match request {
            SyncRequest::Hello => Ok(SyncReply::Hello(self.hello())),
            SyncRequest::Challenge(_) => {
                self.challenges += 1;
                Ok(SyncReply::Challenge(ChallengeReply {
                    challenge: self.challenge(),
                }))
            }
            SyncRequest::Session(session) => self.session(session).map(SyncReply::Session),
            SyncRequest::Push { token, push } => {
                self.admit(token)?;
                Ok(SyncReply::Push(self.push(push)))
            }
            // Its hello does not say that it takes desks.
            SyncRequest::Desk { .. } => Err(SyncFailure::Misunderstood),
            SyncRequest::Pull { token, pull } => {
                self.admit(token)?;
                let limit = usize::try_from(pull.limit).unwrap();
                Ok(SyncReply::Pull(self.hub.pull(pull.since.as_ref(), limit)))
            }
        }
    }

    fn challenge(&self) -> EntryHash {
        EntryHash([u8::try_from(self.challenges % 250).unwrap(); 32])
    }

    fn session(&self, session: &SessionRequest) -> Result<SessionReply, SyncFailure> {
        let bytes = challenge_bytes(session.till, self.challenge());
        let signature = Signature::from_bytes(&session.signature.0);
        self.key
            .verify_strict(&bytes, &signature)
            .map_err(|_| SyncFailure::Unauthorised)?;
        Ok(SessionReply {
            token: self.token.to_string(),
            valid_for_ms: 1000,
        })
    }

    fn admit(&self, token: &str) -> Result<(), SyncFailure> {
        if token == self.token.to_string() {
            Ok(())
        } else {
            Err(SyncFailure::Unauthorised)
        }
    }

    pub fn push(&mut self, push: &PushRequest) -> PushReply {
        self.pushes += 1;
        for attachment in &push.attachments {
            let salt = from_hex(&attachment.salt).unwrap();
            attachment_hash(&salt, attachment.content.as_bytes());
            if !self.attachments.contains(attachment) {
                self.attachments.push(attachment.clone());
            }
        }
        let branches = self
            .chains
            .entry(push.epoch)
            .or_insert_with(|| vec![Vec::new()]);
        let mut branch = 0;
        let mut expected = None;
        for entry in &push.entries {
            let header = entry.verify(&self.key).unwrap();
            let place = usize::try_from(header.seq).unwrap() - 1;
            if let Some(held) = branches
                .iter()
                .position(|held| held.get(place) == Some(entry))
            {
                branch = held;
                continue;
            }
            let follows =
                |held: &Branch| held.len() == place && hash_of(held, place) == header.previous;
            if let Some(next) = branches.iter().position(follows) {
                branches[next].push(entry.clone());
                branch = next;
                continue;
            }
            let root = branches
                .iter()
                .position(|held| held.len() > place && hash_of(held, place) == header.previous);
            let Some(root) = root else {
                expected = Some(branches[0].len() as u64 + 1);
                break;
            };
            let mut side = branches[root][..place].to_vec();
            side.push(entry.clone());
            branches.push(side);
            branch = branches.len() - 1;
        }
        let held = &branches[branch];
        let outcome = match expected {
            Some(seq) => PushOutcome::Expected { seq },
            None if branch > 0 => PushOutcome::Forked { seq: 1 },
            None => PushOutcome::Held,
        };
        PushReply {
            outcome,
            head: ChainHead {
                epoch: push.epoch,
                seq: held.len() as u64,
                hash: hash_of(held, held.len()),
            },
            feed_head: self.hub.head,
            server_time: self.time,
        }
    }

    /// All entries of all chains and branches, each once.
    pub fn held(&self) -> Vec<SealedEntry> {
        let mut entries: Vec<SealedEntry> = Vec::new();
        for entry in self.chains.values().flatten().flatten() {
            if !entries.contains(entry) {
                entries.push(entry.clone());
            }
        }
        entries
    }
}

fn hash_of(branch: &Branch, seq: usize) -> EntryHash {
    match seq {
        0 => EntryHash::NONE,
        _ => branch[seq - 1].hash(),
    }
}

/// Everything that the till wrote, oldest first.
pub fn journal(core: &Core) -> Vec<SealedEntry> {
    comptoir_till::store::epoch_heads(core.connection())
        .unwrap()
        .into_iter()
        .flat_map(|heads| {
            comptoir_till::store::entries_from(core.connection(), heads.epoch, 1, usize::MAX)
                .unwrap()
        })
        .map(|stored| stored.sealed)
        .collect()
}

/// How many entries the server is not known to hold.
pub fn unsent(core: &Core) -> u64 {
    comptoir_till::store::epoch_heads(core.connection())
        .unwrap()
        .iter()
        .map(|heads| heads.last_seq - heads.acked_seq)
        .sum()
}

/// Talks until there is nothing more to say: the till waits for news, or rests.
pub fn talk(engine: &mut SyncEngine, core: &mut Core, server: &mut Server) -> Next {
    for _ in 0..10_000 {
        match engine.next(core).unwrap() {
            Next::Work => {
                engine.work(core).unwrap();
            }
            Next::Request(request) => {
                let waits = matches!(&request, SyncRequest::Pull { pull, .. } if pull.wait_ms > 0);
                if waits {
                    return Next::Request(request);
                }
                let answer = server.answer(&request);
                engine.apply(core, &request, answer).unwrap();
            }
            rest @ Next::Rest { .. } => return rest,
        }
    }
    panic!("they never stop talking");
}

/// What the till says next, which has to be a request.
pub fn request(engine: &mut SyncEngine, core: &mut Core) -> SyncRequest {
    loop {
        match engine.next(core).unwrap() {
            Next::Request(request) => return request,
            Next::Work => {
                engine.work(core).unwrap();
            }
            Next::Rest { until } => panic!("rests until {until:?}"),
        }
    }
}

/// Talks up to the first push, and leaves it unanswered.
pub fn first_push(engine: &mut SyncEngine, core: &mut Core, server: &mut Server) -> SyncRequest {
    loop {
        let request = request(engine, core);
        if matches!(request, SyncRequest::Push { .. }) {
            return request;
        }
        let answer = server.answer(&request);
        engine.apply(core, &request, answer).unwrap();
    }
}
