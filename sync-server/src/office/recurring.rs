//! Recurring orders at the office: the list, one with its days, and what people say of them. Their orders
//! are made by a job.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::customer::Customer;
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{
    ActionId, AttachmentId, CustomerId, LocationId, OrderId, RecurringOrderId, VariantId,
};
use comptoir_domain::order::Order;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::recurring::{
    MADE_BEFORE_CUT_OFF_MS, NOTE_MAX, Pause, RecurringLine, RecurringOrder, Standing,
};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Permission;
use comptoir_domain::time::{Timestamp, Zone};
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::act::{Halt, needed, thing};
use super::desk::OfficeDesk;
use super::history::{Reading, word};
use super::listing::{Cells, Table};
use super::orders::about;
use super::overview::{Kept, Overview};
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    DateStanding, EndRecurring, LeftOutView, Named, OrderRecurrence, PageQuery, PauseRecurring,
    RecurringDate, RecurringFilter, RecurringLineView, RecurringList, RecurringRow, RecurringState,
    RecurringView, SaveRecurring, SkipRecurring,
};
use crate::shop::{folded, words_of};
use crate::store::Holdings;

/// How many of its next days a page shows.
const DAYS_SHOWN: usize = 10;

/// How many days back a page shows what became of them.
const DAYS_BACK: i64 = 28;

/// How many of its days are looked at for the next one.
const DAYS_LOOKED: usize = 60;

const READ: [Permission; 2] = [Permission::HandleOrders, Permission::SeeReports];

/// What a thing was when somebody said something of it, and what it becomes.
type Change = Box<dyn FnOnce(&mut RecurringOrder, NaiveDate) -> Result<(), Halt> + Send>;

fn today(now: Timestamp, zone: Zone) -> NaiveDate {
    now.in_zone(zone).date_naive()
}

fn state_of(recurring: &RecurringOrder, today: NaiveDate) -> RecurringState {
    let begun = |pause: Pause| pause.from <= today;
    let over = |pause: Pause| pause.until.is_some_and(|until| until < today);
    match recurring.pause {
        _ if recurring.ended => RecurringState::Ended,
        Some(pause) if begun(pause) && !over(pause) => RecurringState::Paused,
        _ => RecurringState::Running,
    }
}

pub(super) fn row(
    overview: &Overview,
    recurring: &RecurringOrder,
    today: NaiveDate,
) -> RecurringRow {
    let mut next = recurring.days_from(today).take(DAYS_LOOKED);
    let to_come = |pause: &Pause| pause.until.is_none_or(|until| until >= today);
    let pause = recurring.pause.filter(to_come);
    RecurringRow {
        id: recurring.id.uuid(),
        customer: overview.customer_name(recurring.customer),
        place: Named {
            id: recurring.location.uuid(),
            name: overview.place_name(recurring.location),
        },
        first: recurring.first,
        minute: recurring.minute,
        weeks: recurring.weeks,
        items: recurring.lines.len(),
        state: state_of(recurring, today),
        paused_from: pause.map(|pause| pause.from),
        paused_until: pause.and_then(|pause| pause.until),
        next: next.find(|day| recurring.standing(*day) == Standing::Due),
    }
}

/// The recurring orders of a customer.
pub(super) fn of_customer(overview: &Overview, customer: CustomerId) -> Vec<&Kept<RecurringOrder>> {
    let all = overview.recurring.values();
    let mut own: Vec<_> = all.filter(|kept| kept.thing.customer == customer).collect();
    own.sort_by_key(|kept| kept.thing.id);
    own
}

/// What made an order, as its page says it.
pub(super) fn recurrence(order: &Order) -> Option<OrderRecurrence> {
    let made = order.recurrence.as_ref()?;
    let left_out = made.left_out.iter().map(|out| LeftOutView {
        variant: out.variant.uuid(),
        name: out.name.clone(),
        unit: out.unit,
        quantity: out.quantity.in_thousandths(),
        reason: out.reason.clone(),
    });
    Some(OrderRecurrence {
        recurring: made.recurring.uuid(),
        left_out: left_out.collect(),
    })
}

