//! Who works at the hub, and what they may do.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::country::Language;
use crate::ids::StaffId;
use crate::money::Money;

/// What a person at the hub is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sells, hands over, takes back and counts the own drawer.
    Cashier,
    /// May do everything.
    Manager,
    /// Reads everything, changes nothing.
    Bookkeeper,
}

/// An act that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    Sell,
    /// Hand over, amend and cancel orders that were placed elsewhere.
    HandleOrders,
    /// A lower price or a discount within the role's [`RoleLimits`].
    GiveDiscountWithinLimit,
    /// A price or discount beyond those limits, or a higher price.
    OverridePrice,
    /// Take back goods and give back their money.
    Refund,
    /// Undo a sale that was paid.
    VoidPaid,
    /// Put a wrong tender right before the shift closes.
    CorrectTender,
    /// Open the drawer without a sale; it is recorded.
    OpenDrawer,
    /// Carry cash in or out of the drawer.
    MoveCash,
    OpenShift,
    CloseShift,
    /// Close a shift of a till that is lost, or somebody else's.
    CloseForeignShift,
    /// Spend more credit, voucher or account than the limit for working offline.
    ExceedOfflineLimit,
    IssueVoucher,
    /// Decide what a problem asks.
    DecideProblem,
    CountStock,
    SeeReports,
    ExportBooks,
    ChangeCatalogue,
    ChangeSettings,
    ManageStaff,
    EnrolTill,
}

impl Permission {
    /// Every permission, for the screen that lists them and for tests.
    pub const ALL: &'static [Permission] = &[
        Permission::Sell,
        Permission::HandleOrders,
        Permission::GiveDiscountWithinLimit,
        Permission::OverridePrice,
        Permission::Refund,
        Permission::VoidPaid,
        Permission::CorrectTender,
        Permission::OpenDrawer,
        Permission::MoveCash,
        Permission::OpenShift,
        Permission::CloseShift,
        Permission::CloseForeignShift,
        Permission::ExceedOfflineLimit,
        Permission::IssueVoucher,
        Permission::DecideProblem,
        Permission::CountStock,
        Permission::SeeReports,
        Permission::ExportBooks,
        Permission::ChangeCatalogue,
        Permission::ChangeSettings,
        Permission::ManageStaff,
        Permission::EnrolTill,
    ];
}

impl Role {
    /// Whether the role may do it without a manager's PIN.
    pub const fn may(self, permission: Permission) -> bool {
        match self {
            Role::Manager => true,
            Role::Cashier => matches!(
                permission,
                Permission::Sell
                    | Permission::HandleOrders
                    | Permission::GiveDiscountWithinLimit
                    | Permission::Refund
                    | Permission::CorrectTender
                    | Permission::OpenDrawer
                    | Permission::MoveCash
                    | Permission::OpenShift
                    | Permission::CloseShift
                    | Permission::CountStock
            ),
            Role::Bookkeeper => {
                matches!(permission, Permission::SeeReports | Permission::ExportBooks)
            }
        }
    }
}

/// A person who works at the hub. People leave by being deactivated, never deleted: what they did
/// goes on to name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Staff {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
    /// The PIN as a salted password hash; `None` where the person has no PIN and cannot log in.
    #[serde(default)]
    pub pin_hash: Option<String>,
    pub active: bool,
    #[serde(default)]
    pub language: Option<Language>,
}

impl Staff {
    /// Whether the person may do it now, without a manager's PIN.
    pub const fn may(&self, permission: Permission) -> bool {
        self.active && self.role.may(permission)
    }
}

/// How far a role may go below the shelf price. Both limits hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct RoleLimits {
    /// Parts per million of the amount that is lowered: 100 000 is 10 %.
    pub discount_max_ppm: i32,
    pub discount_max_amount: Money,
}

impl RoleLimits {
    /// No discount at all.
    pub const NONE: RoleLimits = RoleLimits {
        discount_max_ppm: 0,
        discount_max_amount: Money::ZERO,
    };

