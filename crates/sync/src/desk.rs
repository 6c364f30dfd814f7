//! What lies on the desks of a hub's tills, so that the others see it: the orders that are open there
//! and the sales that were put aside. And how a sale that was put aside moves to another till.
//!
//! None of this is a fact of the trade: it is in no journal, moves no money and locks nothing. A sale
//! moves by a claim that its till has acknowledged by giving it up: from then on the server holds it
//! for the claimant. The till that gave it keeps a copy that cannot be sold until the claimant has it,
//! so that nothing that one of the three forgets loses a sale; and who may sell it is one of the three
//! at each moment, so that nothing that arrives twice doubles one.

use comptoir_domain::document::TillCode;
use comptoir_domain::ids::{ActionId, LocationId, OrderId, StaffId, TillId};
use comptoir_domain::money::Money;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a server's `hello` lists when it takes what lies on desks.
pub const CAPABILITY: &str = "desks";

/// The most orders open on one desk that are told of.
pub const OPEN_MAX: usize = 50;

/// The most sales put aside on one desk that are told of.
pub const PARKED_MAX: usize = 100;

/// The most moves of claims in one request.
pub const MOVES_MAX: usize = 50;

/// The largest sale that moves, in bytes of its snapshot.
pub const SNAPSHOT_BYTES_MAX: usize = 256 * 1024;

/// The most bytes of snapshots that are told of one desk, for others to copy.
pub const SNAPSHOTS_BYTES_MAX: usize = 512 * 1024;

/// The most bytes of the names by which the sales of one desk are told apart.
pub const NAMES_BYTES_MAX: usize = 128 * 1024;

/// The largest request, in bytes.
pub const DESK_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The most claims of one till that are kept, under way and over.
pub const CLAIMS_MAX: usize = 100;

/// How long the server remembers a claim that is over, in milliseconds: a week.
pub const CLAIM_KEPT_MS: i64 = 7 * 86_400_000;

/// After so many milliseconds a desk with open orders is told of again, unchanged.
pub const TOLD_AGAIN_MS: i64 = 4 * 60_000;

/// What was told longer ago than so many milliseconds is not shown as open.
pub const FRESH_MS: i64 = 10 * 60_000;

/// Sales put aside on a desk of which nothing was heard for so many milliseconds are not shown: a day.
pub const PARKED_SHOWN_MS: i64 = 86_400_000;

/// `POST /v1/desk`: what lies on the till's desk, and what it says about claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRequest {
    pub till: TillId,
    /// The till's clock when it sent this, to put the moments below on the server's.
    pub sent_at: Timestamp,
    pub open: Vec<OpenOrder>,
    pub parked: Vec<ParkedSale>,
    #[serde(default)]
    pub moves: Vec<ClaimMove>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskReply {
    /// The end of the hub's feed: what became of the moves is found there.
    pub feed_head: u64,
    pub server_time: Timestamp,
}

/// An order that was placed before and is in somebody's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOrder {
    pub order: OrderId,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// It was put aside with changes that are not saved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub put_aside: bool,
    /// It was open elsewhere, and `since` then somebody went on with it here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub taken_over: bool,
}

/// A sale of the shelf that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedSale {
    pub order: OrderId,
    pub since: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// The first goods in it, to tell it from the others.
    pub names: Vec<String>,
    /// How many lines of goods it has.
    pub lines: u32,
    pub total: Money,
    /// Money was taken for it: it stays at its till.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_money: bool,
    /// The sale as its till stores it, from which another can copy it; none where it is too large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// A till's desk, as the feed has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    pub till: TillId,
    pub code: TillCode,
    pub location: LocationId,
    /// The server's clock, as are the moments below.
    pub told_at: Timestamp,
    pub open: Vec<OpenOrder>,
    pub parked: Vec<ParkedSale>,
}

impl Desk {
    /// A desk as its till tells of it.
    pub fn told(
        request: &DeskRequest,
        code: TillCode,
        location: LocationId,
        now: Timestamp,
    ) -> Desk {
        let ahead_ms = request.sent_at.ms_since(now);
        let mut open = request.open.clone();
        let mut parked = request.parked.clone();
        for order in &mut open {
            order.since = order.since.plus_ms(-ahead_ms);
        }
        for sale in &mut parked {
            sale.since = sale.since.plus_ms(-ahead_ms);
        }
        Desk {
            till: request.till,
            code,
            location,
            told_at: now,
            open,
            parked,
        }
    }

