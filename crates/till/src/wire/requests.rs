//! What the commands take.
//!
//! Everything that moves money carries an [`ActionId`] made by the screen at the press: the same
//! action arriving twice is done once and answers with the present view.

use comptoir_domain::ids::{ActionId, LineId, OrderId, PaymentId, ShiftId, StaffId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Fate;
use comptoir_domain::quantity::Quantity;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::orders::HandOverWhat;

macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )+};
}

requests! {
    /// Takes nothing.
    NoInput {}

    /// Sets up a till that works without a server.
    SetupAlone {
        /// Mark everything as practice, in a journal of its own.
        practice: bool,
        /// Begin with the sample assortment.
        sample_products: bool,
        hub_name: String,
        location_name: String,
        /// ISO 3166 alpha-2; currency and rounding follow from it.
        country: String,
        time_zone: String,
        /// Printed on receipts: address, registration and tax numbers, line by line.
        legal_lines: Vec<String>,
        till_code: String,
        manager_name: String,
        manager_pin: String,
    }

    /// Joins the hub of a server.
    SetupPair {
        /// Host and port, or an `https://` address.
        address: String,
        code: String,
    }

    /// Products from a text file with any delimiter, the columns named in its first line.
    CatalogueImport {
        path: String,
        /// Only say what would happen.
        dry_run: bool,
    }

    StaffSignIn {
        staff: StaffId,
        pin: String,
    }

    ShiftOpen {
        action: ActionId,
        /// What is in the drawer.
        float: Money,
        denominations: Vec<DenominationCount>,
    }

    /// A code from a scanner, or typed.
    Scan {
        code: String,
        /// The AIM identifier (`]E0`) where the scanner sent one.
        symbology: Option<String>,
        /// A quantity typed before the scan; one unit where there is none.
        quantity: Option<Quantity>,
        confirmed: bool,
    }

    AddVariant {
        variant: VariantId,
        quantity: Option<Quantity>,
        confirmed: bool,
    }

    /// One more, one less: travels as a difference.
    StepQuantity {
        line: LineId,
        delta: Quantity,
    }

    /// A typed quantity: travels as from what to what. Zero removes the line.
    SetQuantity {
        line: LineId,
        quantity: Quantity,
        confirmed: bool,
    }

    RemoveLine {
        line: LineId,
        /// Where the goods are. None: back to the shelf.
        #[serde(default)]
        #[ts(optional = nullable)]
        fate: Option<Fate>,
    }

    /// A discount on one line, or on the order. Replaces the one given before; nothing takes it away.
    GiveDiscount {
        /// None for the whole order.
        line: Option<LineId>,
        discount: Option<Discount>,
        reason: String,
        note: Option<String>,
        approval: Option<Approval>,
    }

    /// Matches a shelf price: the line costs this much for one unit.
    OverridePrice {
        line: LineId,
        unit_price: Money,
        reason: String,
        approval: Option<Approval>,
    }

    RecallOrder {
        /// None for the oldest one parked. An order in progress is parked in its place.
        order: Option<OrderId>,
    }

    DiscardOrder {
        action: ActionId,
        reason: Option<String>,
        approval: Option<Approval>,
    }

    ProductSearch {
        text: String,
        /// Within this category only.
        category: Option<String>,
        #[ts(type = "number")]
        limit: u32,
    }

    CategoryProducts {
        category: String,
        #[ts(type = "number")]
        limit: u32,
    }

    PictureGet {
        picture: String,
    }

    /// Takes money for the order in progress; when nothing is due any more, the sale is done.
    PayAdd {
        action: ActionId,
        tender: String,
        /// None: what is still due (for cash: as the country rounds it).
        amount: Option<Money>,
        /// Cash handed over; the change is worked out from it. None: exactly the amount.
        tendered: Option<Money>,
        reference: Option<String>,
        /// The large amount is meant.
        confirmed: bool,
        /// What goes over the counter once it is paid. None: everything. `ticked`: what is due is what
        /// the ticked goods come to; an `amount` above that pays the rest ahead. `nothing`: all is paid
        /// ahead, and the order waits on.
        #[serde(default)]
        #[ts(optional = nullable)]
        goes: Option<HandOverWhat>,
        /// A manager's word for more than the hub trusts a till with while the server is away.
        #[serde(default)]
        #[ts(optional = nullable)]
        approval: Option<Approval>,
    }

    /// Lets the customer off what is still due, where it is no more than `forgivable`.
    PayForgive {
        action: ActionId,
        /// As in `pay_add`.
        #[serde(default)]
        #[ts(optional = nullable)]
        goes: Option<HandOverWhat>,
    }

    PayUndo {
        action: ActionId,
        payment: PaymentId,
    }

    ReceiptPrint {
        action: ActionId,
        /// None: the last sale. A second print says that it is a copy.
        order: Option<OrderId>,
    }

    DrawerOpen {
        action: ActionId,
        reason: String,
        approval: Option<Approval>,
    }

    CashMove {
        action: ActionId,
        from: String,
        to: String,
        amount: Money,
        reason: String,
        approval: Option<Approval>,
    }

    /// Corrects a wrong tender of a sale of this shift by a minus and a plus.
    TenderCorrect {
        action: ActionId,
        payment: PaymentId,
        tender: String,
        reference: Option<String>,
    }

    /// Adds coins and notes up without recording anything.
    CashSumOf {
        denominations: Vec<DenominationCount>,
    }

    /// Asks what will come back of cash that is typed and not yet taken.
    CashChangeOf {
        tendered: Money,
        /// As in `pay_add`.
        #[serde(default)]
        #[ts(optional = nullable)]
        goes: Option<HandOverWhat>,
    }

    /// Records a count; a recount is another one, and both are kept.
    ShiftCount {
        action: ActionId,
        counts: Vec<TenderCount>,
    }

    ShiftClose {
        action: ActionId,
        /// What stays in the drawer; the rest is moved to `rest_to`.
        float_left: Money,
        rest_to: String,
    }

    ZReportGet {
        /// None: the last one.
        shift: Option<ShiftId>,
    }

    ZReportPrint {
        action: ActionId,
        shift: ShiftId,
    }

    PrinterSettings {
        /// None takes the printer away.
        target: Option<PrinterTarget>,
        /// 58 or 80.
        #[ts(type = "number")]
        paper_mm: u8,
        automatic: bool,
        drawer: bool,
    }

    ScannerSettings {
        /// The serial port to read from.
        port: Option<String>,
        prefix: Option<String>,
        us_layout: bool,
    }

    LanguageSet {
        /// `en` or `fr`.
        language: String,
    }

    /// How many of one coin or note.
    DenominationCount {
        value: Money,
        #[ts(type = "number")]
        count: u32,
    }

    /// What was counted of one tender: as a sum, or as coins and notes.
    TenderCount {
        tender: String,
        amount: Option<Money>,
        denominations: Vec<DenominationCount>,
    }

    /// A manager's word for something that the cashier's role does not allow.
    Approval {
        staff: StaffId,
        pin: String,
    }
}

/// How much off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum Discount {
    /// In thousandths of a per cent: `10000` is 10 %.
    Percent(#[ts(type = "number")] u32),
    Amount(Money),
}

/// Where the bytes of a slip go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PrinterTarget {
    Network {
        host: String,
        #[ts(type = "number")]
        port: u16,
    },
    Serial {
        port: String,
        #[ts(type = "number")]
        baud: u32,
    },
    /// A device file such as `/dev/usb/lp0`.
    Device { path: String },
    /// A plain file that slips are appended to.
    File { path: String },
}
