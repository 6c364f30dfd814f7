//! A stolen key signs what it likes: it is kept within bounds and stops nobody.

use std::collections::BTreeSet;

use comptoir_domain::entry::{EntryHash, EntryHeader, SealedEntry};
use comptoir_domain::ids::ActionId;
use comptoir_domain::problem::ProblemRule;
use comptoir_sync::protocol::{PUSH_ENTRIES_MAX, PushOutcome, PushReply};
use sync_server::intake::EXCESS_ENTRIES_MAX;
use sync_server::store::Lane;

use crate::trade::{Side, id};
use crate::world::{TestTill, World, push_request, read, refusal, started};

/// Another entry at the place of one, signed with the same key.
fn instead_of(
    side: &Side,
    entry: &SealedEntry,
    change: impl FnOnce(&mut EntryHeader),
) -> SealedEntry {
    let mut header = entry.read_header().unwrap();
    change(&mut header);
    SealedEntry::seal(&header, &entry.read_body().unwrap(), &side.key)
}

fn action(number: u128) -> ActionId {
    ActionId::from_uuid(id(1_000_000 + number))
}

async fn branches_of(world: &World, till: &TestTill) -> (usize, usize) {
    let rows = world
        .store()
        .journal(world.hub(), 0, 100_000)
        .await
        .unwrap();
    let rows = rows.iter().filter(|row| row.source == till.source());
    let branches: Vec<u32> = rows.map(|row| row.branch).collect();
    let distinct: BTreeSet<&u32> = branches.iter().collect();
    (branches.len(), distinct.len())
}

#[tokio::test]
async fn branches_without_end_are_kept_aside_and_stop_nobody() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    world.push(&till, &till.side.entries).await;
    let first = till.side.entries[0].clone();
    let forks: Vec<SealedEntry> = (0..600)
        .map(|number| instead_of(&till.side, &first, |header| header.action = action(number)))
        .collect();
    let mut last = world.push(&till, &forks[..300]).await;
    assert_eq!(last.outcome, PushOutcome::Forked { seq: 1 });
    last = world.push(&till, &forks[300..]).await;
    assert_eq!(last.outcome, PushOutcome::Forked { seq: 1 });
    assert_eq!(last.head.hash, forks[599].hash(), "it is held");
    let aside = async || {
        let rows = world.store().aside(world.hub(), 0, 10_000).await.unwrap();
        rows.len()
    };
    let (entries, branches) = branches_of(&world, &till).await;
    assert!(branches <= 16, "{branches}");
    assert_eq!(
        entries + aside().await,
        602,
        "nothing that was signed is lost"
    );
    let state = world.store().head(world.hub()).await.unwrap();
    // Again, overlapping, changes nothing.
    let again = world.push(&till, &forks[200..]).await;
    assert_eq!((again.outcome, again.head), (last.outcome, last.head));
    assert_eq!(world.store().head(world.hub()).await.unwrap(), state);
    assert_eq!(entries + aside().await, 602);
    // What follows one of them lies beside it.
    let child = instead_of(&till.side, &forks[599], |header| {
        header.seq = 2;
        header.previous = forks[599].hash();
        header.action = action(9_000);
    });
    let reply = world.push(&till, std::slice::from_ref(&child)).await;
    assert_eq!(reply.outcome, PushOutcome::Forked { seq: 2 });
    assert_eq!(reply.head.hash, child.hash());
    assert_eq!(entries + aside().await, 603);
    let problems = world.problems().await;
    let alarms = problems
        .iter()
        .filter(|problem| problem.rule == ProblemRule::JournalForked);
    assert_eq!(alarms.count(), 2, "one for the place, and one for the rest");
    // The till itself and the others go on.
    till.sell(&world.bench, 1);
    let own = world.push(&till, &till.side.entries).await;
    assert_eq!((own.outcome, own.head), (PushOutcome::Held, till.head()));
    let mut honest = world.till(2).await;
    honest.sell(&world.bench, 1);
    let reply = world.push(&honest, &honest.side.entries).await;
    assert_eq!(reply.head, honest.head());
}

/// An entry that names the end of a branch as its predecessor and lies at another place would tear the
/// branch, and the auditor could not read on.
#[tokio::test]
async fn an_entry_goes_on_where_it_says_that_it_lies() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 3);
    world.push(&till, &till.side.entries).await;
    let fork = instead_of(&till.side, &till.side.entries[2], |header| {
        header.action = action(1);
    });
    let forked = world.push(&till, std::slice::from_ref(&fork)).await;
    assert_eq!(forked.outcome, PushOutcome::Forked { seq: 3 });
    let before = branches_of(&world, &till).await;
    let liar = instead_of(&till.side, &till.side.entries[1], |header| {
        header.previous = fork.hash();
        header.action = action(2);
    });
    let reply = world.push(&till, &[liar]).await;
    assert!(
        matches!(reply.outcome, PushOutcome::Expected { .. }),
        "{reply:?}"
    );
    assert_eq!(branches_of(&world, &till).await, before);
}

/// Entries of a chain of its own, which say nothing.
fn chain(side: &Side, length: u64) -> Vec<SealedEntry> {
    let mut side = Side {
        source: side.source,
        key: side.key.clone(),
        ..Side::till(7)
    };
    side.record("note", vec![started()]);
    let first = side.entries.remove(0);
    let mut previous = EntryHash::NONE;
    (1..=length)
        .map(|seq| {
            let entry = instead_of(&side, &first, |header| {
                header.seq = seq;
                header.previous = previous;
                header.action = action(u128::from(seq));
            });
            previous = entry.hash();
            entry
        })
        .collect()
}

#[tokio::test]
async fn a_revoked_till_delivers_a_months_sales_and_no_more() {
    let world = World::start().await;
    let till = world.till(1).await;
    let act = world.act("till_revoked", Vec::new());
    let store = world.store();
    store
        .revoke(world.hub(), till.side.till_id(), act)
        .await
        .unwrap();
    let entries = chain(&till.side, EXCESS_ENTRIES_MAX + 200);
    let push = async |entries: &[SealedEntry]| {
        let mut request = push_request(&till.side, entries);
        request.epoch = entries[0].read_header().unwrap().epoch;
        world.post("/v1/push", Some(&till.token), &request).await
    };
    let (mut pushes, mut last) = (0, None);
    for chunk in entries.chunks(PUSH_ENTRIES_MAX - 10) {
        if pushes == 20 {
            let response = push(chunk).await;
            assert!(response.headers().contains_key("retry-after"));
            assert_eq!(refusal(response).await, (429, "too_many_tries".to_owned()));
            world.clock.advance(60_000);
        }
        last = Some(read::<PushReply>(push(chunk).await).await);
        pushes += 1;
    }
    let last = last.unwrap();
    let seq = EXCESS_ENTRIES_MAX + 1;
    assert_eq!(
        last.outcome,
        PushOutcome::Expected { seq },
        "it is not said to be held"
    );
    let journal = store.journal(world.hub(), 0, 100_000).await.unwrap();
    let drained = journal.iter().filter(|row| row.lane == Lane::Drained);
    assert_eq!(drained.count() as u64, EXCESS_ENTRIES_MAX);
    let response = push(&entries[entries.len() - 1..]).await;
    assert_eq!(refusal(response).await, (403, "till_revoked".to_owned()));
    let mut honest = world.till(2).await;
    honest.sell(&world.bench, 1);
    let reply = world.push(&honest, &honest.side.entries).await;
    assert_eq!(reply.head, honest.head());
}
