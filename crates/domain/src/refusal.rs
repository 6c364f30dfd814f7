//! Why something may not be done now, in codes that the screen puts into a cashier's words.

use std::collections::BTreeMap;

/// A clear no. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .code.as_str())]
pub struct Refusal {
    pub code: RefusalCode,
    /// What the sentence names: an amount in minor units, a name, a number.
    pub params: BTreeMap<&'static str, String>,
}

impl Refusal {
    /// Adds a value that the sentence names.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Refusal {
        self.params.insert(name, value.to_string());
        self
    }
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Refusal {
        Refusal {
            code,
            params: BTreeMap::new(),
        }
    }
}

macro_rules! refusal_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// What was refused. The text is stable: screens and other programs branch on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RefusalCode { $($(#[$doc])* $name),+ }

        impl RefusalCode {
            pub const ALL: &'static [RefusalCode] = &[$(RefusalCode::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(RefusalCode::$name => $code),+ }
            }
        }
    };
}

refusal_codes! {
    NoPrice = "no_price",
    NotForSaleHere = "not_for_sale_here",
    NoTaxRate = "no_tax_rate",
    QuantityNotPositive = "quantity_not_positive",
    QuantityTooLarge = "quantity_too_large",
    QuantityNotWhole = "quantity_not_whole",
    QuantityOnLabel = "quantity_on_label",
    LineUnknown = "line_unknown",
    TooManyLines = "too_many_lines",
    NothingToUndo = "nothing_to_undo",
    OrderEmpty = "order_empty",
    OrderNotPaid = "order_not_paid",
    OrderUnknown = "order_unknown",
    OrderNotOpen = "order_not_open",
    AmountNotPositive = "amount_not_positive",
    AmountTooLarge = "amount_too_large",
    AmountAboveDue = "amount_above_due",
    NothingDue = "nothing_due",
    NothingToGiveBack = "nothing_to_give_back",
    TenderUnknown = "tender_unknown",
    PaymentUnknown = "payment_unknown",
    CreditTooLow = "credit_too_low",
    AccountMissing = "account_missing",
    DiscountAboveLimit = "discount_above_limit",
    DiscountAboveAmount = "discount_above_amount",
    NotPermitted = "not_permitted",
    NoOpenShift = "no_open_shift",
    ShiftAlreadyOpen = "shift_already_open",
    CountMissing = "count_missing",
    OrderInProgress = "order_in_progress",
    ReturnAboveCollected = "return_above_collected",
    HandOverAboveOrdered = "hand_over_above_ordered",
    OrderHandedOver = "order_handed_over",
    ReasonMissing = "reason_missing",
    CashPlaceUnknown = "cash_place_unknown",
    /// Everything of the order that waits was seen to be there.
    NothingMissing = "nothing_missing",
    NameMissing = "name_missing",
    /// Neither an e-mail address nor a telephone number, or one that cannot be one.
    ContactUnusable = "contact_unusable",
    SlotUnknown = "slot_unknown",
    /// The cut-off is past, or the slot was taken off.
    SlotClosed = "slot_closed",
    SlotFull = "slot_full",
    NotEnoughInStock = "not_enough_in_stock",
    /// The cut-off is past or somebody began to pack it: the counter can still change it.
    OrderClosedToCustomer = "order_closed_to_customer",
    /// Another total than the customer was shown.
    PriceChanged = "price_changed",
    NothingChanged = "nothing_changed",
    /// More cash than came in for the order, and than the hub gives for money paid online.
    CashBackAboveLimit = "cash_back_above_limit",
    /// More is due than may be forgiven.
    ForgivenessAboveLimit = "forgiveness_above_limit",
    /// Of a service or a bundle no stock is kept, nor of what the hub says so.
    StockNotKept = "stock_not_kept",
    /// The same goods twice in one count or delivery.
    NamedTwice = "named_twice",
    /// From a place to the same place.
    SamePlace = "same_place",
    /// This problem cannot be decided like that, or not any more.
    ChoiceUnknown = "choice_unknown",
}
