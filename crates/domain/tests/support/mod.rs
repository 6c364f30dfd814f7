//! A small world for the tests of the trade: the hub's bench of products, tills and a server that
//! each hold books and a chain of their own, all in memory.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of this module"
)]

use std::collections::BTreeMap;

use comptoir_domain::books::{Applied, AppliedEntry, Books};
use comptoir_domain::catalogue::{Variant, VariantKind};
use comptoir_domain::country::Country;
use comptoir_domain::decide::{self, Article, Context, HandOver, PaymentRequest};
use comptoir_domain::draft::Draft;
use comptoir_domain::entry::{
    ChainHead, ENTRY_FORMAT, EntryBody, EntryHeader, SealedEntry, Source,
};
use comptoir_domain::event::Event;
use comptoir_domain::ids::*;
use comptoir_domain::money::Money;
use comptoir_domain::order::{Channel, OrderHeading};
use comptoir_domain::price::{
    CustomerClass, PriceQuery, PriceRule, PriceRuleKind, WinningPrice, winning_price,
};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::refusal::Refusal;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::Role;
use comptoir_domain::stock::{MoveReason, Place, StockMove};
use comptoir_domain::tax::TaxClass;
use comptoir_domain::tender::{Tender, TenderId, TenderKind};
use comptoir_domain::time::Timestamp;
use ed25519_dalek::SigningKey;
use uuid::Uuid;

/// Monday, 16 November 2026, nine in the morning in Paris.
pub const MONDAY: Timestamp = Timestamp::from_unix_ms(1_794_816_000_000);
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub fn cents(minor: i64) -> Money {
    Money::minor(minor)
}

pub fn pieces(count: i64) -> Quantity {
    Quantity::pieces(count)
}

pub fn grams(grams: i64) -> Quantity {
    Quantity::thousandths(grams)
}

/// Ids that count up, so that a failing test says the same each time.
pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | number)
}

#[derive(Default)]
pub struct Counting(pub u128);

impl IdSource for Counting {
    fn next_uuid(&mut self) -> Uuid {
        self.0 += 1;
        id(self.0)
    }
}

pub struct Bench {
    pub settings: HubSettings,
    pub location: LocationId,
    pub variants: BTreeMap<&'static str, Variant>,
    pub rules: Vec<PriceRule>,
}

impl Bench {
    pub fn new() -> Bench {
        let mut settings =
            HubSettings::for_country(HubId::from_uuid(id(1)), "Le Comptoir", Country::FR).unwrap();
        settings
            .tax_rates
            .iter_mut()
            .for_each(|row| row.valid_until = None);
        let rows = [
            ("P1", "Carrots", Unit::Kilogram, 240, "food", 10_000),
            ("P2", "Eggs, box of 6", Unit::Each, 300, "food", 20_000),
            ("P3", "Honey 500 g", Unit::Each, 750, "food", 1_000),
            ("P4", "Apple juice 1 L", Unit::Each, 320, "food", 12_000),
            ("P5", "Beeswax candle", Unit::Each, 600, "standard", 8_000),
            ("P6", "Veg box", Unit::Each, 1000, "food", 0),
            ("P7", "Workshop seat", Unit::Each, 1500, "standard", 6_000),
        ];
        let food = settings
            .tax_rates
            .iter()
            .find(|row| row.rate.ppm() == 55_000)
            .unwrap()
            .class
            .clone();
        let standard = settings
            .tax_rates
            .iter()
            .find(|row| row.rate.ppm() == 200_000)
            .unwrap()
            .class
            .clone();
        let variants = rows.iter().enumerate().map(|(index, row)| {
            let class = if row.4 == "food" {
                food.clone()
            } else {
                standard.clone()
            };
            (row.0, variant(index, row.0, row.1, row.2, row.3, class))
        });
        let mut variants: BTreeMap<_, _> = variants.collect();
        let parts = vec![
            (variants["P1"].id, grams(2000)),
            (variants["P2"].id, pieces(1)),
            (variants["P4"].id, pieces(1)),
        ];
        let veg_box = variants.get_mut("P6").unwrap();
        veg_box.kind = VariantKind::Bundle { parts };
        veg_box.tracks_stock = false;
        variants.get_mut("P7").unwrap().kind = VariantKind::Service;
        let candle = variants["P5"].id;
        let class_rule = |number, name: &str, price| PriceRule {
            id: PriceRuleId::from_uuid(id(number)),
            variant: candle,
            unit_price: cents(price),
            kind: PriceRuleKind::Class {
                class: CustomerClass::new(name),
            },
        };
        let rules = vec![
            class_rule(900, "Member", 540),
            class_rule(901, "Volunteer", 500),
        ];
        Bench {
            settings,
            location: LocationId::from_uuid(id(2)),
            variants,
            rules,
        }
    }

