//! Orders looked after before their customer comes: moved, written on, kept when nobody came, and shared
//! out when less came than they want. All of it without a network.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Context};
use comptoir_domain::draft::Draft;
use comptoir_domain::ids::{CustomerId, LocationId, OrderId, PaymentId, SlotId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::{
    Channel, Fate, Fulfilment, Order, OrderHeading, Payment, PaymentStatus,
};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::Location;
use comptoir_domain::shortage::ShortageRule;
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Role;
use comptoir_domain::stock::StockLevel;
use comptoir_domain::tender::{TenderId, TenderKind};
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::SeededIds;
use comptoir_till::wire::{
    ApiError, AskShortage, Code, FindCustomers, ForWhom, KeepOrder, LookUpGoods, MoveOrder,
    NoteOrder, OpenOrder, OrdersQuery, OtherGoods, PlaceOrder, RemedyKind, SettleShortage,
    ShortageView,
};
use comptoir_till::{Core, TillError, catalogue, feed};
use support::*;
use uuid::Uuid;

fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
}

fn pieces(count: i64) -> Quantity {
    Quantity::pieces(count)
}

fn jane() -> CustomerId {
    CustomerId::from_uuid(id(1))
}

fn market() -> LocationId {
    LocationId::from_uuid(id(88))
}

fn put<T: serde::Serialize>(core: &mut Core, kind: &'static str, key: &str, value: &T) {
    core.transaction(|tx| feed::put_local(tx, kind, key, value))
        .unwrap();
}

fn code_of<T: std::fmt::Debug>(refused: Result<T, TillError>) -> Code {
    ApiError::from(refused.unwrap_err()).code
}

/// A till whose hub has a market, too.
fn till() -> (Bench, Core) {
    let bench = Bench::new();
    let mut core = bench.selling();
    let mut settings = feed::settings(core.connection()).unwrap().unwrap();
    settings.locations.push(Location {
        id: market(),
        name: "Market".to_owned(),
        active: true,
    });
    let key = settings.hub.to_string();
    put(&mut core, EntityKind::SETTINGS, &key, &settings);
    let eggs = goods(&mut core, EGGS);
    let variant = catalogue::variant(core.connection(), eggs)
        .unwrap()
        .unwrap();
    let counted = Variant {
        tracks_stock: true,
        ..variant
    };
    put(&mut core, EntityKind::VARIANT, &eggs.to_string(), &counted);
    let jane = serde_json::json!({"id": jane(), "name": "Jane", "classes": [], "active": true});
    put(&mut core, EntityKind::CUSTOMER, &id(1).to_string(), &jane);
    (bench, core)
}

fn slot(core: &mut Core, number: u128, location: LocationId) -> SlotId {
    let starts_at = core.now().plus_ms(3_600_000);
    let slot = Slot {
        id: SlotId::from_uuid(id(number)),
        location,
        starts_at,
        ends_at: starts_at.plus_ms(7_200_000),
        orders_until: starts_at,
        capacity: None,
        active: true,
    };
    put(core, EntityKind::SLOT, &slot.id.to_string(), &slot);
    slot.id
}

fn goods(core: &mut Core, code: &str) -> VariantId {
    let request = LookUpGoods {
        code: Some(code.to_owned()),
        variant: None,
    };
    core.goods_look(&request).unwrap().variant
}

/// An accepted order of the shop for so many boxes of eggs, reserved in the hub's figures.
fn order(core: &mut Core, number: u128, eggs: i64, paid: bool) -> Order {
    let settings = feed::settings(core.connection()).unwrap().unwrap();
    let (staff, now, till) = (manager(core), core.now(), core.till());
    let location = settings.locations[0].id;
    let heading = OrderHeading {
        id: OrderId::from_uuid(id(number)),
        number: format!("O-{number}"),
        channel: Channel::Shop,
        location,
        customer: Some(jane()),
        slot: None,
        tax_mode: settings.tax_mode,
    };
    let mut draft = Draft::new(heading, now);
    let variant = goods(core, EGGS);
    let variant = catalogue::variant(core.connection(), variant)
        .unwrap()
        .unwrap();
    let buyer = catalogue::Buyer::anybody(now);
    let priced = catalogue::priced(core.connection(), variant.clone(), buyer).unwrap();
    let mut ids = SeededIds::new(u64::try_from(number).unwrap());
    let mut context = Context {
        now,
        staff,
        role: Role::Manager,
        approved_by: None,
        till,
        location,
        settings: &settings,
        ids: &mut ids,
    };
    let article = priced.article(None, false);
    draft.take(decide::add(&draft, article, pieces(eggs), &mut context).unwrap());
    let mut order = draft.order();
    order.milestones.placed_at = Some(now.plus_ms(i64::try_from(number).unwrap()));
    order.milestones.accepted_at = Some(now);
    order.rev = 1;
    if paid {
        order.payments.push(Payment {
            id: PaymentId::from_uuid(id(number + 5_000)),
            tender: TenderId::new("online"),
            kind: TenderKind::Online,
            amount: order.totals().total,
            tendered: None,
            change: Money::ZERO,
            rounding: Money::ZERO,
            reference: None,
            status: PaymentStatus::Captured,
            at: now,
            shift: None,
            account: None,
            capture_before: None,
            capture: None,
        });
    }
    put(core, EntityKind::ORDER, &order.id().to_string(), &order);
    let level = level(core, variant.id, location);
    let level = StockLevel {
        reserved: level.reserved + pieces(eggs),
        ..level
    };
    let key = format!("{}:{location}", variant.id);
    put(core, EntityKind::STOCK, &key, &level);
    order
}

