//! Goods onto the order: by a scan, by a touch.

use comptoir_domain::barcode::{self, AimId, InStoreValue};
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Scanned};
use comptoir_domain::draft::{Draft, Step};
use comptoir_domain::ids::LineId;
use comptoir_domain::money::Money;
use comptoir_domain::order::Operation;
use comptoir_domain::quantity::Quantity;

use super::order::{refuse_closed, unusual};
use super::orders::{Opening, OrderCode, is_closed};
use crate::catalogue::{self, Buyer, Priced, Scanned as Found};
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::store::drafts::Move;
use crate::store::order_cards;
use crate::wire::{
    AddVariant, Code, Offer, Param, Params, Scan, ServerState, Severity, Sound, TillView,
};

/// How much of an unreadable code is shown again.
const CODE_SHOWN_MAX: usize = 40;

/// What was found, and how much of it is meant.
struct Wanted {
    goods: Priced,
    quantity: Quantity,
    label_total: Option<Money>,
    measured: bool,
}

impl Core {
    /// A code from a scanner or typed. An unknown one changes nothing, sounds, and says what can be
    /// done about it.
    pub fn order_scan(&mut self, request: &Scan) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        match self.order_of_code(&request.code)? {
            Some(OrderCode::Known(order)) => {
                self.open_order(&desk, order, Opening::Waiting)?;
                return self.view();
            }
            Some(OrderCode::Unknown) => return self.unknown(Code::OrderUnknown, &request.code),
            None => {}
        }
        let aim = request
            .symbology
            .as_deref()
            .and_then(|text| AimId::split(text).map(|(aim, _)| aim));
        let layouts = &desk.settings.in_store_layouts;
        let read = barcode::parse(&request.code, aim, layouts);
        if let Ok(scan) = &read
            && let Some(found) = catalogue::find_scanned(self.connection(), scan)?
        {
            let wanted = self.wanted(found, request.quantity, &desk)?;
            return self.put_on(&desk, &wanted, request.confirmed);
        }
        // It is no product: then what was meant is an order that is done, or a receipt.
        let done = order_cards::numbered(self.connection(), request.code.trim(), false)?;
        if let Some(order) = done {
            self.open_order(&desk, order, Opening::Waiting)?;
            return self.view();
        }
        if let Some(order) = self.order_of_receipt(&request.code)? {
            self.open_order(&desk, order, Opening::Return)?;
            return self.view();
        }
        match read {
            Ok(scan) => self.unknown(Code::CodeUnknown, &scan.text),
            Err(_) => self.unknown(Code::CodeUnreadable, &request.code),
        }
    }

    /// A product that was touched.
    pub fn order_add_variant(&mut self, request: &AddVariant) -> Result<TillView, TillError> {
        let desk = self.selling()?;
        let variant = catalogue::variant(self.connection(), request.variant)?
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such product"))?;
        let found = Found {
            variant,
            value: None,
        };
        let wanted = self.wanted(found, request.quantity, &desk)?;
        self.put_on(&desk, &wanted, request.confirmed)
    }

    fn unknown(&mut self, code: Code, text: &str) -> Result<TillView, TillError> {
        let shown: String = text
            .chars()
            .filter(|character| !character.is_control())
            .take(CODE_SHOWN_MAX)
            .collect();
        // Whoever looks for it by name types the name: the code has just found nothing.
        let mut offers = vec![Offer::Search {
            text: String::new(),
        }];
        if self.sync_state()?.state != ServerState::Alone {
            offers.push(Offer::SyncNow);
        }
        let params = [("code", Param::Text(shown))];
        self.session
            .notice(code, Severity::Warning, &params, offers);
        self.session.play(Sound::Unknown);
        self.view()
    }

    fn wanted(
        &self,
        found: Found,
        typed: Option<Quantity>,
        desk: &Desk,
    ) -> Result<Wanted, TillError> {
        let goods = self.priced_for_customer(found.variant, desk)?;
        let label_total = match found.value {
            Some(InStoreValue::Price(total)) => Some(total),
            _ => None,
        };
        let unit = goods.variant.unit;
        let labelled = match (found.value, label_total, &goods.price) {
            (_, Some(total), Some(price)) if unit.is_measured() => {
                Quantity::bought_for(total, price.unit_price)
            }
            (Some(value), None, _) => value.quantity_in(unit),
            _ => None,
        };
        Ok(Wanted {
            goods,
            quantity: labelled.or(typed).unwrap_or(Quantity::ONE),
            label_total,
            measured: labelled.is_some(),
        })
    }

    /// What an article costs the customer of the order in progress.
    pub(crate) fn priced_for_customer(
        &self,
        variant: Variant,
        desk: &Desk,
    ) -> Result<Priced, TillError> {
        let connection = self.connection();
        let order = self.session.order.as_ref();
        let customer = order.and_then(|order| order.draft.customer());
        let customer = customer.map(|id| order_cards::customer(connection, id));
        let customer = customer.transpose()?.flatten();
        let buyer = Buyer {
            classes: customer.as_ref().map_or(&[], |customer| &customer.classes),
            ..Buyer::anybody(desk.now)
        };
        catalogue::priced(connection, variant, buyer)
    }

    fn put_on(
        &mut self,
        desk: &Desk,
        wanted: &Wanted,
        confirmed: bool,
    ) -> Result<TillView, TillError> {
        let unit = wanted.goods.variant.unit;
        if !confirmed && unit.is_unusually_much(wanted.quantity) {
            return Err(unusual(wanted.quantity));
        }
        let draft = self.order_or_new(desk);
        let exchange = is_closed(&draft);
        let draft = if exchange {
            self.new_sale_beside(desk, &draft)?
        } else {
            draft
        };
        let article = wanted.goods.article(wanted.label_total, wanted.measured);
        let mut context = desk.context(self.ids.as_mut());
        let (step, scanned) = decide::scan(&draft, article, wanted.quantity, &mut context)?;
        let (line, sound) = match scanned {
            Scanned::Ticked(line) => (Some(line), Sound::Ticked),
            Scanned::Added => (touched_line(&step), Sound::Added),
        };
        if exchange {
            let shown = self.session.order.take();
            self.session.others.extend(shown);
        }
        if let Err(error) = self.make_move(draft, &Move::take(step), line) {
            self.reload_order()?;
            return Err(error);
        }
        self.session.play(sound);
        self.view()
    }

    /// New goods while others come back: a sale of its own, settled together with what comes back.
    fn new_sale_beside(&mut self, desk: &Desk, closed: &Draft) -> Result<Draft, TillError> {
        let sale = Draft::new(self.new_heading(desk), desk.now);
        if self.is_group() {
            refuse_closed(closed)?;
        }
        if !self.can_join(&sale) {
            return Err(TillError::refuse(Code::GroupHasMoney, "money has moved"));
        }
        Ok(sale)
    }
}