    pub fn price_for(&self, code: &str, classes: &[&str]) -> Option<WinningPrice> {
        let variant = &self.variants[code];
        let rules: Vec<PriceRule> = self
            .rules
            .iter()
            .filter(|rule| rule.variant == variant.id)
            .cloned()
            .collect();
        let classes: Vec<CustomerClass> = classes
            .iter()
            .map(|name| CustomerClass::new(*name))
            .collect();
        winning_price(&PriceQuery {
            regular: variant.price,
            rules: &rules,
            classes: &classes,
            codes: &[],
            now: MONDAY,
        })
    }

    pub fn tender(&self, kind: TenderKind) -> Tender {
        self.settings
            .tenders
            .iter()
            .find(|tender| tender.kind == kind)
            .unwrap()
            .clone()
    }

    pub fn opening_stock(&self) -> Event {
        let amounts = [
            ("P1", 10_000),
            ("P2", 20_000),
            ("P3", 1_000),
            ("P4", 12_000),
            ("P5", 8_000),
            ("P7", 6_000),
        ];
        let moves = amounts.iter().map(|(code, quantity)| StockMove {
            variant: self.variants[code].id,
            quantity: Quantity::thousandths(*quantity),
            from: Place::Supplier,
            to: Place::Location(self.location),
            reason: MoveReason::Received,
            order: None,
            line: None,
        });
        Event::StockMoved {
            moves: moves.collect(),
            why: None,
        }
    }
}

fn variant(
    index: usize,
    code: &str,
    name: &str,
    unit: Unit,
    price: i64,
    tax_class: TaxClass,
) -> Variant {
    Variant {
        id: VariantId::from_uuid(id(100 + index as u128)),
        product: ProductId::from_uuid(id(200 + index as u128)),
        code: code.to_owned(),
        name: name.to_owned(),
        unit,
        price: Some(cents(price)),
        tax_class,
        barcodes: Vec::new(),
        content: None,
        deposit: None,
        kind: VariantKind::Goods,
        tracks_stock: true,
        searchable: true,
        counter: true,
        shop: true,
        active: true,
        image: None,
    }
}

/// One side: its books and its chain.
pub struct Side {
    pub source: Source,
    pub books: Books,
    pub key: SigningKey,
    pub head: ChainHead,
    pub entries: Vec<SealedEntry>,
    pub ids: Counting,
    pub now: Timestamp,
    pub receipts: u64,
}

impl Side {
    pub fn till(number: u8) -> Side {
        Side::new(
            Source::Till(TillId::from_uuid(id(10 + u128::from(number)))),
            number,
        )
    }

    pub fn server() -> Side {
        Side::new(Source::Server(TillId::from_uuid(id(9))), 99)
    }

    fn new(source: Source, number: u8) -> Side {
        Side {
            source,
            books: Books::default(),
            key: SigningKey::from_bytes(&[number; 32]),
            head: ChainHead::start(EpochId::from_uuid(id(20 + u128::from(number)))),
            entries: Vec::new(),
            ids: Counting(u128::from(number) << 64),
            now: MONDAY,
            receipts: 0,
        }
    }

    pub fn till_id(&self) -> TillId {
        self.source.till().unwrap()
    }

