//! The fixed words of these papers, once per language.

use crate::language::Language;

#[derive(Debug)]
pub(super) struct Words {
    pub(super) pick_list: &'static str,
    pub(super) by_product: &'static str,
    pub(super) by_order: &'static str,
    pub(super) nothing_to_pick: &'static str,
    pub(super) in_all: &'static str,
    pub(super) orders: [&'static str; 2],
    pub(super) products: [&'static str; 2],
    pub(super) pieces: [&'static str; 2],
    pub(super) picked: &'static str,
    pub(super) missing: &'static str,
    pub(super) basket: &'static str,
    pub(super) no_name: &'static str,
    pub(super) made: &'static str,
    pub(super) order_slip: &'static str,
    pub(super) not_a_receipt: &'static str,
    pub(super) ordered_on: &'static str,
    pub(super) fetched: &'static str,
    pub(super) goods: &'static str,
    pub(super) quantity: &'static str,
    pub(super) unit_price: &'static str,
    pub(super) amount: &'static str,
    pub(super) total: &'static str,
    pub(super) tax_on_top: &'static str,
    pub(super) paid: &'static str,
    pub(super) promised: &'static str,
    pub(super) to_pay: &'static str,
    pub(super) to_give_back: &'static str,
    pub(super) all_paid: &'static str,
    pub(super) notes: &'static str,
}

impl Words {
    /// A number with the noun that goes with it.
    pub(super) fn counted(nouns: [&'static str; 2], count: usize) -> String {
        let [one, several] = nouns;
        let noun = if count == 1 { one } else { several };
        format!("{count}\u{a0}{noun}")
    }
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::French => &FRENCH,
    }
}

static ENGLISH: Words = Words {
    pick_list: "Pick list",
    by_product: "By product",
    by_order: "By order",
    nothing_to_pick: "Nothing to pick",
    in_all: "In all",
    orders: ["order", "orders"],
    products: ["product", "products"],
    pieces: ["piece", "pieces"],
    picked: "picked",
    missing: "Missing",
    basket: "Place",
    no_name: "No name",
    made: "As of",
    order_slip: "Order",
    not_a_receipt: "Order slip. Not a receipt.",
    ordered_on: "Ordered",
    fetched: "Pick-up",
    goods: "Goods",
    quantity: "Quantity",
    unit_price: "Price",
    amount: "Amount",
    total: "Total",
    tax_on_top: "Tax",
    paid: "Paid",
    promised: "Card authorised",
    to_pay: "To pay",
    to_give_back: "To give back",
    all_paid: "Paid",
    notes: "Notes",
};

static FRENCH: Words = Words {
    pick_list: "Liste de préparation",
    by_product: "Par produit",
    by_order: "Par commande",
    nothing_to_pick: "Rien à préparer",
    in_all: "En tout",
    orders: ["commande", "commandes"],
    products: ["produit", "produits"],
    pieces: ["pièce", "pièces"],
    picked: "préparé",
    missing: "Manque",
    basket: "Emplacement",
    no_name: "Sans nom",
    made: "État au",
    order_slip: "Commande",
    not_a_receipt: "Bon de commande, document provisoire : ni ticket ni facture.",
    ordered_on: "Commandé le",
    fetched: "Retrait",
    goods: "Produit",
    quantity: "Quantité",
    unit_price: "Prix",
    amount: "Montant",
    total: "Total",
    tax_on_top: "TVA",
    paid: "Payé",
    promised: "Carte autorisée",
    to_pay: "À payer",
    to_give_back: "À rendre",
    all_paid: "Payé",
    notes: "Notes",
};
