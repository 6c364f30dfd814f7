//! What to say next, and what follows from an answer. Everything that must not be forgotten lies in
//! tables; what lies in here may be lost at any moment.

use comptoir_domain::entry::{EntryHash, EntrySignature};
use comptoir_domain::event::{EpochEnd, EpochReason};
use comptoir_domain::ids::EpochId;
use comptoir_domain::time::Timestamp;
use comptoir_sync::desk::CAPABILITY;
use comptoir_sync::feed::{Cursor, Included};
use comptoir_sync::pacing::{NextStep, Pacing, Situation, is_stuck};
use comptoir_sync::protocol::{
    ChallengeRequest, PULL_ROWS_MAX, PULL_WAIT_MAX_MS, PUSH_ENTRIES_MAX, PullReply, PullRequest,
    PushOutcome, PushReply, PushRequest, RefusedFault, SessionRequest, challenge_bytes,
};
use ed25519_dalek::Signer;

use super::desks::{self, Telling};
use super::message::{SyncFailure, SyncReply, SyncRequest};
use super::outbox::{self, Acknowledged};
use crate::core::Core;
use crate::error::TillError;
use crate::feed::{self, FeedState, Inbox, Taken};
use crate::store::meta::{self, key};
use crate::store::{epoch_heads, head_of, journal};
use crate::view::SyncReport;
use crate::wire::{Code, ServerState};

/// The least time between two questions for news, in milliseconds, where a server does not hold
/// its answers back.
const NEWS_PAUSE_MS: i64 = 1_000;

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Say this, and bring the answer to [`SyncEngine::apply`].
    Request(SyncRequest),
    /// Something was received and waits to be taken in: [`SyncEngine::work`].
    Work,
    /// Nothing, until this moment or until something happens.
    Rest { until: Option<Timestamp> },
}

/// One till's side of the conversation.
pub struct SyncEngine {
    pacing: Pacing,
    /// Spreads the tries of many tills; from the driver's randomness or the simulator's seed.
    jitter: u64,
    knows_server: bool,
    /// The server takes what lies on desks.
    keeps_desks: bool,
    /// What was told of the desk and is not answered yet.
    telling: Option<Telling>,
    challenge: Option<EntryHash>,
    token: Option<String>,
    /// Sessions refused in a row.
    refused_sessions: u32,
    inbox: Option<(Inbox, Included)>,
    push_entries_max: usize,
    sent_at: Timestamp,
    news_not_before: Option<Timestamp>,
    failure: Option<SyncFailure>,
    state: ServerState,
    since: Option<Timestamp>,
    clock_offset_ms: Option<i64>,
}

