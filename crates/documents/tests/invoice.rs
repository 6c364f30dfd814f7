//! Invoices: they add up to the cent, say what the law wants, and look like invoices.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::waiting::{CARROTS, EGGS, JUICE, Shelf, goods, order, settings};
use common::{MORNING, check_golden, keep, keep_picture, page};
use comptoir_documents::Language;
use comptoir_documents::content::Software;
use comptoir_documents::invoice::{
    Buyer, DoesNotAddUp, InvoiceContent, InvoiceOf, Required, invoice_pdf, lay_out,
};
use comptoir_documents::pdf::{self, Paper, Sheet};
use comptoir_domain::country::Country;
use comptoir_domain::document::{
    DocumentKind, DocumentNumber, EpochLabel, IssuedDocument, Recipient, Series, TillCode,
};
use comptoir_domain::entry::EntryHash;
use comptoir_domain::ids::{AttachmentId, CollectionId, PaymentId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    CollectedPart, Collection, Line, LineDiscount, LineKind, Order, Payment, PaymentStatus,
};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::tax::{LineTax, TaxClass, TaxMode, TaxRate};
use comptoir_domain::tender::{TenderId, TenderKind};
use proptest::prelude::*;
use uuid::Uuid;

const CANDLE: Shelf = Shelf {
    variant: 8,
    name: "Bougie cire d'abeille",
    unit: Unit::Each,
    price: 1250,
};

fn seller() -> HubSettings {
    let mut settings = settings();
    settings.legal.address_lines = vec!["12 rue des Halles".to_owned(), "44000 Nantes".to_owned()];
    settings.legal.vat_number = Some("FR 40 123456824".to_owned());
    settings.legal.registration_number = Some("SIRET 123 456 824 00017".to_owned());
    settings
}

fn buyer() -> Buyer {
    Buyer {
        recipient: Recipient::Business,
        name: "Restaurant La Civelle".to_owned(),
        address_lines: vec![
            "21 quai Marcel Boissard".to_owned(),
            "44100 Nantes".to_owned(),
        ],
        vat_number: Some("FR 83 404833048".to_owned()),
        registration: Some("SIREN 404 833 048".to_owned()),
    }
}

fn software() -> Software {
    Software {
        name: "Comptoir".to_owned(),
        version: "0.1.0".to_owned(),
    }
}

/// Hands everything over and takes money for it.
fn sold(mut order: Order, paid: Money) -> Order {
    let parts = order.lines.iter_mut().map(|line| {
        line.collected = line.wanted();
        CollectedPart {
            line: line.id,
            quantity: line.wanted(),
            wanted: line.wanted(),
            collected: Quantity::ZERO,
        }
    });
    let parts = parts.collect();
    order.collections.push(Collection {
        id: CollectionId::from_uuid(Uuid::from_u128(71)),
        at: MORNING.at,
        by: None,
        location: order.heading.location,
        parts,
        fetched_by: None,
    });
    if !paid.is_zero() {
        order.payments.push(Payment {
            id: PaymentId::from_uuid(Uuid::from_u128(72)),
            tender: TenderId::new("card"),
            kind: TenderKind::CardStandalone,
            amount: paid,
            tendered: None,
            change: Money::ZERO,
            rounding: Money::ZERO,
            reference: None,
            status: PaymentStatus::Captured,
            at: MORNING.at,
            shift: None,
            account: None,
            capture_before: None,
            capture: None,
        });
    }
    order
}

fn taxed(mut line: Line, class: &str, ppm: i32) -> Line {
    line.tax = LineTax::new(TaxClass::new(class), TaxRate::from_ppm(ppm));
    line
}

fn basket() -> Order {
    let mut carrots = goods(2, CARROTS, 1125);
    carrots.discount = Some(LineDiscount {
        amount: Money::minor(50),
        of: Quantity::thousandths(1125),
        reason: "Très mûres".to_owned(),
    });
    let juice = goods(3, JUICE, 12_000);
    let mut deposit = goods(
        4,
        Shelf {
            variant: 9,
            name: "Consigne bouteille",
            unit: Unit::Each,
            price: 30,
        },
        12_000,
    );
    deposit.kind = LineKind::BottleDeposit;
    deposit.tied_to = Some(juice.id);
    let candle = taxed(goods(5, CANDLE, 1000), "standard", 200_000);
    order(
        31,
        "O-1001",
        vec![goods(1, EGGS, 2000), carrots, juice, deposit, candle],
    )
}

