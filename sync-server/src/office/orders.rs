//! The list of orders, and one order with everything that happened to it.

use std::collections::HashMap;

use comptoir_domain::decide;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AttachmentId, CustomerId, OrderId, SlotId};
use comptoir_domain::order::{Channel, Fulfilment, Order, PaymentState};
use comptoir_domain::problem::ProblemSubject;
use comptoir_domain::staff::Permission;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::Deserialize;
use uuid::Uuid;

use super::desk::OfficeDesk;
use super::history::{Reading, word};
use super::listing::{Cells, Table};
use super::order_card::OrderCard;
use super::overview::Overview;
use super::recurring::recurrence;
use super::refusal::OfficeError;
use super::sitting::Sitting;
use super::wire::{
    ChargeView, DocumentView, NoteView, OrderAct, OrderFilter, OrderLineView, OrderList, OrderRow,
    OrderStateFilter, OrderView, PageQuery, PaymentView, Period, RefundView,
};
use crate::shop::{folded, words_of};
use crate::store::{AuditQuery, EntityKey, StepKind};

const DAY_MS: i64 = 24 * 60 * 60_000;

/// The most entries of one order's history.
const HISTORY_MAX: usize = 2_000;

impl Period {
    fn since(self, now: Timestamp) -> Timestamp {
        let days = match self {
            Period::Day => 1,
            Period::Week => 7,
            Period::Month => 30,
        };
        now.plus_ms(-days * DAY_MS)
    }
}

/// What a filter asks, with everything looked up that it needs.
struct Sieve<'a> {
    filter: &'a OrderFilter,
    words: Vec<String>,
    overview: &'a Overview,
    now: Timestamp,
}

impl Sieve<'_> {
    fn keeps(&self, order: &OrderCard) -> bool {
        let filter = self.filter;
        filter.state.is_none_or(|state| is_in_state(order, state))
            && filter
                .period
                .is_none_or(|period| order.placed_at > period.since(self.now))
            && filter
                .slot
                .is_none_or(|slot| order.slot == Some(SlotId::from_uuid(slot)))
            && filter
                .channel
                .is_none_or(|channel| order.channel == channel)
            && filter
                .customer
                .is_none_or(|customer| order.customer == Some(CustomerId::from_uuid(customer)))
            && (!filter.today || self.is_today(order))
            && self.has_words(order)
    }

    fn is_today(&self, order: &OrderCard) -> bool {
        let Ok(settings) = self.overview.settings() else {
            return false;
        };
        let day = |at: Timestamp| at.trading_day(settings.zone, settings.day_ends_at_minutes);
        let slot = order.slot.and_then(|slot| self.overview.slots.get(&slot));
        slot.is_some_and(|slot| day(slot.thing.starts_at) == day(self.now))
    }

    fn has_words(&self, order: &OrderCard) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let customer = order
            .customer
            .map(|id| self.overview.customer_name(id).name);
        let customer = customer.map_or_else(String::new, |name| folded(&name));
        let mut words = self.words.iter();
        words.all(|word| order.text.contains(word.as_str()) || customer.contains(word.as_str()))
    }
}

fn is_in_state(order: &OrderCard, state: OrderStateFilter) -> bool {
    match state {
        OrderStateFilter::Waiting => order.is_waiting(),
        OrderStateFilter::ToPack => order.is_to_pack(),
        OrderStateFilter::Placed => order.fulfilment == Fulfilment::Placed,
        OrderStateFilter::Accepted => order.fulfilment == Fulfilment::Accepted,
        OrderStateFilter::Picked => order.fulfilment == Fulfilment::Picked,
        OrderStateFilter::Ready => order.fulfilment == Fulfilment::Ready,
        OrderStateFilter::PartlyCollected => order.fulfilment == Fulfilment::PartlyCollected,
        OrderStateFilter::Collected => order.fulfilment == Fulfilment::Collected,
        OrderStateFilter::Returned => order.fulfilment == Fulfilment::Returned,
        OrderStateFilter::Cancelled => order.fulfilment == Fulfilment::Cancelled,
        OrderStateFilter::Expired => order.fulfilment == Fulfilment::Expired,
        OrderStateFilter::Unpaid => order.is_waiting() && order.due.is_positive(),
        OrderStateFilter::Owed => order.payment == PaymentState::OwedToCustomer,
    }
}

