//! Orders are found, listed, made ready and cancelled.

use crate::support::waiting::*;
use crate::support::*;
use comptoir_domain::ids::{AttachmentId, CustomerId, OrderId};
use comptoir_domain::order::{Fulfilment, Note, PaymentState};
use comptoir_sync::feed::EntityKind;
use comptoir_till::feed;
use comptoir_till::wire::{CancelOrder, Code, OrderIsReady, OrdersQuery};

#[test]
fn orders_are_found_by_any_fragment_and_the_slot_that_comes_next_is_shown() {
    let (_bench, mut core, jane_s) = with_order(Online::Captured);
    let next = put_slot(&mut core, 50, hours(1));
    let over = put_slot(&mut core, 51, -hours(3));
    for (number, name, phone, slot) in [
        (1002, "Jean-Noël d'Œuvres", "0478 00 11 22", Some(next)),
        (1003, "Bob Öz", "0478 00 99 33", Some(next)),
        (1004, "Bob Late", "", Some(over)),
    ] {
        let customer = CustomerId::from_uuid(id(number + 10_000));
        put_customer(&mut core, customer, name, phone);
        let mut order = order_of(&mut core, number, &[(HONEY, 1)], Online::No);
        order.heading.customer = Some(customer);
        order.heading.slot = slot;
        put_order(&mut core, &order);
    }
    let view = list(&core, "");
    assert_eq!(view.slot, Some(next));
    assert_eq!(numbers(&view), ["O-1003", "O-1002"], "by name");
    let counts: Vec<_> = view
        .slots
        .iter()
        .map(|slot| (slot.slot, slot.waiting))
        .collect();
    assert_eq!(counts, [(Some(over), 1), (Some(next), 2), (None, 1)]);
    assert!(
        !view.copy_is_old && view.copy_at.is_none(),
        "it works alone"
    );

    for (text, found) in [
        ("noel", vec!["O-1002"]),
        ("OEUV jean", vec!["O-1002"]),
        ("élod", vec!["O-1001"]),
        ("1003", vec!["O-1003"]),
        ("o-1001", vec!["O-1001"]),
        ("56 78", vec!["O-1001"]),
        ("1122", vec!["O-1002"]),
        ("bob", vec!["O-1003", "O-1004"]),
        ("bob 1004", vec!["O-1004"]),
        ("nobody", vec![]),
        ("  ", vec!["O-1003", "O-1002"]),
        ("%", vec!["O-1003", "O-1002"]),
    ] {
        assert_eq!(numbers(&list(&core, text)), found, "{text:?}");
    }
    let card = &list(&core, "jane").orders[0];
    assert_eq!(card.customer.as_deref(), Some("Jane Élodie Doe"));
    assert_eq!(card.phone_end.as_deref(), Some("5678"));
    assert_eq!((card.total, card.due), (minor(970), minor(0)));
    assert_eq!((card.payment, card.line_count), (PaymentState::Paid, 2));
    assert!(card.elsewhere.is_none() && !card.in_progress);

    // A forgotten customer is not found any more; the order still is.
    core.transaction(|tx| feed::remove_local(tx, EntityKind::CUSTOMER, &jane().to_string()))
        .unwrap();
    assert!(list(&core, "jane").orders.is_empty());
    let without_slot = core
        .orders_list(&OrdersQuery {
            without_slot: true,
            ..OrdersQuery::default()
        })
        .unwrap();
    assert_eq!(without_slot.orders[0].order, jane_s.id());
    assert_eq!(without_slot.orders[0].customer, None);
}

#[test]
fn a_slot_of_five_hundred_orders_is_listed_whole_and_one_is_found_in_it() {
    let bench = Bench::new();
    let mut core = bench.selling();
    let slot = put_slot(&mut core, 50, hours(1));
    let mut order = order_of(&mut core, 1, &[(EGGS, 1)], Online::No);
    order.heading.slot = Some(slot);
    order.heading.customer = None;
    core.transaction(|tx| {
        for number in 2_000..2_500_u128 {
            order.heading.id = OrderId::from_uuid(id(number));
            order.heading.number = format!("O-{number}");
            let key = order.heading.id.to_string();
            feed::put_local(tx, EntityKind::ORDER, &key, &order)?;
        }
        Ok(())
    })
    .unwrap();
    let view = list(&core, "");
    assert_eq!((view.orders.len(), view.more), (500, 0));
    assert_eq!(view.slots[0].waiting, 500);
    assert_eq!(numbers(&list(&core, "2417")), ["O-2417"]);
}

#[test]
fn an_order_is_made_ready_and_cancelled_from_the_list() {
    let (bench, mut core, mut jane_s) = with_order(Online::Captured);
    let note = AttachmentId::from_uuid(id(70));
    jane_s.notes.push(Note {
        at: core.now(),
        by: None,
        text: note,
    });
    put_order(&mut core, &jane_s);
    put(
        &mut core,
        EntityKind::NOTE,
        note.uuid(),
        &serde_json::json!({"text": "Please no plastic <b>"}),
    );
    let ready = OrderIsReady {
        action: bench.action(),
        order: jane_s.id(),
        basket: Some(" Shelf 3 ".to_owned()),
    };
    core.order_is_ready(&ready).unwrap();
    let count = entries(&core);
    core.order_is_ready(&ready).unwrap();
    assert_eq!(entries(&core), count);
    let card = &list(&core, "1001").orders[0];
    assert_eq!(card.basket.as_deref(), Some("Shelf 3"));
    assert!(card.has_notes && card.fulfilment == Fulfilment::Ready);
    let view = open(&mut core, &jane_s);
    let notes = &placed(&view).notes;
    assert_eq!(notes[0].text.as_deref(), Some("Please no plastic <b>"));

    let cancel = |reason: &str| CancelOrder {
        action: bench.action(),
        order: jane_s.id(),
        reason: reason.to_owned(),
    };
    assert_eq!(
        refused(core.order_cancel(&cancel(" "))),
        Code::ReasonMissing
    );
    let press = cancel("no_show");
    let view = core.order_cancel(&press).unwrap();
    assert!(sell(&view).order.is_none());
    core.order_cancel(&press).unwrap();
    assert_eq!(stored(&core, &jane_s).fulfilment(), Fulfilment::Cancelled);
    assert!(list(&core, "1001").orders.is_empty());
    let done = core
        .orders_list(&OrdersQuery {
            text: "1001".to_owned(),
            with_done: true,
            ..OrdersQuery::default()
        })
        .unwrap();
    assert_eq!(done.orders[0].due, minor(-970), "what was paid is owed");
    assert_eq!(
        refused(core.order_cancel(&cancel("other"))),
        Code::OrderNotOpen
    );
}

#[test]
fn a_done_order_does_not_hide_the_product_of_its_number() {
    let (_bench, mut core, mut jane_s) = with_order(Online::Captured);
    jane_s.heading.number = HONEY.to_owned();
    for line in &mut jane_s.lines {
        line.collected = line.ordered;
    }
    put_order(&mut core, &jane_s);
    let view = scan(&mut core, HONEY);
    assert_eq!(order(&view).total, minor(750));
}
