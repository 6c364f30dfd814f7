//! One sample of every event, every operation and every audited fact, for the frozen entries.
#![allow(unreachable_pub, reason = "used by one test file")]

use comptoir_domain::credit::{AccountKind, AccountOpening};
use comptoir_domain::document::{
    DocumentKind, DocumentNumber, EpochLabel, IssuedDocument, Series, TillCode,
};
use comptoir_domain::entry::{EntryHash, EntryRef, Source};
use comptoir_domain::event::{AuditFact, EpochReason, Event, RemovedLine};
use comptoir_domain::ids::*;
use comptoir_domain::order::{
    Charge, ChargeAmount, ChargeKind, ChargeTax, Fate, Forgiveness, Line, LineDiscount, LinePrice,
    Operation, Payment, PaymentStatus, PickUp, QuantityMode, Refund, RefundStatus, Seen,
};
use comptoir_domain::price::PriceName;
use comptoir_domain::problem::{Problem, ProblemRule, ProblemSubject};
use comptoir_domain::quantity::Unit;
use comptoir_domain::recurring::{LeftOut, Recurrence};
use comptoir_domain::stock::{Counted, DeliveredPart, JournalMoves, MoveReason, Place, StockMove};
use comptoir_domain::tax::TaxBreakdown;
use comptoir_domain::tender::TenderKind;

use crate::support::*;

/// Where an event stands in the list of all of them. A new kind does not compile until it is here,
/// and then it has no sample until it is frozen too.
pub fn kind_of_event(event: &Event) -> usize {
    match event {
        Event::EpochOpened { .. } => 0,
        Event::Audited { .. } => 1,
        Event::TillEnrolled { .. } => 2,
        Event::TillRevoked { .. } => 3,
        Event::CatalogueImported { .. } => 4,
        Event::ShiftOpened { .. } => 5,
        Event::CashMoved { .. } => 6,
        Event::DrawerOpened { .. } => 7,
        Event::ShiftCounted { .. } => 8,
        Event::ShiftClosed { .. } => 9,
        Event::PeriodClosed { .. } => 10,
        Event::OrderPlaced { .. } => 11,
        Event::OrderAmended { .. } => 12,
        Event::OrderAccepted { .. } => 13,
        Event::LinesPicked { .. } => 14,
        Event::OrderReady { .. } => 15,
        Event::OrderCancelled { .. } => 16,
        Event::OrderExpired { .. } => 17,
        Event::OrderDiscarded { .. } => 18,
        Event::GoodsCollected { .. } => 19,
        Event::GoodsReturned { .. } => 20,
        Event::PaymentTaken { .. } => 21,
        Event::CaptureRequested { .. } => 22,
        Event::PaymentCaptured { .. } => 23,
        Event::CaptureFailed { .. } => 24,
        Event::TenderCorrected { .. } => 25,
        Event::RefundPaid { .. } => 26,
        Event::DocumentIssued { .. } => 27,
        Event::DocumentCopied { .. } => 28,
        Event::AccountOpened { .. } => 29,
        Event::AccountMoved { .. } => 30,
        Event::StockMoved { .. } => 31,
        Event::GoodsWrittenOff { .. } => 32,
        Event::CustomerMet { .. } => 33,
        Event::CustomersMerged { .. } => 34,
        Event::ProblemDecided { .. } => 35,
        Event::GoodsDelivered { .. } => 36,
        Event::StockCounted { .. } => 37,
        Event::RefundRequested { .. } => 38,
        Event::RefundDone { .. } => 39,
        Event::RefundFailed { .. } => 40,
        Event::RefundTakenBack { .. } => 41,
        Event::Forgiven { .. } => 42,
        Event::RecurringOrderMade { .. } => 43,
        Event::RecurringOrderMissed { .. } => 44,
    }
}

pub const EVENT_KINDS: usize = 45;

pub fn kind_of_operation(operation: &Operation) -> usize {
    match operation {
        Operation::AddLine { .. } => 0,
        Operation::ChangeQuantity { .. } => 1,
        Operation::RemoveLine { .. } => 2,
        Operation::Substitute { .. } => 3,
        Operation::Weigh { .. } => 4,
        Operation::ChangePrice { .. } => 5,
        Operation::Discount { .. } => 6,
        Operation::SetCustomer { .. } => 7,
        Operation::SetSlot { .. } => 8,
        Operation::AddCharge { .. } => 9,
        Operation::RemoveCharge { .. } => 10,
        Operation::AddNote { .. } => 11,
        Operation::Move { .. } => 12,
    }
}

pub const OPERATION_KINDS: usize = 13;

