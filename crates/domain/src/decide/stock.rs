//! What people do with goods that belong to no order: take a delivery in, throw away, use up, carry to
//! another location, count.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::Context;
use crate::books::Books;
use crate::catalogue::Variant;
use crate::entry::EntryRef;
use crate::event::Event;
use crate::ids::{ActionId, LocationId, VariantId};
use crate::problem::{Problem, ProblemRule};
use crate::quantity::{LINE_QUANTITY_MAX, Quantity};
use crate::refusal::{Refusal, RefusalCode};
use crate::staff::Permission;
use crate::stock::{Counted, DeliveredPart, MoveReason, Place, STOCK_PARTS_MAX, StockMove};

/// So much of a variant.
#[derive(Debug, Clone, Copy)]
pub struct Amount<'a> {
    pub variant: &'a Variant,
    pub quantity: Quantity,
}

/// What came of a variant, and what was to come.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    pub variant: &'a Variant,
    pub came: Quantity,
    /// None where nothing was announced.
    pub announced: Option<Quantity>,
}

/// Where goods go that leave a location and no customer takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenOut {
    Waste,
    OwnUse,
    To(LocationId),
}

impl TakenOut {
    const fn place(self) -> (Place, MoveReason) {
        match self {
            TakenOut::Waste => (Place::Waste, MoveReason::Wasted),
            TakenOut::OwnUse => (Place::OwnUse, MoveReason::OwnUse),
            TakenOut::To(location) => (Place::Location(location), MoveReason::Transferred),
        }
    }
}

/// Why goods went back that had been moved by mistake.
const UNDONE: &str = "undone";

/// The most characters of a reason or a reference.
const WORDS_MAX: usize = 120;

/// Takes in what a supplier brought. It ends those of the `open` problems that it explains: goods that
/// were sold before anybody wrote down that they had come.
pub fn receive(
    arrivals: &[Arrival<'_>],
    location: LocationId,
    reference: Option<&str>,
    books: &Books,
    open: &[Problem],
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::CountStock)?;
    check_length(arrivals.len())?;
    check_once(arrivals.iter().map(|arrival| arrival.variant))?;
    for Arrival {
        variant,
        came,
        announced,
    } in arrivals
    {
        check_kept(variant)?;
        // That nothing came of what was announced is worth saying; that nothing came of nothing is not.
        let nothing = came.is_zero() && announced.is_some_and(Quantity::is_positive);
        if !nothing {
            check_some(variant, *came)?;
        }
        if let Some(announced) = announced {
            check_figure(variant, *announced)?;
        }
    }
    let explained = arrivals.iter().flat_map(|arrival| {
        let level = books.level(arrival.variant.id, location);
        let enough = arrival.came.is_positive() && !(level.on_hand + arrival.came).is_negative();
        explained_by(open, arrival.variant.id, location, enough, "delivered")
    });
    let parts = arrivals.iter().map(|arrival| DeliveredPart {
        variant: arrival.variant.id,
        came: arrival.came,
        announced: arrival.announced,
    });
    let delivered = Event::GoodsDelivered {
        location,
        parts: parts.collect(),
        reference: words(reference),
    };
    Ok(std::iter::once(delivered).chain(explained).collect())
}

/// Throws goods away, uses them up or carries them to another location. The counter holds them in the
/// hand: more may go than the books say is there.
pub fn take_out(
    amounts: &[Amount<'_>],
    from: LocationId,
    to: TakenOut,
    why: Option<&str>,
    context: &Context<'_>,
) -> Result<Event, Refusal> {
    context.permit(Permission::CountStock)?;
    check_length(amounts.len())?;
    check_once(amounts.iter().map(|amount| amount.variant))?;
    if to == TakenOut::To(from) {
        return Err(RefusalCode::SamePlace.into());
    }
    let why = words(why);
    if why.is_none() && !matches!(to, TakenOut::To(_)) {
        return Err(RefusalCode::ReasonMissing.into());
    }
    for amount in amounts {
        check_kept(amount.variant)?;
        check_some(amount.variant, amount.quantity)?;
    }
    let (place, reason) = to.place();
    let moves = amounts.iter().map(|amount| StockMove {
        variant: amount.variant.id,
        quantity: amount.quantity,
        from: Place::Location(from),
        to: place,
        reason,
        order: None,
        line: None,
    });
    Ok(Event::StockMoved {
        moves: moves.collect(),
        why,
    })
}

/// Counts what is there. The books have to hold the levels of what is counted as whoever counts sees
/// them. The count explains every `open` problem about goods that were missing there.
pub fn count(
    amounts: &[Amount<'_>],
    location: LocationId,
    books: &Books,
    open: &[Problem],
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::CountStock)?;
    check_length(amounts.len())?;
    check_once(amounts.iter().map(|amount| amount.variant))?;
    for amount in amounts {
        check_kept(amount.variant)?;
        check_figure(amount.variant, amount.quantity)?;
    }
    let counts = amounts.iter().map(|amount| -> Counted {
        books
            .level(amount.variant.id, location)
            .count(amount.quantity)
    });
    let counted = Event::StockCounted {
        location,
        counts: counts.collect(),
    };
    let explained = amounts
        .iter()
        .flat_map(|amount| explained_by(open, amount.variant.id, location, true, "counted"));
    Ok(std::iter::once(counted).chain(explained).collect())
}

/// The decisions that end problems about goods that were not there.
fn explained_by<'p>(
    open: &'p [Problem],
    variant: VariantId,
    location: LocationId,
    explains: bool,
    choice: &'static str,
) -> impl Iterator<Item = Event> + 'p {
    let about = move |problem: &&Problem| {
        explains
            && problem.is_open()
            && problem.rule == ProblemRule::SoldBelowZero
            && problem.subject.variant == Some(variant)
            && problem.location.is_none_or(|place| place == location)
    };
    open.iter()
        .filter(about)
        .map(move |problem| Event::ProblemDecided {
            problem: problem.id,
            choice: choice.to_owned(),
        })
}