fn level(core: &Core, variant: VariantId, location: LocationId) -> StockLevel {
    let key = format!("{variant}:{location}");
    let read = |table: &str| -> Option<StockLevel> {
        let sql = format!("SELECT body FROM {table} WHERE kind = 'stock' AND id = ?1");
        let body: Result<String, _> = core.connection().query_row(&sql, [&key], |row| row.get(0));
        body.ok().map(|body| serde_json::from_str(&body).unwrap())
    };
    read("own_state")
        .or_else(|| read("entity"))
        .unwrap_or_else(|| StockLevel::empty(variant, location))
}

fn now_of(core: &Core, order: OrderId) -> Order {
    let body: String = core
        .connection()
        .query_row(
            "SELECT body FROM own_state WHERE kind = 'order' AND id = ?1",
            [order.to_string()],
            |row| row.get(0),
        )
        .unwrap();
    serde_json::from_str(&body).unwrap()
}

#[test]
fn an_order_is_moved_to_another_place_with_what_it_holds_back() {
    let (bench, mut core) = till();
    let placed = order(&mut core, 7, 3, false);
    let slot = slot(&mut core, 50, market());
    let here = placed.heading.location;
    let variant = placed.lines[0].variant;
    assert_eq!(core.slots_get().unwrap().slots[0].location, "Market");
    let request = MoveOrder {
        action: bench.action(),
        order: placed.id(),
        slot,
    };
    core.order_move(&request).unwrap();
    core.order_move(&request).unwrap();
    assert_eq!(level(&core, variant, here).reserved, Quantity::ZERO);
    assert_eq!(level(&core, variant, market()).reserved, pieces(3));
    let query = OrdersQuery {
        text: "jane".to_owned(),
        ..OrdersQuery::default()
    };
    let found = core.orders_list(&query).unwrap().orders;
    assert_eq!(found[0].elsewhere.as_deref(), Some("Market"));
    let nowhere = MoveOrder {
        action: bench.action(),
        order: placed.id(),
        slot: SlotId::from_uuid(id(99)),
    };
    assert_eq!(code_of(core.order_move(&nowhere)), Code::NotFound);
}

