//! A slot with five hundred orders that wait at a till with a hundred thousand products: how long the list takes to
//! open and to filter, and how many actions of the cashier each common pick-up takes.

use anyhow::{Context as _, Result, ensure};
use comptoir_domain::barcode;
use comptoir_domain::customer::Customer;
use comptoir_domain::decide::{self, Article, Context};
use comptoir_domain::draft::Draft;
use comptoir_domain::ids::{
    ActionId, CustomerId, IdSource, LocationId, OrderId, PaymentId, SlotId, StaffId,
};
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, Order, OrderHeading, Payment, PaymentStatus};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::staff::Role;
use comptoir_domain::tender::{Tender, TenderKind};
use comptoir_sync::feed::EntityKind;
use comptoir_testkit::SeededIds;
use comptoir_tests::bench::{Budget, Figure, percentile_ms, record};
use comptoir_till::catalogue::{self, Buyer};
use comptoir_till::wire::{HandOverOrder, HandOverWhat, OrdersQuery, Screen, TillView};
use comptoir_till::{Core, feed};

use crate::shop::Shop;
use crate::support::{Goods, timed_alone};
use crate::{cash, scan};

const ORDERS: usize = 500;

/// Names as people have them, so that letters find some of the orders and not all.
const NAMES: [&str; 10] = [
    "Jane Doe",
    "Ali Kaya",
    "Zoé Martin",
    "Noël Petit",
    "Inès Durand",
    "Bruno Leroy",
    "Camille Roux",
    "Élodie Faure",
    "Hugo Morel",
    "Maud Girard",
];

/// A frame of a screen at 60 Hz, in milliseconds.
const FRAME_MS: f64 = 16.7;

/// Opens the list, filters it letter by letter, and hands over one order of each common kind.
pub(crate) fn waiting(shop: &Shop, goods: &[Goods]) -> Result<()> {
    let mut core = shop.core(40)?;
    let orders = fill(&mut core, shop, goods)?;
    let mut opened = Vec::new();
    let mut filtered = Vec::new();
    for round in 0..50 {
        let (took, list) = timed_alone(|| core.orders_list(&OrdersQuery::default()));
        let list = list.context("open the list")?;
        ensure!(
            list.orders.len() == ORDERS,
            "{} are listed",
            list.orders.len()
        );
        opened.push(took);
        let name: Vec<char> = NAMES[round % NAMES.len()].chars().collect();
        for letters in 1..=4 {
            let query = OrdersQuery {
                text: name[..letters].iter().collect(),
                ..OrdersQuery::default()
            };
            let (took, list) = timed_alone(|| core.orders_list(&query));
            ensure!(!list.context("filter the list")?.orders.is_empty(), "found");
            filtered.push(took);
        }
    }
    let budget = || Budget::AtMost(FRAME_MS);
    let name = "opening the list of 500 orders of a slot, p99";
    record(Figure::new(
        name,
        percentile_ms(&opened, 0.99),
        "ms",
        budget(),
    ))?;
    let name = "filtering 500 orders of a slot by a letter, p99";
    record(Figure::new(
        name,
        percentile_ms(&filtered, 0.99),
        "ms",
        budget(),
    ))?;
    actions(&mut core, &orders, &goods[0].variant.barcodes[0])
}

/// What a cashier does for an order, each step one scan or key.
struct Counted<'c> {
    core: &'c mut Core,
    ids: SeededIds,
    actions: u32,
}

impl Counted<'_> {
    fn scan(&mut self, code: &str) -> Result<TillView> {
        self.actions += 1;
        self.core.order_scan(&scan(code)).context("scan")
    }

    fn exact_cash(&mut self) -> Result<TillView> {
        self.actions += 1;
        let press = cash(&mut self.ids);
        self.core.pay_add(&press).context("take cash")
    }

    fn hand_over(&mut self) -> Result<TillView> {
        self.actions += 1;
        let press = HandOverOrder {
            action: ActionId::from_uuid(self.ids.next_uuid()),
            what: HandOverWhat::Everything,
        };
        self.core.order_hand_over(&press).context("hand over")
    }
}

fn is_done(view: &TillView) -> bool {
    matches!(&view.screen, Screen::Sell(sell) if sell.done.is_some())
}

/// How many actions the common pick-ups take.
fn actions(core: &mut Core, orders: &[Order], extra: &str) -> Result<()> {
    let mut paid = orders.iter().filter(|order| !order.payments.is_empty());
    let mut unpaid = orders.iter().filter(|order| order.payments.is_empty());
    let mut next = |is_paid: bool| {
        let order = if is_paid { paid.next() } else { unpaid.next() };
        order.context("an order is left")
    };
    let mut counted = Counted {
        core,
        ids: SeededIds::new(41),
        actions: 0,
    };
    let mut counts =
        |what: &str,
         at_most: f64,
         pick_up: &mut dyn FnMut(&mut Counted<'_>) -> Result<TillView>| {
            counted.actions = 0;
            let view = pick_up(&mut counted)?;
            ensure!(is_done(&view), "{what} is not done");
            let name = format!("actions for a pick-up: {what}");
            record(Figure::new(
                &name,
                f64::from(counted.actions),
                "",
                Budget::AtMost(at_most),
            ))
        };
    let order = next(true)?;
    counts("paid and unchanged", 2.0, &mut |cashier| {
        cashier.scan(&order.heading.number)?;
        cashier.hand_over()
    })?;
    let order = next(false)?;
    counts("unpaid, exact cash", 2.0, &mut |cashier| {
        cashier.scan(&order.heading.number)?;
        cashier.exact_cash()
    })?;
    let order = next(true)?;
    counts(
        "paid, one more from the shelf, exact cash",
        3.0,
        &mut |cashier| {
            cashier.scan(&order.heading.number)?;
            cashier.scan(extra)?;
            cashier.exact_cash()
        },
    )
}

