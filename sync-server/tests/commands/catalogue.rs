//! `import catalogue`, with every bad file that people bring.

use comptoir_domain::money::Money;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::EntityKind;

use crate::desk::Desk;

const SHELF: &str = "code;nom;prix;tva;unité;stock\n\
    P1;Carottes;2,40;5,5;kg;10\n\
    P3;Miel 500 g;7,50;5,5;;1\n";

#[test]
fn a_catalogue_comes_in_and_two_columns_change_its_prices() {
    let desk = Desk::with_hub();
    let said = desk.import(SHELF).unwrap();
    assert!(
        said.contains("2 rows: 2 to add, 0 to update, 0 unchanged."),
        "{said}"
    );
    let carrots = desk.variant("P1").unwrap();
    assert_eq!(
        (carrots.name.as_str(), carrots.price),
        ("Carottes", Some(Money::minor(240)))
    );
    let stock: Vec<StockLevel> = desk.things(EntityKind::STOCK);
    let level = stock
        .iter()
        .find(|level| level.variant == carrots.id)
        .unwrap();
    assert_eq!(level.on_hand, Quantity::thousandths(10_000));
    let said = desk.import("sku\tprice\nP1\t2.60\nP3\t7.50\n").unwrap();
    assert!(
        said.contains("0 to add, 1 to update, 1 unchanged."),
        "{said}"
    );
    let again = desk.variant("P1").unwrap();
    assert_eq!(
        (again.id, again.price),
        (carrots.id, Some(Money::minor(260)))
    );
    assert_eq!(again.name, "Carottes");
}

#[test]
fn five_hundred_rows_with_one_bad_one_change_nothing() {
    let desk = Desk::with_hub();
    let before = desk.head();
    let mut table = String::from("code,name,price,tax\n");
    for number in 1..=500 {
        let price = if number == 311 { "dear" } else { "1.00" };
        table += &format!("C{number},Product {number},{price},5.5\n");
    }
    let (said, error) = desk.import(&table).unwrap_err();
    assert!(
        said.contains("line 312: the price \"dear\" is no number [not_a_number]"),
        "{said}"
    );
    assert!(
        error.to_string().contains("nothing was changed: 1 fault"),
        "{error}"
    );
    assert_eq!(desk.head(), before);
}

#[test]
fn a_dry_run_says_what_would_happen_and_does_not_do_it() {
    let desk = Desk::with_hub();
    let before = desk.head();
    let file = desk.path("shelf.csv");
    std::fs::write(&file, SHELF).unwrap();
    let said = desk
        .run(&["import", "catalogue", file.to_str().unwrap(), "--dry-run"])
        .unwrap();
    assert!(
        said.contains("2 to add") && said.contains("dry run"),
        "{said}"
    );
    assert_eq!(desk.head(), before);
}

#[test]
fn bad_files_get_a_clear_answer_and_change_nothing() {
    let desk = Desk::with_hub();
    desk.import(SHELF).unwrap();
    let before = desk.head();
    let cases: [(&[u8], &str); 11] = [
        (b"", "is empty"),
        (b"\n\n", "the file is empty"),
        (b"PK\x03\x04....", "is a spreadsheet"),
        (b"\x00\x01\x02\x03", "is no text file"),
        (
            b"nom;prix\nCarottes;1\n",
            "no column holds the product code",
        ),
        (b"code;colour\nP1;red\n", "no column but the product code"),
        (b"code;prix;price\nP1;1;2\n", "both hold the price"),
        (b"code;prix HT\nP1;1\n", "prices without tax"),
        (b"code;price_gbp\nP1;1\n", "in GBP"),
        (b"code;prix\nP1;1\nP1;2\n", "nothing was changed: 1 fault"),
        (b"code;prix\nP1;-1\n", "nothing was changed: 1 fault"),
    ];
    for (table, reason) in cases {
        let (_, error) = desk.import(table).unwrap_err();
        let said = format!("{error:#}");
        assert!(said.contains(reason), "{said}");
    }
    let mixed = ["code;nom\nP1;Pâté\nP3;".as_bytes(), b"P\xe2t\xe9\n"].concat();
    let (_, error) = desk.import(mixed).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("line 3 is not in the encoding of the rest"),
        "{error}"
    );
    let huge = desk.path("huge.csv");
    std::fs::File::create(&huge)
        .unwrap()
        .set_len(1 << 30)
        .unwrap();
    let (_, error) = desk
        .run(&["import", "catalogue", huge.to_str().unwrap()])
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has 1024 MB; up to 256 MB are taken"),
        "{error}"
    );
    let nowhere = desk.path("nowhere.csv");
    assert!(
        desk.run(&["import", "catalogue", nowhere.to_str().unwrap()])
            .is_err()
    );
    assert_eq!(desk.head(), before);
}

#[test]
fn a_table_of_windows_and_one_of_a_mac_are_read_alike() {
    let desk = Desk::with_hub();
    desk.import(b"code;nom;prix;tva\r\nP1;P\xe2t\xe9;1,00;20\r\n")
        .unwrap();
    assert_eq!(desk.variant("P1").unwrap().name, "Pâté");
    desk.import(b"code;nom\rP1;Paste\r").unwrap();
    assert_eq!(desk.variant("P1").unwrap().name, "Paste");
}

#[test]
fn more_stock_than_one_entry_holds_comes_in_all_the_same() {
    let desk = Desk::with_hub();
    let mut table = String::from("code,name,price,tax,stock\n");
    for number in 1..=4_500 {
        table += &format!("C{number},Product {number},1.00,5.5,{number}\n");
    }
    desk.import(&table).unwrap();
    let stock: Vec<StockLevel> = desk.things(EntityKind::STOCK);
    let sum: i64 = stock
        .iter()
        .map(|level| level.on_hand.in_thousandths())
        .sum();
    assert_eq!(sum, 1000 * 4_500 * 4_501 / 2);
    desk.run(&["verify"]).unwrap();
}
