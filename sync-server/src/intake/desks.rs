//! What a till tells of its desk, and what becomes of claims by it.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::document::TillCode;
use comptoir_domain::ids::{ActionId, OrderId, TillId};
use comptoir_sync::desk::{
    CLAIM_KEPT_MS, CLAIMS_MAX, Claim, ClaimMove, Desk, Offer, Standing, judge, lapsed,
};
use comptoir_sync::feed::EntityKind;
use serde::Serialize;

use super::Rows;
use super::batch::{Batch, Halt, Writes};
use crate::store::{DeskTold, EntityKey, HubHead, StoreError};

impl Batch {
    /// Takes in what a till tells; nothing where it waits for more than it may.
    pub fn desk(
        rows: &mut dyn Rows,
        head: &HubHead,
        told: &DeskTold,
    ) -> Result<Option<Writes>, StoreError> {
        let mut claims = Claims::of(told);
        claims.lapse(told);
        claims.hear(rows, told)?;
        let asks = |said: &ClaimMove| matches!(said, ClaimMove::Ask { .. });
        if claims.of_till(told.till.id) > CLAIMS_MAX && told.request.moves.iter().any(asks) {
            return Ok(None);
        }
        let (writes, ()) = Batch::run(head, told.now, rows, |batch, _| {
            batch.put_desk(told)?;
            batch.put_claims(&claims)
        })?;
        Ok(Some(writes))
    }

    fn put_desk(&mut self, told: &DeskTold) -> Result<(), Halt> {
        let till = &told.till;
        let desk = Desk::told(&told.request, till.code.clone(), till.location, told.now);
        let is_empty = desk.open.is_empty() && desk.parked.is_empty();
        let key = EntityKey::new(EntityKind::DESK, till.id);
        let body = (!is_empty).then(|| json(&key, &desk)).transpose()?;
        self.states.put(key, body);
        Ok(())
    }

    fn put_claims(&mut self, claims: &Claims) -> Result<(), Halt> {
        for id in &claims.over {
            self.states.put(EntityKey::new(EntityKind::CLAIM, id), None);
        }
        let changed = claims.changed.iter();
        for (id, claim) in changed.filter_map(|id| claims.known.get_key_value(id)) {
            let key = EntityKey::new(EntityKind::CLAIM, id);
            let body = json(&key, claim)?;
            self.states.put(key, Some(body));
        }
        Ok(())
    }
}

/// The hub's claims, while a till speaks.
struct Claims {
    known: BTreeMap<ActionId, Claim>,
    changed: BTreeSet<ActionId>,
    /// Those that are over for so long that nobody asks for them any more.
    over: Vec<ActionId>,
}

impl Claims {
    fn of(told: &DeskTold) -> Claims {
        let mut claims = Claims {
            known: BTreeMap::new(),
            changed: BTreeSet::new(),
            over: Vec::new(),
        };
        for claim in &told.claims {
            let since = told.now.ms_since(claim.changed_at);
            if !claim.state.is_under_way() && since > CLAIM_KEPT_MS {
                claims.over.push(claim.id);
            } else {
                claims.known.insert(claim.id, claim.clone());
            }
        }
        claims
    }

    /// Ends what waits for a till whose rights were taken away.
    fn lapse(&mut self, told: &DeskTold) {
        let may_write = |till| code_of(told, till).is_some();
        for claim in self.known.values_mut() {
            if let Some(lapsed) = lapsed(claim, may_write, told.now) {
                self.changed.insert(claim.id);
                *claim = lapsed;
            }
        }
    }

    fn hear(&mut self, rows: &mut dyn Rows, told: &DeskTold) -> Result<(), StoreError> {
        for said in &told.request.moves {
            if self.is_beyond_giving(told.till.id, said) {
                continue;
            }
            let standing = self.standing(rows, told, said)?;
            let changed = judge(self.known.get(&said.claim()), said, &standing);
            if let Some(claim) = changed {
                self.make_room(claim.claimant);
                self.over.retain(|over| *over != claim.id);
                self.changed.insert(claim.id);
                self.known.insert(claim.id, claim);
            }
        }
        Ok(())
    }

    fn standing(
        &self,
        rows: &mut dyn Rows,
        told: &DeskTold,
        said: &ClaimMove,
    ) -> Result<Standing, StoreError> {
        let (offer, wanted) = match said {
            ClaimMove::Ask { order, owner, .. } => {
                (offer(rows, *owner, *order)?, self.is_wanted(*order))
            }
            _ => (Offer::NotThere, false),
        };
        Ok(Standing {
            now: told.now,
            till: told.till.id,
            till_code: told.till.code.clone(),
            other_code: said.other().and_then(|till| code_of(told, till)),
            offer,
            wanted,
        })
    }

    fn is_wanted(&self, order: OrderId) -> bool {
        let mut claims = self.known.values();
        claims.any(|claim| claim.order == order && claim.state.is_under_way())
    }

    fn of_till(&self, till: TillId) -> usize {
        let claims = self.known.values();
        claims.filter(|claim| claim.claimant == till).count()
    }

    /// Whether a till tells of a gift that nobody here knows of, with as many on their way as there may
    /// be.
    fn is_beyond_giving(&self, owner: TillId, said: &ClaimMove) -> bool {
        if !matches!(said, ClaimMove::Give { .. }) || self.known.contains_key(&said.claim()) {
            return false;
        }
        let claims = self.known.values();
        let given = claims.filter(|claim| claim.owner == owner && claim.state.is_under_way());
        given.count() >= CLAIMS_MAX
    }

    /// Forgets the oldest claim of a till that is over, where it has as many as are kept.
    fn make_room(&mut self, till: TillId) {
        if self.of_till(till) < CLAIMS_MAX {
            return;
        }
        let over = self.known.values();
        let over = over.filter(|claim| claim.claimant == till && !claim.state.is_under_way());
        let oldest = over.min_by_key(|claim| (claim.changed_at, claim.id));
        if let Some(id) = oldest.map(|claim| claim.id) {
            self.known.remove(&id);
            self.over.push(id);
        }
    }
}

/// How the owner of a sale tells of it.
fn offer(rows: &mut dyn Rows, owner: TillId, order: OrderId) -> Result<Offer, StoreError> {
    let key = EntityKey::new(EntityKind::DESK, owner);
    let found = rows.entities(&[key])?.into_iter().flatten().next();
    let desk = found
        .filter(|row| !row.deleted)
        .and_then(|row| serde_json::from_str::<Desk>(&row.body).ok());
    Ok(desk.map_or(Offer::NotThere, |desk| desk.offer(order)))
}

/// The code of a till of the hub that may write.
fn code_of(told: &DeskTold, till: TillId) -> Option<TillCode> {
    let mut tills = told.tills.iter();
    let known = tills.find(|known| known.id == till && known.revoked_at.is_none());
    known.map(|known| known.code.clone())
}

fn json(key: &EntityKey, thing: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(thing).map_err(|error| StoreError::RowUnreadable {
        key: key.to_string(),
        reason: error.to_string(),
    })
}