/// Five hundred orders of three things each in the slot that comes next; every second one is paid online.
fn fill(core: &mut Core, shop: &Shop, goods: &[Goods]) -> Result<Vec<Order>> {
    let location = shop.location.context("a till is somewhere")?;
    let mut ids = SeededIds::new(42);
    let slot = slot_of(core, location, &mut ids);
    let customers: Vec<Customer> = NAMES.iter().map(|name| customer(name, &mut ids)).collect();
    let mut orders = Vec::new();
    for number in 0..ORDERS {
        let first = number * 3 + 1;
        let codes = (first..first + 3).map(|at| goods[at].variant.barcodes[0].as_str());
        let heading = OrderHeading {
            id: OrderId::from_uuid(ids.next_uuid()),
            number: format!("O-{}", 1001 + number),
            channel: Channel::Shop,
            location,
            customer: Some(customers[number % customers.len()].id),
            slot: Some(slot.id),
            tax_mode: settings(core)?.tax_mode,
        };
        let mut order = order_of(core, heading, codes, &mut ids)?;
        if number % 2 == 0 {
            order.payments.push(paid_online(&order, &mut ids));
        }
        orders.push(order);
    }
    core.transaction(|tx| {
        feed::put_local(tx, EntityKind::SLOT, &slot.id.to_string(), &slot)?;
        for customer in &customers {
            let id = customer.id.to_string();
            feed::put_local(tx, EntityKind::CUSTOMER, &id, customer)?;
        }
        for order in &orders {
            feed::put_local(tx, EntityKind::ORDER, &order.id().to_string(), order)?;
        }
        Ok(())
    })
    .context("let orders wait")?;
    Ok(orders)
}

fn settings(core: &Core) -> Result<HubSettings> {
    let settings = feed::settings(core.connection()).context("the settings")?;
    settings.context("a till that is set up has settings")
}

fn slot_of(core: &Core, location: LocationId, ids: &mut SeededIds) -> Slot {
    const HOUR_MS: i64 = 60 * 60_000;
    let now = core.now();
    Slot {
        id: SlotId::from_uuid(ids.next_uuid()),
        location,
        starts_at: now,
        ends_at: now.plus_ms(2 * HOUR_MS),
        orders_until: now,
        capacity: None,
        active: true,
    }
}

fn customer(name: &str, ids: &mut SeededIds) -> Customer {
    Customer {
        id: CustomerId::from_uuid(ids.next_uuid()),
        name: name.to_owned(),
        email: None,
        phone: Some("06 12 34 56 78".to_owned()),
        classes: Vec::new(),
        language: None,
        active: true,
    }
}

fn order_of<'c>(
    core: &Core,
    heading: OrderHeading,
    codes: impl Iterator<Item = &'c str>,
    ids: &mut SeededIds,
) -> Result<Order> {
    let settings = settings(core)?;
    let (now, location) = (core.now(), heading.location);
    let mut draft = Draft::new(heading, now);
    for code in codes {
        let scan = barcode::parse(code, None, &settings.in_store_layouts).context("a barcode")?;
        let found = catalogue::find_scanned(core.connection(), &scan).context("look it up")?;
        let found = found.context("it is sold")?;
        let priced = catalogue::priced(core.connection(), found.variant, Buyer::anybody(now));
        let priced = priced.context("its price")?;
        let mut context = Context {
            now,
            staff: StaffId::from_uuid(ids.next_uuid()),
            role: Role::Manager,
            approved_by: None,
            till: core.till(),
            location,
            settings: &settings,
            ids,
        };
        let article: Article<'_> = priced.article(None, false);
        let step = decide::add(&draft, article, Quantity::ONE, &mut context);
        draft.take(step.map_err(|refusal| anyhow::anyhow!("{refusal}"))?);
    }
    let mut order = draft.order();
    order.milestones.placed_at = Some(now);
    order.milestones.accepted_at = Some(now);
    order.rev = 1;
    Ok(order)
}

fn paid_online(order: &Order, ids: &mut SeededIds) -> Payment {
    let tender = Tender::of_kind(TenderKind::Online);
    Payment {
        id: PaymentId::from_uuid(ids.next_uuid()),
        tender: tender.id,
        kind: tender.kind,
        amount: order.totals().total,
        tendered: None,
        change: Money::ZERO,
        rounding: Money::ZERO,
        reference: None,
        status: PaymentStatus::Captured,
        at: order.milestones.placed_at.unwrap_or_default(),
        shift: None,
        account: None,
        capture_before: None,
        capture: None,
    }
}
