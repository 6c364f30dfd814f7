//! Finding products: by code, by what people type, by category, and at which price.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shop;

use comptoir_domain::barcode::{InStoreLayout, InStoreValue, InnerCheck, LabelContent, parse};
use comptoir_domain::ids::PriceRuleId;
use comptoir_domain::money::Money;
use comptoir_domain::price::{PriceName, PriceRule, PriceRuleKind};
use comptoir_sync::feed::EntityKind;
use comptoir_till::catalogue::{self, Buyer, Wanted};
use comptoir_till::feed;
use shop::{NOON, Shop, product, variant, variant_id};
use uuid::Uuid;

/// A small shop; the numbers are those of the variants.
fn market() -> Shop {
    let mut shop = Shop::new();
    for (number, name, category) in [
        (1, "Carottes des sables", "Légumes/Racines"),
        (2, "Crème brûlée", "Desserts"),
        (3, "Gâteau à la carotte", "Desserts"),
        (4, "Œufs plein air", "Crèmerie"),
        (5, "Poivron rouge", "Légumes"),
        (6, "Jus de pomme carotte", "Boissons"),
        (7, "L'ail violet", "Légumes"),
    ] {
        let product = product(number, name, category);
        shop.put(&product, &variant(number, &product, name));
    }
    shop
}

#[test]
fn a_name_that_begins_so_goes_before_a_word_that_does() {
    let shop = market();
    assert_eq!(
        shop.found("caro"),
        [
            "Carottes des sables",
            "Gâteau à la carotte",
            "Jus de pomme carotte"
        ]
    );
}

#[test]
fn what_is_sold_most_goes_first_among_equals() {
    let mut shop = market();
    shop.core
        .transaction(|tx| catalogue::count_uses(tx, [variant_id(6), variant_id(6), variant_id(3)]))
        .unwrap();
    assert_eq!(
        shop.found("caro"),
        [
            "Carottes des sables",
            "Jus de pomme carotte",
            "Gâteau à la carotte"
        ]
    );
}

#[test]
fn an_exact_code_goes_before_everything() {
    let mut shop = market();
    let named_like_a_code = product(9, "P-0003 seeds", "Garden");
    shop.put(
        &named_like_a_code,
        &variant(9, &named_like_a_code, "P-0003 seeds"),
    );
    assert_eq!(shop.found("p0003"), ["Gâteau à la carotte"]);
    assert_eq!(shop.found("P-0003")[0], "Gâteau à la carotte");
}

#[test]
fn accents_capitals_and_ligatures_do_not_matter() {
    let shop = market();
    assert_eq!(shop.found("creme bru"), ["Crème brûlée"]);
    assert_eq!(shop.found("CRÈME BRÛ"), ["Crème brûlée"]);
    assert_eq!(shop.found("oeuf"), ["Œufs plein air"]);
    assert_eq!(shop.found("œuf"), ["Œufs plein air"]);
    assert_eq!(shop.found("ail"), ["L'ail violet"]);
}

#[test]
fn a_fragment_or_a_typing_error_finds_what_was_meant() {
    let shop = market();
    assert_eq!(shop.found("ivron"), ["Poivron rouge"]);
    assert_eq!(shop.found("poivorn"), ["Poivron rouge"]);
    assert_eq!(shop.found("poivro ruoge"), ["Poivron rouge"]);
    assert!(shop.found("xylophone").is_empty());
}

#[test]
fn a_category_is_searched_and_narrows_the_search() {
    let shop = market();
    assert_eq!(shop.found("racin"), ["Carottes des sables"]);
    let mut finder = shop.finder();
    let wanted = Wanted {
        text: "caro",
        category: Some("Desserts"),
        limit: 20,
        location: None,
        buyer: Buyer::anybody(NOON),
    };
    let found = finder.search(&wanted).unwrap();
    assert_eq!(found.products.len(), 1);
    assert_eq!(found.products[0].name, "Gâteau à la carotte");
    assert_eq!(found.text, "caro");
}

#[test]
fn the_first_letters_of_several_words_are_enough_in_any_order() {
    let shop = market();
    assert_eq!(shop.found("car sa"), ["Carottes des sables"]);
    assert_eq!(shop.found("po ju"), ["Jus de pomme carotte"]);
    assert_eq!(shop.found("ga ca"), ["Gâteau à la carotte"]);
}

