//! Goods that belong to no order: taken in, thrown away, carried elsewhere, counted. One figure is one
//! durable entry; no network is needed.

use comptoir_domain::barcode;
use comptoir_domain::books::Books;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Amount, Arrival, Context, TakenOut};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{ActionId, LocationId, VariantId};
use comptoir_domain::problem::Problem;
use comptoir_domain::refusal::Refusal;

use crate::catalogue;
use crate::core::Core;
use crate::desk::Desk;
use crate::error::TillError;
use crate::store::goods_entries::{self, kind};
use crate::store::{problems, states};
use crate::wire::{
    ApiError, Code, CountGoods, GoodsCard, GoodsTo, GoodsView, LookUpGoods, Param, ReceiveGoods,
    TakeOutGoods, UndoGoods,
};

/// What an act on one variant is decided by.
struct Shelf {
    variant: Variant,
    books: Books,
    open: Vec<Problem>,
}

impl Core {
    /// Finds goods by a code or by id, and says what the books hold of them.
    pub fn goods_look(&mut self, request: &LookUpGoods) -> Result<GoodsCard, TillError> {
        let desk = self.desk()?;
        let variant = match (&request.code, request.variant) {
            (Some(code), _) => self.scanned_goods(&desk, code)?,
            (None, Some(variant)) => self.known_goods(variant)?,
            (None, None) => return Err(TillError::refuse(Code::NotFound, "which product?")),
        };
        let level = states::stock(self.connection(), variant.id, desk.location)?;
        let level = level.unwrap_or_else(|| {
            comptoir_domain::stock::StockLevel::empty(variant.id, desk.location)
        });
        Ok(GoodsCard {
            variant: variant.id,
            keeps_stock: variant.keeps_stock(),
            name: variant.name,
            code: variant.code,
            unit: variant.unit,
            on_hand: level.on_hand,
            reserved: level.reserved,
        })
    }

    /// A supplier brought goods.
    pub fn goods_receive(&mut self, request: &ReceiveGoods) -> Result<GoodsView, TillError> {
        let desk = self.desk()?;
        let shelf = self.shelf(&desk, request.variant)?;
        let arrivals = [Arrival {
            variant: &shelf.variant,
            came: request.came,
            announced: request.announced,
        }];
        self.enter(&desk, kind::DELIVERED, request.action, |context| {
            decide::receive(
                &arrivals,
                desk.location,
                request.reference.as_deref(),
                &shelf.books,
                &shelf.open,
                context,
            )
        })
    }

    /// Goods are thrown away, used up or carried to another location.
    pub fn goods_take_out(&mut self, request: &TakeOutGoods) -> Result<GoodsView, TillError> {
        let desk = self.desk()?;
        let variant = self.known_goods(request.variant)?;
        let to = match request.to {
            GoodsTo::Waste => TakenOut::Waste,
            GoodsTo::OwnUse => TakenOut::OwnUse,
            GoodsTo::Location { location } => TakenOut::To(known_place(&desk, location)?),
        };
        let amounts = [Amount {
            variant: &variant,
            quantity: request.quantity,
        }];
        self.enter(&desk, kind::TAKEN_OUT, request.action, |context| {
            let why = request.why.as_deref();
            decide::take_out(&amounts, desk.location, to, why, context).map(|event| vec![event])
        })
    }

    /// So much lies there.
    pub fn goods_count(&mut self, request: &CountGoods) -> Result<GoodsView, TillError> {
        let desk = self.desk()?;
        let shelf = self.shelf(&desk, request.variant)?;
        let amounts = [Amount {
            variant: &shelf.variant,
            quantity: request.figure,
        }];
        self.enter(&desk, kind::COUNTED, request.action, |context| {
            decide::count(&amounts, desk.location, &shelf.books, &shelf.open, context)
        })
    }

    /// Takes an entry of today back by its opposite, once.
    pub fn goods_undo(&mut self, request: &UndoGoods) -> Result<GoodsView, TillError> {
        let desk = self.desk()?;
        let entered = goods_entries::of_action(self.connection(), request.entry)?
            .filter(|entered| entered.header.kind != kind::UNDONE)
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such entry"))?;
        let mut books = Books::default();
        for event in &entered.body.events {
            if let Event::StockCounted { location, counts } = event {
                for counted in counts {
                    self.load_level(&mut books, counted.variant, *location)?;
                }
            }
        }
        let entry = entered.header.entry_ref();
        let action = decide::undo_action(request.entry);
        self.enter(&desk, kind::UNDONE, action, |context| {
            decide::undo(entry, &entered.body.events, &books, context)
        })
    }

    /// Writes one entry down, unless it was written before.
    fn enter(
        &mut self,
        desk: &Desk,
        entry_kind: &'static str,
        action: ActionId,
        decided: impl Fn(&Context<'_>) -> Result<Vec<Event>, Refusal>,
    ) -> Result<GoodsView, TillError> {
        self.act(Some(action), |act| {
            let events = decided(&desk.context(act.ids))?;
            act.write_events(entry_kind, action, events)
        })?;
        self.goods_get()
    }

    fn shelf(&self, desk: &Desk, variant: VariantId) -> Result<Shelf, TillError> {
        let mut books = Books::default();
        self.load_level(&mut books, variant, desk.location)?;
        let open = problems::open(self.connection())?;
        Ok(Shelf {
            variant: self.known_goods(variant)?,
            books,
            open: open.into_iter().map(|known| known.problem).collect(),
        })
    }

    fn load_level(
        &self,
        books: &mut Books,
        variant: VariantId,
        location: LocationId,
    ) -> Result<(), TillError> {
        let level = states::stock(self.connection(), variant, location)?;
        books
            .stock
            .extend(level.map(|level| ((variant, location), level)));
        Ok(())
    }

    fn known_goods(&self, variant: VariantId) -> Result<Variant, TillError> {
        catalogue::variant(self.connection(), variant)?
            .ok_or_else(|| TillError::refuse(Code::NotFound, "no such product"))
    }

    fn scanned_goods(&self, desk: &Desk, code: &str) -> Result<Variant, TillError> {
        let unknown = |code_: Code| -> TillError {
            let shown: String = code.chars().filter(|c| !c.is_control()).take(40).collect();
            ApiError::new(code_, "no product has this code")
                .with("code", Param::Text(shown))
                .into()
        };
        let scan = barcode::parse(code, None, &desk.settings.in_store_layouts)
            .map_err(|_| unknown(Code::CodeUnreadable))?;
        let found = catalogue::find_scanned(self.connection(), &scan)?;
        found
            .map(|found| found.variant)
            .ok_or_else(|| unknown(Code::CodeUnknown))
    }
}

/// Another location of the hub that is in use.
fn known_place(desk: &Desk, location: LocationId) -> Result<LocationId, TillError> {
    let known = desk.settings.locations.iter();
    let mut known = known.filter(|known| known.active && known.id == location);
    known
        .next()
        .map(|known| known.id)
        .ok_or_else(|| TillError::refuse(Code::NotFound, "no such location"))
}
