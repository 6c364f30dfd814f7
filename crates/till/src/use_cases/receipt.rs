//! After the sale: the slip, its copies, and a tender put right.

use comptoir_domain::decide;
use comptoir_domain::document::DocumentKind;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, AttachmentId, OrderId, PaymentId};
use comptoir_domain::order::Order;

use crate::act::Act;
use crate::core::Core;
use crate::error::TillError;
use crate::store::print_jobs::{self, Job, SlipState};
use crate::store::{journal, states};
use crate::wire::{Code, ReceiptPrint, TenderCorrect, TillView};

impl Core {
    /// Prints the receipt of a sale. The first slip is the original; each further one says that it
    /// is a copy, and which, and is recorded.
    pub fn receipt_print(&mut self, request: &ReceiptPrint) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.desk()?;
        self.require_printer()?;
        let order = self.sold_order(request.order)?;
        let receipt = receipt_of(&order)
            .ok_or_else(|| TillError::refuse(Code::NotFound, "the order has no receipt"))?;
        self.act(Some(request.action), |act| {
            print_document(act, request.action, receipt, |content, copy| Job::Receipt {
                content,
                copy,
            })
        })?;
        self.view()
    }

    fn sold_order(&self, wanted: Option<OrderId>) -> Result<Order, TillError> {
        let id = match wanted {
            Some(id) => Some(id),
            None => journal::last_sale(self.connection())?.map(|(id, _)| id),
        };
        let order = id.map(|id| states::order(self.connection(), id));
        order
            .transpose()?
            .flatten()
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such sale"))
    }

    /// Puts a wrong tender of this shift right: the same amount by another tender.
    pub fn tender_correct(&mut self, request: &TenderCorrect) -> Result<TillView, TillError> {
        self.session.begin_action();
        if self.is_done(request.action)? {
            return self.view();
        }
        let desk = self.desk()?;
        let shift = desk.open_shift()?;
        let tender = desk.tender(&request.tender)?.clone();
        let order = self.order_paid_by(request.payment)?;
        let wrong = order.payment(request.payment);
        if wrong.is_some_and(|payment| payment.shift != Some(shift)) {
            return Err(TillError::refuse(
                Code::ShiftClosed,
                "the shift of the payment is closed",
            ));
        }
        self.act(Some(request.action), |act| {
            let events = decide::correct_tender(
                &order,
                request.payment,
                &tender,
                request.reference.clone(),
                shift,
                &mut desk.context(act.ids),
            )?;
            act.write_events("tender_corrected", request.action, events)
        })?;
        self.view()
    }

    fn order_paid_by(&self, payment: PaymentId) -> Result<Order, TillError> {
        let order = journal::order_naming(self.connection(), &payment.to_string())?;
        let order = order.map(|order| states::order(self.connection(), order));
        order
            .transpose()?
            .flatten()
            .filter(|order| order.payment(payment).is_some())
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such payment"))
    }
}

/// Whether a document is the slip of a sale or of goods that came back.
pub(crate) const fn is_receipt(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::Receipt | DocumentKind::ReturnReceipt)
}

/// The receipt that was last issued for an order.
pub(crate) fn receipt_of(order: &Order) -> Option<AttachmentId> {
    let receipt = order
        .documents
        .iter()
        .rfind(|document| is_receipt(document.kind));
    receipt.map(|document| document.content)
}

/// Queues a document's slip: the original once, then numbered copies. A slip that still waits is not
/// queued twice.
pub(crate) fn print_document(
    act: &mut Act<'_>,
    action: ActionId,
    document: AttachmentId,
    job: impl Fn(AttachmentId, u32) -> Job,
) -> Result<(), TillError> {
    let (state, copies) = print_jobs::slip_of(act.tx, document)?;
    match state {
        SlipState::Waiting => Ok(()),
        SlipState::NotAsked => act.print(&job(document, copies)),
        SlipState::Printed | SlipState::Unknown => {
            let copy = copies + 1;
            print_jobs::forget_unknown(act.tx, document, act.now)?;
            let event = Event::DocumentCopied { document, copy };
            act.write_events("receipt_copied", action, vec![event])?;
            act.print(&job(document, copy))
        }
    }
}