#[test]
fn a_slip_in_the_middle_of_a_word_is_forgiven_beside_words_that_are_right() {
    let shop = market();
    assert_eq!(shop.found("carrotte"), shop.found("carotte"));
    assert_eq!(shop.found("jus pomne"), ["Jus de pomme carotte"]);
    assert_eq!(shop.found("gateau carrote"), ["Gâteau à la carotte"]);
}

#[test]
fn a_word_of_the_category_goes_with_one_of_the_name() {
    let shop = market();
    let mut finder = shop.finder();
    // Before the words were read and after: they only make it faster.
    for _ in 0..2 {
        assert_eq!(
            shop::found(&mut finder, "carotte dessert"),
            ["Gâteau à la carotte"]
        );
        assert_eq!(
            shop::found(&mut finder, "desserts"),
            ["Crème brûlée", "Gâteau à la carotte"]
        );
        assert_eq!(
            shop::found(&mut finder, "legum caro"),
            ["Carottes des sables"]
        );
        finder.refresh().unwrap();
    }
}

#[test]
fn what_came_after_the_words_were_read_is_found_too() {
    let mut shop = market();
    let mut finder = shop.finder();
    finder.refresh().unwrap();
    let late = product(12, "Carottelle de Nantes", "Légumes");
    shop.put(&late, &variant(12, &late, "Carottelle de Nantes"));
    assert!(shop::found(&mut finder, "carott").contains(&"Carottelle de Nantes".to_owned()));
    assert_eq!(
        shop::found(&mut finder, "carottelle"),
        ["Carottelle de Nantes"]
    );
}

#[test]
fn hostile_text_finds_nothing_and_breaks_nothing() {
    let shop = market();
    let mut finder = shop.finder();
    for text in [
        "\"",
        "'",
        "*",
        "carotte*\"",
        "name:carotte",
        "a AND",
        "NEAR(",
        "(((",
        "-carotte",
        "^carotte",
        "{name}: x",
        "\0",
        "\u{202e}caro",
        "' OR 1=1 --",
        "%",
        "_",
        "🥕",
        "\u{10ffff}",
    ] {
        shop::found(&mut finder, text);
    }
    shop::found(&mut finder, &"x".repeat(10_000));
    shop::found(&mut finder, &"é \" * ".repeat(10_000));
    assert_eq!(
        shop::found(&mut finder, "\"poivron\" (*"),
        ["Poivron rouge"]
    );
}

#[test]
fn the_answer_says_when_there_is_more() {
    let shop = market();
    let mut finder = shop.finder();
    let mut wanted = Wanted {
        text: "caro",
        category: None,
        limit: 3,
        location: None,
        buyer: Buyer::anybody(NOON),
    };
    assert!(!finder.search(&wanted).unwrap().more);
    wanted.limit = 2;
    let found = finder.search(&wanted).unwrap();
    assert_eq!((found.products.len(), found.more), (2, true));
}

#[test]
fn what_is_not_for_the_counter_is_not_found_by_typing_but_by_its_barcode() {
    let mut shop = Shop::new();
    let honey = product(1, "Honey", "Larder");
    let mut jar = variant(1, &honey, "Honey 500 g");
    jar.searchable = false;
    jar.barcodes = vec!["4006040321019".to_owned()];
    shop.put(&honey, &jar);
    assert!(shop.found("honey").is_empty());
    let scan = parse("4006040321019", None, &[]).unwrap();
    let scanned = catalogue::find_scanned(shop.core.connection(), &scan).unwrap();
    assert_eq!(scanned.unwrap().variant, jar);
}

#[test]
fn one_key_for_a_code_in_all_its_lengths() {
    let mut shop = Shop::new();
    let juice = product(1, "Juice", "Drinks");
    let mut bottle = variant(1, &juice, "Juice 1 l");
    bottle.barcodes = vec!["036000291452".to_owned()];
    shop.put(&juice, &bottle);
    for code in [
        "036000291452",
        "0036000291452",
        "00036000291452",
        "P-0001",
        "p0001",
    ] {
        let scan = parse(code, None, &[]).unwrap();
        let scanned = catalogue::find_scanned(shop.core.connection(), &scan).unwrap();
        assert_eq!(scanned.unwrap().variant.id, bottle.id, "{code}");
    }
    let scan = parse("036000291469", None, &[]).unwrap();
    assert_eq!(
        catalogue::find_scanned(shop.core.connection(), &scan).unwrap(),
        None
    );
}