    /// Whether an amount may be lowered by a discount. A discount of less than nothing is a surcharge
    /// and no matter of limits.
    pub fn allow(&self, amount: Money, discount: Money) -> bool {
        if discount.is_negative() {
            return false;
        }
        let share = amount.to_decimal() * Decimal::new(i64::from(self.discount_max_ppm), 6);
        discount <= self.discount_max_amount && discount.to_decimal() <= share.max(Decimal::ZERO)
    }
}

/// Wrong PINs in a row that cost nothing: people mistype.
const FREE_PIN_FAILURES: u32 = 4;

/// The wait after the first wrong PIN that counts, in milliseconds.
const PIN_DELAY_FIRST_MS: i64 = 10_000;

/// The longest wait, in milliseconds: a queue of customers can bear no more.
const PIN_DELAY_MAX_MS: i64 = 600_000;

/// How long the next try has to wait after so many wrong PINs in a row, in milliseconds. From the
/// fifth on, each wrong one doubles the wait; it is slowed down, never locked out.
pub fn pin_delay(failures: u32) -> Option<i64> {
    let counted = failures.checked_sub(FREE_PIN_FAILURES + 1)?;
    let doubled = PIN_DELAY_FIRST_MS
        .checked_shl(counted.min(16))
        .unwrap_or(PIN_DELAY_MAX_MS);
    Some(doubled.min(PIN_DELAY_MAX_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff(role: Role, active: bool) -> Staff {
        Staff {
            id: StaffId::from_uuid(uuid::Uuid::nil()),
            name: "Cass".to_owned(),
            role,
            pin_hash: None,
            active,
            language: None,
        }
    }

    #[test]
    fn a_manager_may_do_everything_and_a_bookkeeper_only_reads() {
        for &permission in Permission::ALL {
            assert!(Role::Manager.may(permission));
            let reads = matches!(permission, Permission::SeeReports | Permission::ExportBooks);
            assert_eq!(Role::Bookkeeper.may(permission), reads, "{permission:?}");
        }
    }

    #[test]
    fn a_cashier_sells_and_does_not_govern() {
        assert!(Role::Cashier.may(Permission::Sell));
        assert!(Role::Cashier.may(Permission::CloseShift));
        for permission in [
            Permission::OverridePrice,
            Permission::VoidPaid,
            Permission::ChangeSettings,
            Permission::ManageStaff,
            Permission::SeeReports,
            Permission::CloseForeignShift,
        ] {
            assert!(!Role::Cashier.may(permission), "{permission:?}");
        }
    }

    #[test]
    fn who_has_left_may_do_nothing() {
        assert!(staff(Role::Manager, true).may(Permission::Sell));
        assert!(!staff(Role::Manager, false).may(Permission::Sell));
    }

    #[test]
    fn a_discount_keeps_within_both_limits() {
        let limits = RoleLimits {
            discount_max_ppm: 100_000,
            discount_max_amount: Money::minor(500),
        };
        for (amount, discount, allowed) in [
            (1000, 100, true),
            (1000, 101, false),
            (10_000, 500, true),
            (10_000, 501, false),
            (1000, -1, false),
            (0, 0, true),
            (-1000, 1, false),
        ] {
            let answer = limits.allow(Money::minor(amount), Money::minor(discount));
            assert_eq!(answer, allowed, "{amount} {discount}");
        }
        assert!(!RoleLimits::NONE.allow(Money::minor(1000), Money::minor(1)));
    }

    #[test]
    fn five_wrong_pins_slow_down_and_never_lock_out() {
        assert_eq!(pin_delay(0), None);
        assert_eq!(pin_delay(4), None);
        assert_eq!(pin_delay(5), Some(10_000));
        assert_eq!(pin_delay(6), Some(20_000));
        assert_eq!(pin_delay(u32::MAX), Some(600_000));
        let waits: Vec<_> = (5..40).map(pin_delay).collect();
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