fn invoice(order: &Order, settings: &HubSettings) -> InvoiceContent {
    InvoiceOf {
        order,
        settings,
        buyer: &buyer(),
        number: "AF-261121ABC-7",
        now: MORNING.at,
        software: &software(),
        language: Language::French,
        practice: false,
    }
    .content()
}

fn paid_invoice() -> InvoiceContent {
    let order = basket();
    let total = order.totals().total;
    invoice(&sold(order, total), &seller())
}

fn look(name: &str, content: &InvoiceContent, language: Language) {
    let title = content.title(language);
    let sheet = Sheet {
        paper: Paper::A4,
        title: &title,
        language,
        issued_at: content.issued_at,
    };
    let layout = pdf::describe(&lay_out(content, language), &sheet).unwrap();
    check_golden(&format!("page-{name}"), &layout);
    let file = invoice_pdf(content, language).unwrap();
    assert!(file.len() < 60_000, "{} bytes", file.len());
    keep(&format!("page-{name}.pdf"), &file);
    for (index, picture) in page::pictures(&file).iter().enumerate() {
        keep_picture(&format!("page-{name}-{}", index + 1), picture);
    }
}

#[test]
fn invoices_and_credit_notes_are_as_agreed() {
    let content = paid_invoice();
    content.check().unwrap();
    assert_eq!(content.missing(), []);
    look("invoice-fr", &content, Language::French);
    look("invoice-en", &content, Language::English);
    let note = content.credit_note("AF-261121ABC-8".to_owned(), MORNING);
    note.check().unwrap();
    look("credit-note-fr", &note, Language::French);
    look("credit-note-en", &note, Language::English);
}

#[test]
fn an_invoice_comes_to_what_the_receipt_came_to() {
    let content = paid_invoice();
    // 6.00 + 2.70 - 0.50 + 38.40 + 3.60 + 12.50
    assert_eq!(content.total, Money::minor(6270));
    assert_eq!(content.due, Money::ZERO);
    let text = page::texts(&invoice_pdf(&content, Language::French).unwrap()).concat();
    for expected in [
        "AF-261121ABC-7",
        "62,70\u{a0}€",
        "Restaurant La Civelle",
        "FR 83 404833048",
    ] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
}

#[test]
fn the_invoice_of_a_sale_that_had_a_receipt_names_it() {
    let sale = basket();
    let total = sale.totals().total;
    let mut sale = sold(sale, total);
    let tax = sale.recognised().turnover;
    sale.documents.push(IssuedDocument {
        kind: DocumentKind::Receipt,
        number: DocumentNumber {
            series: Series::Receipt,
            till_code: TillCode::new("A").unwrap(),
            epoch_label: EpochLabel::new(MORNING.on_the_wall().date_naive(), [0, 1, 2]),
            number: 12,
        },
        issued_at: MORNING.at,
        total,
        tax,
        corrects: None,
        of_receipt: None,
        recipient: None,
        content: AttachmentId::from_uuid(Uuid::nil()),
        content_hash: EntryHash::NONE,
    });
    let content = invoice(&sale, &seller());
    assert_eq!(content.receipt.as_ref().unwrap().number, "AR-261121ABC-12");
    let text = page::texts(&invoice_pdf(&content, Language::English).unwrap()).concat();
    assert!(
        text.contains("Receipt AR-261121ABC-12 of 21 Nov 2026"),
        "{text}"
    );
}

#[test]
fn a_credit_note_takes_the_whole_invoice_back_and_names_it() {
    let content = paid_invoice();
    let note = content.credit_note("AF-261121ABC-8".to_owned(), MORNING);
    assert_eq!((note.total, note.tax), (content.total, content.tax));
    assert_eq!(note.corrects.as_ref().unwrap().number, content.number);
    assert_eq!(note.payments, []);
    assert!(note.is_credit_note());
}

