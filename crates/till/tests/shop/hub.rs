//! The hub's side of a conversation, in memory: rows with positions, pages, tombstones.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::collections::BTreeMap;

use comptoir_sync::feed::{Checksum, Cursor, EntityKind, FeedItem, Included};
use comptoir_sync::protocol::{FeedPage, PullReply};
use comptoir_till::feed::{self, FeedState, Inbox, Taken};
use serde::Serialize;

use super::{NOON, Shop, product, variant};

pub struct Hub {
    pub epoch: String,
    pub head: u64,
    pub rows: BTreeMap<(String, String), (u64, Option<String>)>,
    pub included: Included,
}

impl Hub {
    pub fn new() -> Hub {
        Hub {
            epoch: "life-1".to_owned(),
            head: 0,
            rows: BTreeMap::new(),
            included: Included::default(),
        }
    }

    /// A hub with products 1 to `count`, two rows each.
    pub fn with_products(count: u128) -> Hub {
        let mut hub = Hub::new();
        for number in 1..=count {
            hub.put_product(number, &format!("Apple {number}"), 100);
        }
        hub
    }

    pub fn put_product(&mut self, number: u128, name: &str, price: i64) {
        let texts = product(number, name, "Fruit");
        let mut sold = variant(number, &texts, name);
        sold.price = Some(comptoir_domain::money::Money::minor(price));
        self.put(EntityKind::PRODUCT, &texts.id.to_string(), &texts);
        self.put(EntityKind::VARIANT, &sold.id.to_string(), &sold);
    }

    pub fn put<T: Serialize>(&mut self, kind: &str, id: &str, value: &T) {
        self.set(kind, id, Some(serde_json::to_string(value).unwrap()));
    }

    pub fn delete(&mut self, kind: &str, id: &str) {
        self.set(kind, id, None);
    }

    fn set(&mut self, kind: &str, id: &str, body: Option<String>) {
        self.head += 1;
        self.rows
            .insert((kind.to_owned(), id.to_owned()), (self.head, body));
    }

    /// What a restored server is: another life, other positions.
    pub fn restored(&mut self) {
        self.epoch = "life-2".to_owned();
        self.rows.retain(|_, (_, body)| body.is_some());
        self.head = 0;
        for (position, _) in self.rows.values_mut() {
            self.head += 1;
            *position = self.head;
        }
    }

    pub fn checksum(&self) -> Checksum {
        let mut checksum = Checksum::default();
        for ((kind, id), (position, body)) in &self.rows {
            if body.is_some() {
                checksum.add(kind, id, *position);
            }
        }
        checksum
    }

    pub fn pull(&self, since: Option<&Cursor>, limit: usize) -> PullReply {
        if since.is_some_and(|since| since.feed_epoch != self.epoch) {
            return PullReply::Resync {
                feed_epoch: self.epoch.clone(),
            };
        }
        PullReply::Page(self.page(since, limit))
    }

    pub fn page(&self, since: Option<&Cursor>, limit: usize) -> FeedPage {
        let start = since.map_or(0, |since| since.position);
        let mut items: Vec<FeedItem> = self
            .rows
            .iter()
            .filter(|(_, (position, _))| *position > start)
            .map(|((kind, id), (position, body))| FeedItem {
                kind: EntityKind::new(kind),
                id: id.clone(),
                position: *position,
                deleted: body.is_none(),
                body: body.clone().unwrap_or_default(),
            })
            .collect();
        items.sort_by_key(|item| item.position);
        let all = items.len() <= limit;
        items.truncate(limit);
        let reached = items.last().map_or(start, |item| item.position);
        FeedPage {
            next: Cursor {
                feed_epoch: self.epoch.clone(),
                position: if all { self.head } else { reached },
            },
            items,
            head: self.head,
            included: self.included.clone(),
            checksum: self.checksum(),
            server_time: NOON,
        }
    }
}

impl Shop {
    pub fn feed_state(&self) -> FeedState {
        FeedState::load(self.core.connection()).unwrap()
    }

    /// Takes one page in, all slices of it.
    pub fn take(&mut self, page: FeedPage) -> Taken {
        let since = self.feed_state().cursor();
        let mut inbox = Inbox::new(page, since);
        loop {
            match inbox.step(&mut self.core).unwrap() {
                Taken::More => {}
                outcome => return outcome,
            }
        }
    }

    /// Asks for one page and takes it in.
    pub fn pull(&mut self, hub: &Hub, limit: usize) -> Option<Taken> {
        let since = self.feed_state().cursor();
        match hub.pull(since.as_ref(), limit) {
            PullReply::Page(page) => Some(self.take(page)),
            PullReply::Resync { .. } => {
                self.core.transaction(feed::resync).unwrap();
                None
            }
        }
    }

    pub fn work(&mut self) {
        while feed::work(&mut self.core).unwrap() {}
    }

    /// Pulls until there is nothing more, as the driver does. Gives up where it never ends.
    pub fn pull_all(&mut self, hub: &Hub, limit: usize) {
        for _ in 0..10_000 {
            let outcome = self.pull(hub, limit);
            self.work();
            if outcome == Some(Taken::Checkpoint) {
                return;
            }
        }
        panic!("the pull never came to an end");
    }

    /// Every row that the till shows, in the form of the hub's.
    pub fn shown(&self, hub: &Hub) -> BTreeMap<(String, String), String> {
        let connection = self.core.connection();
        let mut shown = BTreeMap::new();
        for (kind, id) in hub.rows.keys() {
            if let Some(body) = feed::body(connection, kind, id).unwrap() {
                shown.insert((kind.clone(), id.clone()), body);
            }
        }
        shown
    }

    /// Asserts that the till holds exactly what the hub does.
    pub fn assert_equals(&self, hub: &Hub) {
        let live: BTreeMap<(String, String), String> = hub
            .rows
            .iter()
            .filter_map(|(key, (_, body))| Some((key.clone(), body.clone()?)))
            .collect();
        assert_eq!(self.shown(hub), live);
        let stored: i64 = self
            .core
            .connection()
            .query_row(
                "SELECT count(*) FROM entity WHERE position > 0",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(stored as usize, live.len(), "ghosts");
        assert_eq!(self.feed_state().checksum, hub.checksum());
    }
}