    /// Whether what was told is young enough to be shown as open. `now` is the server's time; what lies
    /// far ahead of it was told before that clock was set back.
    pub const fn is_fresh(&self, now: Timestamp) -> bool {
        now.ms_since(self.told_at).saturating_abs() < FRESH_MS
    }

    /// How the desk's till tells of a sale.
    pub fn offer(&self, order: OrderId) -> Offer {
        match self.parked.iter().find(|sale| sale.order == order) {
            None => Offer::NotThere,
            Some(sale) if sale.has_money => Offer::HasMoney,
            Some(_) => Offer::There,
        }
    }
}

/// Whether a sale can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    NotThere,
    HasMoney,
    There,
}

/// One till's wish for a sale that another put aside, as the feed has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub id: ActionId,
    pub order: OrderId,
    pub owner: TillId,
    pub claimant: TillId,
    /// None where it is no till of the hub.
    pub owner_code: Option<TillCode>,
    pub claimant_code: Option<TillCode>,
    /// The server's clock.
    pub changed_at: Timestamp,
    #[serde(flatten)]
    pub state: ClaimState,
}

/// How far a claim is. The server alone moves it on, and only forwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ClaimState {
    /// Its owner has not answered.
    Asked,
    /// Its owner gave it up; the server holds it for the claimant.
    Given {
        /// Names the giving: who took it once does not take it again.
        giving: ActionId,
        snapshot: String,
    },
    /// The claimant has it.
    Taken,
    /// It is, or stays, its owner's.
    Withdrawn,
    Refused {
        why: ClaimRefusal,
    },
}

impl ClaimState {
    /// Whether somebody still waits for something.
    pub const fn is_under_way(&self) -> bool {
        matches!(self, ClaimState::Asked | ClaimState::Given { .. })
    }
}

/// Why a sale does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimRefusal {
    /// It is not, or no longer, put aside there.
    Gone,
    /// Money was taken for it.
    HasMoney,
    /// Another till asked first.
    Wanted,
    /// It is larger than what moves.
    TooLarge,
}

/// What a till says about a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "move", rename_all = "snake_case")]
pub enum ClaimMove {
    Ask {
        claim: ActionId,
        order: OrderId,
        owner: TillId,
    },
    /// Nobody waits for it any more.
    Withdraw {
        claim: ActionId,
    },
    /// The owner gives it up.
    Give {
        claim: ActionId,
        order: OrderId,
        claimant: TillId,
        giving: ActionId,
        snapshot: String,
    },
    Refuse {
        claim: ActionId,
        why: ClaimRefusal,
    },
    /// The claimant has it.
    Take {
        claim: ActionId,
    },
    /// The claimant cannot, or need not, take it: it is its owner's again.
    Return {
        claim: ActionId,
    },
}

impl ClaimMove {
    pub const fn claim(&self) -> ActionId {
        match self {
            ClaimMove::Ask { claim, .. }
            | ClaimMove::Withdraw { claim }
            | ClaimMove::Give { claim, .. }
            | ClaimMove::Refuse { claim, .. }
            | ClaimMove::Take { claim }
            | ClaimMove::Return { claim } => *claim,
        }
    }

    /// The other till that the move names, where it does.
    pub const fn other(&self) -> Option<TillId> {
        match self {
            ClaimMove::Ask { owner, .. } => Some(*owner),
            ClaimMove::Give { claimant, .. } => Some(*claimant),
            _ => None,
        }
    }
}

/// What the server judges a move by, beside the claim itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub now: Timestamp,
    /// Who says it.
    pub till: TillId,
    pub till_code: TillCode,
    /// The other till that the move names, while it is one of the hub's and may write.
    pub other_code: Option<TillCode>,
    /// How the owner tells of the sale that is asked for.
    pub offer: Offer,
    /// Whether another claim on the same sale is under way.
    pub wanted: bool,
}

