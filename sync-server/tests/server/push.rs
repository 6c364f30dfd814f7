//! Facts go in once, whatever the network does.

use comptoir_domain::entry::{
    AttachmentRef, EntryBody, EntryHash, EntryHeader, EntryRef, EntrySignature, SealedEntry,
    attachment_hash,
};
use comptoir_domain::ids::{AttachmentId, TillId};
use comptoir_domain::order::Order;
use comptoir_domain::problem::ProblemRule;
use comptoir_domain::tender::TenderKind;
use comptoir_sync::feed::EntityKind;
use comptoir_sync::protocol::{Attachment, PushOutcome, RefusedFault};
use sync_server::store::{JournalRow, Lane};
use tokio::io::AsyncWriteExt;

use crate::trade::{id, pieces};
use crate::world::{TestTill, World, push_request, read, refusal, started};

async fn journal_of(world: &World, till: &TestTill) -> Vec<JournalRow> {
    let rows = world.store().journal(world.hub(), 0, 10_000).await.unwrap();
    rows.into_iter()
        .filter(|row| row.source == till.source())
        .collect()
}

async fn orders(world: &World) -> Vec<Order> {
    let kind = EntityKind::new(EntityKind::ORDER);
    let rows = world.store().entities(world.hub(), kind).await.unwrap();
    rows.iter()
        .map(|row| serde_json::from_str(&row.body).unwrap())
        .collect()
}

/// The server's journal of a till is the till's own, byte for byte.
async fn assert_same_journal(world: &World, till: &TestTill) {
    let stored: Vec<SealedEntry> = journal_of(world, till)
        .await
        .into_iter()
        .map(|row| row.sealed)
        .collect();
    assert_eq!(stored, till.side.entries);
}

#[tokio::test]
async fn a_sale_arrives_and_changes_the_hubs_state() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    let reply = world.push(&till, &till.side.entries).await;
    assert_eq!(reply.outcome, PushOutcome::Held);
    assert_eq!(reply.head, till.head());
    assert_same_journal(&world, &till).await;
    let stored = orders(&world).await;
    let own: Vec<Order> = till.side.books.orders.values().cloned().collect();
    assert_eq!(stored, own);
    let head = world.store().head(world.hub()).await.unwrap();
    assert_eq!(head.position, reply.feed_head);
}

#[tokio::test]
async fn sending_again_and_overlapping_changes_nothing() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 6);
    let entries = till.side.entries.clone();
    world.push(&till, &entries[..4]).await;
    let state = world.store().head(world.hub()).await.unwrap();
    let again = world.push(&till, &entries[..4]).await;
    assert_eq!(again.outcome, PushOutcome::Held);
    assert_eq!(again.head.seq, 4);
    assert_eq!(world.store().head(world.hub()).await.unwrap(), state);
    let rest = world.push(&till, &entries[2..]).await;
    assert_eq!((rest.outcome, rest.head), (PushOutcome::Held, till.head()));
    let middle = world.push(&till, &entries[1..3]).await;
    assert_eq!(middle.outcome, PushOutcome::Held);
    assert_same_journal(&world, &till).await;
}

#[tokio::test]
async fn an_empty_push_tells_the_head() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    assert_eq!(world.push(&till, &[]).await.head.seq, 0);
    till.sell(&world.bench, 2);
    world.push(&till, &till.side.entries).await;
    let reply = world.push(&till, &[]).await;
    assert_eq!(
        (reply.outcome, reply.head),
        (PushOutcome::Held, till.head())
    );
}

#[tokio::test]
async fn a_gap_is_asked_for_and_reordering_heals() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 5);
    let entries = till.side.entries.clone();
    let ahead = world.push(&till, &entries[2..]).await;
    assert_eq!(ahead.outcome, PushOutcome::Expected { seq: 1 });
    let shuffled = [entries[0].clone(), entries[2].clone(), entries[1].clone()];
    let reply = world.push(&till, &shuffled).await;
    assert_eq!(reply.outcome, PushOutcome::Expected { seq: 2 });
    assert_eq!(reply.head.seq, 1, "what came before the gap is held");
    let reply = world.push(&till, &entries[1..]).await;
    assert_eq!(
        (reply.outcome, reply.head),
        (PushOutcome::Held, till.head())
    );
    assert_same_journal(&world, &till).await;
}

