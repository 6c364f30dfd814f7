//! What a hub's people pick and pack by: the right sums, and the right paper.
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod common;

use common::waiting::{
    MARKET, alis, customer, fetched, goods, janes, maker, order, ordered, settings, slot,
};
use common::{check_golden, keep, keep_picture};
use comptoir_documents::escpos::{PrinterProfile, render};
use comptoir_documents::pdf::{self, Paper as Sheets, Sheet};
use comptoir_documents::picking::{self, BasketLabel, OrderSlip, PickList};
use comptoir_documents::{Document, Language, grid};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::Quantity;
use comptoir_testkit::escpos::{Paper, print};

fn friday(language: Language) -> (PickList, Document) {
    let (settings, slot) = (settings(), slot());
    let (janes, alis, fetched) = (janes(), alis(), fetched());
    let jane = customer("Jane Doe");
    let list = PickList::of(
        Some(&slot),
        MARKET,
        &[
            ordered(&fetched, Some(&jane), &slot),
            ordered(&alis, None, &slot),
            ordered(&janes, Some(&jane), &slot),
        ],
        &maker(&settings),
    );
    let document = list.lay_out(language);
    (list, document)
}

fn label(language: Language) -> (BasketLabel, Document) {
    let (settings, slot, janes) = (settings(), slot(), janes());
    let jane = customer("Jane Doe");
    let label = BasketLabel::of(&ordered(&janes, Some(&jane), &slot), &maker(&settings));
    let document = label.lay_out(language);
    (label, document)
}

fn slip(order: &Order, language: Language) -> (OrderSlip, Document) {
    let (settings, slot) = (settings(), slot());
    let jane = customer("Jane Doe");
    let slip = OrderSlip::of(
        &ordered(order, Some(&jane), &slot),
        vec!["Sonner chez Martin".to_owned()],
        &maker(&settings),
    );
    let document = slip.lay_out(language);
    (slip, document)
}

fn sheet(paper: Sheets, title: &str, language: Language) -> Sheet<'_> {
    Sheet {
        paper,
        title,
        language,
        issued_at: common::MORNING,
    }
}

/// On paper of three widths, and on a page.
fn check_everywhere(name: &str, document: &Document, sheet: &Sheet<'_>) {
    for columns in [48, 32] {
        let rows = grid::set(document, columns);
        for row in grid::to_text(&rows, columns).lines() {
            let cells = row.trim_start_matches(['#', '*']).chars().count();
            assert!(cells <= columns.max(24) || row.starts_with('['), "{row}");
        }
        let text = grid::to_text(&rows, columns);
        check_golden(&format!("layout-{name}-{columns}"), &text);
    }
    for profile in PrinterProfile::presets() {
        let paper = if profile.columns == 32 {
            Paper::GENERIC_58
        } else {
            Paper::EPSON_80
        };
        let printed = print(&render(document, &profile).unwrap(), paper);
        assert_eq!(printed.unknown, Vec::<Vec<u8>>::new());
        assert_eq!(printed.overflows, 0);
        let profile = profile.name.to_lowercase().replace(' ', "-");
        keep_picture(&format!("{name}-{profile}"), &printed.png().unwrap());
    }
    check_golden(
        &format!("page-{name}"),
        &pdf::describe(document, sheet).unwrap(),
    );
    let file = pdf::render(document, sheet).unwrap();
    keep(&format!("page-{name}.pdf"), &file);
    for (index, picture) in common::page::pictures(&file).iter().enumerate() {
        keep_picture(&format!("page-{name}-{}", index + 1), picture);
    }
}

#[test]
fn pick_lists_are_as_agreed() {
    for (name, language) in [("en", Language::English), ("fr", Language::French)] {
        let (list, document) = friday(language);
        let title = list.title(language);
        check_everywhere(
            &format!("pick-list-{name}"),
            &document,
            &sheet(Sheets::A4, &title, language),
        );
    }
}

#[test]
fn labels_and_slips_are_as_agreed() {
    for (name, language) in [("en", Language::English), ("fr", Language::French)] {
        let (label, document) = label(language);
        check_everywhere(
            &format!("label-{name}"),
            &document,
            &sheet(Sheets::A6, &label.number, language),
        );
        let (slip, document) = slip(&alis(), language);
        let title = slip.title(language);
        check_everywhere(
            &format!("slip-{name}"),
            &document,
            &sheet(Sheets::A4, &title, language),
        );
    }
}

