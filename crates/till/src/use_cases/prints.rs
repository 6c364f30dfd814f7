//! What a hub's people pick and pack by, put into the spool. It is made of the orders as they are when
//! the printer takes it, is recorded nowhere, and may be printed as often as somebody wants it.

use comptoir_domain::ids::{ActionId, OrderId};

use crate::core::Core;
use crate::error::TillError;
use crate::store::print_jobs::Job;
use crate::store::states;
use crate::wire::{Code, PrintBasketLabel, PrintOrderSlip, PrintPickList, TillView};

impl Core {
    /// Prints what is to be picked for a slot.
    pub fn print_pick_list(&mut self, request: &PrintPickList) -> Result<TillView, TillError> {
        let slot = request.slot;
        self.queue_paper(request.action, &Job::PickList { slot })
    }

    /// Prints the label of an order's basket.
    pub fn print_basket_label(
        &mut self,
        request: &PrintBasketLabel,
    ) -> Result<TillView, TillError> {
        let order = self.order_on_paper(request.order)?;
        self.queue_paper(request.action, &Job::BasketLabel { order })
    }

    /// Prints the slip of an order.
    pub fn print_order_slip(&mut self, request: &PrintOrderSlip) -> Result<TillView, TillError> {
        let order = self.order_on_paper(request.order)?;
        self.queue_paper(request.action, &Job::OrderSlip { order })
    }

    fn order_on_paper(&self, id: OrderId) -> Result<OrderId, TillError> {
        match states::order(self.connection(), id)? {
            Some(_) => Ok(id),
            None => Err(TillError::refuse(Code::NotFound, "no such order")),
        }
    }

    fn queue_paper(&mut self, action: ActionId, job: &Job) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.desk()?;
        self.require_printer()?;
        self.act(Some(action), |act| act.print(job))?;
        self.view()
    }
}
