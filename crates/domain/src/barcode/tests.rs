use super::*;
use crate::country::{Country, known_countries};
use crate::money::Money;
use crate::quantity::{Quantity, Unit};
use proptest::prelude::*;

fn france() -> Vec<InStoreLayout> {
    in_store_presets(Country::FR)
}

fn scan(raw: &str) -> Scan {
    parse(raw, None, &france()).unwrap()
}

fn keys(raw: &str, layouts: &[InStoreLayout]) -> Vec<(String, Option<InStoreValue>)> {
    let scan = parse(raw, None, layouts).unwrap();
    lookup_keys(&scan)
        .into_iter()
        .map(|key| (key.code, key.value))
        .collect()
}

fn gtin(text: &str) -> Gtin14 {
    text.parse().unwrap()
}

fn grams(grams: i64) -> InStoreValue {
    InStoreValue::Weight(Quantity::thousandths(grams))
}

/// The check digit by position from the left, written apart from the code under test.
fn with_check(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| u32::from(byte - b'0') * if place % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[test]
fn numbers_of_every_length_are_one_number() {
    for (raw, expected) in [
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("0036000291452", "00036000291452"),
        ("00036000291452", "00036000291452"),
        ("4006381333931", "04006381333931"),
        ("10614141000415", "10614141000415"),
        // UPC-E, one for each rule of expansion.
        ("01234505", "00012000003455"),
        ("04252614", "00042100005264"),
        ("01234531", "00012300000451"),
        ("01234543", "00012340000053"),
    ] {
        assert_eq!(scan(raw).barcode, Barcode::Gtin(gtin(expected)), "{raw}");
        assert_eq!(normalised_code(raw), expected, "{raw}");
    }
}

#[test]
fn eight_digits_that_may_be_two_numbers_are_found_either_way() {
    // A right EAN-8 and the UPC-E of 012345000058 at once, like every UPC-E that ends in 5 to 9.
    let (ean_8, upc_a) = ("00000001234558", "00012345000058");
    let codes =
        |raw: &str| -> Vec<String> { keys(raw, &[]).into_iter().map(|(code, _)| code).collect() };
    assert_eq!(codes("01234558"), [ean_8, upc_a]);
    assert_eq!(codes("012345000058"), [upc_a, ean_8]);
    // The scanner may know.
    assert_eq!(codes("]E401234558"), [ean_8]);
    assert_eq!(codes("]E001234558"), [upc_a, ean_8]);
    // Other numbers have one reading.
    assert_eq!(codes("96385074"), ["00000096385074"]);
    assert_eq!(codes("4006381333931"), ["04006381333931"]);
}

#[test]
fn a_weight_label_is_an_item_and_its_weight() {
    let scan = scan("2600101012506");
    let Barcode::InStore(label) = &scan.barcode else {
        panic!("{scan:?}");
    };
    assert_eq!(label.item, "00101");
    assert_eq!(label.value, grams(1250));
    assert_eq!(label.key.as_ean(), with_check("260010100000"));
    assert_eq!(france()[0].item_code("00101"), Some(label.key));
    assert_eq!(
        keys("2600101012506", &france()),
        [
            ("02600101012506".to_owned(), None),
            (label.key.to_string(), Some(grams(1250))),
        ]
    );
}

#[test]
fn every_label_of_an_item_leads_to_one_key() {
    let of = |value: &str| {
        keys(&with_check(&format!("2600101{value}")), &france())[1]
            .0
            .clone()
    };
    assert_eq!(of("00001"), of("99999"));
    let other = keys(&with_check("260010200001"), &france())[1].0.clone();
    assert_ne!(of("00001"), other);
}

#[test]
fn a_product_numbered_like_a_label_is_found_by_its_whole_code() {
    assert_eq!(
        keys("2000000000022", &france()),
        [("02000000000022".to_owned(), None)]
    );
    // In Britain the same prefix means a price; the whole code still goes first.
    let british = keys("2000000000022", &in_store_presets(Country::GB));
    assert_eq!(british[0], ("02000000000022".to_owned(), None));
}

#[test]
fn country_layouts_hold_prices_weights_and_numbers() {
    for (country, body, item, value) in [
        (
            Country::GB,
            "200012392875",
            "00123",
            InStoreValue::Price(Money::minor(2875)),
        ),
        (
            Country::DE,
            "221234614685",
            "1234",
            InStoreValue::Price(Money::minor(14_685)),
        ),
        (Country::DE, "281234614685", "1234", grams(14_685)),
        (
            Country::DE,
            "251234614685",
            "1234",
            InStoreValue::Count(Quantity::pieces(14_685)),
        ),
        (
            Country::DK,
            "211234001999",
            "1234",
            InStoreValue::Price(Money::minor(1999)),
        ),
        (
            Country::SE,
            "201234561999",
            "123456",
            InStoreValue::Price(Money::minor(1999)),
        ),
        (
            Country::SE,
            "211234561999",
            "123456",
            InStoreValue::Price(Money::minor(19_990)),
        ),
        (
            Country::SE,
            "221234561999",
            "123456",
            InStoreValue::Price(Money::minor(199_900)),
        ),
        (Country::FI, "241234561999", "123456", grams(19_990)),
    ] {
        let scan = parse(&with_check(body), None, &in_store_presets(country)).unwrap();
        let Barcode::InStore(label) = &scan.barcode else {
            panic!("{country} {body}: {scan:?}");
        };
        assert_eq!((label.item.as_str(), label.value), (item, value), "{body}");
    }
}

#[test]
fn a_wrong_digit_within_a_label_never_sells_its_value() {
    let code = with_check("221234514685");
    let scan = parse(&code, None, &in_store_presets(Country::DE)).unwrap();
    assert_eq!(scan.barcode, Barcode::Gtin(gtin(&code)));
    assert_eq!(scan.doubt, Some(ScanDoubt::LabelCheckDigit));
    assert!(lookup_keys(&scan).iter().all(|key| key.value.is_none()));
}

#[test]
fn a_price_has_the_decimals_of_the_currency() {
    let layout = InStoreLayout {
        prefix: "02".to_owned(),
        item_digits: 5,
        inner_check: InnerCheck::None,
        value: LabelContent::Price,
        decimals: 0,
        currency_decimals: 0,
    };
    let code = with_check("020010100350");
    let scan = parse(&code[1..], None, &[layout]).unwrap();
    let Barcode::InStore(label) = scan.barcode else {
        panic!("a UPC-A of number system 2 is a label too");
    };
    assert_eq!(label.value, InStoreValue::Price(Money::minor(350)));
}

#[test]
fn a_weight_fits_goods_sold_by_weight_only() {
    assert_eq!(
        grams(1250).quantity_in(Unit::Kilogram),
        Some(Quantity::thousandths(1250))
    );
    assert_eq!(
        grams(1250).quantity_in(Unit::Gram),
        Some(Quantity::thousandths(1_250_000))
    );
    assert_eq!(grams(1250).quantity_in(Unit::Each), None);
    let price = InStoreValue::Price(Money::minor(100));
    assert_eq!(price.quantity_in(Unit::Kilogram), None);
}

#[test]
fn what_looks_like_a_number_with_a_wrong_check_digit_is_looked_up_as_it_stands() {
    let scan = scan("4006381333930");
    assert_eq!(scan.barcode, Barcode::Text("4006381333930".to_owned()));
    assert_eq!(scan.doubt, Some(ScanDoubt::CheckDigit));
    // Where the scanner says that it is an EAN, it was read damaged.
    assert_eq!(
        parse("]E04006381333930", None, &[]),
        Err(BarcodeRefusal::WrongCheckDigit { expected: 1 })
    );
}

#[test]
fn other_codes_are_texts() {
    for raw in [
        "O-1001",
        "CAROTTE",
        "00101",
        "0000000000000",
        "https://example.org/01/1",
    ] {
        assert_eq!(scan(raw).barcode, Barcode::Text(raw.to_owned()));
    }
    assert_eq!(keys(" O-1001\r\n", &[]), [("O-1001".to_owned(), None)]);
}

#[test]
fn the_aim_identifier_is_taken_off() {
    let read = scan("]E02600101012506\r");
    assert_eq!(read.text, "2600101012506");
    assert_eq!(read.aim, AimId::split("]E0").map(|(aim, _)| aim));
    assert!(matches!(read.barcode, Barcode::InStore(_)));
    assert_eq!(
        scan("]C0O-1001").barcode,
        Barcode::Text("O-1001".to_owned())
    );
}

#[test]
fn gs1_data_give_their_item_or_say_why_not() {
    let item = "0104006381333931";
    for (raw, expected) in [
        (format!("]C1{item}"), Ok("04006381333931")),
        (format!("]C1{item}15261231"), Ok("04006381333931")),
        (
            format!("]d2{item}10LOT\u{1d}21SERIAL"),
            Ok("04006381333931"),
        ),
        (format!("\u{1d}{item}"), Ok("04006381333931")),
        (format!("]e0{item}3103001250"), Err("31")),
        (format!("]C1{item}3922399"), Err("39")),
    ] {
        let read = parse(&raw, None, &[]).map(|scan| scan.barcode);
        match expected {
            Ok(number) => assert_eq!(read, Ok(Barcode::Gtin(gtin(number))), "{raw:?}"),
            Err(identifier) => assert_eq!(
                read,
                Err(BarcodeRefusal::Gs1Unsupported {
                    application_identifier: identifier.to_owned()
                }),
                "{raw:?}"
            ),
        }
    }
    for raw in ["]C110LOT", "]C101400638133393", "]C1é", "]C10"] {
        assert_eq!(
            parse(raw, None, &[]),
            Err(BarcodeRefusal::Gs1Malformed),
            "{raw}"
        );
    }
    assert_eq!(
        parse("]C10104006381333930", None, &[]),
        Err(BarcodeRefusal::WrongCheckDigit { expected: 1 })
    );
}

#[test]
fn hostile_input_is_refused_with_its_reason() {
    for raw in ["", "   ", "\r\n", "]E0"] {
        assert_eq!(parse(raw, None, &[]), Err(BarcodeRefusal::Empty), "{raw:?}");
    }
    assert_eq!(
        parse(&"9".repeat(10_000), None, &[]),
        Err(BarcodeRefusal::TooLong {
            length: 10_000,
            max: 128
        })
    );
    assert!(parse(&"é".repeat(128), None, &[]).is_ok());
    for (raw, position, character) in [
        ("12\u{0}34", 2, 0),
        ("A\u{202e}B", 1, 0x202e),
        ("x\u{1d}y", 1, 0x1d),
    ] {
        assert_eq!(
            parse(raw, None, &[]),
            Err(BarcodeRefusal::ControlCharacter {
                position,
                character
            })
        );
    }
}

#[test]
fn the_presets_are_sound_and_wrong_layouts_are_named() {
    for country in known_countries() {
        for layout in in_store_presets(country) {
            assert_eq!(layout.check(), Ok(()), "{country} {layout:?}");
        }
    }
    let good = france().remove(0);
    let broken = |change: fn(&mut InStoreLayout)| {
        let mut layout = good.clone();
        change(&mut layout);
        layout.check()
    };
    assert_eq!(
        broken(|layout| layout.prefix = "40".to_owned()),
        Err(LayoutRefusal::Prefix)
    );
    assert_eq!(
        broken(|layout| layout.prefix = "2x".to_owned()),
        Err(LayoutRefusal::Prefix)
    );
    assert_eq!(
        broken(|layout| layout.item_digits = 0),
        Err(LayoutRefusal::NoItem)
    );
    assert_eq!(
        broken(|layout| layout.item_digits = 10),
        Err(LayoutRefusal::NoValue)
    );
    assert_eq!(
        broken(|layout| layout.decimals = 4),
        Err(LayoutRefusal::Decimals)
    );
    assert_eq!(
        broken(|layout| layout.inner_check = InnerCheck::FiveDigits),
        Err(LayoutRefusal::CheckNeedsOtherLength)
    );
}

fn any_layout() -> impl Strategy<Value = InStoreLayout> {
    let check = prop_oneof![
        Just(InnerCheck::None),
        Just(InnerCheck::FourDigits),
        Just(InnerCheck::FiveDigits),
        Just(InnerCheck::Unverified),
    ];
    let value = prop_oneof![
        Just(LabelContent::Price),
        Just(LabelContent::Weight),
        Just(LabelContent::Count),
    ];
    (
        "[0-9]{0,14}|\\PC{0,3}",
        any::<u8>(),
        check,
        value,
        any::<u8>(),
        any::<u8>(),
    )
        .prop_map(
            |(prefix, item_digits, inner_check, value, decimals, currency_decimals)| {
                InStoreLayout {
                    prefix,
                    item_digits,
                    inner_check,
                    value,
                    decimals,
                    currency_decimals,
                }
            },
        )
}

proptest! {
    #[test]
    fn anything_at_all_is_read_or_refused(
        raw in ".{0,200}|\\]?[A-Za-z]?[0-9\u{1d}]{0,40}",
        layouts in prop::collection::vec(any_layout(), 0..4),
    ) {
        if let Ok(scan) = parse(&raw, None, &layouts) {
            prop_assert!(scan.text.chars().count() <= BARCODE_LENGTH_MAX);
            prop_assert!(!lookup_keys(&scan).is_empty());
        }
        let _ = normalised_code(&raw);
    }

    #[test]
    fn every_single_wrong_digit_is_noticed(body in "[1-9][0-9]{11}", place in 0usize..13, other in 1u8..10) {
        let right = with_check(&body);
        prop_assert!(right.parse::<Gtin14>().is_ok());
        let mut wrong = right.into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + other) % 10;
        prop_assert!(String::from_utf8(wrong).unwrap().parse::<Gtin14>().is_err());
    }

    #[test]
    fn a_label_gives_back_what_the_scale_printed(item in 0u32..100_000, weight in 0i64..100_000) {
        let code = with_check(&format!("26{item:05}{weight:05}"));
        let Barcode::InStore(label) = scan(&code).barcode else {
            return Err(TestCaseError::fail("no label"));
        };
        prop_assert_eq!(label.item, format!("{item:05}"));
        prop_assert_eq!(label.value, grams(weight));
        prop_assert_eq!(label.key.to_string(), normalised_code(&with_check(&format!("26{item:05}00000"))));
    }

    #[test]
    fn a_short_number_in_the_catalogue_is_found_by_its_long_form(body in "[01][1-9][0-9]{5}") {
        for check in 0..10 {
            let short = format!("{body}{check}");
            let digits = Digits::read(&short).unwrap();
            if let Some(long) = expand_upc_e(&digits) {
                let found = keys(&long.as_ean(), &[]);
                prop_assert!(found.iter().any(|(code, _)| *code == normalised_code(&short)));
            }
        }
    }

    #[test]
    fn a_catalogue_code_is_found_by_scanning_it(code in "[0-9A-Z-]{1,14}|[0-9]{8}|[0-9]{12,14}") {
        let found = keys(&code, &france());
        prop_assert_eq!(&found[0].0, &normalised_code(&code));
    }
}