/// How many open problems each order has.
fn problems_by_order(overview: &Overview) -> HashMap<OrderId, usize> {
    let mut counts = HashMap::new();
    let open = overview.problems.values();
    let open = open.filter(|problem| problem.thing.is_open());
    for ProblemSubject { order, .. } in open.map(|problem| problem.thing.subject) {
        if let Some(order) = order {
            *counts.entry(order).or_default() += 1;
        }
    }
    counts
}

pub(super) fn order_row(overview: &Overview, order: &OrderCard, problems: usize) -> OrderRow {
    OrderRow {
        id: order.id.uuid(),
        number: order.number.clone(),
        channel: order.channel,
        customer: order.customer.map(|id| overview.customer_name(id)),
        placed_at: order.placed_at.unix_ms(),
        slot: order.slot.and_then(|slot| overview.slot_name(slot)),
        fulfilment: order.fulfilment,
        payment: order.payment,
        items: order.items,
        total: order.total.minor_units(),
        due: order.due.minor_units(),
        basket: order.basket.clone(),
        has_notes: order.has_notes,
        problems,
    }
}

/// The orders that a filter keeps, sorted, a page of them.
pub(super) fn list(
    overview: &Overview,
    filter: &OrderFilter,
    page: &PageQuery,
    now: Timestamp,
) -> OrderList {
    let sieve = Sieve {
        filter,
        words: words_of(filter.search.as_deref().unwrap_or_default()),
        overview,
        now,
    };
    let orders = overview.orders.values();
    let mut found: Vec<&OrderCard> = orders.filter(|order| sieve.keeps(order)).collect();
    let name = |order: &&OrderCard| {
        let name = order.customer.map(|id| overview.customer_name(id).name);
        folded(&name.unwrap_or_default())
    };
    let slot = |order: &&OrderCard| {
        let slot = order.slot.and_then(|slot| overview.slots.get(&slot));
        slot.map(|slot| slot.thing.starts_at)
    };
    match page.sort.as_deref() {
        Some("number") => page.sort(&mut found, |order| {
            (order.number.len(), order.number.clone())
        }),
        Some("state") => page.sort(&mut found, |order| (order.fulfilment, order.placed_at)),
        Some("customer") => page.sort(&mut found, |order| (name(order), order.placed_at)),
        Some("total") => page.sort(&mut found, |order| (order.total, order.id)),
        Some("items") => page.sort(&mut found, |order| (order.items, order.id)),
        Some("slot") => page.sort(&mut found, |order| (slot(order), order.placed_at)),
        Some("placed") => page.sort(&mut found, |order| (order.placed_at, order.id)),
        _ => found.sort_by_key(|order| std::cmp::Reverse((order.placed_at, order.id))),
    }
    let problems = problems_by_order(overview);
    let (rows, total) = page.cut(found);
    let row = |order: &OrderCard| {
        let open = problems.get(&order.id).copied().unwrap_or_default();
        order_row(overview, order, open)
    };
    OrderList {
        rows: rows.into_iter().map(row).collect(),
        total,
    }
}

/// The text of a note as the feed has it.
#[derive(Debug, Deserialize)]
struct NoteBody {
    text: String,
}

impl OfficeDesk {
    pub async fn orders(
        &self,
        sitting: &Sitting,
        filter: OrderFilter,
        page: PageQuery,
    ) -> Result<OrderList, OfficeError> {
        sitting.permit_one_of(&[Permission::HandleOrders, Permission::SeeReports])?;
        let overview = self.overview(&sitting.hub).await?;
        let listed = list(&overview.read(), &filter, &page, self.now());
        Ok(listed)
    }

