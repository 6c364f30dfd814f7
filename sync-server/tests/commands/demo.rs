//! `demo`: what it founds is a hub that a till could open with.

use std::collections::{BTreeMap, BTreeSet};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier};
use comptoir_domain::barcode::{self, Barcode, Gtin14, InStoreValue};
use comptoir_domain::catalogue::{Picture, Product, Variant, VariantKind};
use comptoir_domain::customer::Customer;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Fulfilment, Order, PaymentState};
use comptoir_domain::price::{PriceQuery, PriceRule, winning_price};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Staff;
use comptoir_domain::stock::StockLevel;
use comptoir_sync::feed::EntityKind;
use sync_server::clock::{Clock, SystemClock};

use crate::desk::Desk;

struct Hub {
    desk: Desk,
    variants: BTreeMap<String, Variant>,
    settings: HubSettings,
}

fn demo() -> Hub {
    let desk = Desk::empty();
    desk.run(&["demo"]).unwrap();
    let variants: Vec<Variant> = desk.things(EntityKind::VARIANT);
    let mut settings: Vec<HubSettings> = desk.things(EntityKind::SETTINGS);
    Hub {
        variants: variants
            .into_iter()
            .map(|variant| (variant.code.clone(), variant))
            .collect(),
        settings: settings.remove(0),
        desk,
    }
}

#[test]
fn the_demo_hub_is_complete() {
    let hub = demo();
    assert!(hub.variants.len() >= 150);
    let pictures: Vec<Picture> = hub.desk.things(EntityKind::PICTURE);
    assert!(
        pictures
            .iter()
            .all(|picture| picture.media_type == "image/svg+xml")
    );
    let products: Vec<Product> = hub.desk.things(EntityKind::PRODUCT);
    assert_eq!(products.len(), hub.variants.len());
    assert!(products.iter().all(|product| product.category.is_some()));
    let mut barcodes = BTreeSet::new();
    for variant in hub.variants.values() {
        assert!(variant.image.is_some(), "{}", variant.name);
        for code in &variant.barcodes {
            assert!(code.parse::<Gtin14>().is_ok(), "{code}");
            assert!(barcodes.insert(code), "{code} twice");
        }
    }
    let unpriced = hub
        .variants
        .values()
        .filter(|variant| variant.price.is_none())
        .count();
    assert_eq!(unpriced, 1);
    let customers: Vec<Customer> = hub.desk.things(EntityKind::CUSTOMER);
    assert!(customers.iter().any(|customer| customer.classes.len() == 2));
    hub.desk.run(&["verify"]).unwrap();
    let (_, error) = hub.desk.run(&["demo"]).unwrap_err();
    assert!(error.to_string().contains("a folder of its own"));
}

#[test]
fn its_people_sign_in_with_the_pins_that_it_says() {
    let desk = Desk::empty();
    let said = desk.run(&["demo"]).unwrap();
    let staff: Vec<Staff> = desk.things(EntityKind::STAFF);
    assert_eq!(staff.len(), 3);
    for person in staff {
        let line = said
            .lines()
            .find(|line| line.starts_with(&person.name))
            .unwrap();
        let pin = line
            .split("PIN ")
            .nth(1)
            .unwrap()
            .split(':')
            .next()
            .unwrap();
        let hash = PasswordHash::new(person.pin_hash.as_ref().unwrap()).unwrap();
        assert!(
            Argon2::default()
                .verify_password(pin.as_bytes(), &hash)
                .is_ok(),
            "{line}"
        );
    }
}

