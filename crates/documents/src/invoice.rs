//! Invoices and credit notes: what a buyer's books take in.
//!
//! The content is frozen when the document is issued and is never edited: a changed order gets a credit
//! note for what was invoiced, and a new invoice. Figures come from the domain, part by part, so that
//! net, tax and gross of the lines add up to those of the order to the cent.

mod layout;
mod of_order;
mod required;
mod words;

pub use layout::lay_out;
pub use of_order::InvoiceOf;
pub use required::Required;

use comptoir_domain::country::Currency;
use comptoir_domain::document::Recipient;
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::tax::TaxMode;
use serde::{Deserialize, Serialize};

use crate::content::{LocalTime, Seller, Software};
use crate::escpos::RenderError;
use crate::language::Language;
use crate::pdf::{self, Paper, Sheet};
use crate::receipt::{LineDiscount, ReceiptTax, ReceiptTender};

/// An invoice or a credit note as issued. Amounts are in minor units of `currency`; those of a credit
/// note are positive, too: it is its kind that says that they are given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceContent {
    pub seller: Seller,
    /// What the law of the seller's country wants besides: legal form and capital, register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seller_details: Vec<String>,
    pub buyer: Buyer,
    /// The number in the till's series of invoices, which credit notes share.
    pub number: String,
    pub issued_at: LocalTime,
    /// When the goods were handed over, where that was another day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplied_at: Option<LocalTime>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<String>,
    /// The receipt that the invoice stands for: it adds no turnover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Reference>,
    /// The invoice that this credit note takes back; an invoice has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Reference>,
    pub currency: Currency,
    /// Whether the prices that the buyer was shown hold the tax.
    pub tax_mode: TaxMode,
    pub lines: Vec<InvoiceLine>,
    /// One row per rate, and per reason where goods are exempt.
    pub taxes: Vec<ReceiptTax>,
    pub net: Money,
    pub tax: Money,
    /// What is outside of tax: vouchers that were sold.
    #[serde(default)]
    pub untaxed: Money,
    /// Net, tax and what is outside of it.
    pub total: Money,
    /// What was paid when the document was issued, by tender.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<ReceiptTender>,
    /// What was still to pay.
    pub due: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<LocalTime>,
    pub software: Software,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_extract: Option<String>,
    /// 0 for the original, then 1 for the first reprint.
    #[serde(default)]
    pub copy: u32,
    #[serde(default)]
    pub practice: bool,
}

/// Whom an invoice is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    pub recipient: Recipient,
    pub name: String,
    /// Street, postcode and town, one line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub address_lines: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_number: Option<String>,
    /// What the country's register calls the buyer, with its name: `SIREN 123 456 789`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
}

/// Another document, by number and date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub number: String,
    pub issued_at: LocalTime,
}

/// Goods, a deposit, a fee or a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    pub name: String,
    pub quantity: Quantity,
    pub unit: Unit,
    /// For one unit, after discounts and without tax, in hundredths of a minor unit: the unit prices of
    /// gross prices are seldom whole cents.
    pub unit_net_hundredths: i64,
    /// What the line comes to without tax.
    pub net: Money,
    /// The row of `taxes` that the line counts in, from 0; none outside of tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_row: Option<u8>,
    /// The price that the buyer was shown, for one unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown_price: Option<Money>,
    /// How the price is called when it is not the regular one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<LineDiscount>,
}

/// A document whose figures do not agree with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DoesNotAddUp {
    #[error("the lines do not add up to the net amount")]
    Lines,
    #[error("the rates do not add up to net and tax")]
    Rates,
    #[error("net and tax are not the total")]
    Total,
    #[error("what was paid and what is due are not the total")]
    Payments,
}

impl InvoiceContent {
    pub const fn is_credit_note(&self) -> bool {
        self.corrects.is_some()
    }

    /// Checks that lines, rates, payments and total agree to the minor unit. What does not is not to be
    /// issued.
    pub fn check(&self) -> Result<(), DoesNotAddUp> {
        let lines: Money = self.lines.iter().map(|line| line.net).sum();
        let net: Money = self.taxes.iter().map(|row| row.net).sum();
        let tax: Money = self.taxes.iter().map(|row| row.tax).sum();
        let gross: Money = self.taxes.iter().map(|row| row.gross).sum();
        if lines != self.net + self.untaxed {
            return Err(DoesNotAddUp::Lines);
        }
        if (net, tax) != (self.net, self.tax) || gross != net + tax {
            return Err(DoesNotAddUp::Rates);
        }
        if self.net + self.tax + self.untaxed != self.total {
            return Err(DoesNotAddUp::Total);
        }
        let paid: Money = self.payments.iter().map(|payment| payment.amount).sum();
        if !self.is_credit_note() && paid + self.due != self.total {
            return Err(DoesNotAddUp::Payments);
        }
        Ok(())
    }

    /// The credit note that takes the whole of an invoice back.
    #[must_use]
    pub fn credit_note(&self, number: String, issued_at: LocalTime) -> InvoiceContent {
        InvoiceContent {
            number,
            issued_at,
            corrects: Some(Reference {
                number: self.number.clone(),
                issued_at: self.issued_at,
            }),
            payments: Vec::new(),
            due: Money::ZERO,
            due_at: None,
            signature_extract: None,
            copy: 0,
            ..self.clone()
        }
    }

    /// What the document is called in a window's title and in a file's name.
    pub fn title(&self, language: Language) -> String {
        let words = words::words(language);
        format!("{} {}", layout::kind(self, words), self.number)
    }
}

/// An invoice or a credit note on A4.
pub fn invoice_pdf(content: &InvoiceContent, language: Language) -> Result<Vec<u8>, RenderError> {
    let title = content.title(language);
    let sheet = Sheet {
        paper: Paper::A4,
        title: &title,
        language,
        issued_at: content.issued_at,
    };
    pdf::render(&lay_out(content, language), &sheet)
}
