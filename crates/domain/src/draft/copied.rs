//! A sale rung up anew from another that cannot be had itself.

use std::collections::BTreeMap;

use super::{Draft, Step};
use crate::ids::{ChargeId, IdSource, LineId};
use crate::order::{Charge, Line, Operation, OrderHeading};
use crate::time::Timestamp;

impl Draft {
    /// The goods of this sale at its prices and discounts as a sale of its own, under ids of its own.
    /// Money does not come along, and what was taken off before is this one's to record.
    pub fn copied(
        &self,
        heading: OrderHeading,
        started_at: Timestamp,
        ids: &mut dyn IdSource,
    ) -> Draft {
        let order = self.operated();
        let fresh: BTreeMap<LineId, LineId> = order
            .lines
            .iter()
            .map(|line| (line.id, LineId::from_uuid(ids.next_uuid())))
            .collect();
        let lines = order.lines.iter().map(|line| Operation::AddLine {
            line: renamed(line, &fresh),
        });
        let mut operations: Vec<Operation> = lines.collect();
        operations.extend(order.charges.iter().map(|charge| Operation::AddCharge {
            charge: Charge {
                id: ChargeId::from_uuid(ids.next_uuid()),
                ..charge.clone()
            },
        }));
        // Whoever confirmed all that is let go confirmed it of these goods.
        let confirmed = self.allowances().unconfirmed.is_zero();
        let approved_by = self.approved_by().filter(|_| confirmed);
        let mut copy = Draft::new(
            OrderHeading {
                customer: self.customer(),
                ..heading
            },
            started_at,
        );
        copy.take(Step::Operated {
            operations,
            ticked: Vec::new(),
            approved_by,
        });
        if let Some(discount) = self.order_discount() {
            copy.take(Step::Discounted {
                before: None,
                after: Some(discount.clone()),
                approved_by,
            });
        }
        copy
    }
}

/// A line under its new id, tied to others as before.
fn renamed(line: &Line, fresh: &BTreeMap<LineId, LineId>) -> Line {
    let other = |id: Option<LineId>| id.and_then(|id| fresh.get(&id).copied());
    Line {
        id: fresh.get(&line.id).copied().unwrap_or(line.id),
        tied_to: other(line.tied_to),
        substitutes: other(line.substitutes),
        substituted_by: other(line.substituted_by),
        removals: Vec::new(),
        ..line.clone()
    }
}