#[tokio::test]
async fn a_fork_keeps_both_branches_and_says_so() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 3);
    let mut twin = till.cloned();
    till.sell(&world.bench, 3);
    twin.sell(&world.bench, 2);
    world.push(&till, &till.side.entries).await;
    let forked = world.push(&twin, &twin.side.entries).await;
    assert_eq!(forked.outcome, PushOutcome::Forked { seq: 5 });
    assert_eq!(forked.head, twin.head(), "its own entries are held");
    assert_eq!(orders(&world).await.len(), 8, "no sale of either is lost");
    let rules: Vec<_> = world.problems().await.iter().map(|p| p.rule).collect();
    assert!(rules.contains(&ProblemRule::JournalForked));
    // A lost reply: the same again says the same and changes nothing.
    let state = world.store().head(world.hub()).await.unwrap();
    let again = world.push(&twin, &twin.side.entries).await;
    assert_eq!(again.outcome, PushOutcome::Forked { seq: 5 });
    assert_eq!(world.store().head(world.hub()).await.unwrap(), state);
    // Both go on.
    till.sell(&world.bench, 1);
    twin.sell(&world.bench, 1);
    let more = world.push(&till, &till.side.entries[7..]).await;
    assert_eq!((more.outcome, more.head), (PushOutcome::Held, till.head()));
    let more = world.push(&twin, &twin.side.entries[6..]).await;
    assert_eq!(more.head, twin.head());
    assert_eq!(orders(&world).await.len(), 10);
}

#[tokio::test]
async fn a_branch_whose_root_is_not_sent_is_traced_back() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    let mut twin = till.cloned();
    till.sell(&world.bench, 100);
    world.push(&till, &till.side.entries).await;
    twin.sell(&world.bench, 100);
    let entries = twin.side.entries.clone();
    let mut from = 90;
    let mut rounds = 0;
    let reply = loop {
        let reply = world.push(&twin, &entries[from..]).await;
        let PushOutcome::Expected { seq } = reply.outcome else {
            break reply;
        };
        from = usize::try_from(seq).unwrap() - 1;
        rounds += 1;
        assert!(rounds < 5, "it goes back step by step and arrives");
    };
    assert_eq!(reply.outcome, PushOutcome::Forked { seq: 1 });
    assert_eq!(orders(&world).await.len(), 200);
}

#[tokio::test]
async fn a_wrong_signature_ends_the_push_there() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 4);
    let mut entries = till.side.entries.clone();
    entries[2].signature = EntrySignature([7; 64]);
    let reply = world.push(&till, &entries).await;
    let fault = RefusedFault::Signature;
    assert_eq!(reply.outcome, PushOutcome::Refused { seq: 3, fault });
    assert_eq!(reply.head.seq, 2);
    let mut entries = till.side.entries.clone();
    entries[2].body = entries[2].body.replace("600", "6");
    let reply = world.push(&till, &entries).await;
    assert_eq!(reply.outcome, PushOutcome::Refused { seq: 3, fault });
    let reply = world.push(&till, &till.side.entries).await;
    assert_eq!(reply.outcome, PushOutcome::Held);
}

#[tokio::test]
async fn what_breaks_the_chain_or_the_format_is_refused() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 2);
    let reseal = |change: &dyn Fn(&mut EntryHeader)| {
        let mut header = till.side.entries[1].read_header().unwrap();
        change(&mut header);
        let body = till.side.entries[1].read_body().unwrap();
        SealedEntry::seal(&header, &body, &till.side.key)
    };
    let foreign = TillId::from_uuid(id(77));
    let broken: [(SealedEntry, RefusedFault); 5] = [
        (
            reseal(&|header| header.previous = EntryHash([9; 32])),
            RefusedFault::Chain,
        ),
        (reseal(&|header| header.seq = 0), RefusedFault::Chain),
        (
            reseal(&|header| header.source = comptoir_domain::entry::Source::Till(foreign)),
            RefusedFault::Chain,
        ),
        (reseal(&|header| header.format = 99), RefusedFault::Format),
        (
            SealedEntry {
                header: "{".to_owned(),
                ..till.side.entries[1].clone()
            },
            RefusedFault::Format,
        ),
    ];
    for (entry, wanted) in broken {
        let entries = [till.side.entries[0].clone(), entry];
        match world.push(&till, &entries).await.outcome {
            PushOutcome::Refused { fault, .. } => assert_eq!(fault, wanted),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(journal_of(&world, &till).await.len(), 1);
}

#[tokio::test]
async fn a_till_writes_no_journal_but_its_own() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    let other = world.till(2).await;
    till.sell(&world.bench, 1);
    let request = push_request(&till.side, &till.side.entries);
    let response = world.post("/v1/push", Some(&other.token), &request).await;
    assert_eq!(refusal(response).await, (403, "foreign_till".to_owned()));
    assert!(journal_of(&world, &till).await.is_empty());
}

