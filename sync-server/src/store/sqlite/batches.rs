//! What the decisions read, and what they want written, as rows of this database.

use comptoir_domain::entry::{EntryHash, EntryRef, Source};
use comptoir_domain::ids::{ActionId, AttachmentId, EpochId, HubId, OrderId, SlotId, TillId};
use comptoir_domain::refusal::Refusal;
use comptoir_domain::time::Timestamp;
use ed25519_dalek::SigningKey;
use rusqlite::Connection;

use super::{access, aside, attachments, feed, hubs, journal, office, outbox, payments, shop_keys};
use crate::intake::{Batch, Excess, Rows, Writes};
use crate::store::{
    Act, ChainRow, Decision, EntityKey, Holdings, Hub, NewStep, PaymentStep, Recorded, StepOutcome,
    StoreError, StoredEntity,
};

/// One hub's rows, within a transaction.
pub(super) struct HubRows<'c> {
    pub connection: &'c Connection,
    pub hub: HubId,
}

impl Holdings for HubRows<'_> {
    fn things(&mut self, keys: &[EntityKey]) -> Result<Vec<Option<String>>, StoreError> {
        let rows = self.entities(keys)?.into_iter();
        let live = rows.map(|row| row.filter(|row| !row.deleted).map(|row| row.body));
        Ok(live.collect())
    }

    fn next_order_no(&mut self) -> Result<u64, StoreError> {
        Ok(hubs::head(self.connection, self.hub)?.order_no + 1)
    }

    fn orders_in_slot(&mut self, slot: SlotId) -> Result<u32, StoreError> {
        feed::orders_in_slot(self.connection, self.hub, slot)
    }

    fn open_payment_step(&mut self, step: NewStep) -> Result<(), StoreError> {
        payments::insert(self.connection, self.hub, &[step])
    }

    fn payment_step(&mut self, key: &str) -> Result<Option<PaymentStep>, StoreError> {
        payments::find(self.connection, self.hub, key)
    }

    fn settle_payment_step(
        &mut self,
        key: &str,
        outcome: &StepOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        payments::settle(self.connection, self.hub, key, outcome, now)
    }

    fn remember_shop(&mut self, order: OrderId, shop: &str) -> Result<(), StoreError> {
        shop_keys::remember(self.connection, self.hub, order, shop)
    }
}

impl Rows for HubRows<'_> {
    fn branches(&mut self, source: Source, epoch: EpochId) -> Result<Vec<ChainRow>, StoreError> {
        journal::branches(self.connection, self.hub, source, epoch)
    }

    fn hashes(
        &mut self,
        source: Source,
        epoch: EpochId,
        from: u64,
        to: u64,
    ) -> Result<Vec<(u64, u32, EntryHash)>, StoreError> {
        journal::hashes(self.connection, self.hub, source, epoch, (from, to))
    }

    fn entities(&mut self, keys: &[EntityKey]) -> Result<Vec<Option<StoredEntity>>, StoreError> {
        keys.iter()
            .map(|key| feed::find(self.connection, self.hub, key))
            .collect()
    }

    fn is_revoked(&mut self, till: TillId) -> Result<bool, StoreError> {
        let till = access::till(self.connection, till)?;
        Ok(till.is_none_or(|till| till.hub != self.hub || till.revoked_at.is_some()))
    }

    fn excess(&mut self, till: TillId) -> Result<Excess, StoreError> {
        aside::excess(self.connection, self.hub, till)
    }

    fn is_aside(
        &mut self,
        source: Source,
        epoch: EpochId,
        seq: u64,
        hash: EntryHash,
    ) -> Result<bool, StoreError> {
        aside::holds(self.connection, self.hub, source, epoch, (seq, hash))
    }

    fn is_awaited(
        &mut self,
        entry: EntryRef,
        id: AttachmentId,
        salted_hash: EntryHash,
    ) -> Result<bool, StoreError> {
        attachments::is_awaited(self.connection, self.hub, entry, id, salted_hash)
    }

    fn recorded(
        &mut self,
        source: Source,
        action: ActionId,
    ) -> Result<Option<Recorded>, StoreError> {
        let found = journal::of_action(self.connection, self.hub, source, action)?;
        let Some((entry, accept_no)) = found else {
            return Ok(None);
        };
        Ok(Some(Recorded {
            entry,
            accept_no,
            feed_head: hubs::head(self.connection, self.hub)?.position,
        }))
    }
}

/// Writes everything that a batch decided.
pub(super) fn write(
    connection: &Connection,
    hub: HubId,
    writes: &Writes,
) -> Result<(), StoreError> {
    journal::insert(connection, hub, &writes.journal)?;
    office::insert_about(connection, hub, &writes.journal)?;
    aside::insert(connection, hub, &writes.aside)?;
    aside::set_excess(connection, hub, &writes.excess)?;
    journal::mark_folded(connection, hub, &writes.folded)?;
    journal::set_branches(connection, hub, &writes.chains)?;
    feed::set(connection, hub, &writes.entities)?;
    journal::insert_moves(connection, hub, &writes.moves)?;
    attachments::insert(connection, hub, &writes.attachments)?;
    attachments::insert_named(connection, hub, &writes.named)?;
    outbox::insert(connection, hub, &writes.messages)?;
    payments::insert(connection, hub, &writes.steps)?;
    hubs::set_head(connection, hub, &writes.head)
}

/// Writes an act down within the transaction of `connection`.
pub(super) fn record(
    connection: &Connection,
    hub: &Hub,
    key: &SigningKey,
    act: &Act,
) -> Result<Recorded, StoreError> {
    let head = hubs::head(connection, hub.id)?;
    let mut rows = HubRows {
        connection,
        hub: hub.id,
    };
    let (writes, recorded) = Batch::record(&mut rows, hub, &head, key, act)?;
    if let Some(writes) = writes {
        write(connection, hub.id, &writes)?;
    }
    Ok(recorded)
}

/// Decides and writes within the transaction of `connection`.
pub(super) fn decide(
    connection: &Connection,
    hub: &Hub,
    key: &SigningKey,
    decision: &mut dyn Decision,
) -> Result<Result<Recorded, Refusal>, StoreError> {
    let mut rows = HubRows {
        connection,
        hub: hub.id,
    };
    if let Some(recorded) = rows.recorded(Source::Server(hub.source), decision.action())? {
        return Ok(Ok(recorded));
    }
    match decision.decide(&mut rows)? {
        Ok(act) => record(connection, hub, key, &act).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}
