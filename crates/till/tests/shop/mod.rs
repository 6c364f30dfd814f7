//! A till on throw-away storage, and products to put on it.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

pub mod hub;
pub mod server;

use std::path::Path;

use comptoir_domain::catalogue::{Product, Variant, VariantKind};
use comptoir_domain::ids::{ProductId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::Unit;
use comptoir_domain::tax::TaxClass;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::{FixedClock, SeededIds};
use comptoir_till::catalogue::{Buyer, Finder, Wanted};
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{Storage, StorePlace};
use comptoir_till::{Core, feed};
use uuid::Uuid;

pub const NOON: Timestamp = Timestamp::from_unix_ms(1_795_262_400_000);

/// A till with its folder and the clock that it goes by.
pub struct Shop {
    pub folder: tempfile::TempDir,
    pub clock: FixedClock,
    pub core: Core,
}

impl Shop {
    pub fn new() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let clock = FixedClock::at(NOON);
        let core = open(folder.path(), &clock);
        Shop {
            folder,
            clock,
            core,
        }
    }

    /// Ends the till and starts it again.
    pub fn restarted(self) -> Shop {
        let Shop {
            folder,
            clock,
            core,
        } = self;
        drop(core);
        let core = open(folder.path(), &clock);
        Shop {
            folder,
            clock,
            core,
        }
    }

    pub fn put(&mut self, product: &Product, variant: &Variant) {
        self.core
            .transaction(|tx| {
                feed::put_local(tx, EntityKind::PRODUCT, &product.id.to_string(), product)?;
                feed::put_local(tx, EntityKind::VARIANT, &variant.id.to_string(), variant)
            })
            .unwrap();
    }

    pub fn finder(&self) -> Finder {
        Finder::open(self.core.database()).unwrap()
    }

    /// The names found for a text, best first.
    pub fn found(&self, text: &str) -> Vec<String> {
        found(&mut self.finder(), text)
    }
}

pub fn found(finder: &mut Finder, text: &str) -> Vec<String> {
    let wanted = Wanted {
        text,
        category: None,
        limit: 20,
        location: None,
        buyer: Buyer::anybody(NOON),
    };
    let results = finder.search(&wanted).unwrap();
    results
        .products
        .into_iter()
        .map(|card| match card.detail {
            Some(detail) => format!("{} {detail}", card.name),
            None => card.name,
        })
        .collect()
}

fn open(folder: &Path, clock: &FixedClock) -> Core {
    let place = StorePlace {
        directory: folder.join("till"),
        storage: Storage::ThrowAway,
        reserve_bytes: 64 * 1024,
    };
    let keys = KeyFiles::new(KeyFiles::beside(&place.directory));
    let clock = clock.clone();
    Core::open(
        &place,
        Box::new(move || clock.now()),
        Box::new(SeededIds::new(1)),
        Box::new(keys),
    )
    .unwrap()
}

pub fn variant_id(number: u128) -> VariantId {
    VariantId::from_uuid(Uuid::from_u128(number))
}

pub fn product(number: u128, name: &str, category: &str) -> Product {
    Product {
        id: ProductId::from_uuid(Uuid::from_u128(number + (1 << 64))),
        name: name.to_owned(),
        description: None,
        ingredients: None,
        allergens: None,
        origin: None,
        storage: None,
        category: Some(category.to_owned()),
        supplier: None,
    }
}

/// A variant with the code `P-number`, at 1.00.
pub fn variant(number: u128, product: &Product, name: &str) -> Variant {
    Variant {
        id: variant_id(number),
        product: product.id,
        code: format!("P-{number:04}"),
        name: name.to_owned(),
        unit: Unit::Each,
        price: Some(Money::minor(100)),
        tax_class: TaxClass::new("food"),
        barcodes: Vec::new(),
        content: None,
        deposit: None,
        kind: VariantKind::Goods,
        tracks_stock: true,
        searchable: true,
        counter: true,
        shop: false,
        active: true,
        image: None,
    }
}
