//! State comes out whole: every row, once, at any page size, from any position, under writers.

use std::collections::BTreeMap;

use comptoir_domain::ids::{ActionId, EpochId};
use comptoir_sync::feed::{Checksum, Cursor, EntityKind, FeedItem};
use comptoir_sync::protocol::{FeedPage, PullReply};
use sync_server::data_folder::DataFolder;
use sync_server::entropy::new_uuid;
use sync_server::store::sqlite::Access;
use sync_server::store::{EntityChange, NewEpochs, Store, StoreError};

use crate::world::{TestTill, World};

fn product(number: usize, name: &str) -> EntityChange {
    EntityChange::put(EntityKind::PRODUCT, format!("p{number:04}"), &name).unwrap()
}

fn gone(number: usize) -> EntityChange {
    EntityChange::Delete {
        kind: EntityKind::new(EntityKind::PRODUCT),
        id: format!("p{number:04}"),
    }
}

/// A till's copy of the feed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Replica {
    rows: BTreeMap<(String, String), FeedItem>,
    cursor: Option<Cursor>,
}

impl Replica {
    fn take(&mut self, page: &FeedPage) {
        let mut last = self.cursor.as_ref().map_or(0, |cursor| cursor.position);
        for item in &page.items {
            assert!(item.position > last, "rows come in order");
            last = item.position;
            let key = (item.kind.0.clone(), item.id.clone());
            if item.deleted {
                self.rows.remove(&key);
            } else {
                self.rows.insert(key, item.clone());
            }
        }
        assert!(page.next.position >= last);
        self.cursor = Some(page.next.clone());
    }

    fn checksum(&self) -> Checksum {
        let mut sum = Checksum::default();
        for item in self.rows.values() {
            sum.add(&item.kind.0, &item.id, item.position);
        }
        sum
    }

    /// Pages until nothing is missing. Returns how many pages that took.
    async fn catch_up(&mut self, world: &World, till: &TestTill, limit: u32) -> usize {
        for pages in 1.. {
            let page = world.page(till, self.cursor.clone(), limit).await;
            self.take(&page);
            if page.is_last() {
                assert_eq!(self.checksum(), page.checksum, "F3");
                return pages;
            }
        }
        unreachable!()
    }
}

async fn everything(world: &World) -> BTreeMap<(String, String), FeedItem> {
    let till_sees = [
        "settings", "product", "order", "stock", "shift", "till", "problem",
    ];
    let mut rows = BTreeMap::new();
    for kind in till_sees {
        let items = world
            .store()
            .entities(world.hub(), EntityKind::new(kind))
            .await;
        for item in items.unwrap() {
            rows.insert((item.kind.0.clone(), item.id.clone()), item);
        }
    }
    rows
}

#[tokio::test]
async fn pages_of_every_size_give_every_row_once() {
    const PAGE: u32 = 7;
    let world = World::start().await;
    let till = world.till(1).await;
    let mut held = 1; // the settings
    for wanted in [1, 2, 6, 7, 8, 13, 14, 15, 21, 22] {
        let new = (held..wanted).map(|number| product(number, "Carrots"));
        world.put(new.collect()).await;
        held = wanted;
        let mut replica = Replica::default();
        let pages = replica.catch_up(&world, &till, PAGE).await;
        assert_eq!(replica.rows.len(), wanted);
        assert_eq!(replica.rows, everything(&world).await);
        assert!(pages <= wanted.div_ceil(7) + 1, "no endless empty pages");
        // A till that has everything gets an empty last page.
        let page = world.page(&till, replica.cursor.clone(), PAGE).await;
        assert!(page.items.is_empty() && page.is_last());
    }
}

#[tokio::test]
async fn a_change_moves_a_row_to_the_tail_and_an_equal_one_does_not() {
    let world = World::start().await;
    let till = world.till(1).await;
    world
        .put((0..5).map(|number| product(number, "Leek")).collect())
        .await;
    let mut replica = Replica::default();
    replica.catch_up(&world, &till, 100).await;
    let before = world.store().head(world.hub()).await.unwrap().position;
    world
        .put(vec![product(1, "Leek"), product(3, "Leeks, bunch")])
        .await;
    let page = world.page(&till, replica.cursor.clone(), 100).await;
    assert_eq!(page.items.len(), 1);
    assert_eq!(
        (page.items[0].id.as_str(), page.head),
        ("p0003", before + 1)
    );
    replica.take(&page);
    assert_eq!(replica.rows, everything(&world).await);
}