#[test]
fn an_exact_code_goes_before_the_shops_own_label() {
    let layout = InStoreLayout {
        prefix: "20".to_owned(),
        item_digits: 5,
        inner_check: InnerCheck::None,
        value: LabelContent::Price,
        decimals: 2,
        currency_decimals: 2,
    };
    let mut shop = Shop::new();
    let cheese = product(1, "Comté", "Cheese");
    let mut weighed = variant(1, &cheese, "Comté");
    weighed.barcodes = vec![gtin13("200004200000")];
    shop.put(&cheese, &weighed);
    let label = gtin13("200004200795");
    let scan = parse(&label, None, std::slice::from_ref(&layout)).unwrap();
    let scanned = catalogue::find_scanned(shop.core.connection(), &scan)
        .unwrap()
        .unwrap();
    assert_eq!(scanned.variant.id, weighed.id);
    assert_eq!(scanned.value, Some(InStoreValue::Price(Money::minor(795))));

    let box_of_soap = product(2, "Soap", "Care");
    let mut soap = variant(2, &box_of_soap, "Soap");
    soap.barcodes = vec![label];
    shop.put(&box_of_soap, &soap);
    let scanned = catalogue::find_scanned(shop.core.connection(), &scan)
        .unwrap()
        .unwrap();
    assert_eq!((scanned.variant.id, scanned.value), (soap.id, None));
}

fn gtin13(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[test]
fn the_lowest_price_that_holds_is_on_the_card() {
    let mut shop = market();
    let rule = PriceRule {
        id: PriceRuleId::from_uuid(Uuid::from_u128(7)),
        variant: variant_id(5),
        unit_price: Money::minor(80),
        kind: PriceRuleKind::Dated {
            name: "Market day".to_owned(),
            from: None,
            until: Some(NOON.plus_ms(1000)),
        },
    };
    shop.core
        .transaction(|tx| feed::put_local(tx, EntityKind::PRICE_RULE, &rule.id.to_string(), &rule))
        .unwrap();
    let at = |now| {
        let pepper = catalogue::variant(shop.core.connection(), variant_id(5))
            .unwrap()
            .unwrap();
        catalogue::priced(shop.core.connection(), pepper, Buyer::anybody(now))
            .unwrap()
            .price
            .map(|price| (price.unit_price.minor_units(), price.name))
            .unwrap()
    };
    let name = "Market day".to_owned();
    assert_eq!(at(NOON), (80, PriceName::Dated { name }));
    assert_eq!(at(NOON.plus_ms(1000)), (100, PriceName::Regular));
}

#[test]
fn tiles_show_categories_and_what_is_sold_most() {
    let mut shop = market();
    shop.core
        .transaction(|tx| catalogue::count_uses(tx, [variant_id(5)]))
        .unwrap();
    let tiles = catalogue::tiles(shop.core.connection(), None, Buyer::anybody(NOON)).unwrap();
    let categories: Vec<_> = tiles
        .categories
        .iter()
        .map(|category| (category.name.as_str(), category.count))
        .collect();
    assert_eq!(
        categories,
        [
            ("Boissons", 1),
            ("Crèmerie", 1),
            ("Desserts", 2),
            ("Légumes", 3)
        ]
    );
    assert_eq!(tiles.favourites[0].name, "Poivron rouge");
    let vegetables = catalogue::category_products(
        shop.core.connection(),
        "Légumes",
        2,
        None,
        Buyer::anybody(NOON),
    )
    .unwrap();
    assert_eq!(vegetables.products.len(), 2);
    assert!(vegetables.more);
}

#[test]
fn a_renamed_product_is_found_by_its_new_name_only() {
    let mut shop = market();
    let renamed = product(5, "Paprika", "Légumes");
    shop.put(&renamed, &variant(5, &renamed, "Paprika"));
    assert!(shop.found("poivron").is_empty());
    assert_eq!(shop.found("papri"), ["Paprika"]);
}