#[tokio::test]
async fn an_unknown_event_is_set_aside_and_delays_nothing() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    write_newer(&mut till);
    till.sell(&world.bench, 2);
    let reply = world.push(&till, &till.side.entries).await;
    assert_eq!(
        (reply.outcome, reply.head),
        (PushOutcome::Held, till.head())
    );
    assert_eq!(orders(&world).await.len(), 3, "those behind it are folded");
    let lanes: Vec<Lane> = journal_of(&world, &till)
        .await
        .iter()
        .map(|row| row.lane)
        .collect();
    assert_eq!(
        lanes
            .iter()
            .filter(|lane| **lane == Lane::Quarantined)
            .count(),
        1
    );
    assert_same_journal(&world, &till).await;
    let problems = world.problems().await;
    let set_aside: Vec<u64> = problems
        .iter()
        .filter(|problem| problem.rule == ProblemRule::EntryQuarantined)
        .map(|problem| problem.entry.seq)
        .collect();
    assert_eq!(set_aside, [3]);
    let included = world
        .store()
        .included(world.hub(), till.side.till_id())
        .await
        .unwrap();
    assert!(!included.contains(till.head().epoch, 3));
    assert!(included.contains(till.head().epoch, 4));
}

/// An entry as a newer till would write it.
fn write_newer(till: &mut TestTill) {
    till.write_body(r#"{"events":[{"event":"goods_levitated","height":3}]}"#.to_owned());
}

#[tokio::test]
async fn what_was_set_aside_is_folded_by_a_version_that_reads_it() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    till.side
        .record("goods_received", vec![world.bench.opening_stock()]);
    world.push(&till, &till.side.entries[..2]).await;
    let before = world.store().head(world.hub()).await.unwrap();
    // As an older version left it: journalled, and not understood.
    let mut last = till.side.entries[2].clone();
    let readable = last.body.clone();
    last.body = r#"{"events":[{"event":"unheard_of"}]}"#.to_owned();
    last.signature =
        EntrySignature(ed25519_dalek::Signer::sign(&till.side.key, &last.hash().0).to_bytes());
    world.push(&till, &[last]).await;
    let world = world
        .restart_after(|database| {
            let sql = "UPDATE journal SET body = ?1 WHERE lane = 'quarantined'";
            assert_eq!(database.execute(sql, [readable]).unwrap(), 1);
            pretend_older(database);
        })
        .await;
    world.wait_for_fold_no(before.fold_no + 1).await;
    let head = world.store().head(world.hub()).await.unwrap();
    assert_eq!(head.fold_no, before.fold_no + 1);
    let row = journal_of(&world, &till).await.pop().unwrap();
    assert_eq!((row.lane, row.fold_no), (Lane::Folded, Some(head.fold_no)));
    let kind = EntityKind::new(EntityKind::STOCK);
    let stock = world.store().entities(world.hub(), kind).await.unwrap();
    assert_eq!(stock.len(), 6, "what it received is in stock");
    let problems = world.problems().await;
    let problem = problems
        .iter()
        .find(|p| p.rule == ProblemRule::EntryQuarantined);
    assert!(problem.unwrap().decision.is_some(), "the problem is over");
}

/// An older version was the last to try what was set aside.
fn pretend_older(database: &rusqlite::Connection) {
    let sql = "UPDATE quarantine_read SET reader = '0.0.1 1'";
    assert_eq!(database.execute(sql, []).unwrap(), 1);
}

/// Whoever fills the quarantine must not keep the next start from listening.
#[tokio::test]
async fn a_large_quarantine_is_read_in_pages_while_the_server_answers() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    let readable = {
        till.side.record("note", vec![started()]);
        till.side.entries.last().unwrap().body.clone()
    };
    for _ in 0..120 {
        write_newer(&mut till);
    }
    till.sell(&world.bench, 1);
    world.push(&till, &till.side.entries).await;
    let before = world.store().head(world.hub()).await.unwrap();
    let world = world
        .restart_after(|database| {
            // All but one can be read by the version that starts now.
            let sql = "UPDATE journal SET body = ?1 WHERE lane = 'quarantined' AND seq <> 5";
            assert_eq!(database.execute(sql, [readable]).unwrap(), 119);
            pretend_older(database);
        })
        .await;
    world.wait_for_fold_no(before.fold_no + 119).await;
    let rows = journal_of(&world, &till).await;
    let aside: Vec<u64> = rows
        .iter()
        .filter(|row| row.lane == Lane::Quarantined)
        .map(|row| row.seq)
        .collect();
    assert_eq!(aside, [5]);
    let open = world.problems().await.into_iter();
    let open = open.filter(|problem| {
        problem.rule == ProblemRule::EntryQuarantined && problem.decision.is_none()
    });
    assert_eq!(
        open.map(|problem| problem.entry.seq).collect::<Vec<_>>(),
        [5]
    );
}

