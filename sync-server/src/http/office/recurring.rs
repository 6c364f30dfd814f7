//! Recurring orders.

use uuid::Uuid;

use crate::office::wire::{
    EndRecurring, PageQuery, PauseRecurring, RecurringFilter, RecurringList, RecurringView,
    SaveRecurring, SkipRecurring,
};

read! {
    /// Recurring orders, by their customers.
    fn orders("/office/api/recurring-orders")
    [filter: RecurringFilter, page: PageQuery] -> RecurringList {
        recurring_orders(filter, page)
    }
}

file! {
    /// The same as a file.
    fn orders_file()[filter: RecurringFilter, page: PageQuery] {
        recurring_orders_table(filter, page)
    }
}

read! {
    /// One recurring order with its last and its next days.
    fn order("/office/api/recurring-orders/{recurring}", "recurring" recurring: Uuid)
    -> RecurringView {
        recurring_order(recurring)
    }
}

change! {
    /// Makes a recurring order.
    fn make("/office/api/recurring-orders")(sent: SaveRecurring) -> RecurringView {
        save_recurring(None, sent)
    }
}

change! {
    /// Changes a recurring order.
    fn change("/office/api/recurring-orders/{recurring}", "recurring" recurring: Uuid)
    (sent: SaveRecurring) -> RecurringView {
        save_recurring(Some(recurring), sent)
    }
}

change! {
    /// Pauses a recurring order, or lets it go on.
    fn pause("/office/api/recurring-orders/{recurring}/pause", "recurring" recurring: Uuid)
    (sent: PauseRecurring) -> RecurringView {
        pause_recurring(recurring, sent)
    }
}

change! {
    /// Says that a day goes without it, or that it does not.
    fn skip("/office/api/recurring-orders/{recurring}/skip", "recurring" recurring: Uuid)
    (sent: SkipRecurring) -> RecurringView {
        skip_recurring(recurring, sent)
    }
}

change! {
    /// Ends a recurring order, or begins it again.
    fn end("/office/api/recurring-orders/{recurring}/end", "recurring" recurring: Uuid)
    (sent: EndRecurring) -> RecurringView {
        end_recurring(recurring, sent)
    }
}