    /// Writes an entry into the own journal and applies it to the own books.
    pub fn record(&mut self, kind: &str, events: Vec<Event>) -> Applied {
        let header = EntryHeader {
            format: ENTRY_FORMAT,
            source: self.source,
            epoch: self.head.epoch,
            seq: self.head.seq + 1,
            previous: self.head.hash,
            kind: kind.to_owned(),
            kind_version: 1,
            action: ActionId::from_uuid(self.ids.next_uuid()),
            at: self.now,
            actor: Some(cass()),
            approved_by: None,
        };
        let body = EntryBody {
            events,
            attachments: Vec::new(),
        };
        let sealed = SealedEntry::seal(&header, &body, &self.key);
        self.head = ChainHead {
            epoch: header.epoch,
            seq: header.seq,
            hash: sealed.hash(),
        };
        self.entries.push(sealed);
        self.books.apply(AppliedEntry::from(&header), &body)
    }

    pub fn decide<T>(
        &mut self,
        bench: &Bench,
        decision: impl FnOnce(&Books, &mut Context<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let till = self.source.till().unwrap_or(TillId::from_uuid(id(9)));
        let mut context = Context {
            now: self.now,
            staff: cass(),
            role: Role::Cashier,
            approved_by: None,
            till,
            location: bench.location,
            settings: &bench.settings,
            ids: &mut self.ids,
        };
        decision(&self.books, &mut context)
    }

    pub fn open_shift(&mut self, bench: &Bench, float: i64) -> ShiftId {
        let events = self
            .decide(bench, |books, context| {
                decide::open_shift(books, cents(float), context)
            })
            .unwrap();
        let shift = events.iter().find_map(Event::shift).unwrap();
        self.record("shift_opened", events);
        shift
    }

    pub fn new_draft(&mut self, bench: &Bench) -> Draft {
        let heading = OrderHeading {
            id: OrderId::from_uuid(self.ids.next_uuid()),
            number: String::new(),
            channel: Channel::Counter,
            location: bench.location,
            customer: None,
            slot: None,
            tax_mode: bench.settings.tax_mode,
        };
        Draft::new(heading, self.now)
    }

    pub fn add(&mut self, bench: &Bench, draft: &mut Draft, code: &str, quantity: Quantity) {
        let price = bench.price_for(code, &[]);
        let article = Article {
            variant: &bench.variants[code],
            price: price.as_ref(),
            label_total: None,
            measured: false,
        };
        let step = self
            .decide(bench, |_, context| {
                decide::add(draft, article, quantity, context)
            })
            .unwrap();
        draft.take(step);
    }

    pub fn pay(
        &mut self,
        bench: &Bench,
        draft: &mut Draft,
        kind: TenderKind,
        amount: Option<i64>,
        shift: ShiftId,
    ) -> Result<(), Refusal> {
        let tender = bench.tender(kind);
        let request = PaymentRequest {
            amount: amount.map(cents),
            ..PaymentRequest::default()
        };
        let step = self.decide(bench, |_, context| {
            decide::pay(draft, &tender, &request, None, shift, context)
        })?;
        draft.take(step);
        Ok(())
    }

    pub fn complete(
        &mut self,
        bench: &Bench,
        draft: &Draft,
        shift: ShiftId,
    ) -> Result<Applied, Refusal> {
        self.receipts += 1;
        let number = format!("R-{}", self.receipts);
        let events = self.decide(bench, |_, context| {
            decide::complete(draft, &HandOver::Everything, &number, shift, context)
        })?;
        Ok(self.record("sale", events))
    }
}

pub fn cass() -> StaffId {
    StaffId::from_uuid(id(3))
}

pub fn jane() -> CustomerId {
    CustomerId::from_uuid(id(4))
}

pub fn tender_id(kind: TenderKind, bench: &Bench) -> TenderId {
    bench.tender(kind).id
}

/// The server takes entries that a side wrote, checking each against the side's key and chain.
pub fn accept(server: &mut Side, from: &Side, entries: std::ops::Range<usize>) -> Vec<Applied> {
    let mut applied = Vec::new();
    for sealed in &from.entries[entries] {
        let header = sealed
            .verify(&from.key.verifying_key())
            .expect("the till signed it");
        applied.push(server.books.apply(
            AppliedEntry::from(&header),
            &sealed.read_body().expect("known events"),
        ));
    }
    applied
}