impl std::fmt::Debug for SyncEngine {
    /// Without the token.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SyncEngine")
            .field("pacing", &self.pacing)
            .field("failure", &self.failure)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl SyncEngine {
    /// A conversation that has not begun. `jitter` is any number, another one for each till.
    pub const fn new(jitter: u64) -> SyncEngine {
        SyncEngine {
            pacing: Pacing {
                failures: 0,
                not_before: None,
                last_success: None,
            },
            jitter,
            knows_server: false,
            keeps_desks: false,
            telling: None,
            challenge: None,
            token: None,
            refused_sessions: 0,
            inbox: None,
            push_entries_max: PUSH_ENTRIES_MAX,
            sent_at: Timestamp::from_unix_ms(0),
            news_not_before: None,
            failure: None,
            state: ServerState::Never,
            since: None,
            clock_offset_ms: None,
        }
    }

    /// What to do now, as the tables say.
    pub fn next(&mut self, core: &Core) -> Result<Next, TillError> {
        let now = core.now();
        let connection = core.connection();
        let due = outbox::due(connection, now)?;
        let feed = FeedState::load(connection)?;
        let situation = Situation {
            is_enrolled: meta::get(connection, key::SERVER)?.is_some(),
            has_unsent: due.is_some(),
            is_behind: feed.is_behind(),
        };
        let step = self.pacing.next_step(situation, now);
        let has_work = self.inbox.is_some() || feed.has_work();
        let request = match step {
            // Facts go before news; news that is here already goes before more of it.
            NextStep::Rest { .. } | NextStep::Pull { .. } if has_work => return Ok(Next::Work),
            NextStep::Pull {
                wait_for_news: true,
            } if desks::is_unsettled(core)? => return Ok(Next::Work),
            NextStep::Rest { until } => return Ok(Next::Rest { until }),
            NextStep::Push | NextStep::Pull { .. } => self.introduction(core),
        };
        self.sent_at = now;
        if let Some(request) = request {
            return Ok(Next::Request(request));
        }
        let token = self.token.clone().unwrap_or_default();
        match (step, due) {
            (NextStep::Push, Some(heads)) => {
                let most = self.push_entries_max;
                let push = outbox::push_of(connection, core.till(), &heads, most, now)?;
                Ok(Next::Request(SyncRequest::Push { token, push }))
            }
            _ if !situation.is_behind && self.keeps_desks && desks::is_due(core)? => {
                let telling = self.telling.insert(desks::telling(core)?);
                let desk = telling.request.clone();
                Ok(Next::Request(SyncRequest::Desk { token, desk }))
            }
            _ => Ok(self.pull(token, &feed, situation, now)),
        }
    }

    /// What has to be said before anything else: who is there, and who asks.
    fn introduction(&self, core: &Core) -> Option<SyncRequest> {
        if !self.knows_server {
            return Some(SyncRequest::Hello);
        }
        if self.token.is_some() {
            return None;
        }
        let till = core.till();
        Some(match self.challenge {
            None => SyncRequest::Challenge(ChallengeRequest { till }),
            Some(challenge) => {
                let bytes = challenge_bytes(till, challenge);
                let signature = EntrySignature(core.signing_key().sign(&bytes).to_bytes());
                SyncRequest::Session(SessionRequest {
                    till,
                    challenge,
                    signature,
                })
            }
        })
    }

    fn pull(&self, token: String, feed: &FeedState, situation: Situation, now: Timestamp) -> Next {
        let pause = self.news_not_before.filter(|moment| {
            // A clock that jumped back must not stretch the pause.
            let rest = moment.ms_since(now);
            !situation.is_behind && (1..=NEWS_PAUSE_MS).contains(&rest)
        });
        if pause.is_some() {
            return Next::Rest { until: pause };
        }
        Next::Request(SyncRequest::Pull {
            token,
            pull: PullRequest {
                since: feed.cursor(),
                limit: PULL_ROWS_MAX,
                wait_ms: if situation.is_behind {
                    0
                } else {
                    PULL_WAIT_MAX_MS
                },
            },
        })
    }

    /// Takes in what became of a request.
    pub fn apply(
        &mut self,
        core: &mut Core,
        request: &SyncRequest,
        answer: Result<SyncReply, SyncFailure>,
    ) -> Result<(), TillError> {
        let now = core.now();
        match (request, answer) {
            (SyncRequest::Hello, Ok(SyncReply::Hello(hello))) => {
                if !hello.speaks_our_protocol() {
                    self.failed(now, SyncFailure::VersionTooOld);
                    return Ok(());
                }
                self.knows_server = true;
                let mut can = hello.capabilities.iter();
                self.keeps_desks = can.any(|capability| capability == CAPABILITY);
                self.measure_clock(hello.server_time, now);
            }
            (SyncRequest::Challenge(_), Ok(SyncReply::Challenge(reply))) => {
                self.challenge = Some(reply.challenge);
            }
            (SyncRequest::Session(_), Ok(SyncReply::Session(reply))) => {
                self.challenge = None;
                self.token = Some(reply.token);
            }
            (SyncRequest::Push { push, .. }, Ok(SyncReply::Push(reply))) => {
                self.measure_clock(reply.server_time, now);
                self.pushed(core, push, &reply, now)?;
            }
            (SyncRequest::Pull { pull, .. }, Ok(SyncReply::Pull(reply))) => {
                self.pulled(core, pull, reply, now)?;
            }
            (SyncRequest::Desk { .. }, Ok(SyncReply::Desk(reply))) => {
                if let Some(telling) = self.telling.take() {
                    core.transaction_beside(|tx| desks::told(tx, &telling, &reply))?;
                }
                self.succeeded(now);
            }
            (_, Ok(_)) => self.failed(now, SyncFailure::NotOurs),
            (request, Err(failure)) => self.no_answer(request, failure, now),
        }
        Ok(())
    }

    fn no_answer(&mut self, request: &SyncRequest, failure: SyncFailure, now: Timestamp) {
        self.challenge = None;
        if matches!(request, SyncRequest::Desk { .. })
            && matches!(failure, SyncFailure::TooLarge | SyncFailure::Misunderstood)
        {
            // What others see of this desk is not worth a sale that stays here.
            tracing::warn!(%failure, "the server does not take what lies on this desk");
            self.keeps_desks = false;
            return;
        }
        if failure == SyncFailure::TooLarge && self.push_entries_max > 1 {
            self.push_entries_max /= 2;
            return;
        }
        if failure == SyncFailure::Unauthorised {
            let had_token = self.token.take().is_some();
            self.refused_sessions = self.refused_sessions.saturating_add(1);
            // A token runs out in the ordinary course of things: once, a new one is asked for at once.
            if had_token && self.refused_sessions == 1 {
                return;
            }
        }
        if matches!(failure, SyncFailure::NotOurs | SyncFailure::NotTrusted)
            || matches!(request, SyncRequest::Hello)
        {
            self.knows_server = false;
        }
        self.failed(now, failure);
    }

    fn failed(&mut self, now: Timestamp, failure: SyncFailure) {
        let retry_after = match failure {
            SyncFailure::Busy { retry_after_ms } => retry_after_ms,
            _ => None,
        };
        // SplitMix64: each try of each till waits for another time.
        self.jitter = self.jitter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.jitter ^ (self.jitter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        self.pacing.failed(now, mixed ^ (mixed >> 27), retry_after);
        self.failure = Some(failure);
        self.turn(
            if failure.is_refusal() {
                ServerState::Refused
            } else {
                ServerState::Offline
            },
            now,
        );
    }

    fn succeeded(&mut self, now: Timestamp) {
        self.pacing.succeeded(now);
        self.refused_sessions = 0;
        self.failure = None;
        self.turn(ServerState::Online, now);
    }

    fn turn(&mut self, state: ServerState, now: Timestamp) {
        if self.state != state {
            self.state = state;
            self.since = Some(now);
        }
    }

    /// How far this till's clock is ahead, taking the middle of the way there and back.
    fn measure_clock(&mut self, server_time: Timestamp, now: Timestamp) {
        let half = now.ms_since(self.sent_at) / 2;
        self.clock_offset_ms = Some(self.sent_at.plus_ms(half).ms_since(server_time));
    }

    fn pushed(
        &mut self,
        core: &mut Core,
        push: &PushRequest,
        reply: &PushReply,
        now: Timestamp,
    ) -> Result<(), TillError> {
        let first = first_seq(push);
        let acknowledged = core.transaction(|tx| {
            let acknowledged = outbox::acknowledge(tx, push, reply, now)?;
            feed::note_head(tx, reply.feed_head)?;
            match reply.outcome {
                PushOutcome::Expected { seq } if (1..first).contains(&seq) => {
                    outbox::rewind(tx, push.epoch, seq - 1)?;
                }
                PushOutcome::Refused { seq, fault } => {
                    outbox::refuse(tx, push.epoch, seq, fault, now)?;
                }
                _ => {}
            }
            Ok(acknowledged)
        })?;
        if breaks_off(reply.outcome, acknowledged) {
            open_epoch(core, push.epoch, EpochReason::Forked)?;
        }
        if goes_on(reply.outcome, acknowledged, first) {
            self.push_entries_max = PUSH_ENTRIES_MAX.min(self.push_entries_max * 2);
            self.succeeded(now);
        } else {
            // An answer that changes nothing would be given for ever.
            self.failed(now, SyncFailure::Misunderstood);
        }
        Ok(())
    }

    fn pulled(
        &mut self,
        core: &mut Core,
        pull: &PullRequest,
        reply: PullReply,
        now: Timestamp,
    ) -> Result<(), TillError> {
        match reply {
            PullReply::Page(page) => {
                self.clock_offset_ms = Some(now.ms_since(page.server_time));
                if pull.wait_ms > 0 && page.items.is_empty() {
                    self.news_not_before = Some(self.sent_at.plus_ms(NEWS_PAUSE_MS));
                }
                let included = page.included.clone();
                self.inbox = Some((Inbox::new(page, pull.since.clone()), included));
                self.succeeded(now);
            }
            PullReply::Resync { feed_epoch } if pull.since.is_some() => {
                let same_life = |since: &Cursor| since.feed_epoch == feed_epoch;
                let was_restored = !pull.since.as_ref().is_some_and(same_life);
                core.transaction(|tx| {
                    if was_restored {
                        outbox::offer_ends_again(tx)?;
                    }
                    feed::resync(tx)
                })?;
                self.succeeded(now);
            }
            PullReply::Resync { .. } => self.failed(now, SyncFailure::Misunderstood),
        }
        Ok(())
    }

    /// Does one slice of what waits to be taken in. Says whether more is waiting.
    pub fn work(&mut self, core: &mut Core) -> Result<bool, TillError> {
        let Some((inbox, _)) = &mut self.inbox else {
            return match FeedState::load(core.connection())?.has_work() {
                true => feed::work(core),
                false => desks::settle(core),
            };
        };
        let taken = match inbox.step(core) {
            Ok(taken) => taken,
            Err(error) => {
                // What was taken is safe; the rest is asked for again.
                self.inbox = None;
                return Err(error);
            }
        };
        if taken == Taken::More {
            return Ok(true);
        }
        let included = self.inbox.take().map(|(_, included)| included);
        match taken {
            Taken::Faulty | Taken::Mismatch => self.failed(core.now(), SyncFailure::Misunderstood),
            Taken::Checkpoint => compare(core, &included.unwrap_or_default())?,
            Taken::More | Taken::Page | Taken::Stale => {}
        }
        Ok(FeedState::load(core.connection())?.has_work())
    }

    /// Something happened that makes another try worth while: a sale, a key press.
    pub fn wake(&mut self) {
        self.pacing.wake();
    }

    /// A person asks for it: refused entries are tried again too.
    pub fn try_again(&mut self, core: &mut Core) -> Result<(), TillError> {
        self.wake();
        self.news_not_before = None;
        core.transaction(outbox::forget_refusals)
    }

    /// Taking an answer in failed here, on a full disk say: the same back-off as for the network.
    pub fn stumbled(&mut self, now: Timestamp) {
        self.jitter = self.jitter.wrapping_add(1);
        self.pacing.failed(now, self.jitter, None);
    }

    /// How the conversation goes.
    pub fn report(&self, core: &Core) -> Result<SyncReport, TillError> {
        let now = core.now();
        let connection = core.connection();
        let oldest = journal::oldest_unsent(connection)?;
        let stuck = is_stuck(oldest, self.pacing.last_success, now);
        let refused = !outbox::refusals(connection)?.is_empty();
        let problem = match self.failure {
            Some(failure) => Some(failure.code()),
            None if stuck || refused => Some(Code::EntriesStuck),
            None => None,
        };
        Ok(SyncReport {
            state: self.state,
            since: self.since,
            last_contact: self.pacing.last_success,
            problem,
            next_try: self.pacing.next_try(now),
            clock_offset_ms: self.clock_offset_ms,
        })
    }
}

/// Whether the chain cannot be gone on with: it has another branch on the server, or the server takes
/// no more of it. What was written stays and is offered; what comes next goes into another epoch.
const fn breaks_off(outcome: PushOutcome, acknowledged: Acknowledged) -> bool {
    match outcome {
        PushOutcome::Forked { .. } => true,
        PushOutcome::Held => !matches!(acknowledged, Acknowledged::Through(_)),
        PushOutcome::Refused { fault, .. } => {
            matches!(fault, RefusedFault::Chain | RefusedFault::Format)
        }
        PushOutcome::Expected { .. } => false,
    }
}

/// Whether the next push is another one than this.
fn goes_on(outcome: PushOutcome, acknowledged: Acknowledged, first: u64) -> bool {
    match (outcome, acknowledged) {
        (PushOutcome::Refused { .. }, _) => true,
        (PushOutcome::Expected { seq }, _) => (1..first).contains(&seq),
        (_, Acknowledged::Through(seq) | Acknowledged::Beyond(seq)) => seq >= first,
        (_, Acknowledged::Foreign) => false,
    }
}

fn first_seq(push: &PushRequest) -> u64 {
    let header = push.entries.first().map(|entry| entry.read_header());
    header.and_then(Result::ok).map_or(0, |header| header.seq)
}

/// Compares journals at a checkpoint: what the server lost is sent again; where it holds more than
/// this database, the database is an older copy.
fn compare(core: &mut Core, included: &Included) -> Result<(), TillError> {
    let older = core.transaction(|tx| outbox::compare(tx, included))?;
    if older && let Some(present) = epoch_heads(core.connection())?.last() {
        open_epoch(core, present.epoch, EpochReason::Restored)?;
    }
    Ok(())
}

/// Begins another epoch, if this one is still written to.
fn open_epoch(core: &mut Core, epoch: EpochId, reason: EpochReason) -> Result<(), TillError> {
    let opened = core.act(None, |act| {
        let present = epoch_heads(act.tx)?.last().map(|heads| heads.epoch);
        let mut opened = None;
        if present == Some(epoch) {
            let end = head_of(act.tx, epoch)?;
            let previous = EpochEnd {
                epoch,
                seq: end.seq,
                hash: end.hash,
            };
            let next = act.open_epoch(reason, Some(previous))?;
            opened = Some(next.label);
        }
        Ok(opened)
    })?;
    if let Some(label) = opened.flatten() {
        core.session.say_older_copy(&label);
    }
    Ok(())
}
