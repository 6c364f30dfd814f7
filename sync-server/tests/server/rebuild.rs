//! L5: folding the journal from the start gives the state that is stored.

use std::collections::BTreeMap;

use comptoir_domain::books::{AppliedEntry, Books};
use comptoir_sync::feed::EntityKind;
use serde::Serialize;

use crate::world::World;

#[tokio::test]
async fn the_journal_folded_anew_gives_the_stored_state() {
    let world = World::start().await;
    let mut tills = Vec::new();
    for number in 1..=3 {
        tills.push(world.till(number).await);
    }
    for round in 0..6 {
        for till in &mut tills {
            let from = till.side.entries.len();
            till.sell(&world.bench, round % 3 + 1);
            if round == 3 {
                let stock = world.bench.opening_stock();
                till.side.record("goods_received", vec![stock]);
            }
            world.push(till, &till.side.entries[from..]).await;
        }
    }
    let mut journal = world.store().journal(world.hub(), 0, 10_000).await.unwrap();
    journal.sort_by_key(|row| row.fold_no);
    let mut books = Books::default();
    for row in &journal {
        let header = row.sealed.read_header().unwrap();
        let body = row.sealed.read_body().unwrap();
        books.apply(AppliedEntry::from(&header), &body);
    }
    assert_stored(&world, EntityKind::ORDER, books.orders.iter()).await;
    assert_stored(&world, EntityKind::SHIFT, books.shifts.iter()).await;
    assert_stored(&world, EntityKind::TILL, books.tills.iter()).await;
    assert_stored(&world, EntityKind::PROBLEM, books.problems.iter()).await;
    let stock: BTreeMap<String, _> = books
        .stock
        .iter()
        .map(|((variant, location), level)| (format!("{variant}:{location}"), level))
        .collect();
    assert_stored(
        &world,
        EntityKind::STOCK,
        stock.iter().map(|(id, level)| (id, *level)),
    )
    .await;
}

async fn assert_stored<'s, K: ToString + 's, V: Serialize + 's>(
    world: &World,
    kind: &str,
    folded: impl Iterator<Item = (&'s K, &'s V)>,
) {
    let folded: BTreeMap<String, String> = folded
        .map(|(id, state)| (id.to_string(), serde_json::to_string(state).unwrap()))
        .collect();
    let rows = world
        .store()
        .entities(world.hub(), EntityKind::new(kind))
        .await;
    let stored: BTreeMap<String, String> = rows
        .unwrap()
        .into_iter()
        .map(|row| (row.id, row.body))
        .collect();
    assert!(!stored.is_empty(), "{kind}: there is something to compare");
    assert_eq!(stored, folded, "{kind}");
}
