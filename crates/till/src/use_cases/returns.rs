//! Goods that come back: a past order or sale is opened again, and what comes back is chosen line by
//! line. What is owed for it goes back like any money that is owed.

use comptoir_domain::decide;
use comptoir_domain::document::DocumentNumber;
use comptoir_domain::ids::OrderId;
use comptoir_sync::feed::EntityKind;
use rusqlite::OptionalExtension;

use super::orders::Opening;
use crate::core::Core;
use crate::error::TillError;
use crate::store::drafts::Move;
use crate::store::{journal, order_cards, text_column};
use crate::wire::{ApiError, Code, OpenReturn, Param, ReturnLine, TillView};

impl Core {
    /// Opens a past order or sale by its number or its receipt's; without one the last sale.
    pub fn return_open(&mut self, request: &OpenReturn) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let number = request.number.as_deref().map(str::trim);
        let order = match number.filter(|number| !number.is_empty()) {
            Some(number) => self.order_of_number(number)?,
            None => journal::last_sale(self.connection())?.map(|(order, _)| order),
        };
        let order = order.ok_or_else(|| {
            let number = Param::Text(number.unwrap_or_default().to_owned());
            ApiError::new(Code::ReceiptUnknown, "no such receipt").with("number", number)
        })?;
        self.open_order(&desk, order, Opening::Return)?;
        self.view()
    }

    fn order_of_number(&self, number: &str) -> Result<Option<OrderId>, TillError> {
        for waiting in [false, true] {
            if let Some(order) = order_cards::numbered(self.connection(), number, waiting)? {
                return Ok(Some(order));
            }
        }
        self.order_of_receipt(number)
    }

    /// The order of a receipt: one of this till's own journal, else one of the hub's orders that this
    /// till has a copy of.
    pub(crate) fn order_of_receipt(&self, number: &str) -> Result<Option<OrderId>, TillError> {
        let Some(number) = DocumentNumber::read(number) else {
            return Ok(None);
        };
        let own = journal::order_numbered(self.connection(), &number.to_string())?;
        if own.is_some() {
            return Ok(own);
        }
        let written = serde_json::to_string(&number).map_err(|error| TillError::Stored {
            what: "document number",
            error,
        })?;
        let mut statement = self.connection().prepare_cached(
            "SELECT id FROM own_state WHERE kind = ?1 AND instr(body, ?2) > 0
             UNION ALL SELECT id FROM entity WHERE kind = ?1 AND instr(body, ?2) > 0 LIMIT 1",
        )?;
        Ok(statement
            .query_row([EntityKind::ORDER, &written], |row| text_column(row, 0))
            .optional()?)
    }

    /// Takes goods back of the order that is open.
    pub fn order_return_line(&mut self, request: &ReturnLine) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let draft = self.order()?.clone();
        let context = desk.context(self.ids.as_mut());
        let step = decide::take_back(
            &draft,
            request.line,
            request.quantity,
            request.fate,
            &request.reason,
            &context,
        )?;
        self.make_move(draft, &Move::take(step), Some(request.line))?;
        self.view()
    }
}
