//! What happened, in plain codes and values: an entry of the journal as somebody reads it.

use std::collections::{BTreeMap, HashMap};

use comptoir_domain::entry::{EntryHeader, Source};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{LineId, SlotId, TillId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Line, Operation, Order};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::recurring::LeftOut;
use comptoir_domain::stock::DeliveredPart;
use comptoir_domain::time::Timestamp;
use serde::Serialize;

use super::desk::OfficeDesk;
use super::listing::Cells;
use super::overview::Overview;
use super::refusal::OfficeError;
use super::sitting::Sitting;
use super::wire::{Deed, Fact, FactValue, TillName};
use crate::store::JournalRow;

/// What names are looked up in.
pub(super) struct Reading<'a> {
    pub overview: &'a Overview,
    pub tills: &'a HashMap<TillId, String>,
    /// The goods of the order that is read about.
    pub lines: HashMap<LineId, String>,
}

impl OfficeDesk {
    /// The codes of all tills, also of those that left.
    pub(super) async fn till_codes(
        &self,
        sitting: &Sitting,
    ) -> Result<HashMap<TillId, String>, OfficeError> {
        let tills = self.store.tills(sitting.hub.id).await?.into_iter();
        Ok(tills
            .map(|till| (till.id, till.code.as_str().to_owned()))
            .collect())
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        overview: &'a Overview,
        tills: &'a HashMap<TillId, String>,
        order: Option<&Order>,
    ) -> Reading<'a> {
        let lines = order.into_iter().flat_map(|order| &order.lines);
        Reading {
            overview,
            tills,
            lines: lines.map(|line| (line.id, line.name.clone())).collect(),
        }
    }

    pub(super) fn till(&self, source: Source) -> Option<TillName> {
        let id = source.till()?;
        let code = self.tills.get(&id).cloned();
        Some(TillName {
            id: id.uuid(),
            code: code.unwrap_or_default(),
        })
    }

    /// An entry with everything in it.
    pub(super) fn deed(&self, row: &JournalRow) -> Deed {
        self.deed_where(row, |_| true)
    }

    /// An entry with those of its events that matter here.
    pub(super) fn deed_where(&self, row: &JournalRow, matters: impl Fn(&Event) -> bool) -> Deed {
        let header: Option<EntryHeader> = row.sealed.read_header().ok();
        let by = header.as_ref().and_then(|header| header.actor);
        let approved_by = header.as_ref().and_then(|header| header.approved_by);
        let body = row.sealed.read_body().unwrap_or_default();
        let events = body.events.iter().filter(|event| matters(event));
        Deed {
            accept_no: row.accept_no,
            at: row.at.unix_ms(),
            accepted_at: row.accepted_at.unix_ms(),
            by: by.map(|staff| self.overview.staff_name(staff)),
            approved_by: approved_by.map(|staff| self.overview.staff_name(staff)),
            till: self.till(row.source),
            kind: row.kind.clone(),
            facts: events.flat_map(|event| self.facts(event)).collect(),
        }
    }

    fn line(&self, line: LineId) -> String {
        self.lines.get(&line).cloned().unwrap_or_default()
    }

    fn facts(&self, event: &Event) -> Vec<Fact> {
        match event {
            Event::OrderAmended { operations, .. } => operations
                .iter()
                .map(|operation| self.operation(operation))
                .collect(),
            Event::Audited {
                fact: AuditFact::ThingChanged { kind, id, .. },
            } => vec![
                fact("thing_changed")
                    .word("thing", kind)
                    .text("id", id)
                    .done(),
            ],
            Event::RecurringOrderMade { made, .. } => {
                let left_out = made.left_out.iter().map(left_out);
                std::iter::once(fact("recurring_order_made").done())
                    .chain(left_out)
                    .collect()
            }
            Event::RecurringOrderMissed {
                slot,
                reason,
                left_out: lines,
                ..
            } => {
                let slot = self.overview.slot_name(*slot);
                let starts_at = slot.map(|slot| Timestamp::from_unix_ms(slot.starts_at));
                let missed = fact("recurring_order_missed")
                    .moment("slot", starts_at)
                    .word("reason", reason)
                    .done();
                std::iter::once(missed)
                    .chain(lines.iter().map(left_out))
                    .collect()
            }
            other => vec![self.fact(other)],
        }
    }

    fn operation(&self, operation: &Operation) -> Fact {
        match operation {
            Operation::AddLine { line } => fact("line_added")
                .text("name", &line.name)
                .quantity("quantity", line.ordered)
                .word("unit", &word(&line.unit))
                .money("unitPrice", line.price.unit_price)
                .done(),
            Operation::ChangeQuantity { line, from, to, .. } => fact("quantity_changed")
                .text("name", &self.line(*line))
                .quantity("from", *from)
                .quantity("to", *to)
                .done(),
            Operation::RemoveLine {
                line,
                from,
                fate,
                reason,
                ..
            } => fact("line_removed")
                .text("name", &self.line(*line))
                .quantity("quantity", *from)
                .word("fate", &word(fate))
                .text("reason", reason)
                .done(),
            Operation::Substitute {
                line,
                by,
                quantity,
                fate,
                ..
            } => fact("line_substituted")
                .text("name", &self.line(*line))
                .text("by", &by.name)
                .quantity("quantity", *quantity)
                .word("fate", &word(fate))
                .done(),
            Operation::Weigh { line, to } => fact("line_weighed")
                .text("name", &self.line(*line))
                .quantity("to", *to)
                .done(),
            Operation::ChangePrice { line, from, to } => fact("price_changed")
                .text("name", &self.line(*line))
                .money("from", from.unit_price)
                .money("to", to.unit_price)
                .text("reason", to.reason.as_deref().unwrap_or_default())
                .done(),
            Operation::Discount { line, to, .. } => {
                let amount = to.as_ref().map_or(Money::ZERO, |discount| discount.amount);
                let reason = to.as_ref().map_or("", |discount| &discount.reason);
                fact("discount_changed")
                    .text("name", &self.line(*line))
                    .money("amount", amount)
                    .text("reason", reason)
                    .done()
            }
            Operation::SetCustomer { to, .. } => {
                let name = to.map(|customer| self.overview.customer_name(customer).name);
                fact("customer_changed")
                    .text("to", &name.unwrap_or_default())
                    .done()
            }
            Operation::SetSlot { from, to } => self.slot_changed(*from, *to),
            Operation::Move { from, to } => self.slot_changed(from.slot, to.slot),
            Operation::AddCharge { charge } => {
                fact("charge_added").text("name", &charge.name).done()
            }
            Operation::RemoveCharge { .. } => fact("charge_removed").done(),
            Operation::AddNote { .. } => fact("note_added").done(),
        }
    }

    fn slot_changed(&self, from: Option<SlotId>, to: Option<SlotId>) -> Fact {
        let at = |slot: Option<SlotId>| {
            let slot = slot.and_then(|slot| self.overview.slot_name(slot));
            slot.map(|slot| Timestamp::from_unix_ms(slot.starts_at))
        };
        fact("slot_changed")
            .moment("from", at(from))
            .moment("to", at(to))
            .done()
    }

    fn fact(&self, event: &Event) -> Fact {
        match event {
            Event::OrderPlaced { heading, lines, .. } => fact("order_placed")
                .text("number", &heading.number)
                .count("lines", lines.len())
                .money("total", lines.iter().map(Line::amount).sum())
                .done(),
            Event::OrderReady { basket, .. } => fact("order_ready")
                .text("basket", basket.as_deref().unwrap_or_default())
                .done(),
            Event::OrderCancelled { reason, .. } => {
                fact("order_cancelled").text("reason", reason).done()
            }
            Event::LinesPicked { parts, .. } => {
                fact("lines_picked").count("lines", parts.len()).done()
            }
            Event::GoodsCollected { collection, .. } => fact("goods_collected")
                .count("lines", collection.parts.len())
                .done(),
            Event::GoodsReturned { goods_return, .. } => fact("goods_returned")
                .count("lines", goods_return.parts.len())
                .text("reason", &goods_return.reason)
                .done(),
            Event::PaymentTaken { payment, .. } => fact("payment_taken")
                .word("tender", payment.tender.as_str())
                .money("amount", payment.amount)
                .done(),
            Event::CaptureRequested { amount, .. } => {
                fact("capture_requested").money("amount", *amount).done()
            }
            Event::PaymentCaptured { amount, .. } => {
                fact("payment_captured").money("amount", *amount).done()
            }
            Event::CaptureFailed { reason, .. } => {
                fact("capture_failed").text("reason", reason).done()
            }
            Event::TenderCorrected { by, .. } => fact("tender_corrected")
                .word("tender", by.tender.as_str())
                .money("amount", by.amount)
                .done(),
            Event::RefundPaid { refund, .. } => fact("refund_paid")
                .word("tender", refund.tender.as_str())
                .money("amount", refund.amount)
                .done(),
            Event::RefundRequested { refund, .. } => fact("refund_requested")
                .money("amount", refund.amount)
                .done(),
            Event::RefundFailed { reason, .. } => {
                fact("refund_failed").text("reason", reason).done()
            }
            Event::DocumentIssued { document, .. } => fact("document_issued")
                .word("kind", &word(&document.kind))
                .text("number", &document.number.to_string())
                .done(),
            Event::AccountMoved { amount, reason, .. } => fact("account_moved")
                .money("amount", *amount)
                .text("reason", reason)
                .done(),
            Event::GoodsWrittenOff { quantity, fate, .. } => fact("goods_written_off")
                .quantity("quantity", *quantity)
                .word("fate", &word(fate))
                .done(),
            Event::StockMoved { moves, .. } => {
                fact("stock_moved").count("moves", moves.len()).done()
            }
            Event::GoodsDelivered {
                parts, reference, ..
            } => self.delivered(parts, reference.as_deref().unwrap_or_default()),
            Event::ProblemDecided { choice, .. } => {
                fact("problem_decided").word("choice", choice).done()
            }
            Event::TillEnrolled { code, .. } => {
                fact("till_enrolled").text("code", code.as_str()).done()
            }
            Event::ShiftOpened { number, float, .. } => fact("shift_opened")
                .value(
                    "number",
                    FactValue::Count(i64::try_from(*number).unwrap_or(i64::MAX)),
                )
                .money("float", *float)
                .done(),
            Event::ShiftClosed { report, .. } => fact("shift_closed")
                .money("total", report.turnover_total)
                .done(),
            Event::CashMoved { amount, reason, .. } => fact("cash_moved")
                .money("amount", *amount)
                .text("reason", reason)
                .done(),
            Event::DrawerOpened { reason, .. } => {
                fact("drawer_opened").text("reason", reason).done()
            }
            Event::CatalogueImported { added, updated, .. } => fact("catalogue_imported")
                .value(
                    "added",
                    FactValue::Count(i64::try_from(*added).unwrap_or(i64::MAX)),
                )
                .value(
                    "updated",
                    FactValue::Count(i64::try_from(*updated).unwrap_or(i64::MAX)),
                )
                .done(),
            other => fact(&tag_of(other)).done(),
        }
    }
}

