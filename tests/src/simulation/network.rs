//! The line between tills and server: it loses, repeats, delays and cuts, in both directions.

use comptoir_domain::entry::EntryHash;
use comptoir_domain::ids::TillId;
use comptoir_sync::protocol::{ChallengeReply, Hello, PROTOCOL, PushRequest, SessionReply};
use comptoir_till::sync::{Next, SyncFailure, SyncReply, SyncRequest};
use ed25519_dalek::VerifyingKey;

use super::server::ServerSide;
use super::till::TillSide;

/// The line, and what is still under way on it.
#[derive(Default)]
pub(crate) struct Network {
    pub(crate) trouble: bool,
    pub(crate) lost: u64,
    pub(crate) repeated: u64,
    /// Pushes that were thought lost and arrive later, or once more.
    late: Vec<(PushRequest, VerifyingKey)>,
}

/// What becomes of one request.
#[derive(Clone, Copy)]
enum Fate {
    Delivered,
    RequestLost,
    ReplyLost,
    Twice,
    ArrivesLater,
    Portal,
    Unauthorised,
    Busy,
}

impl Network {
    /// One till says the next thing that it has to say, and takes in what became of it.
    pub(crate) fn exchange(
        &mut self,
        till: &mut TillSide,
        server: &mut ServerSide,
        random: &mut fastrand::Rng,
    ) {
        let name = till.name.clone();
        let Some((core, engine)) = till.running() else {
            return;
        };
        match engine.next(core).expect("the till reads its own tables") {
            Next::Rest { .. } => {}
            Next::Work => {
                engine
                    .work(core)
                    .expect("the till takes in what it received");
            }
            Next::Request(request) => {
                let asking = (core.till(), core.signing_key().verifying_key());
                let fate = self.fate(random);
                let answer = self.send(&request, &asking, server, fate);
                if std::env::var_os("COMPTOIR_SOAK_TRACE").is_some() {
                    eprintln!("{name}: {request:?} -> {answer:?}");
                }
                engine
                    .apply(core, &request, answer)
                    .expect("the till takes the answer in");
            }
        }
    }

    fn fate(&self, random: &mut fastrand::Rng) -> Fate {
        if !self.trouble {
            return Fate::Delivered;
        }
        match random.u32(0..100) {
            0..55 => Fate::Delivered,
            55..67 => Fate::RequestLost,
            67..80 => Fate::ReplyLost,
            80..87 => Fate::Twice,
            87..93 => Fate::ArrivesLater,
            93..95 => Fate::Portal,
            95..98 => Fate::Unauthorised,
            _ => Fate::Busy,
        }
    }

    fn send(
        &mut self,
        request: &SyncRequest,
        asking: &(TillId, VerifyingKey),
        server: &ServerSide,
        fate: Fate,
    ) -> Result<SyncReply, SyncFailure> {
        match fate {
            Fate::Delivered => Ok(answer(request, asking, server)),
            Fate::RequestLost => {
                self.lost += 1;
                Err(SyncFailure::TimedOut)
            }
            Fate::ReplyLost => {
                self.lost += 1;
                answer(request, asking, server);
                Err(SyncFailure::TimedOut)
            }
            Fate::Twice => {
                self.repeated += 1;
                answer(request, asking, server);
                Ok(answer(request, asking, server))
            }
            Fate::ArrivesLater => {
                self.lost += 1;
                if let SyncRequest::Push { push, .. } = request {
                    self.late.push((push.clone(), asking.1));
                }
                Err(SyncFailure::Unreachable)
            }
            Fate::Portal => Err(SyncFailure::NotOurs),
            Fate::Unauthorised => Err(SyncFailure::Unauthorised),
            Fate::Busy => Err(SyncFailure::Busy {
                retry_after_ms: Some(5_000),
            }),
        }
    }

    /// Something that was under way for long arrives after all; out of order, and perhaps again later.
    pub(crate) fn deliver_late(&mut self, server: &ServerSide, random: &mut fastrand::Rng) {
        if self.late.is_empty() {
            return;
        }
        let (push, key) = self.late.swap_remove(random.usize(0..self.late.len()));
        if random.bool() {
            self.repeated += 1;
            self.late.push((push.clone(), key));
        }
        server.push(push, &key);
    }
}

fn answer(
    request: &SyncRequest,
    (till, key): &(TillId, VerifyingKey),
    server: &ServerSide,
) -> SyncReply {
    match request {
        SyncRequest::Hello => SyncReply::Hello(Hello {
            product: "comptoir".to_owned(),
            protocol_min: PROTOCOL,
            protocol_max: PROTOCOL,
            capabilities: Vec::new(),
            server_version: "0.1.0".to_owned(),
            server_time: server.clock.now(),
        }),
        SyncRequest::Challenge(_) => SyncReply::Challenge(ChallengeReply {
            challenge: EntryHash([3; 32]),
        }),
        SyncRequest::Session(_) => SyncReply::Session(SessionReply {
            token: "simulated".to_owned(),
            valid_for_ms: 3_600_000,
        }),
        SyncRequest::Push { push, .. } => SyncReply::Push(server.push(push.clone(), key)),
        SyncRequest::Pull { pull, .. } => SyncReply::Pull(server.pull(*till, pull)),
    }
}