    pub async fn orders_table(
        &self,
        sitting: &Sitting,
        filter: OrderFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.orders(sitting, filter, page.whole()).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "number", "channel", "placed", "customer", "slot", "place", "state", "payment",
            "items", "total", "due", "basket",
        ];
        let mut table = Table::new("orders", &headings);
        for order in listed.rows {
            let slot = order.slot.as_ref();
            table.row(vec![
                Cells::text(&order.number),
                word(&order.channel),
                cells.moment(order.placed_at),
                Cells::text(
                    order
                        .customer
                        .as_ref()
                        .map_or("", |customer| &customer.name),
                ),
                slot.map_or_else(String::new, |slot| cells.moment(slot.starts_at)),
                Cells::text(slot.map_or("", |slot| &slot.place)),
                word(&order.fulfilment),
                word(&order.payment),
                order.items.to_string(),
                cells.money(order.total),
                cells.money(order.due),
                Cells::text(order.basket.as_deref().unwrap_or_default()),
            ]);
        }
        Ok(table)
    }

    /// How this hub's figures stand in a file.
    pub(super) async fn cells(&self, sitting: &Sitting) -> Result<Cells, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let settings = overview.settings()?;
        Ok(Cells {
            decimals: settings.currency.decimals,
            zone: settings.zone,
        })
    }

    /// One order, with everything that happened to it.
    pub async fn order(&self, sitting: &Sitting, id: Uuid) -> Result<OrderView, OfficeError> {
        sitting.permit_one_of(&[Permission::HandleOrders, Permission::SeeReports])?;
        let order: Order = self.thing(sitting, EntityKind::ORDER, id).await?;
        let rows = self
            .store
            .audit(sitting.hub.id, about("order", id.to_string()))
            .await?;
        let notes = self.note_texts(sitting, &order).await?;
        let asked_here = self.asked_for_money(sitting, &order).await?;
        let tills = self.till_codes(sitting).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let reading = Reading::new(&overview, &tills, Some(&order));
        let matters = |event: &Event| event.order().is_none_or(|named| named == order.id());
        let history = rows.iter().rev();
        let history = history
            .map(|row| reading.deed_where(row, matters))
            .collect();
        let open = overview.problems.values().filter(|problem| {
            problem.thing.is_open() && problem.thing.subject.order == Some(order.id())
        });
        let problems: Vec<String> = open.map(|problem| problem.thing.id.to_string()).collect();
        let customer = order.heading.customer;
        let customer = customer.and_then(|id| overview.customers.get(&id));
        let totals = order.totals();
        let link = (order.heading.channel == Channel::Shop)
            .then(|| self.links.of(sitting.hub.id, order.id()).to_string());
        Ok(OrderView {
            order: order_row(&overview, &OrderCard::of(&order), problems.len()),
            rev: order.rev,
            phone: customer.and_then(|customer| customer.thing.phone.clone()),
            email: customer.and_then(|customer| customer.thing.email.clone()),
            place: overview.place_name(order.heading.location),
            link,
            lines: lines(&order),
            charges: charges(&order),
            payments: payments(&order),
            refunds: refunds(&order),
            notes: note_views(&overview, &order, notes),
            documents: documents(&order),
            net: totals.total.minor_units() - tax_of(&order),
            tax: tax_of(&order),
            paid: totals.paid.minor_units(),
            authorised: totals.authorised.minor_units(),
            refund_online_max: if asked_here { back_online(&order) } else { 0 },
            problems,
            recurring: recurrence(&order),
            may: acts(sitting, &order),
            history,
        })
    }

    /// Whether this server asked a payment provider for an order's money.
    async fn asked_for_money(&self, sitting: &Sitting, order: &Order) -> Result<bool, OfficeError> {
        let steps = self.store.payment_steps(sitting.hub.id, order.id()).await?;
        let mut kinds = steps.iter().map(|step| step.kind);
        Ok(kinds.any(|kind| kind == StepKind::Authorise))
    }

    /// The texts of an order's notes.
    async fn note_texts(
        &self,
        sitting: &Sitting,
        order: &Order,
    ) -> Result<Vec<Option<String>>, OfficeError> {
        let ids = order.notes.iter().map(|note| note.text).collect();
        self.texts_of(sitting, ids).await
    }

    /// The texts of notes: as the feed has them, or as they lie beside the journal.
    pub(super) async fn texts_of(
        &self,
        sitting: &Sitting,
        ids: Vec<AttachmentId>,
    ) -> Result<Vec<Option<String>>, OfficeError> {
        let hub = sitting.hub.id;
        let keys = ids.iter().map(|id| EntityKey::new(EntityKind::NOTE, id));
        let in_feed: Vec<Option<NoteBody>> = self.things(hub, keys.collect()).await?;
        let beside = self.store.attachment_texts(hub, ids).await?;
        let texts = in_feed.into_iter().zip(beside);
        Ok(texts
            .map(|(note, beside)| note.map(|note| note.text).or(beside))
            .collect())
    }
}

