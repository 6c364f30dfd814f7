//! What a hub's people work with before the customers come: the pick list of a slot, the label of each
//! basket, and the slip that lies in it. None of them is a document of the books: they show the orders
//! as they are known in that moment, and are made anew whenever they are printed.

mod label;
mod list;
mod slip;
mod words;

pub use label::BasketLabel;
pub use list::{PickList, PickOrder, PickProduct, PickShare, PickedGoods};
pub use slip::{OrderSlip, SlipLine};

use comptoir_domain::customer::Customer;
use comptoir_domain::ids::LocationId;
use comptoir_domain::order::{Line, LineKind, Order, PartState};
use comptoir_domain::quantity::{Quantity, Unit};
use comptoir_domain::settings::HubSettings;
use comptoir_domain::slot::Slot;
use comptoir_domain::time::Timestamp;

use crate::content::LocalTime;
use crate::document::{Barcode, Block, Document};
use crate::escpos::RenderError;
use crate::format;
use crate::language::Language;
use crate::pdf::{self, Paper, Sheet};

/// An order with all that is known of whom and when it is for.
#[derive(Debug, Clone, Copy)]
pub struct Ordered<'a> {
    pub order: &'a Order,
    /// Nobody, for an order without a name, or where the person was forgotten.
    pub customer: Option<&'a Customer>,
    pub slot: Option<&'a Slot>,
}

/// The hub that a paper is made for, and when.
#[derive(Debug, Clone, Copy)]
pub struct Maker<'a> {
    pub settings: &'a HubSettings,
    pub now: Timestamp,
    /// Made while practising.
    pub practice: bool,
}

/// Where and when goods are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickUp {
    pub place: String,
    /// From when until when; none for an order without a slot.
    pub hours: Option<(LocalTime, LocalTime)>,
}

/// Goods by name and quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    pub name: String,
    pub unit: Unit,
    pub quantity: Quantity,
}

/// The pick list of a slot on A4.
pub fn pick_list_pdf(list: &PickList, language: Language) -> Result<Vec<u8>, RenderError> {
    let title = list.title(language);
    let sheet = Sheet {
        paper: Paper::A4,
        title: &title,
        language,
        issued_at: list.made_at,
    };
    pdf::render(&list.lay_out(language), &sheet)
}

/// The label of a basket on A6.
pub fn basket_label_pdf(label: &BasketLabel, language: Language) -> Result<Vec<u8>, RenderError> {
    let sheet = Sheet {
        paper: Paper::A6,
        title: &label.number,
        language,
        issued_at: label.made_at,
    };
    pdf::render(&label.lay_out(language), &sheet)
}

/// The slip of an order on A4.
pub fn order_slip_pdf(slip: &OrderSlip, language: Language) -> Result<Vec<u8>, RenderError> {
    let title = slip.title(language);
    let sheet = Sheet {
        paper: Paper::A4,
        title: &title,
        language,
        issued_at: slip.made_at,
    };
    pdf::render(&slip.lay_out(language), &sheet)
}

impl Maker<'_> {
    fn local(&self, at: Timestamp) -> LocalTime {
        LocalTime::in_zone(at, self.settings.zone)
    }

    /// Where an order is fetched: at the place of its slot, else where it was placed for.
    fn pick_up(&self, ordered: &Ordered<'_>) -> PickUp {
        let here = ordered.order.heading.location;
        let location = ordered.slot.map_or(here, |slot| slot.location);
        self.pick_up_at(location, ordered.slot)
    }

    fn pick_up_at(&self, location: LocationId, slot: Option<&Slot>) -> PickUp {
        let mut known = self.settings.locations.iter();
        let place = known.find(|known| known.id == location);
        PickUp {
            place: place.map_or_else(String::new, |place| place.name.clone()),
            hours: slot.map(|slot| (self.local(slot.starts_at), self.local(slot.ends_at))),
        }
    }
}

impl PickUp {
    /// The day and the hours, as far as they are known: `Fri 27 Nov 2026, 16:00 - 19:00`.
    fn when(&self, language: Language) -> Option<String> {
        let (from, until) = self.hours?;
        let day = format::weekday_and_date(from, language);
        let (from, until) = (format::time(from), format::time(until));
        Some(format!("{day}, {from} \u{2013} {until}"))
    }
}

impl Goods {
    fn of(line: &Line, quantity: Quantity) -> Goods {
        Goods {
            name: line.name.clone(),
            unit: line.unit,
            quantity,
        }
    }

    fn quantity(&self, language: Language) -> String {
        format::quantity(self.quantity, self.unit, language)
    }
}

/// The lines of which somebody takes goods in hand: no services, no vouchers, and no deposits, which go
/// with their bottles.
fn lines_to_pick(order: &Order) -> impl Iterator<Item = &Line> {
    let lines = order.lines.iter();
    lines.filter(|line| line.kind == LineKind::Goods && line.tied_to.is_none())
}

/// What of an order is not there: what was found short, and once picking began what is not picked.
fn missing(order: &Order) -> Vec<Goods> {
    let began = order.lines.iter().any(|line| line.picked.is_positive());
    let lines = lines_to_pick(order);
    let missing = lines.map(|line| {
        let parts = line.part_states(false);
        let short = parts.iter().filter(|(state, _)| *state == PartState::Short);
        let short: Quantity = short.map(|(_, quantity)| *quantity).sum();
        let unpicked = (line.outstanding() - line.picked).max(Quantity::ZERO);
        Goods::of(line, if began { short + unpicked } else { short })
    });
    missing
        .filter(|goods| goods.quantity.is_positive())
        .collect()
}

/// How many pieces, and how much of what is weighed or measured, each unit apart.
fn totals<'a>(goods: impl Iterator<Item = (Unit, Quantity)> + 'a) -> Vec<(Unit, Quantity)> {
    let mut totals: Vec<(Unit, Quantity)> = Vec::new();
    for (unit, quantity) in goods {
        match totals.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, total)) => *total += quantity,
            None => totals.push((unit, quantity)),
        }
    }
    totals.sort_by_key(|(unit, _)| (unit.is_measured(), format::unit_symbol(*unit)));
    totals
}

/// What is read of an order's number by a scanner: a barcode, and a QR code where no barcode can hold it.
fn scannable(number: &str) -> Block {
    match Barcode::code_128(number) {
        Ok(barcode) => Block::Barcode(barcode),
        Err(_) => Block::Qr {
            data: number.to_owned(),
            caption: number.to_owned(),
        },
    }
}

/// The mark of paper that was made while practising, at its head.
fn practice(document: &mut Document, practice: bool, language: Language) {
    if practice {
        crate::receipt::practice_mark(document, crate::words::words(language));
        document.space();
    }
}