fn keeps(
    overview: &Overview,
    filter: &RecurringFilter,
    words: &[String],
    (recurring, today): (&RecurringOrder, NaiveDate),
) -> bool {
    let state = state_of(recurring, today);
    let in_state = match filter.state {
        None => state != RecurringState::Ended,
        Some(wanted) => state == wanted,
    };
    let of_customer = filter.customer.map(CustomerId::from_uuid);
    let at_place = filter.place.map(LocationId::from_uuid);
    in_state
        && of_customer.is_none_or(|customer| recurring.customer == customer)
        && at_place.is_none_or(|place| recurring.location == place)
        && (words.is_empty() || {
            let goods = recurring.lines.iter();
            let goods = goods.map(|line| overview.variant_name(line.variant).name);
            let name = overview.customer_name(recurring.customer).name;
            let text = goods.fold(folded(&name), |text, name| {
                format!("{text} {}", folded(&name))
            });
            words.iter().all(|word| text.contains(word.as_str()))
        })
}

/// What is known of a day before the journal is asked.
struct Day {
    day: NaiveDate,
    standing: Standing,
    slot: Option<Slot>,
    is_past: bool,
    /// Its order was to be made by now.
    is_time: bool,
    /// Its slot takes no more orders.
    is_late: bool,
}

/// The last and the next days of a recurring order.
fn days(overview: &Overview, recurring: &RecurringOrder, now: Timestamp, zone: Zone) -> Vec<Day> {
    let today = today(now, zone);
    let back = today.checked_sub_signed(chrono::TimeDelta::days(DAYS_BACK));
    let past = recurring.days_from(back.unwrap_or(today));
    let past = past.take_while(|day| *day < today);
    let next = recurring.days_from(today).take(DAYS_SHOWN);
    let of_day = |day: NaiveDate| {
        let slots = overview.slots.values().map(|kept| &kept.thing);
        let slot = recurring.slot_on(day, slots, zone).cloned();
        let since_cut_off = |slot: &Slot| now.ms_since(slot.orders_until);
        let past_by = slot.as_ref().map(since_cut_off);
        Day {
            day,
            standing: recurring.standing(day),
            is_past: day < today,
            is_time: day < today || past_by.is_some_and(|past| past >= -MADE_BEFORE_CUT_OFF_MS),
            is_late: past_by.is_some_and(|past| past >= 0),
            slot,
        }
    };
    past.chain(next).map(of_day).collect()
}

impl OfficeDesk {
    pub async fn recurring_orders(
        &self,
        sitting: &Sitting,
        filter: RecurringFilter,
        page: PageQuery,
    ) -> Result<RecurringList, OfficeError> {
        sitting.permit_one_of(&READ)?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let today = today(self.now(), overview.settings()?.zone);
        let words = words_of(filter.search.as_deref().unwrap_or_default());
        let all = overview.recurring.values().map(|kept| &kept.thing);
        let found = all.filter(|known| keeps(&overview, &filter, &words, (known, today)));
        let mut rows: Vec<RecurringRow> = found.map(|known| row(&overview, known, today)).collect();
        let name = |row: &RecurringRow| (folded(&row.customer.name), row.id);
        match page.sort.as_deref() {
            Some("place") => page.sort(&mut rows, |row| (folded(&row.place.name), name(row))),
            Some("items") => page.sort(&mut rows, |row| (row.items, name(row))),
            Some("next") => page.sort(&mut rows, |row| (row.next, name(row))),
            _ => page.sort(&mut rows, name),
        }
        let (rows, total) = page.cut(rows);
        Ok(RecurringList { rows, total })
    }

    pub async fn recurring_orders_table(
        &self,
        sitting: &Sitting,
        filter: RecurringFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.recurring_orders(sitting, filter, page.whole()).await?;
        let headings = [
            "customer",
            "place",
            "weekday",
            "time",
            "every weeks",
            "items",
            "state",
            "next",
            "paused from",
            "paused until",
        ];
        let mut table = Table::new("recurring-orders", &headings);
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        for row in listed.rows {
            table.row(vec![
                Cells::text(&row.customer.name),
                Cells::text(&row.place.name),
                row.first.format("%A").to_string().to_lowercase(),
                format!("{:02}:{:02}", row.minute / 60, row.minute % 60),
                row.weeks.to_string(),
                row.items.to_string(),
                word(&row.state),
                day(row.next),
                day(row.paused_from),
                day(row.paused_until),
            ]);
        }
        Ok(table)
    }

