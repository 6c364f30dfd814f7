//! Identities. Every id is a UUID made where the thing was born and final from birth: UUIDv7 for
//! what happens, so that ids sort roughly by time, and never handed out by a database.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(Uuid);

        impl $name {
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

typed_id! {
    /// The seller.
    HubId,
    /// A place with its own stock.
    LocationId,
    /// One enrolled checkout device.
    TillId,
    /// One life of a till's or a server's database: a restored or copied database opens a new one.
    EpochId,
    /// A person who works at the hub.
    StaffId,
    /// A person or household that buys by name.
    CustomerId,
    /// What is sold, with its texts.
    ProductId,
    /// The thing with a price and a stock.
    VariantId,
    /// Everything that one customer buys in one go.
    OrderId,
    /// A part of an order that names goods.
    LineId,
    /// A part of an order that is no product: a fee, a delivery, a deposit.
    ChargeId,
    /// Money that came in for an order.
    PaymentId,
    /// Money that was given back for an order.
    RefundId,
    /// What a customer was let off.
    ForgivenessId,
    /// One hand-over of goods.
    CollectionId,
    /// One taking-back of goods.
    ReturnId,
    /// One till's cash session.
    ShiftId,
    /// One pick-up slot: a place and a span of time.
    SlotId,
    /// A customer's credit, a voucher or a deposit held: one account of the ledger.
    AccountId,
    /// A free text, buyer data or a rendered document that lies beside the journal.
    AttachmentId,
    /// A price rule that holds for a time, a class or a code.
    PriceRuleId,
    /// What a customer gets again and again.
    RecurringOrderId,
    /// An act that is done once however often it is sent: the double press, the resend.
    ActionId,
}

/// Where new ids come from. The core asks for them, the shell passes a source in: the system's
/// randomness in a till, a seeded sequence in tests and simulations.
pub trait IdSource {
    /// A fresh UUIDv7.
    fn next_uuid(&mut self) -> Uuid;
}

impl<F: FnMut() -> Uuid> IdSource for F {
    fn next_uuid(&mut self) -> Uuid {
        self()
    }
}

/// Builds a UUIDv7 (RFC 9562, section 5.7) from a time in milliseconds and ten random bytes.
pub fn uuid_v7(unix_ms: u64, random: [u8; 10]) -> Uuid {
    let mut bytes = [0u8; 16];
    bytes[..6].copy_from_slice(&unix_ms.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}