/// What a claim becomes by a move; none where the move changes nothing. Said again, late or by another
/// till, it does not.
pub fn judge(known: Option<&Claim>, said: &ClaimMove, standing: &Standing) -> Option<Claim> {
    let Some(known) = known else {
        return first(said, standing);
    };
    let state = match (said, &known.state) {
        (ClaimMove::Withdraw { .. }, ClaimState::Asked) if known.claimant == standing.till => {
            ClaimState::Withdrawn
        }
        (ClaimMove::Take { .. }, ClaimState::Given { .. }) if known.claimant == standing.till => {
            ClaimState::Taken
        }
        (ClaimMove::Return { .. }, ClaimState::Given { .. }) if known.claimant == standing.till => {
            ClaimState::Withdrawn
        }
        (ClaimMove::Refuse { why, .. }, ClaimState::Asked) if known.owner == standing.till => {
            ClaimState::Refused { why: *why }
        }
        (
            ClaimMove::Give {
                order,
                claimant,
                giving,
                snapshot,
                ..
            },
            ClaimState::Asked,
        ) if (known.owner, known.order, known.claimant) == (standing.till, *order, *claimant) => {
            given(*giving, snapshot, standing)
        }
        _ => return None,
    };
    Some(Claim {
        changed_at: standing.now,
        state,
        ..known.clone()
    })
}

/// What becomes of a claim where a till of it may not write any more: a sale that is on its way to it is
/// its owner's again, and nobody waits for its answer.
pub fn lapsed(claim: &Claim, may_write: impl Fn(TillId) -> bool, now: Timestamp) -> Option<Claim> {
    let state = match &claim.state {
        ClaimState::Asked | ClaimState::Given { .. } if !may_write(claim.claimant) => {
            ClaimState::Withdrawn
        }
        ClaimState::Asked if !may_write(claim.owner) => ClaimState::Refused {
            why: ClaimRefusal::Gone,
        },
        _ => return None,
    };
    Some(Claim {
        changed_at: now,
        state,
        ..claim.clone()
    })
}

/// A claim that the server does not know: it is asked now, or the server was restored and has
/// forgotten what was asked.
fn first(said: &ClaimMove, standing: &Standing) -> Option<Claim> {
    let claim = |order, owner, claimant, state| Claim {
        id: said.claim(),
        order,
        owner,
        claimant,
        owner_code: None,
        claimant_code: None,
        changed_at: standing.now,
        state,
    };
    match said {
        ClaimMove::Ask { order, owner, .. } => Some(Claim {
            owner_code: standing.other_code.clone(),
            claimant_code: Some(standing.till_code.clone()),
            ..claim(*order, *owner, standing.till, asked(*owner, standing))
        }),
        ClaimMove::Give {
            order,
            claimant,
            giving,
            snapshot,
            ..
        } => Some(Claim {
            owner_code: Some(standing.till_code.clone()),
            claimant_code: standing.other_code.clone(),
            ..claim(
                *order,
                standing.till,
                *claimant,
                given(*giving, snapshot, standing),
            )
        }),
        _ => None,
    }
}

fn asked(owner: TillId, standing: &Standing) -> ClaimState {
    let why = match standing.offer {
        _ if standing.other_code.is_none() || owner == standing.till => ClaimRefusal::Gone,
        Offer::NotThere => ClaimRefusal::Gone,
        Offer::HasMoney => ClaimRefusal::HasMoney,
        Offer::There if standing.wanted => ClaimRefusal::Wanted,
        Offer::There => return ClaimState::Asked,
    };
    ClaimState::Refused { why }
}

/// A claimant whose rights were taken away gets nothing: the sale stays its owner's.
fn given(giving: ActionId, snapshot: &str, standing: &Standing) -> ClaimState {
    if standing.other_code.is_none() || snapshot.len() > SNAPSHOT_BYTES_MAX {
        return ClaimState::Withdrawn;
    }
    ClaimState::Given {
        giving,
        snapshot: snapshot.to_owned(),
    }
}