#[tokio::test]
async fn a_deletion_reaches_who_had_the_row_and_not_who_begins() {
    let world = World::start().await;
    let till = world.till(1).await;
    world
        .put((0..3).map(|number| product(number, "Kale")).collect())
        .await;
    let mut replica = Replica::default();
    replica.catch_up(&world, &till, 100).await;
    world.put(vec![gone(1)]).await;
    replica.catch_up(&world, &till, 100).await;
    assert_eq!(replica.rows, everything(&world).await);
    let page = world.page(&till, None, 100).await;
    assert!(page.items.iter().all(|item| !item.deleted));
    let mut fresh = Replica::default();
    fresh.catch_up(&world, &till, 100).await;
    assert_eq!(fresh.rows, replica.rows);
}

#[tokio::test]
async fn who_was_away_longer_than_marks_of_deletion_last_begins_anew() {
    let world = World::start().await;
    let till = world.till(1).await;
    world
        .put((0..3).map(|number| product(number, "Chard")).collect())
        .await;
    let mut away = Replica::default();
    away.catch_up(&world, &till, 100).await;
    world.put(vec![gone(2)]).await;
    let mut here = Replica::default();
    here.catch_up(&world, &till, 100).await;
    world.clock.advance(1_000);
    let store = world.store();
    store
        .prune_tombstones(world.hub(), world.clock.now())
        .await
        .unwrap();
    let answer = world.pull(&till, away.cursor.clone(), 100).await;
    assert!(matches!(answer, PullReply::Resync { .. }));
    here.catch_up(&world, &till, 100).await;
    assert_eq!(here.rows, everything(&world).await);
}

#[tokio::test]
async fn a_restored_server_sends_everybody_back_to_the_start() {
    let world = World::start().await;
    let till = world.till(1).await;
    let mut replica = Replica::default();
    replica.catch_up(&world, &till, 100).await;
    let now = world.clock.now();
    let epochs = NewEpochs {
        source_epoch: EpochId::from_uuid(new_uuid(now).unwrap()),
        feed_epoch: "second".to_owned(),
        action: ActionId::from_uuid(new_uuid(now).unwrap()),
        at: now,
    };
    world
        .store()
        .begin_epochs(world.hub(), epochs)
        .await
        .unwrap();
    let answer = world.pull(&till, replica.cursor.clone(), 100).await;
    let feed_epoch = "second".to_owned();
    assert_eq!(answer, PullReply::Resync { feed_epoch });
    let mut fresh = Replica::default();
    fresh.catch_up(&world, &till, 100).await;
    assert_eq!(fresh.cursor.unwrap().feed_epoch, "second");
    // The server's own journal goes on in a life of its own, which names the one before.
    let journal = world.store().journal(world.hub(), 0, 1_000).await.unwrap();
    let (last, before) = (&journal[journal.len() - 1], &journal[journal.len() - 2]);
    assert_eq!(last.seq, 1);
    assert!(last.sealed.body.contains(&before.hash.to_string()));
    // A position that this life never had is no better.
    let ahead = Cursor {
        feed_epoch: "second".to_owned(),
        position: 9_999,
    };
    let answer = world.pull(&till, Some(ahead), 100).await;
    assert!(matches!(answer, PullReply::Resync { .. }));
}

#[tokio::test]
async fn the_answer_names_what_it_includes() {
    let world = World::start().await;
    let mut till = world.till(1).await;
    let other = world.till(2).await;
    till.sell(&world.bench, 5);
    let (early, late) = till.side.entries.split_at(4);
    world.push(&till, early).await;
    let page = world.page(&till, None, 100).await;
    assert!(page.included.contains(till.head().epoch, 4));
    assert!(!page.included.contains(till.head().epoch, 5));
    world.push(&till, late).await;
    let page = world.page(&till, Some(page.next), 100).await;
    assert!(page.included.contains(till.head().epoch, 6));
    let foreign = world.page(&other, None, 100).await;
    assert!(
        foreign.included.through.is_empty(),
        "each till asks about itself"
    );
}

