//! Completing the order in progress: one entry with its receipt, the drawer, the slip.

use std::collections::BTreeMap;

use comptoir_domain::credit::CreditAccount;
use comptoir_domain::decide::{self, HandOver};
use comptoir_domain::document::{DocumentKind, IssuedDocument, Series};
use comptoir_domain::draft::{Basis, Draft};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{AccountId, ActionId, AttachmentId, StaffId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::tax::{self, TaxBreakdown};
use comptoir_domain::tender::TenderId;

use crate::act::Act;
use crate::desk::Desk;
use crate::error::TillError;
use crate::paper::{Stated, receipt_content, return_content};
use crate::store::drafts;
use crate::store::journal::{NewAttachment, NewEntry, kind};
use crate::store::print_jobs::Job;
use crate::store::states;
use crate::use_cases::is_receipt;
use crate::use_cases::pay::account_to_open;
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
    check_accounts(act, desk, draft, &mut events)?;
    drafts::remove(act.tx, draft.heading().id)?;
    if events.is_empty() {
        return Ok(());
    }
    let order = decide::after(draft.order(), &events);
    let fetched = events
        .iter()
        .any(|event| matches!(event, Event::GoodsCollected { .. }));
    let returned = events
        .iter()
        .any(|event| matches!(event, Event::GoodsReturned { .. }));
    let receipt = if born_here || fetched || returned || draft.has_money() {
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
            (false, false) if returned => kind::RETURN,
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

/// What was taken from accounts is still there; an account that begins with this order is opened
/// before anything is taken from it.
fn check_accounts(
    act: &Act<'_>,
    desk: &Desk,
    draft: &Draft,
    events: &mut Vec<Event>,
) -> Result<(), TillError> {
    let order = draft.order();
    let mut accounts: BTreeMap<AccountId, CreditAccount> = BTreeMap::new();
    for id in draft.payments().filter_map(|payment| payment.account) {
        if let Some(account) = states::account(act.tx, id)? {
            accounts.insert(id, account);
        } else if let Some(account) = account_to_open(act.tx, &order, &desk.settings)?
            && account.id == id
        {
            events.insert(0, decide::account_opened(&account));
            accounts.insert(id, account);
        }
    }
    decide::check_spent(draft, |id| accounts.get(&id).cloned(), desk.now)?;
    Ok(())
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
    let comes_back = draft.has_returns() && !order_fetches(draft, order);
    let content = if comes_back {
        return_content(content, draft, &stated)
    } else {
        content
    };
    let content = serde_json::to_string(&content).map_err(|error| TillError::Stored {
        what: "receipt",
        error,
    })?;
    let attachment = NewAttachment::new(content, act.ids);
    let document = IssuedDocument {
        kind: if comes_back {
            DocumentKind::ReturnReceipt
        } else {
            DocumentKind::Receipt
        },
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

/// Whether goods of an order that was placed before go over the counter now.
fn order_fetches(draft: &Draft, after: &Order) -> bool {
    let before = draft.order();
    after.lines.iter().any(|line| {
        let known = before.line(line.id);
        known.is_none_or(|known| known.collected < line.collected)
    })
}

/// The turnover of what goes over the counter now.
fn stated(draft: &Draft, order: &Order) -> Stated {
    match &draft.basis {
        Basis::New(_) => Stated {
            total: order.totals().total,
            tax: order.totals().taxed,
        },
        Basis::Placed(basis) => {
            let (total, tax) = documented(basis);
            let after = order.recognised();
            Stated {
                total: after.total() - total,
                tax: tax::difference(&after.turnover, &tax),
            }
        }
    }
}

/// What the receipts of an order state so far: what changed since without one is stated by the next.
fn documented(order: &Order) -> (Money, TaxBreakdown) {
    let receipts = order.documents.iter();
    let receipts = receipts.filter(|document| is_receipt(document.kind));
    let nothing = (Money::ZERO, TaxBreakdown::default());
    receipts.fold(nothing, |(total, tax), document| {
        (total + document.total, tax::add(&tax, &document.tax))
    })
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
