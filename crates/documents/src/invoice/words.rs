//! The fixed words of invoices, once per language.

use comptoir_domain::document::Recipient;

use super::InvoiceContent;
use crate::language::Language;

#[derive(Debug)]
pub(super) struct Words {
    pub(super) invoice: &'static str,
    pub(super) tax_invoice: &'static str,
    pub(super) credit_note: &'static str,
    pub(super) bill_to: &'static str,
    pub(super) issued: &'static str,
    pub(super) supplied: &'static str,
    pub(super) order: &'static str,
    pub(super) receipt: &'static str,
    pub(super) corrects: &'static str,
    pub(super) of: &'static str,
    pub(super) goods: &'static str,
    pub(super) quantity: &'static str,
    pub(super) unit_net: &'static str,
    pub(super) tax: &'static str,
    pub(super) gst: &'static str,
    pub(super) amount_net: &'static str,
    pub(super) with_tax: &'static str,
    pub(super) net: &'static str,
    pub(super) gross: &'static str,
    pub(super) untaxed: &'static str,
    pub(super) total: &'static str,
    pub(super) credited: &'static str,
    pub(super) paid_by: &'static str,
    pub(super) due: &'static str,
    pub(super) due_at: &'static str,
    pub(super) to_give_back: &'static str,
    pub(super) paid_in_full: &'static str,
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::French => &FRENCH,
    }
}

/// What the law of the seller's country has said on an invoice. Payment late, recovery and discount for
/// early payment are said to businesses only, and not where nothing is to be paid.
pub(super) fn legal_mentions(
    content: &InvoiceContent,
    language: Language,
) -> &'static [&'static str] {
    let country = content
        .seller
        .country
        .as_ref()
        .map(|country| country.code());
    let business = content.buyer.recipient == Recipient::Business && !content.is_credit_note();
    match (country, business, language) {
        (Some("FR"), true, Language::French) => &[
            "Pas d'escompte pour paiement anticipé. En cas de retard de paiement : pénalités au taux de \
             trois fois le taux d'intérêt légal, et indemnité forfaitaire pour frais de recouvrement de \
             40 € (articles L. 441-10 et D. 441-5 du code de commerce).",
        ],
        (Some("FR"), true, Language::English) => &[
            "No discount for early payment. Late payment: interest at three times the French legal rate, \
             and a fixed compensation of €40 for recovery costs (articles L. 441-10 and D. 441-5 of the \
             French commercial code).",
        ],
        _ => &[],
    }
}

static ENGLISH: Words = Words {
    invoice: "Invoice",
    tax_invoice: "Tax invoice",
    credit_note: "Credit note",
    bill_to: "For",
    issued: "Date",
    supplied: "Handed over",
    order: "Order",
    receipt: "Receipt",
    corrects: "Takes back invoice",
    of: "of",
    goods: "Description",
    quantity: "Quantity",
    unit_net: "Unit price excl. tax",
    tax: "VAT",
    gst: "GST",
    amount_net: "Amount excl. tax",
    with_tax: "incl. tax",
    net: "Total excl. tax",
    gross: "Gross",
    untaxed: "Outside tax",
    total: "Total",
    credited: "Credited",
    paid_by: "Paid,",
    due: "To pay",
    due_at: "Payable by",
    to_give_back: "To give back",
    paid_in_full: "Paid in full.",
};

static FRENCH: Words = Words {
    invoice: "Facture",
    tax_invoice: "Facture",
    credit_note: "Avoir",
    bill_to: "Client",
    issued: "Date",
    supplied: "Livré le",
    order: "Commande",
    receipt: "Ticket",
    corrects: "Annule la facture",
    of: "du",
    goods: "Désignation",
    quantity: "Quantité",
    unit_net: "Prix unitaire HT",
    tax: "TVA",
    gst: "GST",
    amount_net: "Montant HT",
    with_tax: "TTC",
    net: "Total HT",
    gross: "TTC",
    untaxed: "Hors champ de la TVA",
    total: "Total TTC",
    credited: "Total de l'avoir TTC",
    paid_by: "Payé,",
    due: "Reste à payer",
    due_at: "À payer avant le",
    to_give_back: "À rendre",
    paid_in_full: "Facture acquittée.",
};
