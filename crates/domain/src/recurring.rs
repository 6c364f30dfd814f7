//! Recurring orders: the weekly box. A customer gets the same goods on the same day of the week until
//! somebody pauses, skips or ends it; each time an order like any other is made, in good time for its
//! customer to change it or call it off.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate, Timelike};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::catalogue::Variant;
use crate::decide::check_for_shop;
use crate::ids::{CustomerId, LocationId, OrderId, RecurringOrderId, SlotId, VariantId};
use crate::order::ORDER_LINES_MAX;
use crate::quantity::{Quantity, Unit};
use crate::refusal::{Refusal, RefusalCode};
use crate::slot::Slot;
use crate::time::{Timestamp, Zone};

const HOUR_MS: i64 = 60 * 60_000;

/// How long before the cut-off an order is made, in milliseconds: three days. Its customer can still do
/// without it, and the hub knows what to bring.
pub const MADE_BEFORE_CUT_OFF_MS: i64 = 72 * HOUR_MS;

/// For how long after a slot it is still told that an order was not made for it, in milliseconds: two
/// weeks. A server that was away longer has other news.
pub const TOLD_AFTER_SLOT_MS: i64 = 14 * 24 * HOUR_MS;

/// The longest interval, in weeks.
pub const WEEKS_MAX: u8 = 52;

/// The longest note, in characters.
pub const NOTE_MAX: usize = 500;

/// How far ahead single days are skipped.
pub const SKIPPED_AHEAD_DAYS: u64 = 366;

/// Why an order was not made whose customer has left.
pub const CUSTOMER_LEFT: &str = "customer_left";

const MINUTES_OF_DAY: u16 = 24 * 60;

/// The years that calendars hold.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9998;

/// So much of an article, each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringLine {
    pub variant: VariantId,
    pub quantity: Quantity,
}

/// A holiday: none of these days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: NaiveDate,
    /// The last day; none until somebody says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl Pause {
    fn covers(self, day: NaiveDate) -> bool {
        day >= self.from && self.until.is_none_or(|until| day <= until)
    }
}

/// What a customer gets again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringOrder {
    pub id: RecurringOrderId,
    pub customer: CustomerId,
    /// Where it is fetched.
    pub location: LocationId,
    /// The first day on which it is fetched, by the hub's calendar; the others are whole weeks later.
    pub first: NaiveDate,
    /// When on that day, in minutes after midnight by the hub's clock: of several slots the one that
    /// begins nearest to it.
    pub minute: u16,
    /// Every so many weeks.
    pub weeks: u8,
    pub lines: Vec<RecurringLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
    /// Single days without it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub skipped: BTreeSet<NaiveDate>,
    /// Goes with each order. Personal: it is forgotten with its customer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    pub ended: bool,
    /// When people said so last. Slots that took no more orders by then are none of its business.
    pub since: Timestamp,
}

/// What becomes of a recurring order on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is none of its days.
    Elsewhere,
    Due,
    Skipped,
    Paused,
    Ended,
}

/// Which recurring order made an order, and what it was to hold beside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    pub recurring: RecurringOrderId,
    pub day: NaiveDate,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// Something that could not be had this time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub variant: VariantId,
    /// As it was called then; empty where nobody knows it any more.
    pub name: String,
    pub quantity: Quantity,
    pub unit: Unit,
    /// The code of the refusal: `not_enough_in_stock`.
    pub reason: String,
}

impl RecurringOrder {
    /// Refuses what cannot be: no goods or the same twice, quantities nobody orders, an interval of no
    /// weeks. What was on it before stays, so that it can be changed while something is out of season.
    pub fn check(
        &self,
        before: Option<&RecurringOrder>,
        variants: &BTreeMap<VariantId, Variant>,
    ) -> Result<(), Refusal> {
        let fits = (1..=WEEKS_MAX).contains(&self.weeks)
            && self.minute < MINUTES_OF_DAY
            && is_in_calendar(self.first);
        if !fits {
            return Err(RefusalCode::SlotUnknown.into());
        }
        if self.lines.is_empty() {
            return Err(RefusalCode::OrderEmpty.into());
        }
        if self.lines.len() > ORDER_LINES_MAX {
            return Err(RefusalCode::TooManyLines.into());
        }
        let mut named = BTreeSet::new();
        for line in &self.lines {
            let variant = variants
                .get(&line.variant)
                .ok_or(RefusalCode::NotForSaleHere)?;
            if !named.insert(line.variant) {
                return Err(Refusal::from(RefusalCode::NamedTwice).with("name", &variant.name));
            }
            if before.is_none_or(|before| !before.lines.contains(line)) {
                check_for_shop(variant, line.quantity)?;
            }
        }
        Ok(())
    }

    /// What becomes of it on a day.
    pub fn standing(&self, day: NaiveDate) -> Standing {
        if !self.falls_on(day) {
            Standing::Elsewhere
        } else if self.ended {
            Standing::Ended
        } else if self.skipped.contains(&day) {
            Standing::Skipped
        } else if self.pause.is_some_and(|pause| pause.covers(day)) {
            Standing::Paused
        } else {
            Standing::Due
        }
    }

