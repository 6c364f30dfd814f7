//! An order as connected stores are shown it: when they ask, and when they are told what happened to it.

use comptoir_domain::money::Money;
use comptoir_domain::order::{Fulfilment, Line, Order, PaymentState};
use comptoir_domain::quantity::{Quantity, Unit};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Serialize, ToSchema)]
pub struct OrderReply {
    order: Uuid,
    number: String,
    /// The secret last part of its page's address.
    link: String,
    #[schema(value_type = String)]
    fulfilment: Fulfilment,
    #[schema(value_type = String)]
    payment: PaymentState,
    lines: Vec<LineReply>,
    /// In minor units.
    #[schema(value_type = i64)]
    total: Money,
    /// Still to pay; negative where it is owed to the customer.
    #[schema(value_type = i64)]
    due: Money,
    /// Rises with every change.
    rev: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LineReply {
    line: Uuid,
    variant: Uuid,
    name: String,
    /// In thousandths.
    #[schema(value_type = i64)]
    quantity: Quantity,
    #[schema(value_type = String)]
    unit: Unit,
    #[schema(value_type = i64)]
    unit_price: Money,
    #[schema(value_type = i64)]
    amount: Money,
    #[schema(value_type = i64)]
    collected: Quantity,
}

impl LineReply {
    fn of(line: &Line) -> LineReply {
        LineReply {
            line: line.id.uuid(),
            variant: line.variant.uuid(),
            name: line.name.clone(),
            quantity: line.wanted(),
            unit: line.unit,
            unit_price: line.price.unit_price,
            amount: line.amount(),
            collected: line.collected,
        }
    }
}

impl OrderReply {
    /// An order as it stands, with the secret part of its page's address.
    pub fn of(order: &Order, link: String) -> OrderReply {
        let totals = order.totals();
        OrderReply {
            order: order.id().uuid(),
            number: order.heading.number.clone(),
            link,
            fulfilment: order.fulfilment(),
            payment: order.payment_state(),
            lines: order.lines.iter().map(LineReply::of).collect(),
            total: totals.total,
            due: totals.due,
            rev: order.rev,
        }
    }
}
