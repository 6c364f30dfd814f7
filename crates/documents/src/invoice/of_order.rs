//! An order as the content of its invoice.

use comptoir_domain::document::{DocumentKind, IssuedDocument};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Line, Order, OrderPart, RecognisedPart};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tax::{RateTotal, TaxMode};
use comptoir_domain::time::Timestamp;

use super::{Buyer, InvoiceContent, InvoiceLine, Reference};
use crate::content::{LocalTime, Software};
use crate::from_order;
use crate::language::Language;
use crate::receipt::{LineDiscount, ReceiptTender};
use crate::tender;

/// What an invoice is made from: an order, and who makes it for whom.
#[derive(Debug, Clone, Copy)]
pub struct InvoiceOf<'a> {
    pub order: &'a Order,
    pub settings: &'a HubSettings,
    pub buyer: &'a Buyer,
    pub number: &'a str,
    pub now: Timestamp,
    pub software: &'a Software,
    /// The language in which tenders without a name of their own are called.
    pub language: Language,
    pub practice: bool,
}

impl InvoiceOf<'_> {
    /// The invoice of what was handed over and kept. It names the receipt that was issued last.
    pub fn content(&self) -> InvoiceContent {
        let order = self.order;
        let recognised = order.recognised();
        let taxed = &recognised.turnover;
        let total = recognised.total();
        let payments = self.payments();
        let paid: Money = payments.iter().map(|payment| payment.amount).sum();
        InvoiceContent {
            seller: from_order::seller(self.settings),
            seller_details: Vec::new(),
            buyer: self.buyer.clone(),
            number: self.number.to_owned(),
            issued_at: self.local(self.now),
            supplied_at: order.collections.last().map(|last| self.local(last.at)),
            order_number: Some(order.heading.number.clone()),
            receipt: self.receipt(),
            corrects: None,
            currency: self.settings.currency.clone(),
            tax_mode: order.heading.tax_mode,
            lines: lines_of(order, &taxed.rates),
            taxes: taxed.rates.iter().map(from_order::tax).collect(),
            net: taxed.net,
            tax: taxed.tax_amount,
            untaxed: recognised.vouchers,
            total,
            payments,
            due: total - paid,
            due_at: None,
            software: self.software.clone(),
            signature_extract: None,
            copy: 0,
            practice: self.practice,
        }
    }

    fn local(&self, at: Timestamp) -> LocalTime {
        LocalTime::in_zone(at, self.settings.zone)
    }

    fn receipt(&self) -> Option<Reference> {
        let mut documents = self.order.documents.iter();
        let receipt = documents.rfind(|document| is_receipt(document))?;
        Some(Reference {
            number: receipt.number.to_string(),
            issued_at: self.local(receipt.issued_at),
        })
    }

    /// What was paid by each tender, less what was given back by it, and what was let off.
    fn payments(&self) -> Vec<ReceiptTender> {
        let order = self.order;
        let mut paid: Vec<ReceiptTender> = Vec::new();
        let taken = order.payments.iter().map(|payment| {
            let name = from_order::tender_name(
                self.settings,
                &payment.tender,
                payment.kind,
                self.language,
            );
            (name, payment.counts_for())
        });
        let given = order.refunds.iter().map(|refund| {
            let name =
                from_order::tender_name(self.settings, &refund.tender, refund.kind, self.language);
            (name, -refund.counts_for())
        });
        for (name, amount) in taken.chain(given) {
            match paid.iter_mut().find(|known| known.name == name) {
                Some(known) => known.amount += amount,
                None => paid.push(ReceiptTender { name, amount }),
            }
        }
        let forgiven = order.totals().forgiven;
        paid.push(ReceiptTender {
            name: tender::forgiven(self.language).to_owned(),
            amount: forgiven,
        });
        paid.retain(|payment| !payment.amount.is_zero());
        paid
    }
}

fn is_receipt(document: &IssuedDocument) -> bool {
    document.kind == DocumentKind::Receipt
}

fn lines_of(order: &Order, rates: &[RateTotal]) -> Vec<InvoiceLine> {
    let parts = order.recognised_parts();
    let kept = parts.iter().filter(|part| match part.part {
        OrderPart::Line(line) => line.kept().is_positive() || !part.gross.is_zero(),
        OrderPart::Charge(_) => !part.gross.is_zero(),
    });
    kept.map(|part| line_of(part, order.heading.tax_mode, rates))
        .collect()
}

fn line_of(part: &RecognisedPart<'_>, mode: TaxMode, rates: &[RateTotal]) -> InvoiceLine {
    let tax_row = part
        .tax
        .as_ref()
        .and_then(|tax| from_order::tax_row(tax, rates));
    match part.part {
        OrderPart::Line(line) => {
            let quantity = line.collected.min(line.wanted()) - line.returned;
            InvoiceLine {
                name: line.name.clone(),
                quantity,
                unit: line.unit,
                unit_net_hundredths: unit_net(part.net, quantity),
                net: part.net,
                tax_row,
                shown_price: (mode == TaxMode::Inclusive).then_some(line.price.unit_price),
                price_name: from_order::price_name(&line.price.name).map(str::to_owned),
                discount: discount(line),
            }
        }
        OrderPart::Charge(charge) => InvoiceLine {
            name: charge.name.clone(),
            quantity: Quantity::ONE,
            unit: Unit::Each,
            unit_net_hundredths: unit_net(part.net, Quantity::ONE),
            net: part.net,
            tax_row,
            shown_price: None,
            price_name: None,
            discount: None,
        },
    }
}

fn discount(line: &Line) -> Option<LineDiscount> {
    let given = line.discount_given();
    let discount = line.discount.as_ref().filter(|_| !given.is_zero())?;
    Some(LineDiscount {
        reason: discount.reason.clone(),
        amount: -given,
    })
}

/// An amount for one unit in hundredths of a minor unit, rounded half away from zero.
fn unit_net(net: Money, quantity: Quantity) -> i64 {
    let thousandths = i128::from(quantity.in_thousandths());
    if thousandths == 0 {
        return 0;
    }
    let scaled = i128::from(net.minor_units()) * 100_000;
    let sign = if (scaled < 0) == (thousandths < 0) {
        1
    } else {
        -1
    };
    let (scaled, thousandths) = (scaled.abs(), thousandths.abs());
    i64::try_from(sign * ((scaled + thousandths / 2) / thousandths)).unwrap_or(i64::MAX)
}