/// The whole history of a thing.
pub(super) fn about(thing: &str, id: String) -> AuditQuery {
    AuditQuery {
        about: Some((thing.to_owned(), id)),
        by: None,
        since: None,
        until: None,
        before: None,
        limit: HISTORY_MAX,
    }
}

/// The most that goes back by the online payment that it came by.
fn back_online(order: &Order) -> i64 {
    let owed = -order.totals().due;
    let most = decide::online_refund_max(order).min(owed);
    most.minor_units().max(0)
}

/// What can be done to an order now.
fn acts(sitting: &Sitting, order: &Order) -> Vec<OrderAct> {
    let card = OrderCard::of(order);
    let handles = sitting.staff.may(Permission::HandleOrders);
    let mut acts = Vec::new();
    if handles {
        acts.push(OrderAct::Note);
    }
    if handles && card.is_waiting() {
        acts.extend([
            OrderAct::Amend,
            OrderAct::Cancel,
            OrderAct::MarkReady,
            OrderAct::MoveSlot,
        ]);
        if sitting.staff.may(Permission::OverridePrice) {
            acts.push(OrderAct::ChangePrice);
        }
    }
    if sitting.staff.may(Permission::Refund) && card.due.is_negative() {
        acts.push(OrderAct::Refund);
    }
    acts
}

pub(super) fn lines(order: &Order) -> Vec<OrderLineView> {
    let line = |line: &comptoir_domain::order::Line| OrderLineView {
        id: line.id.uuid(),
        kind: line.kind,
        variant: line.variant.uuid(),
        code: line.code.clone(),
        name: line.name.clone(),
        unit: line.unit,
        ordered: line.ordered.in_thousandths(),
        wanted: line.wanted().in_thousandths(),
        picked: line.picked.in_thousandths(),
        collected: line.collected.in_thousandths(),
        returned: line.returned.in_thousandths(),
        unit_price: line.price.unit_price.minor_units(),
        regular_price: line.price.regular.map(|price| price.minor_units()),
        tax_rate: i64::from(line.tax.rate.ppm()),
        discount: line.discount_given().minor_units(),
        amount: line.amount().minor_units(),
        substitutes: line.substitutes.map(|line| line.uuid()),
        substituted_by: line.substituted_by.map(|line| line.uuid()),
        tied_to: line.tied_to.map(|line| line.uuid()),
    };
    order.lines.iter().map(line).collect()
}

fn charges(order: &Order) -> Vec<ChargeView> {
    let amounts = order.charge_amounts().into_iter();
    amounts
        .map(|(charge, amount)| ChargeView {
            id: charge.id.uuid(),
            name: charge.name.clone(),
            amount: amount.minor_units(),
        })
        .collect()
}

pub(super) fn payments(order: &Order) -> Vec<PaymentView> {
    let payments = order.payments.iter();
    payments
        .map(|payment| PaymentView {
            id: payment.id.uuid(),
            tender: payment.tender.as_str().to_owned(),
            kind: payment.kind,
            amount: payment.amount.minor_units(),
            status: payment.status,
            at: payment.at.unix_ms(),
            reference: payment.reference.clone(),
        })
        .collect()
}

pub(super) fn refunds(order: &Order) -> Vec<RefundView> {
    let refunds = order.refunds.iter();
    refunds
        .map(|refund| RefundView {
            id: refund.id.uuid(),
            tender: refund.tender.as_str().to_owned(),
            kind: refund.kind,
            amount: refund.amount.minor_units(),
            status: refund.status,
            at: refund.at.unix_ms(),
        })
        .collect()
}

fn note_views(overview: &Overview, order: &Order, texts: Vec<Option<String>>) -> Vec<NoteView> {
    let notes = order.notes.iter().zip(texts);
    notes
        .map(|(note, text)| NoteView {
            at: note.at.unix_ms(),
            by: note.by.map(|staff| overview.staff_name(staff)),
            text,
        })
        .collect()
}

fn documents(order: &Order) -> Vec<DocumentView> {
    let documents = order.documents.iter();
    documents
        .map(|document| DocumentView {
            kind: word(&document.kind),
            number: document.number.to_string(),
            at: document.issued_at.unix_ms(),
            total: document.total.minor_units(),
        })
        .collect()
}

fn tax_of(order: &Order) -> i64 {
    order.totals().taxed.tax_amount.minor_units()
}