fn check_length(parts: usize) -> Result<(), Refusal> {
    match parts {
        0 => Err(RefusalCode::NothingChanged.into()),
        parts if parts > STOCK_PARTS_MAX => Err(RefusalCode::TooManyLines.into()),
        _ => Ok(()),
    }
}

/// Two figures of the same goods in one act contradict each other.
fn check_once<'a>(mut variants: impl Iterator<Item = &'a Variant>) -> Result<(), Refusal> {
    let mut named = BTreeSet::new();
    match variants.find(|variant| !named.insert(variant.id)) {
        Some(twice) => Err(Refusal::from(RefusalCode::NamedTwice).with("name", &twice.name)),
        None => Ok(()),
    }
}

fn check_kept(variant: &Variant) -> Result<(), Refusal> {
    if variant.keeps_stock() {
        return Ok(());
    }
    Err(Refusal::from(RefusalCode::StockNotKept).with("name", &variant.name))
}

fn check_some(variant: &Variant, quantity: Quantity) -> Result<(), Refusal> {
    if !quantity.is_positive() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    check_figure(variant, quantity)
}

/// A figure that can lie on a shelf: nothing is one of them.
fn check_figure(variant: &Variant, quantity: Quantity) -> Result<(), Refusal> {
    if quantity.is_negative() {
        return Err(RefusalCode::QuantityNotPositive.into());
    }
    if quantity > LINE_QUANTITY_MAX {
        return Err(RefusalCode::QuantityTooLarge.into());
    }
    if !variant.unit.is_measured() && !quantity.is_whole() {
        return Err(Refusal::from(RefusalCode::QuantityNotWhole).with("name", &variant.name));
    }
    Ok(())
}

fn words(text: Option<&str>) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    Some(text.chars().take(WORDS_MAX).collect())
}

/// The action that takes an entry back: whoever presses again, or on another screen, does the same.
pub fn undo_action(undone: ActionId) -> ActionId {
    let mut hasher = Sha256::new();
    hasher.update(b"comptoir undo\0");
    hasher.update(undone.uuid().as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    ActionId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Takes back what an entry did with goods, by its opposite. A count can be taken back as long as it is
/// the last one: the books go back to what they said, and what moved since stands.
pub fn undo(
    entry: EntryRef,
    events: &[Event],
    books: &Books,
    context: &Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    context.permit(Permission::CountStock)?;
    let opposites = events.iter().map(|event| opposite(entry, event, books));
    let opposites: Vec<Event> = opposites
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flatten()
        .collect();
    if opposites.is_empty() {
        return Err(RefusalCode::NothingToUndo.into());
    }
    Ok(opposites)
}

fn opposite(entry: EntryRef, event: &Event, books: &Books) -> Result<Option<Event>, Refusal> {
    let moved_back = |stock_move: &StockMove| StockMove {
        from: stock_move.to,
        to: stock_move.from,
        ..*stock_move
    };
    let opposite = match event {
        Event::StockMoved { moves, .. } => Event::StockMoved {
            moves: moves.iter().map(moved_back).collect(),
            why: Some(UNDONE.to_owned()),
        },
        Event::GoodsDelivered {
            location, parts, ..
        } => Event::StockMoved {
            moves: parts
                .iter()
                .filter(|part| !part.came.is_zero())
                .map(|part| StockMove {
                    variant: part.variant,
                    quantity: part.came,
                    from: Place::Location(*location),
                    to: Place::Supplier,
                    reason: MoveReason::Received,
                    order: None,
                    line: None,
                })
                .collect(),
            why: Some(UNDONE.to_owned()),
        },
        Event::StockCounted { location, counts } => Event::StockCounted {
            location: *location,
            counts: counts
                .iter()
                .map(|counted| uncounted(entry, counted, *location, books))
                .collect::<Result<_, _>>()?,
        },
        _ => return Ok(None),
    };
    Ok(Some(opposite))
}

fn uncounted(
    entry: EntryRef,
    counted: &Counted,
    location: LocationId,
    books: &Books,
) -> Result<Counted, Refusal> {
    let level = books.level(counted.variant, location);
    let is_last = level
        .last_count
        .as_ref()
        .is_some_and(|last| last.entry == entry);
    if !is_last {
        return Err(RefusalCode::NothingToUndo.into());
    }
    Ok(level.count(level.on_hand - counted.difference()))
}