    /// One recurring order, with its days.
    pub async fn recurring_order(
        &self,
        sitting: &Sitting,
        id: Uuid,
    ) -> Result<RecurringView, OfficeError> {
        sitting.permit_one_of(&READ)?;
        let id = RecurringOrderId::from_uuid(id);
        let now = self.now();
        let (recurring, days) = {
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            let kept = overview
                .recurring
                .get(&id)
                .ok_or(OfficeRefusal::NOT_FOUND)?;
            let zone = overview.settings()?.zone;
            (kept.clone(), days(&overview, &kept.thing, now, zone))
        };
        let missed = self.missed(sitting, &recurring.thing, &days).await?;
        let query = about(EntityKind::RECURRING_ORDER, id.to_string());
        let rows = self.store.audit(sitting.hub.id, query).await?;
        let tills = self.till_codes(sitting).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let reading = Reading::new(&overview, &tills, None);
        let history = rows.iter().rev();
        let dates = days.iter().filter_map(|day| {
            let reason = missed.get(&day.day).cloned();
            date(&overview, &recurring.thing, day, reason)
        });
        let today = today(now, overview.settings()?.zone);
        Ok(RecurringView {
            recurring: row(&overview, &recurring.thing, today),
            seen: recurring.seen,
            lines: lines(&overview, &recurring.thing, now),
            note: recurring.thing.note.clone(),
            dates: dates.collect(),
            history: history
                .map(|row| reading.deed_where(row, is_of_recurring))
                .collect(),
        })
    }

    /// Why orders of days were not made whose time has come.
    async fn missed(
        &self,
        sitting: &Sitting,
        recurring: &RecurringOrder,
        days: &[Day],
    ) -> Result<BTreeMap<NaiveDate, String>, OfficeError> {
        let mut missed = BTreeMap::new();
        for day in days.iter().filter(|day| day.is_time) {
            let action = ActionId::from_uuid(recurring.order_on(day.day).uuid());
            let entry = self.store.entry_of(sitting.hub.id, action).await?;
            let body = entry.and_then(|entry| entry.sealed.read_body().ok());
            let events = body.into_iter().flat_map(|body| body.events);
            missed.extend(events.filter_map(|event| match event {
                Event::RecurringOrderMissed { reason, .. } => Some((day.day, reason)),
                _ => None,
            }));
        }
        Ok(missed)
    }

    /// Makes a recurring order (`id` is none), or changes one.
    pub async fn save_recurring(
        &self,
        sitting: &Sitting,
        id: Option<Uuid>,
        asked: SaveRecurring,
    ) -> Result<RecurringView, OfficeError> {
        sitting.permit(Permission::HandleOrders)?;
        // Named after the action, so that doing it again finds the same one.
        let id = RecurringOrderId::from_uuid(id.unwrap_or(asked.action));
        let (action, seen) = (asked.action, asked.seen);
        let note = readable(&asked.note)?;
        let hub = sitting.hub.id;
        let act = "recurring_order_saved";
        self.act(sitting, action, act, move |holdings, writing| {
            let settings: HubSettings = needed(holdings, EntityKind::SETTINGS, hub)?;
            let customer = CustomerId::from_uuid(asked.customer);
            let known: Customer = needed(holdings, EntityKind::CUSTOMER, customer)?;
            let place = LocationId::from_uuid(asked.place);
            let mut places = settings.locations.iter();
            if !places.any(|known| known.id == place && known.active) {
                return Err(OfficeRefusal::new("place_unknown").into());
            }
            let variants = variants(holdings, &asked)?;
            let now = writing.now;
            let kind = EntityKind::RECURRING_ORDER;
            writing.change(holdings, kind, id, seen, |old: Option<RecurringOrder>| {
                // Whose it is stays: orders were made for them.
                let is_other = old.as_ref().is_some_and(|old| old.customer != customer);
                if is_other || !known.active {
                    return Err(OfficeRefusal::NOT_FOUND.into());
                }
                let new = RecurringOrder {
                    location: place,
                    first: asked.first,
                    minute: asked.minute,
                    weeks: asked.weeks,
                    lines: wished(&asked).collect(),
                    note,
                    ..old.clone().unwrap_or_else(|| fresh(id, customer, now))
                };
                new.check(old.as_ref(), &variants)?;
                changed(new, old.as_ref(), now)
            })
        })
        .await?;
        self.recurring_order(sitting, id.uuid()).await
    }

