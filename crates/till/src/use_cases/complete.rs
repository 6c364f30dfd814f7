//! Completing the order in progress: one entry with its receipt, the drawer, the slip.

use comptoir_domain::decide::{self, HandOver};
use comptoir_domain::document::{DocumentKind, IssuedDocument, Series};
use comptoir_domain::draft::{Basis, Draft};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, AttachmentId, StaffId};
use comptoir_domain::order::{Order, PaymentStatus};
use comptoir_domain::tax;
use comptoir_domain::tender::TenderId;

use crate::act::Act;
use crate::desk::Desk;
use crate::error::TillError;
use crate::paper::{Stated, receipt_content};
use crate::store::drafts;
use crate::store::journal::{NewAttachment, NewEntry, kind};
use crate::store::print_jobs::Job;
use crate::use_cases::settings::Printing;

/// What is to become of the order in progress.
#[derive(Debug)]
pub(crate) struct Completion<'a> {
    pub(crate) draft: &'a Draft,
    pub(crate) hand_over: HandOver,
    pub(crate) action: ActionId,
    pub(crate) printing: &'a Printing,
}

/// Completes an order. A receipt is issued where goods or money changed hands; an order of which
/// nothing changed leaves no entry.
pub(crate) fn complete(
    act: &mut Act<'_>,
    desk: &Desk,
    completion: &Completion<'_>,
) -> Result<(), TillError> {
    let draft = completion.draft;
    let born_here = matches!(draft.basis, Basis::New(_));
    let number = born_here
        .then(|| act.next_number(Series::Receipt))
        .transpose()?;
    // An order that is born here bears its receipt's number.
    let own_number = number.as_ref().map(ToString::to_string);
    let mut events = decide::complete(
        draft,
        &completion.hand_over,
        own_number.as_deref().unwrap_or_default(),
        desk.open_shift()?,
        &mut desk.context(act.ids),
    )?;
    drafts::remove(act.tx, draft.heading().id)?;
    if events.is_empty() {
        return Ok(());
    }
    let order = order_after(draft.order(), &events);
    let fetched = events
        .iter()
        .any(|event| matches!(event, Event::GoodsCollected { .. }));
    let receipt = if born_here || fetched || draft.has_money() {
        let number = number.map_or_else(|| act.next_number(Series::Receipt), Ok)?;
        let (document, attachment) = receipt(act, desk, draft, &order, number)?;
        events.push(Event::DocumentIssued {
            order: Some(order.id()),
            document: document.clone(),
        });
        Some((document, attachment))
    } else {
        None
    };
    let (document, attachment) = receipt.unzip();
    act.write(NewEntry {
        kind: match (born_here, fetched) {
            (true, _) => kind::SALE,
            (false, true) => kind::ORDER_COLLECTED,
            (false, false) => kind::ORDER_AMENDED,
        },
        action: completion.action,
        actor: act.actor(),
        approved_by: approver(desk, draft),
        events,
        attachments: attachment.into_iter().collect(),
        number: document
            .as_ref()
            .map(|document| document.number.to_string()),
        amount: document.as_ref().map(|document| document.total),
    })?;
    hand_out(
        act,
        desk,
        completion,
        document.map(|document| document.content),
    )
}

/// The manager who confirmed this very request, or a step before it.
fn approver(desk: &Desk, draft: &Draft) -> Option<StaffId> {
    desk.approved_by.or_else(|| draft.approved_by())
}

/// The order as it stands once the events happened.
fn order_after(mut order: Order, events: &[Event]) -> Order {
    for event in events {
        match event {
            Event::CaptureRequested {
                payment, amount, ..
            } => {
                if let Some(payment) = order.payment_mut(*payment) {
                    payment.status = PaymentStatus::CaptureRequested;
                    payment.amount = *amount;
                }
            }
            Event::GoodsCollected { collection, .. } => {
                for part in &collection.parts {
                    if let Some(line) = order.line_mut(part.line) {
                        line.collected += part.quantity;
                    }
                }
            }
            _ => {}
        }
    }
    order
}

/// The receipt, frozen: it states the turnover of what went over the counter now, so that all receipts
/// of an order that is fetched in parts add up to it.
fn receipt(
    act: &mut Act<'_>,
    desk: &Desk,
    draft: &Draft,
    order: &Order,
    number: comptoir_domain::document::DocumentNumber,
) -> Result<(IssuedDocument, NewAttachment), TillError> {
    let stated = stated(draft, order);
    let content = receipt_content(draft, order, &number.to_string(), desk, act.now, &stated);
    let content = serde_json::to_string(&content).map_err(|error| TillError::Stored {
        what: "receipt",
        error,
    })?;
    let attachment = NewAttachment::new(content, act.ids);
    let document = IssuedDocument {
        kind: DocumentKind::Receipt,
        number,
        issued_at: act.now,
        total: stated.total,
        tax: stated.tax,
        corrects: None,
        of_receipt: None,
        recipient: None,
        content: attachment.id,
        content_hash: attachment.hash,
    };
    Ok((document, attachment))
}

/// The turnover of what goes over the counter now.
fn stated(draft: &Draft, order: &Order) -> Stated {
    match &draft.basis {
        Basis::New(_) => Stated {
            total: order.totals().total,
            tax: order.totals().taxed,
        },
        Basis::Placed(basis) => {
            let (before, after) = (basis.recognised(), order.recognised());
            Stated {
                total: after.total() - before.total(),
                tax: tax::difference(&after.turnover, &before.turnover),
            }
        }
    }
}

/// What comes out once it is written down: the drawer and the slip.
fn hand_out(
    act: &mut Act<'_>,
    desk: &Desk,
    completion: &Completion<'_>,
    receipt: Option<AttachmentId>,
) -> Result<(), TillError> {
    let printing = completion.printing;
    let opens = |tender: &TenderId| {
        let tender = desk.settings.tender(tender);
        tender.is_some_and(|tender| tender.opens_drawer)
    };
    let draft = completion.draft;
    let moved = draft.payments().map(|payment| &payment.tender);
    let mut moved = moved.chain(draft.refunds().map(|refund| &refund.tender));
    if printing.opens_drawer() && moved.any(opens) {
        act.print(&Job::Drawer)?;
    }
    if let Some(content) = receipt
        && printing.automatic
        && printing.target.is_some()
    {
        act.print(&Job::Receipt { content, copy: 0 })?;
    }
    Ok(())
}