#[test]
fn what_orders_wait_for_is_summed_by_product_and_nothing_else_is_listed() {
    let (list, _) = friday(Language::English);
    let sums: Vec<(&str, i64, usize)> = list
        .products
        .iter()
        .map(|product| {
            let goods = &product.goods;
            let quantity = goods.quantity.in_thousandths();
            (goods.name.as_str(), quantity, product.shares.len())
        })
        .collect();
    // Four boxes: two of Jane's, and two lines of one that are one share of Ali's.
    assert_eq!(
        sums,
        [
            ("Carottes de sable, lavées", 1625, 2),
            (
                "Jus de pomme trouble de la ferme des Trois Chênes 1 l",
                12_000,
                1
            ),
            ("Œufs plein air, boîte de 6", 4000, 2),
        ]
    );
    let by_order: i64 = list
        .orders
        .iter()
        .flat_map(|order| &order.goods)
        .map(|picked| picked.goods.quantity.in_thousandths())
        .sum();
    assert_eq!(by_order, sums.iter().map(|(_, sum, _)| sum).sum::<i64>());
    let numbers: Vec<&str> = list.orders.iter().map(|order| &*order.number).collect();
    // Jane has a name and comes first; the fetched order is not there, nor are bottle deposits.
    assert_eq!(numbers, ["O-1001", "O-1002"]);
}

#[test]
fn a_label_says_what_is_missing_and_what_is_due() {
    let (label, _) = label(Language::English);
    let missing: Vec<(&str, i64)> = label
        .missing
        .iter()
        .map(|goods| (goods.name.as_str(), goods.quantity.in_thousandths()))
        .collect();
    assert_eq!(
        missing,
        [
            ("Œufs plein air, boîte de 6", 1000),
            (
                "Jus de pomme trouble de la ferme des Trois Chênes 1 l",
                1000
            ),
        ]
    );
    // Two boxes at 3.00 and 1.125 kg at 2.40; a weighed bag counts as one piece.
    assert_eq!(label.to_settle, Money::minor(870));
    assert_eq!(label.pieces, 3);
    // Before anybody picks, nothing is missing.
    let (settings, slot, alis) = (settings(), slot(), alis());
    let fresh = BasketLabel::of(&ordered(&alis, None, &slot), &maker(&settings));
    assert_eq!(fresh.missing, []);
}

#[test]
fn a_slip_lists_deposits_under_their_goods_and_adds_up() {
    let (slip, _) = slip(&alis(), Language::English);
    let names: Vec<&str> = slip.lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names.last(), Some(&"Consigne bouteille"));
    let sum: Money = slip.lines.iter().map(|line| line.amount).sum();
    assert_eq!((sum, slip.total), (Money::minor(4920), Money::minor(4920)));
    assert_eq!(slip.to_settle, slip.total);
}

#[test]
fn the_code_of_a_label_is_the_number_of_its_order() {
    let (_, document) = label(Language::English);
    let printed = print(
        &render(&document, &PrinterProfile::epson_80()).unwrap(),
        Paper::EPSON_80,
    );
    assert!(printed.lines.contains(&"[BARCODE O-1001]".to_owned()));
    // A number that no barcode can hold, or that is too long for the paper, is a QR code.
    for number in ["Cde-é-1", "COMPTOIR-261121ABC-1234"] {
        let (settings, slot) = (settings(), slot());
        let long = order(61, number, vec![goods(62, common::waiting::EGGS, 1000)]);
        let label = BasketLabel::of(&ordered(&long, None, &slot), &maker(&settings));
        let job = render(
            &label.lay_out(Language::English),
            &PrinterProfile::generic_58(),
        );
        let lines = print(&job.unwrap(), Paper::GENERIC_58).lines;
        assert!(
            lines.iter().any(|line| line.starts_with("[PICTURE")),
            "{lines:?}"
        );
        assert!(lines.iter().any(|line| line.contains(number)), "{lines:?}");
    }
}

#[test]
fn a_long_list_goes_over_several_pages_and_loses_nothing() {
    let (settings, slot) = (settings(), slot());
    let orders: Vec<Order> = (0..60u128)
        .map(|index| {
            let line = goods(1000 + index, common::waiting::EGGS, 1000);
            order(2000 + index, &format!("O-{}", 2000 + index), vec![line])
        })
        .collect();
    let all: Vec<_> = orders
        .iter()
        .map(|order| ordered(order, None, &slot))
        .collect();
    let list = PickList::of(Some(&slot), MARKET, &all, &maker(&settings));
    assert_eq!(list.products[0].goods.quantity, Quantity::pieces(60));
    let file = picking::pick_list_pdf(&list, Language::English).unwrap();
    let pages = common::page::texts(&file);
    assert!(pages.len() > 2, "{}", pages.len());
    let count = pages.len();
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("{} / {count}", index + 1)), "{page}");
    }
    let text = pages.concat();
    for order in &orders {
        assert!(text.matches(&order.heading.number).count() >= 2);
    }
}
