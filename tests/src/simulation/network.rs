//! The line between tills and server: it loses, repeats, delays and cuts, in both directions.

use comptoir_domain::entry::EntryHash;
use comptoir_domain::ids::TillId;
use comptoir_sync::desk;
use comptoir_sync::protocol::{ChallengeReply, Hello, PROTOCOL, PushRequest, SessionReply};
use comptoir_till::sync::{Next, SyncFailure, SyncReply, SyncRequest};
use ed25519_dalek::VerifyingKey;

use super::server::ServerSide;
use super::tally::Summary;
use super::till::TillSide;

/// The line, and what is still under way on it.
#[derive(Default)]
pub(crate) struct Network {
    pub(crate) trouble: bool,
    pub(crate) tally: Summary,
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
    /// It does what it was asked to, and dies before it answers.
    ServerDies,
}

impl Network {
    /// One till says the next thing that it has to say, and takes in what became of it.
    pub(crate) fn exchange(
        &mut self,
        till: &mut TillSide,
        server: &mut ServerSide,
        random: &mut fastrand::Rng,
    ) {
        let (name, disk) = (till.name.clone(), till.disk.clone());
        let is_away = self.trouble && till.offline_for > 0;
        till.offline_for = till.offline_for.saturating_sub(1);
        let (core, engine) = till.running();
        match engine.next(core).expect("the till reads its own tables") {
            Next::Rest { .. } => {}
            Next::Work => {
                let worked = engine.work(core);
                disk.unless_struck(worked, "the till takes in what it received");
            }
            Next::Request(request) => {
                let asking = (core.till(), core.signing_key().verifying_key());
                let fate = match is_away {
                    true => Fate::RequestLost,
                    false => self.fate(random),
                };
                let answer = self.send(&request, &asking, server, fate, random);
                if std::env::var_os("COMPTOIR_SOAK_TRACE").is_some() {
                    eprintln!("{name}: {request:?} -> {answer:?}");
                }
                let applied = engine.apply(core, &request, answer);
                disk.unless_struck(applied, "the till takes the answer in");
            }
        }
        till.cursor_moves_on();
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
            95..97 => Fate::Unauthorised,
            97..98 => Fate::Busy,
            _ => Fate::ServerDies,
        }
    }

    fn send(
        &mut self,
        request: &SyncRequest,
        asking: &(TillId, VerifyingKey),
        server: &mut ServerSide,
        fate: Fate,
        random: &mut fastrand::Rng,
    ) -> Result<SyncReply, SyncFailure> {
        match fate {
            Fate::Delivered => answer(request, asking, server),
            Fate::RequestLost => {
                self.tally.add("lost");
                Err(SyncFailure::TimedOut)
            }
            Fate::ReplyLost => {
                self.tally.add("lost");
                // Nobody hears it.
                let _ = answer(request, asking, server);
                Err(SyncFailure::TimedOut)
            }
            Fate::ServerDies => {
                self.tally.add("lost");
                // Nobody hears it.
                let _ = answer(request, asking, server);
                server.crash(random);
                Err(SyncFailure::Unreachable)
            }
            Fate::Twice => {
                self.tally.add("repeated");
                // The second one is heard.
                let _ = answer(request, asking, server);
                answer(request, asking, server)
            }
            Fate::ArrivesLater => {
                self.tally.add("lost");
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
            self.tally.add("repeated");
            self.late.push((push.clone(), key));
        }
        // Nobody waits for the answer any more.
        let _ = server.push(push, &key);
    }
}

/// What the server says; nothing where it dies over it.
fn answer(
    request: &SyncRequest,
    (till, key): &(TillId, VerifyingKey),
    server: &ServerSide,
) -> Result<SyncReply, SyncFailure> {
    Ok(match request {
        SyncRequest::Hello => SyncReply::Hello(Hello {
            product: "comptoir".to_owned(),
            protocol_min: PROTOCOL,
            protocol_max: PROTOCOL,
            capabilities: vec![desk::CAPABILITY.to_owned()],
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
        SyncRequest::Push { push, .. } => {
            let reply = server.push(push.clone(), key);
            SyncReply::Push(reply.ok_or(SyncFailure::Unreachable)?)
        }
        SyncRequest::Pull { pull, .. } => SyncReply::Pull(server.pull(*till, pull)),
        SyncRequest::Desk { desk, .. } => {
            let reply = server.desk(desk.clone());
            SyncReply::Desk(reply.ok_or(SyncFailure::Unreachable)?)
        }
    })
}