#[tokio::test]
async fn a_push_that_breaks_off_stores_nothing_and_can_be_sent_again() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 50);
    let body = serde_json::to_vec(&push_request(&till.side, &till.side.entries)).unwrap();
    let head = format!(
        "POST /v1/push HTTP/1.1\r\nHost: till\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        till.token,
        body.len()
    );
    for part in [1, body.len() / 2, body.len() - 1] {
        let mut socket = tokio::net::TcpStream::connect(world.server.addr())
            .await
            .unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        socket.write_all(&body[..part]).await.unwrap();
        drop(socket);
    }
    assert!(journal_of(&world, &till).await.is_empty());
    let reply = world.push(&till, &till.side.entries).await;
    assert_eq!(
        (reply.outcome, reply.head),
        (PushOutcome::Held, till.head())
    );
    assert_same_journal(&world, &till).await;
}

#[tokio::test]
async fn what_is_stored_survives_a_restart() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 3);
    world.push(&till, &till.side.entries).await;
    let head = world.store().head(world.hub()).await.unwrap();
    let world = world.restart().await;
    assert_eq!(world.store().head(world.hub()).await.unwrap(), head);
    let reply = world.push(&till, &[]).await;
    assert_eq!(reply.head, till.head(), "the session lasts, too");
}

#[tokio::test]
async fn what_a_revoked_till_sends_is_kept_aside() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 2);
    world.push(&till, &till.side.entries).await;
    let act = world.act("till_revoked", Vec::new());
    let store = world.store();
    store
        .revoke(world.hub(), till.side.till_id(), act)
        .await
        .unwrap();
    till.sell(&world.bench, 1);
    let reply = world.push(&till, &till.side.entries).await;
    assert_eq!(
        (reply.outcome, reply.head),
        (PushOutcome::Held, till.head())
    );
    assert_eq!(
        orders(&world).await.len(),
        2,
        "A2: nothing of it enters the state"
    );
    let last = journal_of(&world, &till).await.pop().unwrap();
    assert_eq!((last.lane, last.fold_no), (Lane::Drained, None));
    let included = store
        .included(world.hub(), till.side.till_id())
        .await
        .unwrap();
    assert_eq!(included.excluded.len(), 1);
}

#[tokio::test]
async fn the_clocks_difference_is_written_down_and_orders_nothing() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.side.now = till.side.now.plus_ms(-3_600_000);
    till.sell(&world.bench, 1);
    world.push(&till, &till.side.entries).await;
    for row in journal_of(&world, &till).await {
        assert_eq!(row.offset_ms, 3_600_000);
        assert_eq!(row.accepted_at, world.clock.now());
        assert_eq!(row.at, till.side.now);
    }
}

#[tokio::test]
async fn attachments_arrive_with_the_push_and_a_missing_one_is_a_problem() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    let (here, lost) = (
        AttachmentId::from_uuid(id(501)),
        AttachmentId::from_uuid(id(502)),
    );
    let salt = [3; 16];
    let entry = write_with_attachments(
        &mut till,
        vec![
            AttachmentRef {
                id: here,
                salted_hash: attachment_hash(&salt, b"no onions"),
            },
            AttachmentRef {
                id: lost,
                salted_hash: attachment_hash(&salt, b"no celery"),
            },
        ],
    );
    let mut request = push_request(&till.side, &till.side.entries);
    let attachment = |id, content: &str| Attachment {
        id,
        entry,
        salt: EntryHash([3; 32]).to_string()[..32].to_owned(),
        content: content.to_owned(),
    };
    request.attachments = vec![attachment(here, "no onions"), attachment(lost, "forged")];
    for _ in 0..2 {
        let response = world.post("/v1/push", Some(&till.token), &request).await;
        let reply: comptoir_sync::protocol::PushReply = read(response).await;
        assert_eq!(reply.outcome, PushOutcome::Held);
    }
    let store = world.store();
    let content = store.attachment(world.hub(), entry, here).await.unwrap();
    assert_eq!(content.as_deref(), Some("no onions"));
    assert_eq!(
        store.attachment(world.hub(), entry, lost).await.unwrap(),
        None
    );
    world.clock.advance(60_000);
    let now = world.clock.now();
    let flagged = store
        .flag_missing_attachments(world.hub(), now, now)
        .await
        .unwrap();
    assert_eq!(flagged, 1);
    assert_eq!(
        store
            .flag_missing_attachments(world.hub(), now, now)
            .await
            .unwrap(),
        0
    );
    let problems = world.problems().await;
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].rule, ProblemRule::AttachmentMissing);
    assert_eq!(problems[0].decision, None);
    // It comes after all.
    request.attachments = vec![attachment(lost, "no celery")];
    let response = world.post("/v1/push", Some(&till.token), &request).await;
    read::<comptoir_sync::protocol::PushReply>(response).await;
    assert_eq!(
        store
            .flag_missing_attachments(world.hub(), now, now)
            .await
            .unwrap(),
        0
    );
    assert!(
        world.problems().await[0].decision.is_some(),
        "the problem is over"
    );
}