#[test]
fn figures_that_do_not_agree_are_not_issued() {
    let wrong = |change: fn(&mut InvoiceContent)| {
        let mut content = paid_invoice();
        change(&mut content);
        content.check().unwrap_err()
    };
    assert_eq!(
        wrong(|it| it.lines[0].net += Money::minor(1)),
        DoesNotAddUp::Lines
    );
    assert_eq!(
        wrong(|it| it.taxes[0].tax += Money::minor(1)),
        DoesNotAddUp::Rates
    );
    assert_eq!(wrong(|it| it.total += Money::minor(1)), DoesNotAddUp::Total);
    assert_eq!(
        wrong(|it| it.due += Money::minor(1)),
        DoesNotAddUp::Payments
    );
}

#[test]
fn each_country_wants_its_own() {
    let in_country = |code: &str, change: fn(&mut InvoiceContent)| {
        let mut content = paid_invoice();
        content.seller.country = Some(Country::from_code(code).unwrap());
        change(&mut content);
        content.missing()
    };
    let bare = |it: &mut InvoiceContent| {
        it.seller.registration = None;
        it.seller.vat_number = None;
        it.buyer.address_lines.clear();
        it.buyer.vat_number = None;
    };
    // Up to 150 euros net the VAT number may be left out in France.
    assert_eq!(
        in_country("FR", bare),
        [Required::SellerRegistration, Required::BuyerAddress]
    );
    assert_eq!(
        in_country("BE", bare),
        [
            Required::SellerVatNumber,
            Required::BuyerAddress,
            Required::BuyerVatNumber
        ]
    );
    // A small invoice in Germany needs no buyer.
    assert_eq!(in_country("DE", bare), [Required::SellerVatNumber]);
    assert_eq!(in_country("AU", bare), [Required::SellerRegistration]);
    assert_eq!(
        in_country("AU", |it| {
            it.total = Money::minor(100_000);
            it.buyer.name.clear();
            it.buyer.registration = None;
        }),
        [Required::BuyerIdentity]
    );
    assert_eq!(
        in_country("FR", |it| {
            it.buyer.name = " ".to_owned();
            it.lines.clear();
        }),
        [Required::BuyerName, Required::Lines]
    );
}

#[test]
fn the_same_content_is_the_same_invoice_after_a_trip_through_storage() {
    let content = paid_invoice();
    let stored = serde_json::to_string(&content).unwrap();
    let back: InvoiceContent = serde_json::from_str(&stored).unwrap();
    assert_eq!(content, back);
    let file = |content| invoice_pdf(content, Language::French).unwrap();
    assert!(file(&content) == file(&back));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any basket: weighed and whole, discounted, at three rates, with tax in the price or on top.
    #[test]
    fn every_basket_adds_up(
        lines in prop::collection::vec((1i64..20_000, 1i64..9_999, 0usize..3, 0i64..500), 1..12),
        exclusive in any::<bool>(),
        share_paid in 0i64..=100,
    ) {
        let rates = [("food", 55_000), ("standard", 200_000), ("none", 0)];
        let lines = lines.into_iter().enumerate().map(|(index, (quantity, price, rate, off))| {
            let shelf = Shelf { price, unit: Unit::Kilogram, ..CARROTS };
            let (class, ppm) = rates[rate];
            let mut line = taxed(goods(index as u128, shelf, quantity), class, ppm);
            let amount = Money::minor(off).min(line.amount());
            line.discount = Some(LineDiscount {
                amount,
                of: line.wanted(),
                reason: "Geste".to_owned(),
            });
            line
        });
        let mut order = order(31, "O-1", lines.collect());
        if exclusive {
            order.heading.tax_mode = TaxMode::Exclusive;
        }
        let total = order.totals().total;
        let paid = Money::minor(total.minor_units() * share_paid / 100);
        let order = sold(order, paid);
        let content = invoice(&order, &seller());
        prop_assert_eq!(content.check(), Ok(()));
        prop_assert_eq!(content.total, total);
        prop_assert_eq!(content.due, total - paid);
        prop_assert_eq!(content.credit_note("2".to_owned(), MORNING).check(), Ok(()));
    }
}