#[tokio::test]
async fn who_waits_is_woken_by_news() {
    let world = World::start().await;
    let till = world.till(1).await;
    let mut seller = world.till(2).await;
    let mut replica = Replica::default();
    replica.catch_up(&world, &till, 100).await;
    seller.sell(&world.bench, 1);
    let waiting = world.pull_waiting(&till, replica.cursor.clone(), 100, 25_000);
    let selling = world.push(&seller, &seller.side.entries);
    // The wait is far longer than this test may take: only the news ends it.
    let (answer, _) = tokio::join!(waiting, selling);
    let PullReply::Page(page) = answer else {
        panic!("a page was expected")
    };
    assert!(!page.items.is_empty());
}

#[tokio::test]
async fn a_command_beside_the_server_wakes_who_waits() {
    let world = World::start().await;
    let till = world.till(1).await;
    let mut replica = Replica::default();
    replica.catch_up(&world, &till, 100).await;
    let folder = DataFolder::existing(world.folder.path()).unwrap();
    let beside = folder.open_store(Access::Beside).unwrap();
    let act = world.act("catalogue_imported", vec![product(1, "Parsnips")]);
    let waiting = world.pull_waiting(&till, replica.cursor.clone(), 100, 25_000);
    let (answer, recorded) = tokio::join!(waiting, beside.record(world.hub(), act.clone()));
    let PullReply::Page(page) = answer else {
        panic!("a page was expected")
    };
    assert_eq!(page.items.len(), 1);
    // The same act again, by whomever, is the same act.
    let again = world.store().record(world.hub(), act).await.unwrap();
    assert_eq!(again.entry, recorded.unwrap().entry);
    assert_eq!(again.feed_head, page.head);
}

#[tokio::test]
async fn a_page_travels_packed() {
    let world = World::start().await;
    let till = world.till(1).await;
    world
        .put((0..500).map(|number| product(number, "Beetroot")).collect())
        .await;
    let question = comptoir_sync::protocol::PullRequest {
        since: None,
        limit: 1_000,
        wait_ms: 0,
    };
    let ask = world
        .client
        .post(world.url("/v1/pull"))
        .bearer_auth(&till.token);
    let ask = ask.header("accept-encoding", "zstd").json(&question);
    let response = ask.send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "zstd");
    let packed = response.bytes().await.unwrap();
    let plain = zstd::decode_all(&packed[..]).unwrap();
    assert!(packed.len() * 5 < plain.len());
    let PullReply::Page(page) = serde_json::from_slice(&plain).unwrap() else {
        panic!("a page was expected")
    };
    assert_eq!(page.items.len(), 501);
}

#[tokio::test]
async fn what_follows_from_events_is_not_written_by_hand() {
    let world = World::start().await;
    let change = EntityChange::put(EntityKind::STOCK, "a:b", &1).unwrap();
    let act = world.act("mischief", vec![change]);
    let before = world.store().head(world.hub()).await.unwrap();
    let refused = world.store().record(world.hub(), act).await;
    assert!(matches!(refused, Err(StoreError::FoldedKind(_))));
    assert_eq!(world.store().head(world.hub()).await.unwrap(), before);
}

#[tokio::test]
async fn who_waits_for_nothing_gets_an_empty_page() {
    let world = World::start().await;
    let till = world.till(1).await;
    let mut replica = Replica::default();
    replica.catch_up(&world, &till, 100).await;
    let answer = world
        .pull_waiting(&till, replica.cursor.clone(), 100, 20)
        .await;
    let PullReply::Page(page) = answer else {
        panic!("a page was expected")
    };
    assert!(page.items.is_empty() && page.is_last());
}