/// Texts that no entry names could fill the disk, and nobody would ever ask for them.
#[tokio::test]
async fn what_no_entry_names_is_not_kept_beside_the_journal() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    let salt = [3; 16];
    let named = AttachmentId::from_uuid(id(501));
    let of_newer = AttachmentId::from_uuid(id(502));
    let entry = write_with_attachments(
        &mut till,
        vec![AttachmentRef {
            id: named,
            salted_hash: attachment_hash(&salt, b"no onions"),
        }],
    );
    // A newer till's entry: what it names comes now or never.
    let hash = attachment_hash(&salt, b"later understood");
    till.write_body(format!(
        r#"{{"events":[{{"event":"unheard_of"}}],"attachments":[{{"id":"{of_newer}","salted_hash":"{hash}"}}]}}"#
    ));
    let newer = EntryRef {
        seq: entry.seq + 1,
        ..entry
    };
    let attachment = |id, entry, content: &str| Attachment {
        id,
        entry,
        salt: EntryHash([3; 32]).to_string()[..32].to_owned(),
        content: content.to_owned(),
    };
    let mut request = push_request(&till.side, &till.side.entries);
    request.attachments = vec![attachment(of_newer, newer, "later understood")];
    let unnamed = (600..650).map(|number| {
        let id = AttachmentId::from_uuid(id(number));
        attachment(id, entry, &"x".repeat(10_000))
    });
    request.attachments.extend(unnamed);
    let response = world.post("/v1/push", Some(&till.token), &request).await;
    read::<comptoir_sync::protocol::PushReply>(response).await;
    // It comes later than its entry, and again.
    request.entries.clear();
    request
        .attachments
        .push(attachment(named, entry, "no onions"));
    for _ in 0..2 {
        let response = world.post("/v1/push", Some(&till.token), &request).await;
        read::<comptoir_sync::protocol::PushReply>(response).await;
    }
    let database = rusqlite::Connection::open(world.folder.path().join("server.db")).unwrap();
    let kept: Vec<String> = database
        .prepare("SELECT content FROM attachment ORDER BY content")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(kept, ["later understood", "no onions"]);
}

fn write_with_attachments(till: &mut TestTill, attachments: Vec<AttachmentRef>) -> EntryRef {
    till.side.record("note", vec![started()]);
    let last = till.side.entries.pop().unwrap();
    let header = last.read_header().unwrap();
    let body = EntryBody {
        events: last.read_body().unwrap().events,
        attachments,
    };
    let sealed = SealedEntry::seal(&header, &body, &till.side.key);
    till.side.head.hash = sealed.hash();
    till.side.entries.push(sealed);
    header.entry_ref()
}

/// Elsewhere a retry with the ids of lines that were there already broke on them, and the sale was lost.
#[tokio::test]
async fn a_retry_with_the_same_line_ids_is_kept_and_makes_no_second_order() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    till.sell(&world.bench, 1);
    let shift = till.side.books.open_shift(till.side.till_id()).unwrap().id;
    let mut draft = till.side.new_draft(&world.bench);
    till.side.add(&world.bench, &mut draft, "P5", pieces(1));
    // The same file twice: each completes the order that both had on the screen.
    let mut twin = till.cloned();
    for (side, mut draft) in [(&mut till.side, draft.clone()), (&mut twin.side, draft)] {
        side.pay(&world.bench, &mut draft, TenderKind::Cash, None, shift)
            .unwrap();
        side.complete(&world.bench, &draft, shift).unwrap();
    }
    world.push(&till, &till.side.entries).await;
    let forked = world.push(&twin, &twin.side.entries).await;
    assert_eq!(forked.head, twin.head(), "what happened is held");
    let orders = orders(&world).await;
    assert_eq!(orders.len(), 2);
    assert!(orders.iter().all(|order| order.lines.len() == 1));
    let rules: Vec<_> = world.problems().await.iter().map(|p| p.rule).collect();
    assert!(rules.contains(&ProblemRule::JournalForked), "{rules:?}");
}