impl Reading<'_> {
    /// What came, and what of it came otherwise than it was announced.
    fn delivered(&self, parts: &[DeliveredPart], reference: &str) -> Fact {
        let differing = parts.iter().filter_map(|part| {
            let announced = part.announced.filter(|announced| *announced != part.came)?;
            let name = self.overview.variant_name(part.variant).name;
            let (came, announced) = (part.came.in_thousandths(), announced.in_thousandths());
            let figure = Cells::quantity;
            Some(format!("{name} {}/{}", figure(came), figure(announced)))
        });
        let differing: Vec<String> = differing.collect();
        let code = if differing.is_empty() {
            "goods_delivered"
        } else {
            "goods_delivered_otherwise"
        };
        fact(code)
            .count("lines", parts.len())
            .text("reference", reference)
            .text("differing", &differing.join(", "))
            .done()
    }
}

/// The name under which an event is written down; of an audit, the name of its fact.
fn tag_of(event: &Event) -> String {
    let audited = matches!(event, Event::Audited { .. });
    named(event, if audited { "/fact/what" } else { "/event" })
}

/// The word that stands at a place of what is written down.
fn named(written: &impl Serialize, pointer: &str) -> String {
    let written = serde_json::to_value(written).unwrap_or_default();
    let word = written.pointer(pointer).and_then(|word| word.as_str());
    word.unwrap_or("other").to_owned()
}

