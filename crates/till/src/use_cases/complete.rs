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
    /// The name of who fetches it.
    pub(crate) fetched_by: Option<&'a str>,
}

/// What one entry comes to hold.
#[derive(Debug, Default)]
struct Gathered {
    events: Vec<Event>,
    attachments: Vec<NewAttachment>,
    receipts: Vec<IssuedDocument>,
    born_here: bool,
    fetched: bool,
    returned: bool,
}

/// Completes an order. A receipt is issued where goods or money changed hands; an order of which
/// nothing changed leaves no entry.
pub(crate) fn complete(
    act: &mut Act<'_>,
    desk: &Desk,
    completion: &Completion<'_>,
) -> Result<(), TillError> {
    complete_all(act, desk, std::slice::from_ref(completion))
}

/// Completes orders that are settled together: one entry, and a receipt for each.
pub(crate) fn complete_all(
    act: &mut Act<'_>,
    desk: &Desk,
    completions: &[Completion<'_>],
) -> Result<(), TillError> {
    let Some(first) = completions.first() else {
        return Ok(());
    };
    let drafts: Vec<&Draft> = completions.iter().map(|one| one.draft).collect();
    let mut gathered = Gathered {
        events: check_accounts(act, desk, &drafts)?,
        ..Gathered::default()
    };
    for completion in completions {
        gather(act, desk, completion, &mut gathered)?;
    }
    if gathered.events.is_empty() {
        return Ok(());
    }
    let amounts = gathered.receipts.iter().map(|receipt| receipt.total);
    act.write(NewEntry {
        kind: kind_of(&gathered),
        action: first.action,
        actor: act.actor(),
        approved_by: approver(desk, &drafts),
        number: gathered
            .receipts
            .first()
            .map(|receipt| receipt.number.to_string()),
        amount: (!gathered.receipts.is_empty()).then(|| amounts.sum()),
        events: gathered.events,
        attachments: gathered.attachments,
    })?;
    let receipts = gathered.receipts.iter().map(|receipt| receipt.content);
    hand_out(act, desk, completions, receipts.collect())
}

const fn kind_of(gathered: &Gathered) -> &'static str {
    if gathered.born_here {
        kind::SALE
    } else if gathered.fetched {
        kind::ORDER_COLLECTED
    } else if gathered.returned {
        kind::RETURN
    } else {
        kind::ORDER_AMENDED
    }
}

/// What the completion of one order adds to the entry.
fn gather(
    act: &mut Act<'_>,
    desk: &Desk,
    completion: &Completion<'_>,
    gathered: &mut Gathered,
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
    note_fetched_by(act, completion.fetched_by, &mut events, gathered);
    let order = decide::after(draft.order(), &events);
    let happened = |kind: fn(&Event) -> bool| events.iter().any(kind);
    let fetched = happened(|event| matches!(event, Event::GoodsCollected { .. }));
    let returned = happened(|event| matches!(event, Event::GoodsReturned { .. }));
    if born_here || fetched || returned || draft.has_money() {
        let number = number.map_or_else(|| act.next_number(Series::Receipt), Ok)?;
        let (document, attachment) = receipt(act, desk, draft, &order, number)?;
        events.push(Event::DocumentIssued {
            order: Some(order.id()),
            document: document.clone(),
        });
        gathered.receipts.push(document);
        gathered.attachments.push(attachment);
    }
    gathered.born_here |= born_here;
    gathered.fetched |= fetched;
    gathered.returned |= returned;
    gathered.events.extend(events);
    Ok(())
}

/// The name of who fetched it is personal: it lies beside the journal.
fn note_fetched_by(
    act: &mut Act<'_>,
    name: Option<&str>,
    events: &mut [Event],
    gathered: &mut Gathered,
) {
    let Some(name) = name else { return };
    for event in events {
        if let Event::GoodsCollected { collection, .. } = event {
            let attachment = NewAttachment::new(name.to_owned(), act.ids);
            collection.fetched_by = Some(attachment.id);
            gathered.attachments.push(attachment);
        }
    }
}

/// The manager who confirmed this very request, or a step before it.
fn approver(desk: &Desk, drafts: &[&Draft]) -> Option<StaffId> {
    let before = || drafts.iter().find_map(|draft| draft.approved_by());
    desk.approved_by.or_else(before)
}

/// What was taken from accounts is still there. Answers with the opening of accounts that begin with
/// these orders.
fn check_accounts(act: &Act<'_>, desk: &Desk, drafts: &[&Draft]) -> Result<Vec<Event>, TillError> {
    let mut accounts: BTreeMap<AccountId, CreditAccount> = BTreeMap::new();
    let mut openings = Vec::new();
    for draft in drafts {
        for id in draft.payments().filter_map(|payment| payment.account) {
            if accounts.contains_key(&id) {
                continue;
            }
            if let Some(account) = states::account(act.tx, id)? {
                accounts.insert(id, account);
            } else if let Some(account) = account_to_open(act.tx, &draft.order(), &desk.settings)?
                && account.id == id
            {
                openings.push(decide::account_opened(&account));
                accounts.insert(id, account);
            }
        }
    }
    decide::check_spent(drafts, |id| accounts.get(&id).cloned(), desk.now)?;
    Ok(openings)
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

/// What comes out once it is written down: the drawer and the slips.
fn hand_out(
    act: &mut Act<'_>,
    desk: &Desk,
    completions: &[Completion<'_>],
    receipts: Vec<AttachmentId>,
) -> Result<(), TillError> {
    let Some(printing) = completions.first().map(|one| one.printing) else {
        return Ok(());
    };
    let opens = |tender: &TenderId| {
        let tender = desk.settings.tender(tender);
        tender.is_some_and(|tender| tender.opens_drawer)
    };
    let mut moved = completions.iter().flat_map(|one| {
        let paid = one.draft.payments().map(|payment| &payment.tender);
        paid.chain(one.draft.refunds().map(|refund| &refund.tender))
    });
    if printing.opens_drawer() && moved.any(opens) {
        act.print(&Job::Drawer)?;
    }
    if printing.automatic && printing.target.is_some() {
        for content in receipts {
            act.print(&Job::Receipt { content, copy: 0 })?;
        }
    }
    Ok(())
}
