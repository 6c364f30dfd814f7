//! Why a till did not do what it was asked to do, and how the screen hears of it.

use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::{Refusal, RefusalCode};
use rusqlite::ErrorCode;

use crate::key::KeyError;
use crate::wire::{ApiError, Code, Param};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// A rule of the trade says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The till itself says no, in a code of the screen.
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("the database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored row cannot be read: a fault of ours or of the disk.
    #[error("stored {what}: {error}")]
    Stored {
        what: &'static str,
        error: serde_json::Error,
    },
    /// A stored text is not what it should be.
    #[error("stored {what} has another form")]
    StoredText { what: &'static str },
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The second copy could not be written.
    #[error("{0}")]
    Backup(String),
}

impl TillError {
    /// A plain no of the till.
    pub fn refuse(code: Code, message: impl Into<String>) -> TillError {
        TillError::Api(ApiError::new(code, message))
    }

    pub(crate) fn is_disk_full(&self) -> bool {
        self.sqlite_code() == Some(ErrorCode::DiskFull)
    }

    fn sqlite_code(&self) -> Option<ErrorCode> {
        match self {
            TillError::Database(error) => error.sqlite_error_code(),
            _ => None,
        }
    }
}

impl From<TillError> for ApiError {
    fn from(error: TillError) -> ApiError {
        let code = match (&error, error.sqlite_code()) {
            (_, Some(ErrorCode::DiskFull)) => Code::DiskFull,
            (_, Some(ErrorCode::ReadOnly | ErrorCode::SystemIoFailure)) => Code::StorageReadOnly,
            (_, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)) => Code::StorageDamaged,
            (TillError::Backup(_), _) => Code::BackupMissing,
            _ => Code::Internal,
        };
        match error {
            TillError::Api(error) => error,
            TillError::Refused(refusal) => from_refusal(&refusal),
            other => ApiError::new(code, other.to_string()),
        }
    }
}

fn from_refusal(refusal: &Refusal) -> ApiError {
    let error = ApiError::new(code_of(refusal.code), refusal.code.as_str());
    refusal.params.iter().fold(error, |error, (name, value)| {
        error.with(name, param(name, value))
    })
}

fn param(name: &str, value: &str) -> Param {
    match (name, value.parse::<i64>()) {
        ("due" | "spendable" | "limit" | "amount", Ok(amount)) => {
            Param::Money(Money::minor(amount))
        }
        ("quantity", Ok(thousandths)) => Param::Quantity(Quantity::thousandths(thousandths)),
        _ => Param::Text(value.to_owned()),
    }
}

/// The screen's word for a refusal of the domain.
const fn code_of(refusal: RefusalCode) -> Code {
    match refusal {
        RefusalCode::NoPrice => Code::PriceMissing,
        RefusalCode::NotForSaleHere
        | RefusalCode::NoTaxRate
        | RefusalCode::LineUnknown
        | RefusalCode::OrderUnknown
        | RefusalCode::PaymentUnknown
        | RefusalCode::AccountMissing
        | RefusalCode::CashPlaceUnknown
        | RefusalCode::SlotUnknown => Code::NotFound,
        RefusalCode::NameMissing | RefusalCode::ContactUnusable => Code::NameInvalid,
        RefusalCode::QuantityNotPositive
        | RefusalCode::QuantityTooLarge
        | RefusalCode::TooManyLines => Code::QuantityInvalid,
        RefusalCode::QuantityOnLabel => Code::QuantityInvalid,
        RefusalCode::QuantityNotWhole => Code::QuantityNotWhole,
        RefusalCode::NothingToUndo => Code::NothingToUndo,
        RefusalCode::OrderEmpty => Code::OrderEmpty,
        RefusalCode::OrderInProgress => Code::OrderPartPaid,
        RefusalCode::AmountNotPositive => Code::AmountInvalid,
        RefusalCode::ReasonMissing => Code::ReasonMissing,
        RefusalCode::AmountTooLarge => Code::AmountTooLarge,
        RefusalCode::AmountAboveDue => Code::AmountAboveDue,
        RefusalCode::CreditTooLow => Code::CreditTooLow,
        RefusalCode::ForgivenessAboveLimit => Code::ForgivenessTooMuch,
        RefusalCode::ReturnAboveCollected => Code::ReturnTooMuch,
        RefusalCode::TenderUnknown => Code::TenderUnknown,
        RefusalCode::DiscountAboveLimit
        | RefusalCode::CashBackAboveLimit
        | RefusalCode::NotPermitted => Code::ApprovalNeeded,
        RefusalCode::DiscountAboveAmount => Code::DiscountTooLarge,
        RefusalCode::NoOpenShift => Code::ShiftNotOpen,
        RefusalCode::CountMissing => Code::CountMissing,
        RefusalCode::OrderNotPaid => Code::OrderNotSettled,
        RefusalCode::NothingToGiveBack => Code::NothingToGiveBack,
        RefusalCode::OrderNotOpen
        | RefusalCode::NothingDue
        | RefusalCode::ShiftAlreadyOpen
        | RefusalCode::HandOverAboveOrdered
        | RefusalCode::OrderHandedOver
        | RefusalCode::OrderClosedToCustomer
        | RefusalCode::NothingMissing
        | RefusalCode::NothingChanged
        | RefusalCode::PriceChanged
        | RefusalCode::SlotFull
        | RefusalCode::NotEnoughInStock
        | RefusalCode::NamedTwice => Code::NotNow,
        RefusalCode::StockNotKept => Code::StockNotKept,
        RefusalCode::SamePlace => Code::SamePlace,
        RefusalCode::SlotClosed => Code::SlotOver,
        RefusalCode::ChoiceUnknown => Code::ChoiceGone,
    }
}