/// A value of a closed list, as it is written down.
pub(super) fn word(value: &impl Serialize) -> String {
    let written = serde_json::to_value(value).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

fn left_out(out: &LeftOut) -> Fact {
    fact("recurring_left_out")
        .text("name", &out.name)
        .quantity("quantity", out.quantity)
        .word("reason", &out.reason)
        .done()
}

struct FactMaker(Fact);

fn fact(code: &str) -> FactMaker {
    FactMaker(Fact {
        code: code.to_owned(),
        values: BTreeMap::new(),
    })
}

impl FactMaker {
    fn value(mut self, name: &str, value: FactValue) -> FactMaker {
        self.0.values.insert(name.to_owned(), value);
        self
    }

    fn text(self, name: &str, text: &str) -> FactMaker {
        if text.is_empty() {
            return self;
        }
        self.value(name, FactValue::Text(text.to_owned()))
    }

    fn word(self, name: &str, word: &str) -> FactMaker {
        self.value(name, FactValue::Word(word.to_owned()))
    }

    fn count(self, name: &str, count: usize) -> FactMaker {
        self.value(
            name,
            FactValue::Count(i64::try_from(count).unwrap_or(i64::MAX)),
        )
    }

    fn money(self, name: &str, amount: Money) -> FactMaker {
        self.value(name, FactValue::Money(amount.minor_units()))
    }

    fn quantity(self, name: &str, quantity: Quantity) -> FactMaker {
        self.value(name, FactValue::Quantity(quantity.in_thousandths()))
    }

    fn moment(self, name: &str, moment: Option<Timestamp>) -> FactMaker {
        match moment {
            Some(moment) => self.value(name, FactValue::Moment(moment.unix_ms())),
            None => self,
        }
    }

    fn done(self) -> Fact {
        self.0
    }
}
