//! What documents call a way to pay that the hub has given no name of its own.

use comptoir_domain::tender::TenderKind;

use crate::language::Language;

/// The word for a kind of tender in a document's language.
pub const fn word(kind: TenderKind, language: Language) -> &'static str {
    match language {
        Language::English => english(kind),
        Language::French => french(kind),
    }
}

/// The word for what a customer need not pay.
pub const fn forgiven(language: Language) -> &'static str {
    match language {
        Language::English => "Let off",
        Language::French => "Remise du solde",
    }
}

const fn english(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "Cash",
        TenderKind::CardTerminal | TenderKind::CardStandalone => "Card",
        TenderKind::Cheque => "Cheque",
        TenderKind::Transfer => "Bank transfer",
        TenderKind::MealVoucher => "Meal voucher",
        TenderKind::LocalCurrency => "Local currency",
        TenderKind::OnAccount => "On account",
        TenderKind::Credit => "Credit",
        TenderKind::Voucher => "Voucher",
        TenderKind::Online => "Paid online",
    }
}

const fn french(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "Espèces",
        TenderKind::CardTerminal | TenderKind::CardStandalone => "Carte",
        TenderKind::Cheque => "Chèque",
        TenderKind::Transfer => "Virement",
        TenderKind::MealVoucher => "Titre-restaurant",
        TenderKind::LocalCurrency => "Monnaie locale",
        TenderKind::OnAccount => "En compte",
        TenderKind::Credit => "Avoir",
        TenderKind::Voucher => "Bon d'achat",
        TenderKind::Online => "Payé en ligne",
    }
}