    /// Pauses a recurring order, or lets it go on.
    pub async fn pause_recurring(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: PauseRecurring,
    ) -> Result<RecurringView, OfficeError> {
        let until = asked.until;
        let pause = asked.from.map(|from| Pause { from, until });
        if pause.is_some_and(|pause| pause.until.is_some_and(|until| until < pause.from)) {
            return Err(OfficeRefusal::new("day_invalid").into());
        }
        let press = (asked.action, asked.seen, "recurring_order_paused");
        let change: Change = Box::new(move |recurring, _| {
            recurring.pause = pause;
            Ok(())
        });
        self.change_recurring(sitting, id, press, None, change)
            .await
    }

    /// Says that a day goes without it, or that it does not. Where its order is made already it is that
    /// order that is called off.
    pub async fn skip_recurring(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: SkipRecurring,
    ) -> Result<RecurringView, OfficeError> {
        let press = (asked.action, asked.seen, "recurring_order_skipped");
        let change: Change = Box::new(move |recurring, today| {
            Ok(recurring.skip(asked.day, asked.skipped, today)?)
        });
        self.change_recurring(sitting, id, press, Some(asked.day), change)
            .await
    }

    /// Ends a recurring order, or begins it again.
    pub async fn end_recurring(
        &self,
        sitting: &Sitting,
        id: Uuid,
        asked: EndRecurring,
    ) -> Result<RecurringView, OfficeError> {
        let press = (asked.action, asked.seen, "recurring_order_ended");
        let change: Change = Box::new(move |recurring, _| {
            recurring.ended = asked.ended;
            Ok(())
        });
        self.change_recurring(sitting, id, press, None, change)
            .await
    }

    async fn change_recurring(
        &self,
        sitting: &Sitting,
        id: Uuid,
        (action, seen, act): (Uuid, u64, &'static str),
        unmade: Option<NaiveDate>,
        change: Change,
    ) -> Result<RecurringView, OfficeError> {
        sitting.permit(Permission::HandleOrders)?;
        let hub = sitting.hub.id;
        let recurring = RecurringOrderId::from_uuid(id);
        self.act(sitting, action, act, move |holdings, writing| {
            let settings: HubSettings = needed(holdings, EntityKind::SETTINGS, hub)?;
            let before: RecurringOrder = needed(holdings, EntityKind::RECURRING_ORDER, recurring)?;
            if let Some(day) = unmade {
                check_not_made(holdings, before.order_on(day))?;
            }
            let kind = EntityKind::RECURRING_ORDER;
            let now = writing.now;
            writing.change(holdings, kind, recurring, Some(seen), |old| {
                let old: RecurringOrder = old.ok_or(OfficeRefusal::NOT_FOUND)?;
                let mut new = old.clone();
                change(&mut new, today(now, settings.zone))?;
                changed(new, Some(&old), now)
            })
        })
        .await?;
        self.recurring_order(sitting, id).await
    }

    /// What the audit keeps of a customer's recurring orders.
    pub(super) async fn audited_recurring(
        &self,
        sitting: &Sitting,
        recurring: &[RecurringOrderId],
    ) -> Result<Vec<AttachmentId>, OfficeError> {
        let mut texts = Vec::new();
        for id in recurring {
            let query = about(EntityKind::RECURRING_ORDER, id.to_string());
            let entries = self.store.audit(sitting.hub.id, query).await?.into_iter();
            let bodies = entries.map(|entry| entry.sealed.read_body().unwrap_or_default());
            texts.extend(
                bodies
                    .flat_map(|body| body.events)
                    .filter_map(|event| match event {
                        Event::Audited {
                            fact: AuditFact::ThingChanged { kind, change, .. },
                        } if kind == EntityKind::RECURRING_ORDER => Some(change),
                        _ => None,
                    }),
            );
        }
        Ok(texts)
    }
}

/// A recurring order that is not filled in yet.
fn fresh(id: RecurringOrderId, customer: CustomerId, now: Timestamp) -> RecurringOrder {
    RecurringOrder {
        id,
        customer,
        location: LocationId::from_uuid(Uuid::nil()),
        first: NaiveDate::default(),
        minute: 0,
        weeks: 1,
        lines: Vec::new(),
        pause: None,
        skipped: BTreeSet::new(),
        note: String::new(),
        ended: false,
        since: now,
    }
}

/// What somebody said holds from now on; where it says nothing new it is refused.
fn changed(
    mut new: RecurringOrder,
    old: Option<&RecurringOrder>,
    now: Timestamp,
) -> Result<RecurringOrder, Halt> {
    if old == Some(&new) {
        return Err(OfficeRefusal::NOTHING_CHANGED.into());
    }
    new.since = now;
    let days = new.skipped.iter().copied();
    new.skipped = days.filter(|day| new.falls_on(*day)).collect();
    Ok(new)
}

fn check_not_made(holdings: &mut dyn Holdings, order: OrderId) -> Result<(), Halt> {
    let made: Option<Order> = thing(holdings, EntityKind::ORDER, order)?;
    match made {
        Some(order) => {
            let refusal = OfficeRefusal::new("recurring_made");
            Err(refusal.with("number", order.heading.number).into())
        }
        None => Ok(()),
    }
}

fn wished(asked: &SaveRecurring) -> impl Iterator<Item = RecurringLine> + '_ {
    asked.lines.iter().map(|line| RecurringLine {
        variant: VariantId::from_uuid(line.variant),
        quantity: Quantity::thousandths(line.quantity),
    })
}

