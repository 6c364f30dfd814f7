//! Documents as files that any program reads: fonts inside, text that can be copied, nothing by chance.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::{MORNING, check_golden, keep, keep_picture, market_sale, page, saturday};
use comptoir_documents::pdf::{self, Paper, Sheet};
use comptoir_documents::{Document, Language, receipt, z_report};

const SLIP: Sheet<'static> = Sheet {
    paper: Paper::Slip,
    title: "A-R-000123",
    language: Language::French,
    issued_at: MORNING,
};

fn sale() -> Document {
    receipt::lay_out(&market_sale(), Language::French)
}

#[test]
fn a_receipt_and_a_report_are_as_agreed() {
    let report = z_report::lay_out(&saturday(), Language::French);
    let a4 = Sheet {
        paper: Paper::A4,
        title: "A-Z-000017",
        ..SLIP
    };
    for (name, document, sheet) in [("sale", sale(), SLIP), ("z", report, a4)] {
        let layout = pdf::describe(&document, &sheet).unwrap();
        check_golden(&format!("page-{name}-fr"), &layout);
        let file = pdf::render(&document, &sheet).unwrap();
        keep(&format!("page-{name}-fr.pdf"), &file);
        let pictures = page::pictures(&file);
        assert_eq!(pictures.len(), 1);
        keep_picture(&format!("page-{name}-fr"), &pictures[0]);
    }
}

#[test]
fn the_same_document_is_the_same_file() {
    let first = pdf::render(&sale(), &SLIP).unwrap();
    assert!(first.starts_with(b"%PDF-1.7"));
    assert!(first == pdf::render(&sale(), &SLIP).unwrap());
}

#[test]
fn the_text_of_a_file_is_that_of_the_document() {
    let text = page::texts(&pdf::render(&sale(), &SLIP).unwrap()).concat();
    for expected in [
        "Le Panier du Coin",
        "Pain de campagne au levain",
        "Tomates cœur de bœuf",
        "31,27\u{a0}€",
        "A-R-000123",
    ] {
        assert!(text.contains(expected), "{expected} is missing in {text}");
    }
}

#[test]
fn every_font_is_embedded_and_only_its_used_characters() {
    let file = pdf::render(&sale(), &SLIP).unwrap();
    assert!(file.len() < 60_000, "{} bytes", file.len());
    let document = lopdf::Document::load_mem(&file).unwrap();
    let dictionaries = document.objects.values().filter_map(|it| it.as_dict().ok());
    let descriptors: Vec<_> = dictionaries
        .filter(|dictionary| dictionary.has_type(b"FontDescriptor"))
        .collect();
    assert_eq!(descriptors.len(), 2, "regular and bold");
    assert!(descriptors.iter().all(|font| font.has(b"FontFile2")));
}

#[test]
fn names_in_any_script_have_their_glyphs() {
    let mut content = market_sale();
    for name in [
        "Ψωμί με ελιές",
        "Гречка",
        "تفاح أحمر",
        "有機蘋果",
        "🥕 Carottes",
    ] {
        content.lines[0].name = name.to_owned();
        let document = receipt::lay_out(&content, Language::French);
        let file = pdf::render(&document, &SLIP).unwrap();
        let first = name.chars().next().unwrap() as u32;
        keep_picture(&format!("page-script-{first:x}"), &page::pictures(&file)[0]);
    }
}

#[test]
fn the_qr_code_can_be_read_from_the_page() {
    let file = pdf::render(&sale(), &SLIP).unwrap();
    assert_eq!(page::qr_codes(&file), [market_sale().reference]);
}

#[test]
fn a_qr_code_that_holds_too_much_is_refused() {
    let mut content = market_sale();
    content.reference = "x".repeat(3000);
    let document = receipt::lay_out(&content, Language::French);
    let refused = pdf::render(&document, &SLIP).unwrap_err();
    assert_eq!(refused.code(), "qr_too_long");
}
