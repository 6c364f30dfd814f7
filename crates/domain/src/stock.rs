//! Stock: a ledger of moves between places, and what it adds up to.

use serde::{Deserialize, Serialize};

use crate::entry::{EntryRef, Source};
use crate::ids::{EpochId, LineId, LocationId, OrderId, VariantId};
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// The most variants that one delivery or one count names.
pub const STOCK_PARTS_MAX: usize = 500;

/// Where goods are. Every move has a place it leaves and a place it reaches, so that the sum over
/// all places is always zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Location(LocationId),
    Supplier,
    Customer,
    Waste,
    OwnUse,
    CountDifference,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum MoveReason {
    Received,
    Sold,
    Returned,
    Wasted,
    OwnUse,
    Transferred,
    Counted,
}

/// Goods that a supplier brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredPart {
    pub variant: VariantId,
    /// What came; zero where something was announced and nothing came.
    pub came: Quantity,
    /// What was announced, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<Quantity>,
}

/// Goods that went from one place to another. The quantity is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockMove {
    pub variant: VariantId,
    pub quantity: Quantity,
    pub from: Place,
    pub to: Place,
    pub reason: MoveReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineId>,
}

impl StockMove {
    /// What the move adds to a place: positive where it arrives, negative where it leaves.
    pub fn change_at(&self, place: Place) -> Quantity {
        let mut change = Quantity::ZERO;
        if self.to == place {
            change += self.quantity;
        }
        if self.from == place {
            change -= self.quantity;
        }
        change
    }
}

/// What one journal has moved of a variant at a location, in all, up to one of its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalMoves {
    pub source: Source,
    pub epoch: EpochId,
    /// The last entry that moved it.
    pub seq: u64,
    /// The sum of its moves; negative where more left than arrived.
    pub moved: Quantity,
}

impl JournalMoves {
    fn is_of(&self, entry: EntryRef) -> bool {
        self.source == entry.source && self.epoch == entry.epoch
    }
}

/// One variant counted: what lay there, what the books said, and which moves that includes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub variant: VariantId,
    /// What was there.
    pub figure: Quantity,
    /// What the books of who counted said, so that everybody sees the same difference.
    pub seen: Quantity,
    /// One more than that of the last count that whoever counted knew of.
    pub number: u32,
    /// How far each journal is included in the figure: moves up to there lie before the count, all
    /// others after it, in whatever order they arrive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cut: Vec<JournalMoves>,
}

impl Counted {
    /// What was there beyond what the books said; negative where it was less.
    pub fn difference(&self) -> Quantity {
        self.figure - self.seen
    }

    /// Whether a move of an entry was known to who counted.
    fn includes(&self, entry: EntryRef) -> bool {
        let mut cut = self.cut.iter();
        cut.any(|moves| moves.is_of(entry) && entry.seq <= moves.seq)
    }
}

/// The count that holds for a variant at a location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCount {
    pub entry: EntryRef,
    pub at: Timestamp,
    pub counted: Counted,
}

impl LastCount {
    /// Counts are in one order that no arrival changes: who knew of the other comes later.
    fn rank(&self) -> (u32, Timestamp, EntryRef) {
        (self.counted.number, self.at, self.entry)
    }
}

/// The stock of one variant at one location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLevel {
    pub variant: VariantId,
    pub location: LocationId,
    /// The last count and all moves after it; the sum of all moves where nothing was counted. The
    /// counter may sell what it holds in the hand, so it can be negative.
    pub on_hand: Quantity,
    /// What accepted orders still wait for.
    pub reserved: Quantity,
    /// What each journal moved, so that a count can say what it includes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub journals: Vec<JournalMoves>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_count: Option<Box<LastCount>>,
}

impl StockLevel {
    pub const fn empty(variant: VariantId, location: LocationId) -> StockLevel {
        StockLevel {
            variant,
            location,
            on_hand: Quantity::ZERO,
            reserved: Quantity::ZERO,
            journals: Vec::new(),
            last_count: None,
        }
    }

    /// What can still be promised; negative where more was promised than there is.
    pub fn available(&self) -> Quantity {
        self.on_hand - self.reserved
    }

    /// What is said of this level when it is counted now.
    pub fn count(&self, figure: Quantity) -> Counted {
        let last = self.last_count.as_ref();
        Counted {
            variant: self.variant,
            figure,
            seen: self.on_hand,
            number: last.map_or(0, |last| last.counted.number).saturating_add(1),
            cut: self.journals.clone(),
        }
    }

    /// Takes a move in. A count that knew of it says already what came of it.
    pub(crate) fn take_move(&mut self, entry: EntryRef, change: Quantity) {
        let known = self.journals.iter_mut().find(|moves| moves.is_of(entry));
        match known {
            Some(moves) => {
                moves.seq = moves.seq.max(entry.seq);
                moves.moved += change;
            }
            None => {
                self.journals.push(JournalMoves {
                    source: entry.source,
                    epoch: entry.epoch,
                    seq: entry.seq,
                    moved: change,
                });
                self.journals
                    .sort_by_key(|moves| (moves.source, moves.epoch));
            }
        }
        let last = self.last_count.as_ref();
        if !last.is_some_and(|last| last.counted.includes(entry)) {
            self.on_hand += change;
        }
    }

    /// Takes a count in: what was there, and what moved that it does not include.
    pub(crate) fn take_count(&mut self, count: LastCount) {
        let last = self.last_count.as_ref();
        if last.is_some_and(|last| last.rank() >= count.rank()) {
            return;
        }
        let after = self
            .journals
            .iter()
            .map(|moves| moved_after(moves, &count.counted));
        self.on_hand = count.counted.figure + after.sum();
        self.last_count = Some(Box::new(count));
    }
}

/// What a journal moved after a count.
fn moved_after(moves: &JournalMoves, counted: &Counted) -> Quantity {
    let same = |cut: &&JournalMoves| cut.source == moves.source && cut.epoch == moves.epoch;
    match counted.cut.iter().find(same) {
        Some(cut) if moves.seq > cut.seq => moves.moved - cut.moved,
        Some(_) => Quantity::ZERO,
        None => moves.moved,
    }
}
