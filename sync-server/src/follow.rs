//! Copies in memory of what a hub's feed says, as a till has one, so that a page costs no search in the
//! database. A copy is brought up to date when it is asked for.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use comptoir_domain::ids::HubId;
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{Cursor, FeedItem};
use comptoir_sync::protocol::{PULL_ROWS_MAX, PullReply};

use crate::store::{Hub, PullQuery, Store, StoreError};

/// The most bytes that are read of the feed at once.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What keeps of the feed what it needs.
pub trait TakesIn: Default + Send + Sync + std::fmt::Debug {
    /// Takes rows in, in the order of the feed.
    fn take_in(&mut self, items: Vec<FeedItem>) -> Result<(), StoreError>;
}

#[derive(Debug, Default)]
struct Followed<T> {
    /// Held while the feed is read, so that two who ask read it once; how far it was read.
    cursor: tokio::sync::Mutex<Option<Cursor>>,
    copy: RwLock<T>,
}

/// The copies of all hubs of a server.
#[derive(Debug)]
pub struct Copies<T>(Arc<Mutex<BTreeMap<HubId, Arc<Followed<T>>>>>);

impl<T> Clone for Copies<T> {
    fn clone(&self) -> Copies<T> {
        Copies(Arc::clone(&self.0))
    }
}

impl<T> Default for Copies<T> {
    fn default() -> Copies<T> {
        Copies(Arc::default())
    }
}

/// A copy that was up to date when it was asked for.
#[derive(Debug)]
pub struct Current<T>(Arc<Followed<T>>);

impl<T> Current<T> {
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        self.0.copy.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: TakesIn> Copies<T> {
    /// The copy of a hub as of now.
    pub async fn of(
        &self,
        store: &dyn Store,
        hub: &Hub,
        now: Timestamp,
    ) -> Result<Current<T>, StoreError> {
        let followed = {
            let mut copies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(copies.entry(hub.id).or_default())
        };
        let mut cursor = followed.cursor.lock().await;
        loop {
            let query = PullQuery {
                hub: hub.id,
                till: hub.source,
                since: cursor.clone(),
                rows_max: PULL_ROWS_MAX,
                bytes_max: PAGE_BYTES_MAX,
                now,
            };
            let reply = store.pull(query).await?;
            if let PullReply::Page(page) = &reply
                && page.items.is_empty()
                && cursor.as_ref() == Some(&page.next)
            {
                // Nothing new: those who read need not wait for one who writes.
                break;
            }
            let mut copy = followed
                .copy
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            let PullReply::Page(page) = reply else {
                // Another life of the feed: everything anew.
                *copy = T::default();
                *cursor = None;
                continue;
            };
            copy.take_in(page.items)?;
            let reached = page.next.position >= page.head;
            *cursor = Some(page.next);
            if reached {
                break;
            }
        }
        drop(cursor);
        Ok(Current(followed))
    }
}