fn variants(
    holdings: &mut dyn Holdings,
    asked: &SaveRecurring,
) -> Result<BTreeMap<VariantId, Variant>, Halt> {
    let mut variants = BTreeMap::new();
    for line in wished(asked) {
        let variant: Option<Variant> = thing(holdings, EntityKind::VARIANT, line.variant)?;
        variants.extend(variant.map(|variant| (variant.id, variant)));
    }
    Ok(variants)
}

fn readable(note: &str) -> Result<String, OfficeRefusal> {
    let plain = |letter: &char| !letter.is_control() || *letter == '\n';
    let note: String = note.trim().chars().filter(plain).collect();
    if note.chars().count() > NOTE_MAX {
        return Err(OfficeRefusal::new("text_invalid"));
    }
    Ok(note)
}

/// What of an entry is about the recurring order, and not about the order that it made.
fn is_of_recurring(event: &Event) -> bool {
    matches!(
        event,
        Event::Audited { .. }
            | Event::RecurringOrderMade { .. }
            | Event::RecurringOrderMissed { .. }
    )
}

fn lines(
    overview: &Overview,
    recurring: &RecurringOrder,
    now: Timestamp,
) -> Vec<RecurringLineView> {
    let view = |line: &RecurringLine| {
        let variant = overview.variants.get(&line.variant).map(|kept| &kept.thing);
        let price = variant
            .and_then(|variant| overview.price(variant, Some(recurring.customer), now))
            .map(|price| price.unit_price.minor_units());
        RecurringLineView {
            variant: line.variant.uuid(),
            code: variant.map_or_else(String::new, |variant| variant.code.clone()),
            name: variant.map_or_else(String::new, |variant| variant.name.clone()),
            unit: variant.map_or(Unit::Each, |variant| variant.unit),
            quantity: line.quantity.in_thousandths(),
            offered: price.is_some()
                && variant.is_some_and(|variant| variant.active && variant.shop),
            price,
        }
    };
    recurring.lines.iter().map(view).collect()
}

/// A day as a page says it. Days that are past and made nothing are left out.
fn date(
    overview: &Overview,
    recurring: &RecurringOrder,
    day: &Day,
    reason: Option<String>,
) -> Option<RecurringDate> {
    let order = overview.orders.get(&recurring.order_on(day.day));
    let standing = match (order, &reason, day.standing) {
        (Some(_), _, _) => DateStanding::Made,
        (None, Some(_), _) => DateStanding::Missed,
        (None, None, _) if day.is_past => return None,
        (None, None, Standing::Due) if day.is_late => DateStanding::Late,
        (None, None, Standing::Due) => DateStanding::Due,
        (None, None, Standing::Skipped) => DateStanding::Skipped,
        (None, None, Standing::Paused) => DateStanding::Paused,
        (None, None, Standing::Ended) => DateStanding::Ended,
        (None, None, Standing::Elsewhere) => return None,
    };
    let slot = day.slot.as_ref();
    Some(RecurringDate {
        day: day.day,
        standing,
        slot: slot.and_then(|slot| overview.slot_name(slot.id)),
        made_from: slot.map(|slot| {
            let at = slot.orders_until.plus_ms(-MADE_BEFORE_CUT_OFF_MS);
            at.unix_ms()
        }),
        order: order.map(|order| overview.order_name(order.id)),
        fulfilment: order.map(|order| order.fulfilment),
        reason,
    })
}