/// How far a claim is for one of its two tills. What is to be said ends in `-ing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Asking,
    Asked,
    Withdrawing,
    /// The sale is here, and the server is to hear it.
    Taking,
    Taken,
    Returning,
    /// Nothing is waited for any more.
    Ended,
    /// It cannot be sold here any more, and the server is to hold it.
    Giving,
    Given,
    Refusing(ClaimRefusal),
}

impl Side {
    /// What it is once the server has heard what was to be said; none where it need not be remembered.
    pub const fn told(self) -> Option<Side> {
        match self {
            Side::Asking => Some(Side::Asked),
            Side::Withdrawing | Side::Returning => Some(Side::Ended),
            Side::Taking => Some(Side::Taken),
            Side::Giving => Some(Side::Given),
            Side::Refusing(_) => None,
            other => Some(other),
        }
    }

    /// Whether the server is still to hear something.
    pub const fn is_to_say(self) -> bool {
        matches!(
            self,
            Side::Asking
                | Side::Withdrawing
                | Side::Taking
                | Side::Returning
                | Side::Giving
                | Side::Refusing(_)
        )
    }
}

/// What a till does about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Remember it so, and say it where it is to be said.
    To(Side),
    /// The owner's answer: give the sale up if it lies there, or refuse.
    Answer,
    /// Put the sale on the own desk.
    Take,
    /// The claim came to nothing, and the cashier is to know why.
    End(ClaimRefusal),
    /// The claimant has it: the copy is not needed any more.
    Drop,
    /// The sale is this till's again.
    Restore,
}

/// What is to be done about a claim, from what the feed says of it and what this till remembers.
/// `took` names the giving that was taken last. Only for a feed that is not behind.
pub fn meet(
    till: TillId,
    feed: Option<&Claim>,
    side: Option<Side>,
    took: Option<ActionId>,
) -> Option<Change> {
    let Some(claim) = feed else {
        // The server was restored and has forgotten it.
        return match side {
            Some(Side::Asked) => Some(Change::To(Side::Asking)),
            Some(Side::Given) => Some(Change::To(Side::Giving)),
            _ => None,
        };
    };
    if claim.owner == till {
        return meet_as_owner(claim, side);
    }
    if claim.claimant == till {
        return meet_as_claimant(claim, side, took);
    }
    None
}

fn meet_as_owner(claim: &Claim, side: Option<Side>) -> Option<Change> {
    match (&claim.state, side) {
        (ClaimState::Asked, None) => Some(Change::Answer),
        (ClaimState::Asked, Some(Side::Given)) => Some(Change::To(Side::Giving)),
        (ClaimState::Given { .. }, Some(Side::Giving)) => Some(Change::To(Side::Given)),
        (ClaimState::Taken, Some(_)) => Some(Change::Drop),
        (ClaimState::Withdrawn | ClaimState::Refused { .. }, Some(Side::Giving | Side::Given)) => {
            Some(Change::Restore)
        }
        (ClaimState::Withdrawn | ClaimState::Refused { .. }, Some(Side::Refusing(_))) => {
            Some(Change::Drop)
        }
        _ => None,
    }
}

fn meet_as_claimant(claim: &Claim, side: Option<Side>, took: Option<ActionId>) -> Option<Change> {
    let waits = matches!(side, Some(Side::Asking | Side::Asked));
    let is_open = !matches!(side, None | Some(Side::Taking | Side::Taken | Side::Ended));
    match &claim.state {
        // A till whose database is older than its claim waits for nothing.
        ClaimState::Asked if matches!(side, None | Some(Side::Ended)) => {
            Some(Change::To(Side::Withdrawing))
        }
        ClaimState::Given { giving, .. } if took == Some(*giving) => {
            (side == Some(Side::Taken)).then_some(Change::To(Side::Taking))
        }
        ClaimState::Given { .. } if waits || took.is_some() => Some(Change::Take),
        ClaimState::Given { .. } => {
            (side != Some(Side::Returning)).then_some(Change::To(Side::Returning))
        }
        ClaimState::Taken | ClaimState::Withdrawn if is_open => Some(Change::To(Side::Ended)),
        ClaimState::Refused { why } if waits => Some(Change::End(*why)),
        ClaimState::Refused { .. } if is_open => Some(Change::To(Side::Ended)),
        _ => None,
    }
}