pub fn kind_of_fact(fact: &AuditFact) -> usize {
    match fact {
        AuditFact::SignedIn { .. } => 0,
        AuditFact::SignedOut { .. } => 1,
        AuditFact::PinRefused { .. } => 2,
        AuditFact::Started { .. } => 3,
        AuditFact::ClockMovedBack { .. } => 4,
        AuditFact::PermissionRefused { .. } => 5,
        AuditFact::DamageFound { .. } => 6,
        AuditFact::SettingChanged { .. } => 7,
        AuditFact::ThingChanged { .. } => 8,
    }
}

pub const FACT_KINDS: usize = 9;

/// What a till writes beside a day's sales.
pub fn of_till(order: OrderId, line: &Line, bench: &Bench) -> Vec<Event> {
    let mut events = of_source();
    events.extend(facts().into_iter().map(|fact| Event::Audited { fact }));
    events.extend(of_order(order, line, bench));
    events.extend(of_money(order, bench));
    events.extend(of_people());
    events
}

/// An order is to be fetched elsewhere.
pub fn moved(order: OrderId, bench: &Bench) -> Event {
    let pick_up = |location, slot| PickUp { location, slot };
    Event::OrderAmended {
        order,
        seen: Seen { rev: 1, own: None },
        operations: vec![Operation::Move {
            from: pick_up(bench.location, None),
            to: pick_up(
                LocationId::from_uuid(id(670)),
                Some(SlotId::from_uuid(id(663))),
            ),
        }],
        removed: Vec::new(),
        taken_back: Vec::new(),
        shift: None,
    }
}

/// What a till writes of goods that belong to no order.
pub fn of_goods(variant: VariantId, bench: &Bench) -> Vec<Event> {
    let source = Source::Till(TillId::from_uuid(id(11)));
    let cut = JournalMoves {
        source,
        epoch: EpochId::from_uuid(id(21)),
        seq: 3,
        moved: pieces(-2),
    };
    vec![
        Event::StockMoved {
            moves: vec![StockMove {
                variant,
                quantity: pieces(1),
                from: Place::Location(bench.location),
                to: Place::Waste,
                reason: MoveReason::Wasted,
                order: None,
                line: None,
            }],
            why: Some("spoilt".to_owned()),
        },
        Event::GoodsDelivered {
            location: bench.location,
            parts: vec![DeliveredPart {
                variant,
                came: pieces(8),
                announced: Some(pieces(10)),
            }],
            reference: Some("DN 7".to_owned()),
        },
        Event::StockCounted {
            location: bench.location,
            counts: vec![Counted {
                variant,
                figure: pieces(5),
                seen: pieces(6),
                number: 1,
                cut: vec![cut],
            }],
        },
    ]
}

/// What a till writes of money that goes back or is let go.
pub fn of_settling(order: OrderId, bench: &Bench) -> Vec<Event> {
    let refund = Refund {
        id: RefundId::from_uuid(id(644)),
        tender: tender_id(TenderKind::Online, bench),
        kind: TenderKind::Online,
        amount: cents(320),
        rounding: cents(0),
        reference: None,
        at: MONDAY,
        shift: None,
        payment: Some(PaymentId::from_uuid(id(641))),
        account: None,
        status: RefundStatus::Requested,
    };
    vec![
        Event::RefundRequested {
            order,
            refund: refund.clone(),
        },
        Event::RefundTakenBack {
            order,
            refund: Refund {
                status: RefundStatus::Done,
                ..refund
            },
        },
        Event::Forgiven {
            order,
            forgiveness: Forgiveness {
                id: ForgivenessId::from_uuid(id(645)),
                amount: cents(4),
                at: MONDAY,
                by: Some(cass()),
                shift: None,
            },
        },
    ]
}

/// What only the server writes.
pub fn of_server() -> Vec<Event> {
    vec![
        Event::TillEnrolled {
            till: TillId::from_uuid(id(11)),
            code: TillCode::new("A").expect("a till code"),
            key: EntryHash([7; 32]),
            location: LocationId::from_uuid(id(2)),
        },
        Event::TillRevoked {
            till: TillId::from_uuid(id(12)),
        },
        Event::AccountMoved {
            account: AccountId::from_uuid(id(600)),
            amount: cents(500),
            reason: "goodwill".to_owned(),
        },
        Event::RefundDone {
            order: OrderId::from_uuid(id(646)),
            refund: RefundId::from_uuid(id(644)),
            reference: Some("re_1".to_owned()),
        },
        Event::RefundFailed {
            order: OrderId::from_uuid(id(646)),
            refund: RefundId::from_uuid(id(644)),
            reason: "account closed".to_owned(),
        },
    ]
}

