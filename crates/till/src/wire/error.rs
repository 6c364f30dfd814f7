//! The one shape in which the till says no, and the codes that the screen has words for.

use std::collections::BTreeMap;

use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why something was not done, or what a notice says. The screen holds one sentence per code and
/// language; a code without a sentence does not compile there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request was not understood: a host and a screen of different versions.
    BadRequest,
    /// Something that should not happen; the log says what. Nothing was changed.
    Internal,
    /// What was asked for does not fit the screen that the till is at.
    NotNow,
    /// No product, order or line goes by this id any more.
    NotFound,

    /// The PIN is wrong. Params: `attempts_left`.
    PinWrong,
    /// Too many wrong PINs. Params: `until`.
    PinSlowedDown,
    /// A PIN must have four to eight digits.
    PinTooSimple,
    /// The role does not allow it; a manager's PIN in the same request does.
    ApprovalNeeded,
    /// The role does not allow it, nor does the approver's.
    NotAllowed,

    /// No product has this code. Params: `code`.
    CodeUnknown,
    /// The code cannot be read as a barcode or a product code. Params: `code`.
    CodeUnreadable,
    /// The product has no price and cannot be sold. Params: `name`.
    PriceMissing,
    /// The quantity is not one that can be sold.
    QuantityInvalid,
    /// The quantity is unusually large; the same request with `confirmed` does it. Params:
    /// `quantity`.
    QuantityUnusual,
    /// The product is sold by the piece. Params: `name`.
    QuantityNotWhole,
    /// There is no order in progress, or it has no lines.
    OrderEmpty,
    /// Something has been paid already; undo the payment first.
    OrderPartPaid,
    /// Nothing is left to undo.
    NothingToUndo,
    /// No order is parked.
    NothingParked,
    /// The discount is larger than what it is given on.
    DiscountTooLarge,
    /// The sum cannot be shown or stored.
    AmountTooLarge,

    /// The amount is nothing or negative.
    AmountInvalid,
    /// More than is still to pay, by a tender that gives no change. Params: `due`.
    AmountAboveDue,
    /// Unusually much for what is due; the same request with `confirmed` does it. Params: `amount`.
    TenderedUnusual,
    /// The cash given is less than what is due and was not meant as a part. Params: `due`.
    TenderedTooSmall,
    /// The tender wants a reference.
    ReferenceMissing,
    /// The tender is not in use.
    TenderUnknown,
    /// The shift of that payment is closed; its tender stays as it is.
    ShiftClosed,
    /// No shift is open.
    ShiftNotOpen,
    /// Not everything was counted that is counted at close.
    CountMissing,

    /// The name is missing or too long.
    NameInvalid,
    /// The server's address is not an address.
    AddressInvalid,
    /// Nobody answers at that address.
    ServerUnreachable,
    /// Something answers there, but it is no server of this system (a captive portal, a web page).
    ServerNotOurs,
    /// The server's certificate is not the one that the pairing code names.
    ServerNotTrusted,
    /// The pairing code is wrong.
    PairingCodeWrong,
    /// The pairing code was used before.
    PairingCodeUsed,
    /// The pairing code is too old.
    PairingCodeExpired,
    /// Server and till are too many versions apart.
    VersionTooOld,
    /// The server does not know this till, or no longer accepts it.
    TillRejected,
    /// The country's law asks for what this version cannot do; it can be practised, not sold.
    /// Params: `country`.
    CountryNotSupported,

    /// The products come from the server; a file is given to its office.
    CatalogueFromServer,
    /// The file is not there or cannot be read. Params: `path`.
    FileUnreadable,
    /// There is nothing in the file.
    FileEmpty,
    /// The file is larger than anything that a catalogue could be.
    FileTooLarge,
    /// The file is no text.
    FileNotText,
    /// The file is a workbook and not a text table.
    FileIsSpreadsheet,
    /// Some letters cannot be read. Params: `line`.
    FileEncoding,
    /// No column holds the product code. Params: `found`.
    ColumnMissing,
    /// No column but the code is known. Params: `found`.
    ColumnsUnknown,
    /// Two columns hold the same. Params: `first`, `second`.
    ColumnTwice,
    /// Prices with tax where the hub's are without, or the other way round. Params: `heading`.
    PriceTaxMode,
    /// Prices in another currency. Params: `heading`, `hub`.
    PriceCurrency,

    /// No printer is set up.
    PrinterMissing,
    /// The printer does not answer; the slip waits. Params: `jobs`.
    PrinterUnreachable,
    /// The printer is out of paper; the slip waits.
    PrinterOutOfPaper,
    /// The printer's cover is open; the slip waits.
    PrinterCoverOpen,
    /// The printer reports a fault; the slip waits.
    PrinterFault,
    /// The printer's address or port is not one.
    PrinterAddressInvalid,
    /// The scanner's port cannot be opened. Params: `port`.
    ScannerUnreachable,

    /// The disk is full, or nearly: nothing more can be stored.
    DiskFull,
    /// The folder of the till can be read, but not written. Params: `path`.
    StorageReadOnly,
    /// The database is damaged. Params: `path`.
    StorageDamaged,
    /// The database was written by a newer version. Params: `path`.
    StorageTooNew,
    /// The signing key that belongs to the database is not on this machine. Params: `path`.
    KeyMissing,
    /// The key on this machine is not the one that signed the journal. Params: `path`.
    KeyForeign,
    /// The system's keyring is locked or does not answer; the till goes on once it does.
    KeyringClosed,
    /// Another window or user has the till open. Params: `path`.
    AlreadyRunning,
    /// The data folder is throw-away storage, on which nothing may be sold. Params: `path`.
    StorageTemporary,
    /// An older copy of the database was put back; a new number series has begun. Params: `label`.
    OlderCopyRestored,
    /// The clock is more than a minute from the server's. Params: `offset_s`.
    ClockOff,
    /// The clock stands before the last sale. Params: `last`.
    ClockBeforeLastSale,

    /// Entries stay unsent although the server answers. Params: `count`.
    EntriesStuck,
    /// The shift was forgotten overnight and has been closed without a count. Params: `shift`.
    ShiftClosedUncounted,
    /// The order in progress was found again after a restart.
    OrderRestored,

    /// The scanned code is that of an order which is not on this till's copy.
    OrderUnknown,
    /// The order was cancelled, or nobody came for it. Params: `number`.
    OrderNotOpen,
    /// Everything of the order was handed over before. Params: `number`.
    OrderHandedOver,
    /// Something is still to pay, or to give back where it is negative, before the order can be handed
    /// over. Params: `due`.
    OrderNotSettled,
    /// The order changed elsewhere since it was shown: nothing was done, the screen shows the new figure.
    OrderMoved,
    /// Nothing was ticked, so nothing would go over the counter.
    NothingTicked,
    /// The order is paid: nothing is to be given back.
    NothingToGiveBack,
    /// Credit belongs to a customer, and the order names none.
    CustomerMissing,
    /// Something has to be said about why.
    ReasonMissing,
    /// The customer has less credit, or may buy less on account. Params: `spendable`.
    CreditTooLow,
    /// More is due than may be forgiven. Params: `limit`.
    ForgivenessTooMuch,
    /// Nothing more is handed over of the order: only its money can be settled. Params: `number`.
    OrderOnlySettled,
    /// No receipt or order of that number is known here. Params: `number`.
    ReceiptUnknown,
    /// More would come back than the customer holds. Params: `name`.
    ReturnTooMuch,
    /// The orders are not settled yet: money that moved for them has to be taken back first.
    GroupHasMoney,
    /// No stock is kept of it: it is a service, a bundle, or the hub does not count it. Params: `name`.
    StockNotKept,
    /// Goods cannot be carried to where they are.
    SamePlace,
    /// The problem cannot be decided like that any more.
    ChoiceGone,
    /// A notice: the order was placed and its goods are held back. Params: `number`.
    OrderPlaced,
    /// The slot is over, or was taken off.
    SlotOver,
    /// A notice: the sale in progress was put aside for the order that was opened.
    SaleParked,
    /// A notice: the order in progress was put aside for the one that was opened. Params: `number`.
    OrderParked,
    /// The sale is not, or no longer, put aside on the other till. Params: `till`, where it is known.
    ParkedGone,
    /// Money was taken for the sale: only its own till can go on with it. Params: `till`.
    ParkedHasMoney,
    /// Another till asked for the sale first.
    ParkedWanted,
    /// The sale is too large to move.
    ParkedTooLarge,
    /// The other till's version wrote the sale in a way that this one cannot read. Params: `till`,
    /// where it is known.
    ParkedUnreadable,
    /// A notice: a sale that was asked for has come, and lies among those put aside. Params: `till`.
    ParkedArrived,
    /// Not every product has a picture, price or name that can be shown; the office has the list.
    /// Params: `count`.
    CatalogueIncomplete,
    /// The second copy (folder or stick) cannot be written. Params: `path`.
    BackupMissing,
}

/// One figure or word of a code's sentence, with what it is, so that the screen can format it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum Param {
    Text(String),
    Count(i64),
    Money(Money),
    Quantity(Quantity),
    Moment(Timestamp),
}

/// The figures and words of a code's sentence, by name.
pub type Params = BTreeMap<String, Param>;

/// Why a command was not done. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{code:?}: {message}")]
pub struct ApiError {
    pub code: Code,
    #[serde(default)]
    pub params: Params,
    /// For logs only: what was refused, without personal data.
    pub message: String,
}

impl ApiError {
    /// A refusal without figures.
    pub fn new(code: Code, message: impl Into<String>) -> ApiError {
        ApiError {
            code,
            params: Params::new(),
            message: message.into(),
        }
    }

    /// The same with one more figure or word for the sentence.
    #[must_use]
    pub fn with(mut self, name: &str, param: Param) -> ApiError {
        self.params.insert(name.to_owned(), param);
        self
    }
}