#[test]
fn a_note_is_read_again_where_it_was_written() {
    let (bench, mut core) = till();
    let placed = order(&mut core, 7, 3, false);
    let note = |text: &str| NoteOrder {
        action: bench.action(),
        order: placed.id(),
        text: text.to_owned(),
    };
    assert_eq!(code_of(core.order_note(&note("  "))), Code::ReasonMissing);
    core.order_note(&note("<b>rings twice</b>")).unwrap();
    let view = core
        .order_open(&OpenOrder {
            order: placed.id(),
            alone: true,
        })
        .unwrap();
    let notes = &support::order(&view).placed.as_ref().unwrap().notes;
    assert_eq!(notes[0].text.as_deref(), Some("<b>rings twice</b>"));
    assert_eq!(notes[0].by.as_deref(), Some("Maud"));
    let body: String = core
        .connection()
        .query_row(
            "SELECT body FROM journal WHERE kind = 'order_noted'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(!body.contains("rings"), "what was written lies beside it");
}

#[test]
fn what_was_paid_and_not_fetched_is_kept_as_a_sale() {
    let (bench, mut core) = till();
    let paid = order(&mut core, 7, 3, true);
    let unpaid = order(&mut core, 8, 1, false);
    let (variant, here) = (paid.lines[0].variant, paid.heading.location);
    let before = level(&core, variant, here).on_hand;
    let keep = |order: &Order, fate: Fate| KeepOrder {
        action: bench.action(),
        order: order.id(),
        fate,
    };
    assert_eq!(
        code_of(core.order_keep(&keep(&unpaid, Fate::BackToShelf))),
        Code::OrderNotSettled
    );
    let request = keep(&paid, Fate::BackToShelf);
    core.order_keep(&request).unwrap();
    core.order_keep(&request).unwrap();
    let after = now_of(&core, paid.id());
    assert_eq!(after.fulfilment(), Fulfilment::Collected);
    assert_eq!(after.documents.len(), 1, "a sale has its receipt");
    let level = level(&core, variant, here);
    assert_eq!((level.on_hand, level.reserved), (before, pieces(1)));
}

fn ask(core: &mut Core, came: i64, rule: ShortageRule) -> ShortageView {
    let variant = goods(core, EGGS);
    core.shortage_preview(&AskShortage {
        variant,
        came: pieces(came),
        rule,
        slot: None,
    })
    .unwrap()
}

#[test]
fn what_came_short_is_shared_out_and_each_order_is_settled_by_itself() {
    let (bench, mut core) = till();
    let first = order(&mut core, 7, 4, false);
    let second = order(&mut core, 8, 4, true);
    let price = first.totals().total;
    let view = ask(&mut core, 6, ShortageRule::PaidFirst);
    assert_eq!((view.wanted, view.came), (pieces(8), pieces(6)));
    let gets: Vec<_> = view
        .shares
        .iter()
        .map(|share| (share.order, share.gets))
        .collect();
    assert_eq!(gets, [(second.id(), pieces(4)), (first.id(), pieces(2))]);
    let short = &view.shares[1];
    assert_eq!(short.missing, pieces(2));
    assert_eq!(short.customer.as_deref(), Some("Jane"));
    assert_eq!(
        short.remedies,
        [RemedyKind::TakeOff, RemedyKind::Substitute]
    );
    let request = SettleShortage {
        action: bench.action(),
        order: short.order,
        line: short.line,
        wanted: short.wanted,
        gets: short.gets,
        remedy: RemedyKind::TakeOff,
        by: None,
    };
    let settled = core.shortage_settle(&request).unwrap();
    assert_eq!(core.shortage_settle(&request).unwrap(), settled);
    assert_eq!(settled.total, Money::minor(price.minor_units() / 2));
    assert_eq!(settled.total, short.total_after);
    // As it was shown it is no more: whoever asks again shares out anew.
    let again = SettleShortage {
        action: bench.action(),
        ..request
    };
    assert_eq!(code_of(core.shortage_settle(&again)), Code::NotNow);
    let view = ask(&mut core, 6, ShortageRule::PaidFirst);
    assert!(view.shares.iter().all(|share| share.missing.is_zero()));
}

#[test]
fn a_paid_order_that_gets_nothing_has_credit_or_other_goods() {
    for remedy in [RemedyKind::Credit, RemedyKind::Substitute] {
        let (bench, mut core) = till();
        let paid = order(&mut core, 7, 4, true);
        let juice = goods(&mut core, JUICE);
        let view = ask(&mut core, 0, ShortageRule::ProRata);
        let share = &view.shares[0];
        assert!(share.remedies.contains(&remedy));
        let settled = core
            .shortage_settle(&SettleShortage {
                action: bench.action(),
                order: share.order,
                line: share.line,
                wanted: share.wanted,
                gets: share.gets,
                remedy,
                by: Some(OtherGoods {
                    variant: juice,
                    quantity: pieces(1),
                }),
            })
            .unwrap();
        let after = now_of(&core, paid.id());
        assert!(after.lines[0].wanted().is_zero());
        match remedy {
            RemedyKind::Credit => assert_eq!(settled.due, Money::ZERO),
            _ => {
                assert_eq!(after.lines[0].substituted_by, Some(after.lines[1].id));
                assert!(settled.due.is_negative());
            }
        }
    }
}

fn place(bench: &Bench, slot: SlotId, whom: ForWhom) -> PlaceOrder {
    PlaceOrder {
        action: bench.action(),
        slot,
        whom,
        note: Some("rings twice".to_owned()),
    }
}

fn noor() -> ForWhom {
    ForWhom::New {
        name: "Noor".to_owned(),
        email: String::new(),
        phone: "06 12 34 56 78".to_owned(),
    }
}

#[test]
fn an_order_by_telephone_is_placed_reserved_and_found_by_its_customer() {
    let (bench, mut core) = till();
    let variant = goods(&mut core, EGGS);
    let slot = slot(&mut core, 50, market());
    let empty = core.order_place(&place(&bench, slot, noor()));
    assert_eq!(code_of(empty), Code::OrderEmpty);
    scan(&mut core, EGGS);
    scan(&mut core, EGGS);
    let unreachable = ForWhom::New {
        name: "Noor".to_owned(),
        email: String::new(),
        phone: String::new(),
    };
    let refused = core.order_place(&place(&bench, slot, unreachable));
    assert_eq!(code_of(refused), Code::NameInvalid);
    let request = place(&bench, slot, noor());
    let view = core.order_place(&request).unwrap();
    core.order_place(&request).unwrap();
    assert!(sell(&view).order.is_none(), "the counter is free again");
    assert_eq!(view.notices[0].code, Code::OrderPlaced);
    let query = OrdersQuery {
        text: "noor".to_owned(),
        ..OrdersQuery::default()
    };
    let orders = core.orders_list(&query).unwrap().orders;
    let [card] = orders.as_slice() else {
        panic!("one order: {orders:?}");
    };
    assert_eq!(card.phone_end.as_deref(), Some("5678"));
    assert_eq!(card.slot, Some(slot));
    assert!(card.due.is_positive() && card.has_notes);
    assert_eq!(level(&core, variant, market()).reserved, pieces(2));
    let found = core
        .customers_find(&FindCustomers {
            text: "noo".to_owned(),
        })
        .unwrap();
    let known = found.customers[0].customer;
    scan(&mut core, EGGS);
    core.order_place(&place(&bench, slot, ForWhom::Known { customer: known }))
        .unwrap();
    assert_eq!(core.orders_list(&query).unwrap().orders.len(), 2);
}