impl Core {
    /// A scan that nobody pressed a key for. What would be refused becomes a notice.
    pub(crate) fn scanner_scanned(&mut self, scan: &Scan) -> Result<TillView, TillError> {
        let shown = scan.code.chars().filter(|letter| !letter.is_control());
        self.session.scanner.last_code = Some(shown.take(CODE_SHOWN_MAX).collect());
        self.session.scanner.last_at = Some(self.clock.now());
        match self.order_scan(scan) {
            Ok(view) => Ok(view),
            Err(error) => {
                let error = crate::wire::ApiError::from(error);
                self.refused_scan(error.code, error.params)
            }
        }
    }

    /// Something was scanned that is no code.
    pub(crate) fn scanner_rejected(&mut self, code: Code) -> Result<TillView, TillError> {
        self.session.begin_action();
        self.refused_scan(code, Params::new())
    }

    fn refused_scan(&mut self, code: Code, params: Params) -> Result<TillView, TillError> {
        let params: Vec<(&str, Param)> = params
            .iter()
            .map(|(name, param)| (name.as_str(), param.clone()))
            .collect();
        self.session
            .notice(code, Severity::Warning, &params, Vec::new());
        self.session.play(Sound::Error);
        self.view()
    }

    /// The scanner's port was opened, or is gone.
    pub(crate) fn scanner_connected(&mut self, connected: bool) -> Result<TillView, TillError> {
        self.session.scanner.connected = connected;
        self.view()
    }
}

/// The line of the goods that a step put on or raised; their deposit's line comes after it.
pub(crate) fn touched_line(step: &Step) -> Option<LineId> {
    let Step::Operated { operations, .. } = step else {
        return None;
    };
    operations.first().and_then(|operation| match operation {
        Operation::AddLine { line } => Some(line.id),
        Operation::ChangeQuantity { line, .. } => Some(*line),
        Operation::Substitute { by, .. } => Some(by.id),
        _ => None,
    })
}
