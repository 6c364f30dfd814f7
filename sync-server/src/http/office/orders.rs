//! Orders and the first page.

use uuid::Uuid;

use crate::office::wire::{
    AmendOrder, CancelOrder, HomeView, MarkReady, MoveSlot, NoteOrder, OrderFilter, OrderList,
    OrderView, PageQuery, RefundOrder,
};

read! {
    /// One number for each area that needs somebody.
    fn home("/office/api/home") -> HomeView { home() }
}

read! {
    /// Orders, the youngest first.
    fn orders("/office/api/orders")[filter: OrderFilter, page: PageQuery] -> OrderList {
        orders(filter, page)
    }
}

file! {
    /// The same as a file.
    fn orders_file()[filter: OrderFilter, page: PageQuery] { orders_table(filter, page) }
}

read! {
    /// One order with everything that happened to it.
    fn order("/office/api/orders/{order}", "order" order: Uuid) -> OrderView { order(order) }
}

change! {
    /// Changes what is on an order.
    fn amend("/office/api/orders/{order}/amend", "order" order: Uuid)
    (sent: AmendOrder) -> OrderView {
        amend_order(order, sent)
    }
}

change! {
    /// Calls an order off.
    fn cancel("/office/api/orders/{order}/cancel", "order" order: Uuid)
    (sent: CancelOrder) -> OrderView {
        cancel_order(order, sent)
    }
}

change! {
    /// Writes something on an order.
    fn note("/office/api/orders/{order}/note", "order" order: Uuid)(sent: NoteOrder) -> OrderView {
        note_order(order, sent)
    }
}

change! {
    /// The basket stands ready.
    fn ready("/office/api/orders/{order}/ready", "order" order: Uuid)
    (sent: MarkReady) -> OrderView {
        mark_ready(order, sent)
    }
}

change! {
    /// Fetched at another time or place.
    fn slot("/office/api/orders/{order}/slot", "order" order: Uuid)(sent: MoveSlot) -> OrderView {
        move_order(order, sent)
    }
}

change! {
    /// Gives back what is owed.
    fn refund("/office/api/orders/{order}/refund", "order" order: Uuid)
    (sent: RefundOrder) -> OrderView {
        refund_order(order, sent)
    }
}