#[test]
fn the_bench_is_part_of_it() {
    let hub = demo();
    let expected = [
        ("P1", "Carrots", Unit::Kilogram, 240, "food", 10_000),
        ("P2", "Eggs, box of 6", Unit::Each, 300, "food", 20_000),
        ("P3", "Honey 500 g", Unit::Each, 750, "food", 1_000),
        ("P4", "Apple juice 1 L", Unit::Each, 320, "food", 12_000),
        ("P5", "Beeswax candle", Unit::Each, 600, "standard", 8_000),
        ("P7", "Workshop seat", Unit::Each, 1500, "standard", 6_000),
    ];
    let stock: Vec<StockLevel> = hub.desk.things(EntityKind::STOCK);
    for (code, name, unit, price, class, on_hand) in expected {
        let variant = &hub.variants[code];
        assert_eq!((variant.name.as_str(), variant.unit), (name, unit));
        assert_eq!(variant.price, Some(Money::minor(price)), "{code}");
        assert_eq!(variant.tax_class.name(), class, "{code}");
        let level = stock
            .iter()
            .find(|level| level.variant == variant.id)
            .unwrap();
        assert_eq!(level.on_hand, Quantity::thousandths(on_hand), "{code}");
    }
    assert!(matches!(&hub.variants["P6"].kind, VariantKind::Bundle { parts } if parts.len() == 3));
    assert_eq!(hub.variants["P7"].kind, VariantKind::Service);
    assert!(hub.variants["P4"].deposit.is_some());
    let scan = barcode::parse("2600101012506", None, &hub.settings.in_store_layouts).unwrap();
    assert!(matches!(scan.barcode, Barcode::InStore(_)));
    let keys = barcode::lookup_keys(&scan);
    let label = keys.last().unwrap();
    assert_eq!(
        barcode::normalised_code(&hub.variants["P1"].barcodes[0]),
        label.code
    );
    assert_eq!(
        label.value,
        Some(InStoreValue::Weight(Quantity::thousandths(1250)))
    );
}

#[test]
fn members_volunteers_and_dates_have_their_prices() {
    let hub = demo();
    let rules: Vec<PriceRule> = hub.desk.things(EntityKind::PRICE_RULE);
    let customers: Vec<Customer> = hub.desk.things(EntityKind::CUSTOMER);
    let price = |code: &str, customer: Option<&str>, codes: &[String], later_days: i64| {
        let variant = &hub.variants[code];
        let rules: Vec<PriceRule> = rules
            .iter()
            .filter(|rule| rule.variant == variant.id)
            .cloned()
            .collect();
        let customer = customers
            .iter()
            .find(|known| Some(known.name.as_str()) == customer);
        let query = PriceQuery {
            regular: variant.price,
            rules: &rules,
            classes: customer.map_or(&[], |customer| &customer.classes),
            codes,
            now: SystemClock.now().plus_ms(later_days * 86_400_000),
        };
        winning_price(&query).unwrap().unit_price.minor_units()
    };
    assert_eq!(price("P5", None, &[], 0), 600);
    assert_eq!(price("P5", Some("Jane"), &[], 0), 540);
    assert_eq!(price("P5", Some("Ali"), &[], 0), 500);
    assert_eq!(price("P4", None, &[], 0), 320);
    assert_eq!(price("P4", None, &["juice2".to_owned()], 0), 250);
    let market_days = (1..=7)
        .filter(|day| price("P4", None, &[], *day) == 280)
        .count();
    assert_eq!(market_days, 1);
    assert_eq!(price("168", None, &[], 0), 190);
}

#[test]
fn orders_wait_at_the_demo_hub_in_the_slot_that_is_on() {
    let hub = demo();
    let now = SystemClock.now();
    let slots: Vec<Slot> = hub.desk.things(EntityKind::SLOT);
    let on = |slot: &&Slot| slot.starts_at <= now && !slot.is_over(now);
    let slot = slots.iter().find(on).expect("a slot that is on");
    assert!(slots.iter().any(|slot| slot.is_open_to_customers(now)));
    let orders: Vec<Order> = hub.desk.things(EntityKind::ORDER);
    assert_eq!(orders.len(), 12);
    assert!(
        orders
            .iter()
            .all(|order| order.heading.slot == Some(slot.id))
    );
    let jane = orders
        .iter()
        .find(|order| order.heading.number == "O-1001")
        .unwrap();
    // Two boxes of eggs, a juice with its deposit and a kilogram of carrots.
    assert_eq!(jane.totals().total, Money::minor(1180));
    assert_eq!(jane.fulfilment(), Fulfilment::Ready);
    assert_eq!(jane.payment_state(), PaymentState::Authorised);
    let customers: Vec<Customer> = hub.desk.things(EntityKind::CUSTOMER);
    let known = |name: &str| {
        customers
            .iter()
            .filter(|customer| customer.name == name)
            .count()
    };
    assert_eq!(known("Jane"), 1, "who ordered before is known again");
    let levels: Vec<StockLevel> = hub.desk.things(EntityKind::STOCK);
    assert!(
        levels.iter().all(|level| !level.available().is_negative()),
        "no more is promised than there is"
    );
    assert!(levels.iter().any(|level| level.reserved.is_positive()));
}
