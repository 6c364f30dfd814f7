use super::*;
use crate::country::Country;
use crate::ids::HubId;
use proptest::prelude::*;
use uuid::Uuid;

fn settings() -> HubSettings {
    HubSettings::for_country(HubId::from_uuid(Uuid::nil()), "Le Panier", Country::FR).unwrap()
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

/// Takes a table in, cells parted by bars, the header first.
fn import(table: &str, known: KnownCatalogue) -> ImportPlan {
    let settings = settings();
    let mut lines = table
        .trim()
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let header = Header::read(&lines.next().unwrap(), &settings).unwrap();
    let mut import = CatalogueImport::new(header, &settings, today(), known);
    let mut number = 0u128;
    let mut ids = || {
        number += 1;
        Uuid::from_u128(number)
    };
    for (line, cells) in (2..).zip(lines) {
        import.row(line, &cells, &mut ids).unwrap();
    }
    import.finish()
}

fn changes(table: &str) -> CatalogueChanges {
    import(table, KnownCatalogue::default()).accepted().unwrap()
}

/// What is there after a first import, with a stock where there was one.
fn known(table: &str) -> KnownCatalogue {
    let before = changes(table);
    let mut known = KnownCatalogue::default();
    for product in before.products {
        known.add_product(product);
    }
    for variant in before.variants {
        let has_stock = before.opening_stock.iter().any(|(id, _)| *id == variant.id);
        known.add_variant(variant, has_stock);
    }
    known
}

fn fault_codes(plan: &ImportPlan) -> Vec<(u64, &'static str)> {
    plan.faults
        .iter()
        .map(|fault| (fault.line, fault.what.code()))
        .collect()
}

fn warning_codes(plan: &ImportPlan) -> Vec<(u64, &'static str)> {
    plan.warnings
        .iter()
        .map(|warning| (warning.line, warning.what.code()))
        .collect()
}

const SHELF: &str = "
    code | name            | price | tax | unit | stock
    P1   | Carrots         | 2.40  | 5.5 | kg   | 10
    P3   | Honey 500 g     | 7.50  | 5.5 |      | 1
    P5   | Beeswax candle  | 6.00  | 20  |      |
";

#[test]
fn a_new_product_has_all_that_the_columns_say() {
    let changes = changes(
        "Nom | CODE-BARRES | Réf. | Prix TTC (€) | TVA | Catégorie | Unité | Stock | Contenance | Consigne | Producteur | Allergènes
         Jus de pomme 1 l | 2000000000046 | P4 | 3,20 | 5,5 % | Boissons > Jus | pièce | 12 | 1 l | 0,20 | Vergers du Lac | aucun",
    );
    let (product, variant) = (&changes.products[0], &changes.variants[0]);
    assert_eq!(product.name, "Jus de pomme 1 l");
    assert_eq!(product.category.as_deref(), Some("Boissons/Jus"));
    assert_eq!(product.supplier.as_deref(), Some("Vergers du Lac"));
    assert_eq!(product.allergens.as_deref(), Some("aucun"));
    assert_eq!((variant.product, variant.code.as_str()), (product.id, "P4"));
    assert_eq!(variant.barcodes, ["2000000000046"]);
    assert_eq!(variant.price, Some(Money::minor(320)));
    assert_eq!(variant.tax_class.name(), "food");
    assert_eq!(variant.unit_price().unwrap().price, Money::minor(320));
    let deposit = variant.deposit.as_ref().unwrap();
    assert_eq!(
        (deposit.name.as_str(), deposit.amount),
        ("Consigne", Money::minor(20))
    );
    assert!(variant.tracks_stock && variant.is_sold_at_counter());
    assert_eq!(changes.opening_stock, [(variant.id, Quantity::pieces(12))]);
}

#[test]
fn code_and_price_are_enough_for_new_prices() {
    let plan = import("sku | price\nP1 | 2.60\nP5 | 6.00", known(SHELF));
    assert_eq!(
        (plan.rows, plan.added, plan.updated, plan.unchanged),
        (2, 0, 1, 1)
    );
    let changes = plan.accepted().unwrap();
    assert_eq!(changes.products, []);
    assert_eq!(changes.variants.len(), 1);
    let carrots = &changes.variants[0];
    assert_eq!(carrots.price, Some(Money::minor(260)));
    assert_eq!(
        (carrots.name.as_str(), carrots.unit),
        ("Carrots", Unit::Kilogram)
    );
    assert_eq!(carrots.tax_class.name(), "food");
}

#[test]
fn an_empty_cell_changes_nothing() {
    let plan = import("code | price | name | tax\nP1 | | | ", known(SHELF));
    assert_eq!(plan.unchanged, 1);
    assert!(plan.accepted().unwrap().variants.is_empty());
}

#[test]
fn a_rate_keeps_the_class_that_has_it() {
    let plan = import("code | tax\nP1 | food\nP5 | 20.0 %", known(SHELF));
    assert_eq!((plan.unchanged, fault_codes(&plan)), (2, vec![]));
}

#[test]
fn products_without_codes_go_by_their_barcode() {
    let table = "EAN | name | price | vat_rate\n4006040321019 | Pâte | 3.99 | 5.5";
    let plan = import("ean | prix\n4006040321019 | 4.10", known(table));
    assert_eq!((plan.added, plan.updated), (0, 1));
    let mut with_own_code =
        known("code | ean | name | price | tax\nPATE | 4006040321019 | Pâte | 3.99 | 5.5");
    let plan = import("ean | price\n4006040321019 | 4.10", with_own_code);
    assert_eq!(plan.accepted().unwrap().variants[0].code, "PATE");
    with_own_code = known(
        "code | ean | name | price | tax
         A | 4006040321019 | Pâte | 3.99 | 5.5
         B | 4006040321019 | Pâte x 2 | 7.50 | 5.5",
    );
    let plan = import("ean | price\n4006040321019 | 4.10", with_own_code);
    assert_eq!(fault_codes(&plan), [(2, "barcode_of_several")]);
}

#[test]
fn the_file_says_what_the_online_shop_offers() {
    let table = "code | name | price | tax | online
        P1 | Carrots | 2.40 | 5.5 | yes
        P2 | Eggs | 3.00 | 5.5 | no
        P3 | Honey | 7.50 | 5.5 |";
    let changes = import(table, KnownCatalogue::default()).accepted().unwrap();
    let online: Vec<bool> = changes
        .variants
        .iter()
        .map(|variant| variant.shop)
        .collect();
    assert_eq!(
        online,
        [true, false, false],
        "nobody sells online by accident"
    );
}

#[test]
fn every_bad_line_is_named_and_nothing_is_changed() {
    let plan = import(
        "code | name     | price         | tax | unit | stock | content | active | barcode
         P1   | Carrots  | 2.40          | 5.5 | kg   | 10    |         |        |
              | Nameless | 1.00          | 5.5 |      |       |         |        |
         P1   | Again    | 1.00          | 5.5 |      |       |         |        |
         N1   |          | 1.00          |     |      |       |         |        |
         N2   | Leeks    | cheap         | 5.5 |      |       |         |        |
         N3   | Leeks    | -1            | 5.5 |      |       |         |        |
         N4   | Leeks    | 3348709969288 | 5.5 |      |       |         |        |
         N5   | Leeks    | 1.00          | 7.7 |      |       |         |        |
         N6   | Leeks    | 1.00          | 5.5 | bag  |       |         |        |
         N7   | Leeks    | 1.00          | 5.5 |      | 2.5   |         |        |
         N8   | Leeks    | 1.00          | 5.5 |      | -2    |         |        |
         N9   | Leeks    | 1.00          | 5.5 |      |       | heaps   | maybe  |
         N10  | Leeks    | 1.00          | 5.5 |      |       |         |        | 3,34871E+12
         N11  | Leeks",
        KnownCatalogue::default(),
    );
    assert_eq!(
        fault_codes(&plan),
        [
            (3, "code_missing"),
            (4, "code_twice"),
            (5, "value_missing"),
            (5, "value_missing"),
            (6, "not_a_number"),
            (7, "negative"),
            (8, "too_large"),
            (9, "tax_unknown"),
            (10, "not_understood"),
            (11, "not_whole"),
            (12, "negative"),
            (13, "not_understood"),
            (13, "not_understood"),
            (14, "code_shortened"),
            (15, "cell_count"),
        ]
    );
    assert_eq!(
        plan.faults[7].what.to_string(),
        "the tax \"7.7\" is none of this hub's (known: food 5.5 %, reduced 10 %, standard 20 %)"
    );
    assert_eq!(plan.accepted().unwrap_err().len(), 15);
}

#[test]
fn one_product_under_two_spellings_of_its_code_is_named_twice() {
    let table = "code | name | price | tax
        5000159484695 | Bar | 1.00 | 20
        05000159484695 | Bar | 1.10 | 20";
    assert_eq!(
        fault_codes(&import(table, KnownCatalogue::default())),
        [(3, "code_twice")]
    );
}

#[test]
fn hostile_codes_are_refused() {
    let long = "9".repeat(10_000);
    let table = format!("code | name | price | tax\n{long} | a | 1 | 20\nA\u{202e}B | b | 1 | 20");
    let plan = import(&table, KnownCatalogue::default());
    assert_eq!(
        fault_codes(&plan),
        [(2, "code_unreadable"), (3, "code_unreadable")]
    );
    assert!(plan.faults[0].what.to_string().len() < 300);
}

#[test]
fn odd_lines_are_taken_and_said() {
    let plan = import(
        "code | ean | name | price | tax
         A | 4006040321018 | Wrong digit | 1.00 | 5.5
         B | | No price | | 5.5
         C | | Soft\u{ad}hyphen | 1.00 | 5.5
         D | 2000000000046 | One | 1.00 | 5.5
         E | 2000000000046 | Two | 1.00 | 5.5",
        KnownCatalogue::default(),
    );
    assert_eq!(
        warning_codes(&plan),
        [
            (2, "check_digit"),
            (3, "without_price"),
            (4, "hidden_characters"),
            (6, "barcode_shared"),
        ]
    );
    let changes = plan.accepted().unwrap();
    assert_eq!(changes.variants[0].barcodes, ["4006040321018"]);
    assert_eq!(changes.variants[2].name, "Softhyphen");
    assert!(!changes.variants[1].is_sold_at_counter());
}

#[test]
fn stock_is_opened_once_and_then_left_to_deliveries_and_counts() {
    let plan = import("code | stock\nP1 | 25\nP5 | 8\nP3 | 0", known(SHELF));
    assert_eq!(warning_codes(&plan), [(2, "stock_left"), (4, "stock_left")]);
    let changes = plan.accepted().unwrap();
    let candle = &changes.variants[0];
    assert_eq!((candle.code.as_str(), candle.tracks_stock), ("P5", true));
    assert_eq!(changes.opening_stock, [(candle.id, Quantity::pieces(8))]);
}

#[test]
fn a_name_that_variants_share_outlives_a_variant_s_new_name() {
    let mut known = KnownCatalogue::default();
    let mut before = changes("code | name | price | tax\nP3 | Honey 500 g | 7.50 | 5.5");
    before.products[0].name = "Honey".to_owned();
    known.add_product(before.products.remove(0));
    known.add_variant(before.variants.remove(0), false);
    let changes = import("code | name\nP3 | Honey, jar of 500 g", known)
        .accepted()
        .unwrap();
    assert_eq!(changes.variants[0].name, "Honey, jar of 500 g");
    assert_eq!(changes.products, []);
}

#[test]
fn headers_that_mislead_are_refused() {
    let read =
        |headings: &[&str]| Header::read(headings, &settings()).map_err(|refusal| refusal.code());
    for (headings, code) in [
        (&["", " "][..], "file_empty"),
        (&["name", "price"], "column_missing"),
        (&["code", "colour"], "columns_unknown"),
        (&["code", "price", "prix"], "column_twice"),
        (&["code", "prix HT"], "price_tax_mode"),
        (&["code", "price excl. VAT"], "price_tax_mode"),
        (&["code", "price_gbp"], "price_currency"),
    ] {
        assert_eq!(read(headings), Err(code), "{headings:?}");
    }
    let both = read(&["code", "Prix HT", "Prix TTC", "Colour"]).unwrap();
    assert_eq!(both.ignored, ["Prix HT", "Colour"]);
    for heading in [
        "price_eur_incl_vat",
        "Prix de vente TTC (€)",
        "Unit price",
        "PRIX",
        "Preis inkl. MwSt",
    ] {
        assert!(
            read(&["code", heading]).unwrap().has(Column::Price),
            "{heading}"
        );
    }
    for heading in ["purchase price", "prix d'achat", "price per kg"] {
        assert_eq!(
            read(&["code", heading]),
            Err("columns_unknown"),
            "{heading}"
        );
    }
}

#[test]
fn a_file_that_never_ends_is_refused() {
    let settings = settings();
    let header = Header::read(&["code", "price"], &settings).unwrap();
    let mut import = CatalogueImport::new(header, &settings, today(), KnownCatalogue::default());
    let mut row = |line| import.row(line, &["", "1"], &mut Uuid::nil);
    assert!((0..ROWS_MAX).all(|line| row(line).is_ok()));
    assert_eq!(row(ROWS_MAX), Err(TooManyRows));
}

proptest! {
    #[test]
    fn columns_may_stand_in_any_order(order in Just(vec![0usize, 1, 2, 3, 4]).prop_shuffle()) {
        let rows = [
            ["Code", "Désignation", "Prix", "TVA", "Rayon"],
            ["P1", "Carottes", "2,40", "5,5", "Légumes"],
        ];
        let table: Vec<String> = rows
            .iter()
            .map(|row| order.iter().map(|index| row[*index]).collect::<Vec<_>>().join("|"))
            .collect();
        let changes = changes(&table.join("\n"));
        prop_assert_eq!(&changes.variants[0].name, "Carottes");
        prop_assert_eq!(changes.variants[0].price, Some(Money::minor(240)));
        prop_assert_eq!(changes.products[0].category.as_deref(), Some("Légumes"));
    }

    #[test]
    fn importing_twice_changes_nothing_more(prices in prop::collection::vec(0i64..100_000, 1..30)) {
        let mut table = String::from("code|name|price|tax|stock\n");
        for (index, price) in prices.iter().enumerate() {
            table += &format!("C{index}|Product {index}|{}.{:02}|5.5|{index}\n", price / 100, price % 100);
        }
        let plan = import(&table, known(&table));
        prop_assert_eq!(plan.unchanged, prices.len() as u64);
        prop_assert!(plan.accepted().unwrap().variants.is_empty());
    }

    #[test]
    fn no_line_panics_and_each_is_counted(cells in prop::collection::vec(prop::collection::vec("\\PC{0,12}", 0..8), 0..20)) {
        let settings = settings();
        let header = Header::read(&["code", "name", "price", "tax", "unit", "stock"], &settings).unwrap();
        let mut import = CatalogueImport::new(header, &settings, today(), KnownCatalogue::default());
        for (line, row) in (2..).zip(&cells) {
            let row: Vec<&str> = row.iter().map(String::as_str).collect();
            import.row(line, &row, &mut Uuid::nil).unwrap();
        }
        let plan = import.finish();
        let bad: HashSet<u64> = plan.faults.iter().map(|fault| fault.line).collect();
        prop_assert_eq!(plan.added + bad.len() as u64, plan.rows);
    }
}