/// F1: a position is never published before a smaller one becomes visible, so a poller that starts
/// anywhere and pages anyhow ends with exactly what the server has.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pollers_miss_nothing_under_concurrent_writers() {
    const TILLS: u8 = 4;
    const SALES: usize = 40;
    let world = World::start().await;
    let watcher = world.till(50).await;
    let mut tills = Vec::new();
    for number in 1..=TILLS {
        let mut till = world.till(number).await;
        till.sell(&world.bench, SALES);
        tills.push(till);
    }
    let world = &world;
    let selling = async {
        let pushes = tills.iter().map(|till| async move {
            for entry in till.side.entries.chunks(1) {
                world.push(till, entry).await;
            }
        });
        let renaming = async {
            for round in 0..60 {
                let products = (0..5).map(|number| product(number, &format!("Round {round}")));
                world.put(products.collect()).await;
            }
        };
        tokio::join!(join_all(pushes), renaming)
    };
    let (_, one, few, many) = tokio::join!(
        selling,
        follow(world, &watcher, 1),
        follow(world, &watcher, 3),
        follow(world, &watcher, 1_000),
    );
    let truth = everything(world).await;
    let head = world.store().head(world.hub()).await.unwrap();
    for mut replica in [one, few, many] {
        replica.catch_up(world, &watcher, 50).await;
        assert_eq!(replica.rows, truth);
        assert_eq!(replica.cursor.as_ref().unwrap().position, head.position);
    }
    let orders = truth.keys().filter(|(kind, _)| kind == "order").count();
    assert_eq!(orders, usize::from(TILLS) * SALES);
    let journal = world.store().journal(world.hub(), 0, 10_000).await.unwrap();
    let numbers: Vec<u64> = journal.iter().map(|row| row.accept_no).collect();
    let dense: Vec<u64> = (1..=head.accept_no).collect();
    assert_eq!(
        numbers, dense,
        "every accepted entry has its number, without gaps"
    );
}

/// Pages along while others write.
async fn follow(world: &World, till: &TestTill, limit: u32) -> Replica {
    let mut replica = Replica::default();
    for _ in 0..60 {
        let page = world.page(till, replica.cursor.clone(), limit).await;
        replica.take(&page);
    }
    replica
}

async fn join_all(futures: impl Iterator<Item = impl Future<Output = ()>>) {
    let mut running: Vec<_> = futures.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        running.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if running.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}

/// A feed by timestamps would hide what is written while the clock stands earlier.
#[tokio::test]
async fn a_servers_clock_that_jumps_hides_no_change() {
    const YEAR_MS: i64 = 365 * 86_400_000;
    let world = World::start().await;
    let mut till = world.till(1).await;
    let mut replica = Replica::default();
    for (round, jump) in [0, -10 * YEAR_MS, 0, 25 * YEAR_MS, -3 * YEAR_MS]
        .into_iter()
        .enumerate()
    {
        world.clock.advance(jump);
        till.token = world.session(&till.side).await;
        let products = (0..5).map(|number| product(number, &format!("Round {round}")));
        world.put(products.collect()).await;
        replica.catch_up(&world, &till, 3).await;
        assert_eq!(replica.rows, everything(&world).await, "round {round}");
    }
}

/// Elsewhere one old transaction kept every reader of a feed from seeing what was new.
#[tokio::test]
async fn a_reader_that_does_not_end_holds_nobody_up() {
    let world = World::start().await;
    let till = world.till(1).await;
    let folder = DataFolder::existing(world.folder.path()).unwrap();
    let old = rusqlite::Connection::open(folder.database()).unwrap();
    old.execute_batch("BEGIN").unwrap();
    let tables = |connection: &rusqlite::Connection| -> i64 {
        let sql = "SELECT count(*) FROM sqlite_schema";
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert!(tables(&old) > 0, "it reads, and does not end");
    let mut replica = Replica::default();
    for round in 0..20 {
        let products = (0..5).map(|number| product(number, &format!("Round {round}")));
        world.put(products.collect()).await;
        replica.catch_up(&world, &till, 100).await;
        assert_eq!(replica.rows, everything(&world).await, "round {round}");
    }
    old.execute_batch("ROLLBACK").unwrap();
}