    /// Whether it is one of its days, whatever was said of single ones.
    pub fn falls_on(&self, day: NaiveDate) -> bool {
        let days = day.signed_duration_since(self.first).num_days();
        days >= 0 && days % self.interval_days() == 0
    }

    /// Its days from a day on, the earliest first.
    pub fn days_from(&self, from: NaiveDate) -> impl Iterator<Item = NaiveDate> + use<> {
        let behind = from.signed_duration_since(self.first).num_days().max(0);
        let interval = self.interval_days();
        let skipped = behind.div_euclid(interval) + i64::from(behind.rem_euclid(interval) > 0);
        let first = self.first;
        (skipped..).map_while(move |count| {
            let days = u64::try_from(count.checked_mul(interval)?).ok()?;
            first
                .checked_add_days(Days::new(days))
                .filter(|day| is_in_calendar(*day))
        })
    }

    fn interval_days(&self) -> i64 {
        7 * i64::from(self.weeks.max(1))
    }

    /// The slot in which it is fetched on a day: of those that are open at its place the one that begins
    /// nearest to its time, the earlier of two that are as near.
    pub fn slot_on<'s>(
        &self,
        day: NaiveDate,
        slots: impl IntoIterator<Item = &'s Slot>,
        zone: Zone,
    ) -> Option<&'s Slot> {
        let here = slots
            .into_iter()
            .filter(|slot| slot.active && slot.location == self.location)
            .filter(|slot| day_of(slot, zone) == day);
        here.min_by_key(|slot| {
            let distance = minute_of(slot, zone).abs_diff(self.minute);
            (distance, slot.starts_at, slot.id)
        })
    }

    /// The order of a day: the same however often it is made.
    pub fn order_on(&self, day: NaiveDate) -> OrderId {
        let mut hasher = Sha256::new();
        hasher.update(b"comptoir-recurring-1");
        hasher.update(self.id.uuid().as_bytes());
        hasher.update(day.to_string());
        let digest = hasher.finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        OrderId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The days whose orders are to be made by now, or whose slots took no more orders before that
    /// happened, each with its slot. Which of them were made is not known here.
    pub fn to_make<'s>(
        &self,
        slots: &[&'s Slot],
        zone: Zone,
        now: Timestamp,
    ) -> Vec<(NaiveDate, &'s Slot)> {
        let is_time = |slot: &Slot| {
            now >= slot.orders_until.plus_ms(-MADE_BEFORE_CUT_OFF_MS)
                && now < slot.ends_at.plus_ms(TOLD_AFTER_SLOT_MS)
                && self.since < slot.orders_until
        };
        let in_time = slots.iter().filter(|slot| is_time(slot));
        let days: BTreeSet<NaiveDate> = in_time.map(|slot| day_of(slot, zone)).collect();
        let due = days
            .into_iter()
            .filter(|day| self.standing(*day) == Standing::Due);
        due.filter_map(|day| {
            let slot = self.slot_on(day, slots.iter().copied(), zone)?;
            is_time(slot).then_some((day, slot))
        })
        .collect()
    }

    /// Says that a day goes without it, or that it does not. Days long past are forgotten.
    pub fn skip(&mut self, day: NaiveDate, skipped: bool, today: NaiveDate) -> Result<(), Refusal> {
        let last = today.checked_add_days(Days::new(SKIPPED_AHEAD_DAYS));
        if !self.falls_on(day) || day < today || last.is_none_or(|last| day > last) {
            return Err(RefusalCode::SlotUnknown.into());
        }
        self.skipped.retain(|skipped| *skipped >= today);
        if skipped {
            self.skipped.insert(day);
        } else {
            self.skipped.remove(&day);
        }
        Ok(())
    }

    /// Whether one of these orders, which it made on other days, is to be fetched in a slot already: a
    /// slot that was moved by weeks brings its orders with it.
    pub fn is_served<'o>(
        &self,
        slot: SlotId,
        made: impl IntoIterator<Item = &'o crate::order::Order>,
    ) -> bool {
        made.into_iter().any(|order| {
            order.heading.slot == Some(slot)
                && order.milestones.cancelled.is_none()
                && order
                    .recurrence
                    .as_ref()
                    .is_some_and(|made| made.recurring == self.id)
        })
    }
}

fn is_in_calendar(day: NaiveDate) -> bool {
    use chrono::Datelike;
    YEARS.contains(&day.year())
}

/// The day of a slot, by the hub's calendar.
pub fn day_of(slot: &Slot, zone: Zone) -> NaiveDate {
    slot.starts_at.in_zone(zone).date_naive()
}

/// When a slot begins, in minutes after midnight by the hub's clock.
pub fn minute_of(slot: &Slot, zone: Zone) -> u16 {
    let begins = slot.starts_at.in_zone(zone);
    u16::try_from(begins.hour() * 60 + begins.minute()).unwrap_or(0)
}
