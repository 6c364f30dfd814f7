//! A hub to sell from: one location, one manager, a few products in stock.

use argon2::password_hash::PasswordHasher;
use comptoir_domain::catalogue::{Product, Variant, VariantKind};
use comptoir_domain::country::Country;
use comptoir_domain::event::Event;
use comptoir_domain::ids::{
    ActionId, EpochId, HubId, IdSource, LocationId, ProductId, StaffId, TillId, VariantId,
};
use comptoir_domain::money::Money;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::{HubSettings, Location};
use comptoir_domain::staff::{Role, Staff};
use comptoir_domain::stock::{MoveReason, Place, StockMove};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;
use serde::Serialize;
use sync_server::store::{Act, EntityChange, NewHub};

/// What a hub begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    pub settings: HubSettings,
    pub location: LocationId,
    pub manager: Staff,
    pub variants: Vec<Variant>,
}

impl Founding {
    /// A hub in France without products, whose manager has this PIN.
    pub fn new(ids: &mut dyn IdSource, name: &str, pin: &str) -> Founding {
        let hub = HubId::from_uuid(ids.next_uuid());
        let location = LocationId::from_uuid(ids.next_uuid());
        let mut settings =
            HubSettings::for_country(hub, "Le Comptoir", Country::FR).expect("France is known");
        settings.locations = vec![Location {
            id: location,
            name: "Halle".to_owned(),
            active: true,
        }];
        let manager = Staff {
            id: StaffId::from_uuid(ids.next_uuid()),
            name: name.to_owned(),
            role: Role::Manager,
            pin_hash: Some(pin_hash(pin)),
            active: true,
            language: None,
        };
        Founding {
            settings,
            location,
            manager,
            variants: Vec::new(),
        }
    }

    /// Adds goods by the piece, taxed at the first rate, to be changed where that is not it.
    pub fn add(
        &mut self,
        ids: &mut dyn IdSource,
        name: &str,
        barcode: &str,
        price: Option<Money>,
    ) -> &mut Variant {
        self.variants.push(Variant {
            id: VariantId::from_uuid(ids.next_uuid()),
            product: ProductId::from_uuid(ids.next_uuid()),
            code: name.to_uppercase(),
            name: name.to_owned(),
            unit: Unit::Each,
            price,
            tax_class: self.settings.tax_rates[0].class.clone(),
            barcodes: vec![barcode.to_owned()],
            content: None,
            deposit: None,
            kind: VariantKind::Goods,
            tracks_stock: true,
            searchable: true,
            counter: true,
            shop: true,
            active: true,
            image: None,
        });
        self.variants.last_mut().expect("one was added")
    }

    /// The hub itself, as the server's store founds it.
    pub fn hub(&self, ids: &mut dyn IdSource, at: Timestamp) -> NewHub {
        NewHub {
            settings: self.settings.clone(),
            source: TillId::from_uuid(ids.next_uuid()),
            source_epoch: EpochId::from_uuid(ids.next_uuid()),
            feed_epoch: "first".to_owned(),
            action: ActionId::from_uuid(ids.next_uuid()),
            at,
        }
    }

    /// The first act of the hub: its manager, its products, and so much of each in stock.
    pub fn opening(
        &self,
        ids: &mut dyn IdSource,
        at: Timestamp,
        stock: impl Fn(&Variant) -> Quantity,
    ) -> Act {
        let mut entities = vec![put(EntityKind::STAFF, &self.manager.id, &self.manager)];
        for variant in &self.variants {
            let product = product(variant);
            entities.push(put(EntityKind::PRODUCT, &product.id, &product));
            entities.push(put(EntityKind::VARIANT, &variant.id, variant));
        }
        let moves = self.variants.iter().map(|variant| StockMove {
            variant: variant.id,
            quantity: stock(variant),
            from: Place::Supplier,
            to: Place::Location(self.location),
            reason: MoveReason::Received,
            order: None,
            line: None,
        });
        Act {
            action: ActionId::from_uuid(ids.next_uuid()),
            actor: Some(self.manager.id),
            kind: "opening".to_owned(),
            at,
            events: vec![Event::StockMoved {
                moves: moves.collect(),
                why: None,
            }],
            attachments: Vec::new(),
            entities,
        }
    }
}

/// A thing of the hub as an act changes it.
pub fn put(kind: &str, id: &impl ToString, body: &impl Serialize) -> EntityChange {
    EntityChange::Put {
        kind: EntityKind::new(kind),
        id: id.to_string(),
        body: serde_json::to_string(body).expect("plain values"),
    }
}

/// The texts of a variant that is a product by itself.
pub fn product(variant: &Variant) -> Product {
    Product {
        id: variant.product,
        name: variant.name.clone(),
        description: None,
        ingredients: None,
        allergens: None,
        origin: None,
        storage: None,
        category: None,
        supplier: None,
    }
}

/// Hashed with the least effort that a till accepts: these tests are not about guessing.
fn pin_hash(pin: &str) -> String {
    let params = argon2::Params::new(8, 1, 1, None).expect("parameters in range");
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash = hasher.hash_password_with_salt(pin.as_bytes(), b"salt-of-the-test");
    hash.expect("a PIN can be hashed").to_string()
}