/// What the server writes of recurring orders.
pub fn of_recurring(variant: VariantId) -> Vec<Event> {
    let recurring = RecurringOrderId::from_uuid(id(680));
    let day = "2026-11-21".parse().expect("a day");
    let left_out = vec![LeftOut {
        variant,
        name: "Honey 500 g".to_owned(),
        quantity: pieces(1),
        unit: Unit::Each,
        reason: "not_enough_in_stock".to_owned(),
    }];
    vec![
        Event::RecurringOrderMade {
            order: OrderId::from_uuid(id(646)),
            made: Recurrence {
                recurring,
                day,
                left_out: left_out.clone(),
            },
        },
        Event::RecurringOrderMissed {
            recurring,
            day,
            slot: SlotId::from_uuid(id(663)),
            reason: "slot_full".to_owned(),
            left_out,
        },
    ]
}

fn of_source() -> Vec<Event> {
    let day = "2026-11-16".parse().expect("a day");
    vec![
        Event::EpochOpened {
            label: EpochLabel::new(day, [1, 2, 3]),
            reason: EpochReason::FirstStart,
            previous: None,
        },
        Event::CatalogueImported {
            file: EntryHash([9; 32]),
            added: 3,
            updated: 4,
        },
    ]
}

fn facts() -> Vec<AuditFact> {
    let staff = cass();
    vec![
        AuditFact::SignedIn { staff },
        AuditFact::SignedOut { staff },
        AuditFact::PinRefused { staff, tries: 2 },
        AuditFact::Started {
            version: "0.1.0".to_owned(),
        },
        AuditFact::ClockMovedBack {
            from: MONDAY,
            to: MONDAY.plus_ms(-1000),
        },
        AuditFact::PermissionRefused {
            staff,
            permission: "override_price".to_owned(),
        },
        AuditFact::DamageFound {
            detail: "journal".to_owned(),
        },
        AuditFact::SettingChanged {
            name: "printer".to_owned(),
        },
        AuditFact::ThingChanged {
            kind: "variant".to_owned(),
            id: id(100).to_string(),
            change: AttachmentId::from_uuid(id(500)),
        },
    ]
}

fn of_order(order: OrderId, line: &Line, bench: &Bench) -> Vec<Event> {
    let seen = Seen {
        rev: 1,
        own: Some((EpochId::from_uuid(id(21)), 2)),
    };
    let removed = RemovedLine {
        line: line.id,
        name: line.name.clone(),
        quantity: pieces(1),
        amount: cents(300),
    };
    vec![
        Event::OrderAccepted { order },
        Event::OrderAmended {
            order,
            seen,
            operations: operations(line),
            removed: vec![removed.clone()],
            taken_back: vec![payment(bench, 640)],
            shift: None,
        },
        Event::LinesPicked {
            order,
            parts: vec![(line.id, pieces(1))],
        },
        Event::OrderReady {
            order,
            basket: None,
        },
        Event::OrderCancelled {
            order,
            seen,
            reason: "ill".to_owned(),
        },
        Event::OrderExpired { order },
        Event::OrderDiscarded {
            order,
            shift: ShiftId::from_uuid(id(650)),
            lines: vec![removed],
            taken_back: Vec::new(),
        },
        Event::StockMoved {
            moves: vec![StockMove {
                variant: line.variant,
                quantity: pieces(6),
                from: Place::Supplier,
                to: Place::Location(bench.location),
                reason: MoveReason::Received,
                order: None,
                line: None,
            }],
            why: None,
        },
        Event::GoodsWrittenOff {
            order,
            line: line.id,
            quantity: pieces(1),
            fate: Fate::Wasted,
        },
    ]
}

