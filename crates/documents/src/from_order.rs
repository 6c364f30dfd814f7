//! What every document of an order states in the same way: who sells, its lines, its tax, its tenders.

use comptoir_domain::order::{Line, Order};
use comptoir_domain::price::PriceName;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tax::{LineTax, RateTotal};
use comptoir_domain::tender::{TenderId, TenderKind};

use crate::content::Seller;
use crate::language::Language;
use crate::receipt::{Adjustment, DepositLine, LineDiscount, ReceiptLine, ReceiptTax};
use crate::tender;

/// The seller as the hub's settings name it.
pub fn seller(settings: &HubSettings) -> Seller {
    let legal = &settings.legal;
    Seller {
        name: legal
            .legal_name
            .clone()
            .unwrap_or_else(|| settings.name.clone()),
        address_lines: legal.address_lines.clone(),
        vat_number: legal.vat_number.clone(),
        registration: legal.registration_number.clone(),
        country: Some(settings.country),
    }
}

/// What the hub calls a tender, else the word for its kind.
pub fn tender_name(
    settings: &HubSettings,
    id: &TenderId,
    kind: TenderKind,
    language: Language,
) -> String {
    let own = settings.tender(id).map(|tender| tender.name.as_str());
    match own.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => tender::word(kind, language).to_owned(),
    }
}

/// A line with its deposits, as the customer is to have it.
pub fn line(order: &Order, line: &Line, rates: &[RateTotal]) -> ReceiptLine {
    ReceiptLine {
        name: line.name.clone(),
        quantity: line.wanted(),
        unit: line.unit,
        unit_price: line.price.unit_price,
        price_name: price_name(&line.price.name).map(str::to_owned),
        discount: line.discount.as_ref().map(|discount| LineDiscount {
            reason: discount.reason.clone(),
            amount: -discount.amount,
        }),
        amount: line.amount(),
        tax_row: tax_row(&line.tax, rates),
        waiting: Some(line.outstanding()).filter(|outstanding| outstanding.is_positive()),
        deposits: order
            .lines_tied_to(line.id)
            .map(|deposit| DepositLine {
                name: deposit.name.clone(),
                quantity: deposit.wanted(),
                unit_price: deposit.price.unit_price,
                amount: deposit.amount(),
                tax_row: tax_row(&deposit.tax, rates),
            })
            .collect(),
    }
}

/// The row of a document's taxes that a line counts in.
pub fn tax_row(tax: &LineTax, rates: &[RateTotal]) -> Option<u8> {
    let row = rates.iter().position(|row| {
        row.tax.effective_rate() == tax.effective_rate() && row.tax.exemption == tax.exemption
    });
    row.and_then(|row| u8::try_from(row).ok())
}

/// The name of a price that is not the regular one; a typed price goes without.
pub fn price_name(name: &PriceName) -> Option<&str> {
    match name {
        PriceName::Regular | PriceName::Manual => None,
        PriceName::Class { name } | PriceName::Dated { name } | PriceName::Code { name } => {
            Some(name)
        }
    }
}

/// The tax of one rate.
pub fn tax(row: &RateTotal) -> ReceiptTax {
    ReceiptTax {
        rate: row.tax.effective_rate(),
        net: row.net,
        tax: row.tax_amount,
        gross: row.gross,
        exemption_reason: row
            .tax
            .exemption
            .as_ref()
            .map(|exemption| exemption.reason().to_owned()),
    }
}

/// The charges of the whole order.
pub fn adjustments(order: &Order) -> Vec<Adjustment> {
    let charges = order.charge_amounts().into_iter();
    charges
        .map(|(charge, amount)| Adjustment {
            label: charge.name.clone(),
            amount,
        })
        .collect()
}
