//! A Friday's slot: orders that wait, as the domain knows them.

use comptoir_documents::picking::{Maker, Ordered};
use comptoir_domain::country::Country;
use comptoir_domain::customer::{Contact, Customer};
use comptoir_domain::ids::{CustomerId, HubId, LineId, LocationId, OrderId, SlotId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fate, Line, LineKind, LinePrice, Milestones, Order, OrderHeading, Removal,
};
use comptoir_domain::price::PriceName;
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::{HubSettings, Location};
use comptoir_domain::slot::Slot;
use comptoir_domain::tax::{LineTax, TaxClass, TaxMode, TaxRate};
use comptoir_domain::time::Timestamp;
use uuid::Uuid;

use super::MORNING;

pub(crate) const MARKET: LocationId = LocationId::from_uuid(Uuid::from_u128(7));

/// A product of the shelf: how it is known, called and priced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shelf {
    pub(crate) variant: u128,
    pub(crate) name: &'static str,
    pub(crate) unit: Unit,
    pub(crate) price: i64,
}

pub(crate) const EGGS: Shelf = Shelf {
    variant: 2,
    name: "Œufs plein air, boîte de 6",
    unit: Unit::Each,
    price: 300,
};
pub(crate) const CARROTS: Shelf = Shelf {
    variant: 1,
    name: "Carottes de sable, lavées",
    unit: Unit::Kilogram,
    price: 240,
};
pub(crate) const JUICE: Shelf = Shelf {
    variant: 4,
    name: "Jus de pomme trouble de la ferme des Trois Chênes 1 l",
    unit: Unit::Each,
    price: 320,
};

pub(crate) fn settings() -> HubSettings {
    let hub = HubId::from_uuid(Uuid::from_u128(1));
    let france = Country::from_code("FR").unwrap();
    let mut settings = HubSettings::for_country(hub, "Le Panier du Coin", france).unwrap();
    settings.locations.push(Location {
        id: MARKET,
        name: "Marché couvert".to_owned(),
        active: true,
    });
    settings
}

/// Friday 27 November 2026, 16:00 to 19:00 in Paris.
pub(crate) fn slot() -> Slot {
    let starts_at = Timestamp::from_unix_ms(1_795_791_600_000);
    Slot {
        id: SlotId::from_uuid(Uuid::from_u128(3)),
        location: MARKET,
        starts_at,
        ends_at: starts_at.plus_ms(3 * 3_600_000),
        orders_until: starts_at.plus_ms(-24 * 3_600_000),
        capacity: None,
        active: true,
    }
}

pub(crate) fn maker(settings: &HubSettings) -> Maker<'_> {
    Maker {
        settings,
        now: MORNING.at,
        practice: false,
    }
}

pub(crate) fn customer(name: &str) -> Customer {
    let contact = Contact::new(name, "", "+33 6 12 34 56 78").unwrap();
    contact.into_customer(CustomerId::from_uuid(Uuid::from_u128(11)))
}

pub(crate) fn goods(id: u128, shelf: Shelf, thousandths: i64) -> Line {
    Line {
        id: LineId::from_uuid(Uuid::from_u128(id)),
        kind: LineKind::Goods,
        variant: VariantId::from_uuid(Uuid::from_u128(shelf.variant)),
        code: format!("P{}", shelf.variant),
        name: shelf.name.to_owned(),
        unit: shelf.unit,
        price: LinePrice {
            unit_price: Money::minor(shelf.price),
            name: PriceName::Regular,
            regular: None,
            label_total: None,
            reason: None,
        },
        tax: LineTax::new(TaxClass::new("food"), TaxRate::from_ppm(55_000)),
        ordered: Quantity::thousandths(thousandths),
        weighed: None,
        picked: Quantity::ZERO,
        collected: Quantity::ZERO,
        returned: Quantity::ZERO,
        removals: Vec::new(),
        discount: None,
        tied_to: None,
        substitutes: None,
        substituted_by: None,
        tracks_stock: true,
        parts: Vec::new(),
    }
}

pub(crate) fn order(id: u128, number: &str, lines: Vec<Line>) -> Order {
    let mut order = Order::draft(OrderHeading {
        id: OrderId::from_uuid(Uuid::from_u128(id)),
        number: number.to_owned(),
        channel: Channel::Shop,
        location: MARKET,
        customer: None,
        slot: Some(slot().id),
        tax_mode: TaxMode::Inclusive,
    });
    order.milestones = Milestones {
        placed_at: Some(MORNING.at),
        accepted_at: Some(MORNING.at),
        ..Milestones::default()
    };
    order.lines = lines;
    order
}

/// Jane's order: her juice was never there, one box of eggs is not picked yet.
pub(crate) fn janes() -> Order {
    let mut eggs = goods(21, EGGS, 2000);
    eggs.picked = Quantity::ONE;
    let mut carrots = goods(22, CARROTS, 1000);
    carrots.weighed = Some(Quantity::thousandths(1125));
    carrots.picked = Quantity::thousandths(1125);
    let mut juice = goods(23, JUICE, 0);
    juice.removals.push(Removal {
        quantity: Quantity::ONE,
        fate: Fate::NeverThere,
        reason: "short".to_owned(),
    });
    let mut order = order(31, "O-1001", vec![eggs, carrots, juice]);
    order.milestones.ready_at = Some(MORNING.at);
    order.milestones.basket = Some("B 12".to_owned());
    order
}

/// Ali's order: two boxes on two lines, half a kilogram, and a bottle with its deposit.
pub(crate) fn alis() -> Order {
    let juice = goods(43, JUICE, 12_000);
    let deposit = Shelf {
        variant: 9,
        name: "Consigne bouteille",
        unit: Unit::Each,
        price: 30,
    };
    let mut deposit = goods(44, deposit, 12_000);
    deposit.kind = LineKind::BottleDeposit;
    deposit.tied_to = Some(juice.id);
    order(
        32,
        "O-1002",
        vec![
            goods(41, EGGS, 1000),
            goods(42, EGGS, 1000),
            goods(45, CARROTS, 500),
            juice,
            deposit,
        ],
    )
}

/// An order that was fetched whole: nothing of it is to be picked.
pub(crate) fn fetched() -> Order {
    let mut eggs = goods(51, EGGS, 5000);
    eggs.collected = Quantity::pieces(5);
    order(33, "O-1003", vec![eggs])
}

pub(crate) fn ordered<'a>(
    order: &'a Order,
    customer: Option<&'a Customer>,
    slot: &'a Slot,
) -> Ordered<'a> {
    Ordered {
        order,
        customer,
        slot: Some(slot),
    }
}
