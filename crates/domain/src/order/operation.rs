//! What people do to an order, and how two of them who were apart are both heard.
//!
//! Each operation says what its author saw (`from`). Where the order has moved on since, the merge
//! keeps what both did if both can be true, and reports a conflict if not; it never fails.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Charge, Fate, Line, LineDiscount, LinePrice, Note, ORDER_CHARGES_MAX, ORDER_LINES_MAX, Order,
    PickUp, Removal,
};
use crate::ids::{AttachmentId, ChargeId, CustomerId, EpochId, LineId, SlotId, StaffId};
use crate::problem::ProblemRule;
use crate::quantity::Quantity;
use crate::time::Timestamp;

/// What the author of an amendment had on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The order's revision.
    pub rev: u64,
    /// The till's own last entry that this revision includes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<(EpochId, u64)>,
}

/// How a changed quantity is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantityMode {
    /// One more, one less: the difference counts, whatever the quantity is by now.
    Add,
    /// A typed number: it shall be this many.
    Set,
}

/// One thing done to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Operation {
    AddLine {
        line: Line,
    },
    ChangeQuantity {
        line: LineId,
        from: Quantity,
        to: Quantity,
        mode: QuantityMode,
    },
    /// `from` is what was wanted, `collected` what had been handed over, as the author saw it.
    RemoveLine {
        line: LineId,
        from: Quantity,
        collected: Quantity,
        fate: Fate,
        reason: String,
    },
    /// `quantity` is what is given up of the line, `collected` what had been handed over of it, as the
    /// author saw it.
    Substitute {
        line: LineId,
        by: Line,
        quantity: Quantity,
        collected: Quantity,
        fate: Fate,
    },
    /// Goods in hand were weighed. The latest weighing wins.
    Weigh {
        line: LineId,
        to: Quantity,
    },
    ChangePrice {
        line: LineId,
        from: LinePrice,
        to: LinePrice,
    },
    Discount {
        line: LineId,
        from: Option<LineDiscount>,
        to: Option<LineDiscount>,
    },
    SetCustomer {
        from: Option<CustomerId>,
        to: Option<CustomerId>,
    },
    SetSlot {
        from: Option<SlotId>,
        to: Option<SlotId>,
    },
    /// It is to be fetched at another time or place; what it holds back is held back there.
    Move {
        from: PickUp,
        to: PickUp,
    },
    AddCharge {
        charge: Charge,
    },
    RemoveCharge {
        charge: ChargeId,
    },
    AddNote {
        text: AttachmentId,
    },
}

/// The circumstances of an operation.
#[derive(Debug, Clone, Default)]
pub struct OperationContext {
    pub at: Timestamp,
    pub by: Option<StaffId>,
    /// Lines that the same entry hands over: their price at the counter stands.
    pub handed_over: BTreeSet<LineId>,
}

/// Two operations that cannot both be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmendmentConflict {
    pub rule: ProblemRule,
    pub line: Option<LineId>,
}

impl AmendmentConflict {
    const fn on(rule: ProblemRule, line: LineId) -> Option<AmendmentConflict> {
        Some(AmendmentConflict {
            rule,
            line: Some(line),
        })
    }
}

impl Order {
    /// Folds one operation in. Lines that are not there leave the order as it is.
    pub fn operate(
        &mut self,
        operation: &Operation,
        context: &OperationContext,
    ) -> Option<AmendmentConflict> {
        match operation {
            Operation::AddLine { line } => {
                self.add_line(line);
                None
            }
            Operation::ChangeQuantity {
                line,
                from,
                to,
                mode,
            } => self.change_quantity(*line, *from, *to, *mode),
            Operation::RemoveLine {
                line,
                from,
                collected,
                fate,
                reason,
            } => {
                let removal = Removal {
                    quantity: *from - *collected,
                    fate: *fate,
                    reason: reason.clone(),
                };
                self.remove_line(*line, *from, *collected, removal)
            }
            Operation::Substitute {
                line,
                by,
                quantity,
                collected,
                fate,
            } => {
                let removal = Removal {
                    quantity: *quantity,
                    fate: *fate,
                    reason: "substituted".to_owned(),
                };
                self.substitute(*line, by, *collected, removal)
            }
            Operation::Weigh { line, to } => {
                let at_hand_over = context.handed_over.contains(line);
                let line = self.line_mut(*line)?;
                if line.collected.is_positive() && line.outstanding().is_zero() && !at_hand_over {
                    // The goods are gone with the weight that they were handed over with.
                    return None;
                }
                line.weighed = Some((*to).max(line.collected));
                None
            }
            Operation::ChangePrice { line, from, to } => {
                let counter_wins = context.handed_over.contains(line);
                let line = self.line_mut(*line)?;
                three_way(&mut line.price, from, to, counter_wins).then_some(AmendmentConflict {
                    rule: ProblemRule::PriceChangedTwice,
                    line: Some(line.id),
                })
            }
            Operation::Discount { line, from, to } => {
                let counter_wins = context.handed_over.contains(line);
                let line = self.line_mut(*line)?;
                three_way(&mut line.discount, from, to, counter_wins).then_some(AmendmentConflict {
                    rule: ProblemRule::PriceChangedTwice,
                    line: Some(line.id),
                })
            }
            Operation::SetCustomer { from, to } => {
                three_way(&mut self.heading.customer, from, to, false).then_some(
                    AmendmentConflict {
                        rule: ProblemRule::CustomerChangedTwice,
                        line: None,
                    },
                )
            }
            Operation::SetSlot { from, to } => three_way(&mut self.heading.slot, from, to, false)
                .then_some(AmendmentConflict {
                    rule: ProblemRule::SlotChangedTwice,
                    line: None,
                }),
            Operation::Move { from, to } => {
                let mut pick_up = self.heading.pick_up();
                let conflict = three_way(&mut pick_up, from, to, false);
                self.heading.location = pick_up.location;
                self.heading.slot = pick_up.slot;
                conflict.then_some(AmendmentConflict {
                    rule: ProblemRule::SlotChangedTwice,
                    line: None,
                })
            }
            Operation::AddCharge { charge } => {
                let room = self.charges.len() < ORDER_CHARGES_MAX;
                if room && self.charges.iter().all(|known| known.id != charge.id) {
                    self.charges.push(charge.clone());
                }
                None
            }
            Operation::RemoveCharge { charge } => {
                self.charges.retain(|known| known.id != *charge);
                None
            }
            Operation::AddNote { text } => {
                if self.notes.iter().all(|note| note.text != *text) {
                    self.notes.push(Note {
                        at: context.at,
                        by: context.by,
                        text: *text,
                    });
                }
                None
            }
        }
    }

