//! One ledger for everything a hub owes its customers or they owe it: vouchers, credit, deposits
//! and accounts.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{AccountId, CustomerId};
use crate::money::Money;
use crate::tender::TenderKind;
use crate::time::Timestamp;

/// What an account is, which decides on tax, expiry and how far it may go below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A voucher that was sold: money held for goods still to be chosen, taxed when they are.
    VoucherMultiPurpose,
    /// A voucher for goods of a known rate: taxed when it is sold.
    VoucherSinglePurpose,
    /// A present of the hub: a discount in money's clothes.
    Goodwill,
    /// Money owed back to a customer. It does not expire.
    RefundCredit,
    /// Money paid ahead of a hand-over.
    Deposit,
    /// Buying now and paying later, within a limit.
    OnAccount,
}

impl AccountKind {
    /// Whether a tender takes from, or gives to, an account of this kind.
    pub const fn serves(self, tender: TenderKind) -> bool {
        match tender {
            TenderKind::OnAccount => matches!(self, AccountKind::OnAccount),
            TenderKind::Voucher => matches!(
                self,
                AccountKind::VoucherMultiPurpose | AccountKind::VoucherSinglePurpose
            ),
            TenderKind::Credit => matches!(
                self,
                AccountKind::RefundCredit | AccountKind::Goodwill | AccountKind::Deposit
            ),
            _ => false,
        }
    }
}

/// A balance that belongs to one customer or one voucher. Positive: the hub owes; negative: the
/// customer owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditAccount {
    pub id: AccountId,
    pub kind: AccountKind,
    pub owner: Option<CustomerId>,
    pub balance: Money,
    /// How far below zero the account may go. Zero for everything but buying on account.
    pub limit: Money,
    pub expires_at: Option<Timestamp>,
}

impl CreditAccount {
    /// Credit of a customer, as it is opened.
    pub(crate) const fn refund_credit(id: AccountId, owner: Option<CustomerId>) -> CreditAccount {
        CreditAccount {
            id,
            kind: AccountKind::RefundCredit,
            owner,
            balance: Money::ZERO,
            limit: Money::ZERO,
            expires_at: None,
        }
    }

    /// What can be spent at a moment: nothing after expiry.
    pub fn spendable(&self, now: Timestamp) -> Money {
        let expired = self.expires_at.is_some_and(|expiry| now >= expiry);
        if expired {
            Money::ZERO
        } else {
            (self.balance + self.limit).max(Money::ZERO)
        }
    }

    /// Whether the balance went further down than the account allows.
    pub fn is_overspent(&self) -> bool {
        self.balance + self.limit < Money::ZERO
    }
}

/// The one account of refund credit that a customer has: tills that are apart open the same.
pub fn refund_credit_of(customer: CustomerId) -> AccountId {
    own_account(b"comptoir refund credit\0", customer)
}

/// The one account on which a customer buys now and pays later.
pub fn on_account_of(customer: CustomerId) -> AccountId {
    own_account(b"comptoir on account\0", customer)
}

fn own_account(purpose: &[u8], customer: CustomerId) -> AccountId {
    let mut hasher = Sha256::new();
    hasher.update(purpose);
    hasher.update(customer.uuid().as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    AccountId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The opening of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountOpening {
    pub id: AccountId,
    pub kind: AccountKind,
    pub owner: Option<CustomerId>,
    pub limit: Money,
    pub expires_at: Option<Timestamp>,
}
