//! What a till wrote beside its entries and others are to read goes into the feed once.

use comptoir_domain::customer::Customer;
use comptoir_domain::decide::{self, OnBehalf};
use comptoir_domain::entry::{AttachmentRef, EntryBody, EntryHash, SealedEntry, attachment_hash};
use comptoir_domain::ids::{AttachmentId, CustomerId, SlotId};
use comptoir_domain::order::Order;
use comptoir_domain::slot::Slot;
use comptoir_sync::feed::EntityKind;
use comptoir_sync::protocol::{Attachment, PushOutcome, PushReply};
use serde_json::{Value, json};

use crate::trade::{DAY_MS, MONDAY, id, jane, pieces};
use crate::world::{TestTill, World, push_request, read};

const SALT: [u8; 16] = [3; 16];

fn data() -> AttachmentId {
    AttachmentId::from_uuid(id(501))
}

fn note() -> AttachmentId {
    AttachmentId::from_uuid(id(502))
}

/// An order by telephone for somebody new, as a till writes it down.
fn order_by_telephone(world: &World, till: &mut TestTill, said: &Value) -> Vec<Attachment> {
    let bench = &world.bench;
    let shift = till.side.books.open_shift(till.side.till_id()).unwrap().id;
    let mut draft = till.side.new_draft(bench);
    till.side.add(bench, &mut draft, "P5", pieces(1));
    let slot = Slot {
        id: SlotId::from_uuid(id(50)),
        location: bench.location,
        starts_at: MONDAY.plus_ms(DAY_MS),
        ends_at: MONDAY.plus_ms(DAY_MS + 3_600_000),
        orders_until: MONDAY,
        capacity: None,
        active: true,
    };
    let on_behalf = OnBehalf {
        customer: jane(),
        met: Some(data()),
        slot: &slot,
        note: Some(note()),
    };
    let events = till.side.decide(bench, |_, context| {
        decide::place_on_behalf(&draft, on_behalf, "A-O1", shift, context)
    });
    let texts = [
        (data(), said.to_string()),
        (note(), "rings\u{7} twice".to_owned()),
    ];
    till.side.record("order_placed", events.unwrap());
    let last = till.side.entries.pop().unwrap();
    let header = last.read_header().unwrap();
    let named = texts.iter().map(|(id, content)| AttachmentRef {
        id: *id,
        salted_hash: attachment_hash(&SALT, content.as_bytes()),
    });
    let body = EntryBody {
        events: last.read_body().unwrap().events,
        attachments: named.collect(),
    };
    let sealed = SealedEntry::seal(&header, &body, &till.side.key);
    till.side.head.hash = sealed.hash();
    till.side.entries.push(sealed);
    let entry = header.entry_ref();
    texts
        .into_iter()
        .map(|(id, content)| Attachment {
            id,
            entry,
            salt: EntryHash([3; 32]).to_string()[..32].to_owned(),
            content,
        })
        .collect()
}

async fn push(world: &World, till: &TestTill, attachments: Vec<Attachment>) {
    let mut request = push_request(&till.side, &till.side.entries);
    request.attachments = attachments;
    let response = world.post("/v1/push", Some(&till.token), &request).await;
    assert_eq!(read::<PushReply>(response).await.outcome, PushOutcome::Held);
}

async fn things(world: &World, kind: &str) -> Vec<Value> {
    let rows = world
        .store()
        .entities(world.hub(), EntityKind::new(kind))
        .await
        .unwrap();
    let bodies = rows
        .iter()
        .map(|row| serde_json::from_str(&row.body).unwrap());
    bodies.collect()
}

fn said(name: &str) -> Value {
    json!({
        "id": CustomerId::from_uuid(id(999)), "name": name, "phone": "+33 6 12 34 56 78",
        "classes": ["Member"], "active": true
    })
}

#[tokio::test]
async fn a_customer_and_a_note_of_an_order_by_telephone_reach_everybody() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    let attachments = order_by_telephone(&world, &mut till, &said("Noor"));
    push(&world, &till, attachments.clone()).await;
    push(&world, &till, attachments).await;
    let customers = things(&world, EntityKind::CUSTOMER).await;
    let [customer] = customers.as_slice() else {
        panic!("{customers:?}");
    };
    let customer: Customer = serde_json::from_value(customer.clone()).unwrap();
    assert_eq!((customer.id, customer.name.as_str()), (jane(), "Noor"));
    assert!(customer.classes.is_empty(), "only the hub grants prices");
    let notes = things(&world, EntityKind::NOTE).await;
    assert_eq!(notes, [json!({"text": "rings twice"})]);
    let orders = things(&world, EntityKind::ORDER).await;
    let by_telephone = orders
        .iter()
        .find(|order| order["heading"]["number"] == "A-O1");
    let order: Order = serde_json::from_value(by_telephone.unwrap().clone()).unwrap();
    assert_eq!(order.heading.customer, Some(jane()));
}

#[tokio::test]
async fn what_cannot_be_a_customer_is_kept_beside_the_journal_and_nowhere_else() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    let attachments = order_by_telephone(&world, &mut till, &said("http://evil.example"));
    push(&world, &till, attachments).await;
    assert!(things(&world, EntityKind::CUSTOMER).await.is_empty());
}
