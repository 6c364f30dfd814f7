//! What lies on other tills' desks, taken up here: a sale that was put aside there, an order that is
//! open there.

use comptoir_domain::draft::Draft;
use comptoir_domain::ids::OrderId;
use comptoir_sync::desk::{Desk as OtherDesk, ParkedSale, Side};

use crate::core::Core;
use crate::error::TillError;
use crate::store::claims::{self, ClaimRow};
use crate::store::drafts::{self, Move};
use crate::store::open_orders;
use crate::store::snapshots::Snapshot;
use crate::wire::{
    ApiError, ClaimParked, Code, CopyParked, Param, TakeOver, TillView, WithdrawParked,
};

impl Core {
    /// Asks another till for a sale that it put aside.
    pub fn parked_claim(&mut self, request: &ClaimParked) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let asked = claims::of_order(self.connection(), request.order)?;
        let is_asked = asked
            .iter()
            .any(|row| row.id == request.action || matches!(row.side, Side::Asking | Side::Asked));
        if is_asked {
            return self.view();
        }
        let (other, sale) = self.offered(request.order)?;
        refuse_money(&other, &sale)?;
        let row = ClaimRow {
            id: request.action,
            order: request.order,
            other: other.till,
            other_code: Some(other.code.as_str().to_owned()),
            side: Side::Asking,
            giving: None,
            snapshot: None,
            at: desk.now,
        };
        self.transaction_beside(|tx| claims::put(tx, &row))?;
        self.view()
    }

    /// Nobody waits for the sale any more. If it is under way already it goes back.
    pub fn parked_withdraw(&mut self, request: &WithdrawParked) -> Result<TillView, TillError> {
        self.selling()?;
        let asked = self.asked_for(request.order)?;
        self.transaction_beside(|tx| withdraw(tx, &asked))?;
        self.view()
    }

    /// Rings a sale of another till up anew: its till does not answer, or has given it to one that does
    /// not.
    pub fn parked_copy(&mut self, request: &CopyParked) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        if self.is_done(request.action)? {
            return self.view();
        }
        let source = self.copied_from(request.order)?;
        let heading = self.new_heading(&desk);
        let copy = source.copied(heading, desk.now, self.ids.as_mut());
        let aside = self.to_put_aside()?;
        let asked = self.asked_for(request.order)?;
        self.act(Some(request.action), |act| {
            for aside in &aside {
                aside.make(act.tx, &desk)?;
            }
            withdraw(act.tx, &asked)?;
            begin(act.tx, &copy)
        })?;
        self.reload_order()?;
        self.session.done = None;
        self.view()
    }

    /// Goes on here with an order that another till has open, and says so there. Nothing was locked
    /// before, and nothing is now.
    pub fn order_take_over(&mut self, request: &TakeOver) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let mut open = self.group().into_iter();
        if !open.any(|order| order.draft.heading().id == request.order) {
            return Err(TillError::refuse(Code::NotFound, "not open here"));
        }
        self.transaction_beside(|tx| open_orders::take_over(tx, request.order, desk.now))?;
        self.view()
    }

    /// A sale that another till at this place put aside, as it was last told.
    fn offered(&self, order: OrderId) -> Result<(OtherDesk, ParkedSale), TillError> {
        for other in self.other_desks()?.iter() {
            let mut parked = other.parked.iter();
            if let Some(sale) = parked.find(|sale| sale.order == order) {
                return Ok((other.clone(), sale.clone()));
            }
        }
        Err(TillError::refuse(
            Code::ParkedGone,
            "no other till put it aside",
        ))
    }

    /// The sale that is copied: one that was this till's and is on its way, or another's.
    fn copied_from(&self, order: OrderId) -> Result<Draft, TillError> {
        let own = claims::of_order(self.connection(), order)?.into_iter();
        let leaving = own
            .filter(|row| matches!(row.side, Side::Giving | Side::Given))
            .find_map(|row| row.snapshot);
        let text = match leaving {
            Some(text) => Some(text),
            None => {
                let (other, sale) = self.offered(order)?;
                refuse_money(&other, &sale)?;
                sale.snapshot
            }
        };
        let text = text.ok_or_else(|| TillError::refuse(Code::ParkedTooLarge, "too large"))?;
        let read = Snapshot::read(&text);
        let read =
            read.map_err(|_| TillError::refuse(Code::ParkedUnreadable, "another version"))?;
        Ok(read.draft())
    }

    /// Claims on a sale that nobody has answered.
    fn asked_for(&self, order: OrderId) -> Result<Vec<ClaimRow>, TillError> {
        let mut rows = claims::of_order(self.connection(), order)?;
        rows.retain(|row| matches!(row.side, Side::Asking | Side::Asked));
        Ok(rows)
    }
}

fn withdraw(tx: &rusqlite::Transaction<'_>, asked: &[ClaimRow]) -> Result<(), TillError> {
    for row in asked {
        let side = Side::Withdrawing;
        claims::put(
            tx,
            &ClaimRow {
                side,
                ..row.clone()
            },
        )?;
    }
    Ok(())
}

fn begin(tx: &rusqlite::Transaction<'_>, copy: &Draft) -> Result<(), TillError> {
    drafts::begin(tx, copy)?;
    for (ordinal, step) in (0..).zip(&copy.steps) {
        let made = Move::take(step.clone());
        drafts::add_move(tx, copy.heading().id, ordinal, &made)?;
    }
    Ok(())
}

/// Money that was taken stays at its till, and the sale with it.
fn refuse_money(other: &OtherDesk, sale: &ParkedSale) -> Result<(), TillError> {
    if !sale.has_money {
        return Ok(());
    }
    let till = Param::Text(other.code.as_str().to_owned());
    Err(ApiError::new(Code::ParkedHasMoney, "money was taken")
        .with("till", till)
        .into())
}