fn operations(line: &Line) -> Vec<Operation> {
    let other = Line {
        id: LineId::from_uuid(id(660)),
        ..line.clone()
    };
    let charge = Charge {
        id: ChargeId::from_uuid(id(661)),
        kind: ChargeKind::Packing,
        name: "Packing".to_owned(),
        amount: ChargeAmount::ShareOfGoods(20_000),
        tax: ChargeTax::WithGoods {
            otherwise: line.tax.clone(),
        },
    };
    let typed = LinePrice {
        unit_price: cents(250),
        name: PriceName::Manual,
        regular: Some(cents(300)),
        label_total: None,
        reason: Some("price_match".to_owned()),
    };
    vec![
        Operation::AddLine {
            line: other.clone(),
        },
        Operation::ChangeQuantity {
            line: line.id,
            from: pieces(2),
            to: pieces(3),
            mode: QuantityMode::Add,
        },
        Operation::RemoveLine {
            line: other.id,
            from: pieces(2),
            collected: pieces(0),
            fate: Fate::BackToShelf,
            reason: "none left".to_owned(),
        },
        Operation::Substitute {
            line: line.id,
            by: Line {
                id: LineId::from_uuid(id(662)),
                ..line.clone()
            },
            quantity: pieces(1),
            collected: pieces(0),
            fate: Fate::NeverThere,
        },
        Operation::Weigh {
            line: line.id,
            to: grams(1_234),
        },
        Operation::ChangePrice {
            line: line.id,
            from: line.price.clone(),
            to: typed,
        },
        Operation::Discount {
            line: line.id,
            from: None,
            to: Some(LineDiscount {
                amount: cents(20),
                of: pieces(2),
                reason: "dented".to_owned(),
            }),
        },
        Operation::SetCustomer {
            from: None,
            to: Some(jane()),
        },
        Operation::SetSlot {
            from: None,
            to: Some(SlotId::from_uuid(id(663))),
        },
        Operation::AddCharge {
            charge: charge.clone(),
        },
        Operation::RemoveCharge { charge: charge.id },
        Operation::AddNote {
            text: AttachmentId::from_uuid(id(664)),
        },
    ]
}

fn payment(bench: &Bench, number: u128) -> Payment {
    Payment {
        id: PaymentId::from_uuid(id(number)),
        tender: tender_id(TenderKind::Online, bench),
        kind: TenderKind::Online,
        amount: cents(1000),
        tendered: None,
        change: cents(0),
        rounding: cents(0),
        reference: Some("ch_1".to_owned()),
        status: PaymentStatus::Authorised,
        at: MONDAY,
        shift: None,
        account: None,
        capture_before: Some(MONDAY.plus_ms(DAY_MS)),
        capture: None,
    }
}

fn of_money(order: OrderId, bench: &Bench) -> Vec<Event> {
    let authorised = payment(bench, 641);
    let (id_of, amount) = (authorised.id, authorised.amount);
    let account = AccountId::from_uuid(id(600));
    vec![
        Event::PaymentTaken {
            order,
            payment: authorised,
        },
        Event::CaptureRequested {
            order,
            payment: id_of,
            amount,
            part: Some(CollectionId::from_uuid(id(643))),
        },
        Event::PaymentCaptured {
            order,
            payment: id_of,
            amount,
        },
        Event::CaptureFailed {
            order,
            payment: id_of,
            reason: "declined".to_owned(),
        },
        Event::TenderCorrected {
            order,
            payment: id_of,
            by: payment(bench, 642),
        },
        Event::DocumentIssued {
            order: Some(order),
            document: document(),
        },
        Event::DocumentCopied {
            document: AttachmentId::from_uuid(id(670)),
            copy: 1,
        },
        Event::AccountOpened {
            account: AccountOpening {
                id: account,
                kind: AccountKind::RefundCredit,
                owner: Some(jane()),
                limit: cents(0),
                expires_at: None,
            },
        },
    ]
}

fn document() -> IssuedDocument {
    let day = "2026-11-16".parse().expect("a day");
    IssuedDocument {
        kind: DocumentKind::Receipt,
        number: DocumentNumber {
            series: Series::Receipt,
            till_code: TillCode::new("A").expect("a till code"),
            epoch_label: EpochLabel::new(day, [1, 2, 3]),
            number: 17,
        },
        issued_at: MONDAY,
        total: cents(1350),
        tax: TaxBreakdown::default(),
        corrects: None,
        of_receipt: None,
        recipient: None,
        content: AttachmentId::from_uuid(id(670)),
        content_hash: EntryHash([5; 32]),
    }
}

fn of_people() -> Vec<Event> {
    let entry = EntryRef {
        source: comptoir_domain::entry::Source::Till(TillId::from_uuid(id(11))),
        epoch: EpochId::from_uuid(id(21)),
        seq: 1,
    };
    let problem = Problem::open(
        ProblemRule::SoldBelowZero,
        ProblemSubject::default(),
        entry,
        0,
        MONDAY,
    );
    vec![
        Event::CustomerMet {
            customer: jane(),
            data: AttachmentId::from_uuid(id(671)),
        },
        Event::CustomersMerged {
            customer: jane(),
            into: CustomerId::from_uuid(id(5)),
        },
        Event::ProblemDecided {
            problem: problem.id,
            choice: "counted".to_owned(),
        },
    ]
}