    fn add_line(&mut self, line: &Line) {
        if self.line(line.id).is_none() && self.lines.len() < ORDER_LINES_MAX {
            self.lines.push(line.clone());
        }
    }

    fn change_quantity(
        &mut self,
        id: LineId,
        from: Quantity,
        to: Quantity,
        mode: QuantityMode,
    ) -> Option<AmendmentConflict> {
        let line = self.line_mut(id)?;
        let current = line.wanted();
        if current.is_zero() && from.is_positive() && !line.removals.is_empty() {
            line.restore(to);
            return AmendmentConflict::on(ProblemRule::RemovedAndChanged, id);
        }
        if line.weighed.is_some() && current != from && line.ordered == from {
            // The customer changed what was ordered after it was weighed: the goods in hand stand.
            line.ordered += to - from;
            return None;
        }
        let wanted = match mode {
            QuantityMode::Add => current + (to - from),
            QuantityMode::Set if current == from || current == to => to,
            QuantityMode::Set => return AmendmentConflict::on(ProblemRule::QuantitySetTwice, id),
        };
        line.want(wanted)
    }

    fn remove_line(
        &mut self,
        id: LineId,
        from: Quantity,
        collected_seen: Quantity,
        removal: Removal,
    ) -> Option<AmendmentConflict> {
        let line = self.line_mut(id)?;
        if line.wanted().is_zero() {
            return None;
        }
        if line.collected > collected_seen {
            line.want_exactly(line.collected);
            return AmendmentConflict::on(ProblemRule::RemovedAfterCollected, id);
        }
        if line.wanted() != from && line.ordered != from {
            return AmendmentConflict::on(ProblemRule::RemovedAndChanged, id);
        }
        line.want_exactly(line.collected);
        line.removals.push(removal);
        self.take_off_tied(id);
        None
    }

    /// What hangs on a line goes with it, such as the deposit on its bottle.
    fn take_off_tied(&mut self, id: LineId) {
        for line in self
            .lines
            .iter_mut()
            .filter(|line| line.tied_to == Some(id))
        {
            let collected = line.collected;
            line.want_exactly(collected);
        }
    }

    fn substitute(
        &mut self,
        id: LineId,
        by: &Line,
        collected_seen: Quantity,
        removal: Removal,
    ) -> Option<AmendmentConflict> {
        self.add_line(by);
        let line = self.line_mut(id)?;
        match line.substituted_by {
            Some(other) if other == by.id => return None,
            Some(_) => return AmendmentConflict::on(ProblemRule::SubstitutedTwice, id),
            None => {}
        }
        if line.collected > collected_seen {
            return AmendmentConflict::on(ProblemRule::RemovedAfterCollected, id);
        }
        line.substituted_by = Some(by.id);
        line.want_exactly(line.collected);
        line.removals.push(removal);
        self.take_off_tied(id);
        None
    }
}

impl Line {
    /// Wants a quantity, but never less than what was handed over.
    fn want(&mut self, quantity: Quantity) -> Option<AmendmentConflict> {
        let below = quantity < self.collected;
        self.want_exactly(quantity.max(self.collected).max(Quantity::ZERO));
        if below {
            AmendmentConflict::on(ProblemRule::BelowCollected, self.id)
        } else {
            None
        }
    }

    pub(crate) fn want_exactly(&mut self, quantity: Quantity) {
        self.ordered = quantity;
        self.weighed = None;
    }

    /// Lives again after it was taken off.
    pub(crate) fn restore(&mut self, quantity: Quantity) {
        self.removals.clear();
        self.want_exactly(quantity.max(self.collected));
    }
}

/// Takes `to` where the value is still `from` or the author's word stands anyway; tells whether two
/// authors wanted different things.
fn three_way<T: PartialEq + Clone>(value: &mut T, from: &T, to: &T, stands_anyway: bool) -> bool {
    if value == to {
        return false;
    }
    let conflict = value != from;
    if !conflict || stands_anyway {
        *value = to.clone();
    }
    conflict
}
