//! Stock: how a figure came about, and what people enter.

use comptoir_domain::books::Books;
use comptoir_domain::catalogue::Variant;
use comptoir_domain::decide::{self, Amount, Arrival, TakenOut};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LocationId, VariantId};
use comptoir_domain::problem::{Problem, ProblemId, ProblemRule};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::settings::HubSettings;
use comptoir_domain::stock::{Place, StockLevel};
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::act::{Halt, needed, thing};
use super::desk::OfficeDesk;
use super::history::{Reading, word};
use super::listing::{Cells, Table};
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    EnterStock, MoveFilter, MoveList, MoveRow, PageQuery, StockEntered, StockEntry, StockFigure,
};
use crate::store::{Holdings, MoveRecord};

impl OfficeDesk {
    /// How the figure of a variant at a place came about, move by move.
    pub async fn moves(
        &self,
        sitting: &Sitting,
        variant: Uuid,
        filter: MoveFilter,
        page: PageQuery,
    ) -> Result<MoveList, OfficeError> {
        let variant = VariantId::from_uuid(variant);
        let place = LocationId::from_uuid(filter.place);
        let moves = self.store.moves_of(sitting.hub.id, variant, place).await?;
        let tills = self.till_codes(sitting).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let known = overview
            .variants
            .get(&variant)
            .ok_or(OfficeRefusal::NOT_FOUND)?;
        let reading = Reading::new(&overview, &tills, None);
        let mut on_hand = Quantity::ZERO;
        let mut rows = Vec::new();
        for record in &moves {
            on_hand += record.stock_move.change_at(Place::Location(place));
            rows.push(move_row(&reading, record, place, on_hand));
        }
        rows.reverse();
        let (rows, total) = page.cut(rows);
        Ok(MoveList {
            name: known.thing.name.clone(),
            unit: known.thing.unit,
            on_hand: on_hand.in_thousandths(),
            rows,
            total,
        })
    }

    pub async fn moves_table(
        &self,
        sitting: &Sitting,
        variant: Uuid,
        filter: MoveFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.moves(sitting, variant, filter, page.whole()).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "at",
            "reason",
            "change",
            "after",
            "other end",
            "order",
            "by",
            "till",
        ];
        let mut table = Table::new("stock", &headings);
        for row in listed.rows {
            table.row(vec![
                cells.moment(row.at),
                word(&row.reason),
                Cells::quantity(row.change),
                Cells::quantity(row.after),
                Cells::text(&row.other_end),
                Cells::text(row.order.as_ref().map_or("", |order| &order.name)),
                Cells::text(row.by.as_ref().map_or("", |by| &by.name)),
                Cells::text(row.till.as_ref().map_or("", |till| &till.code)),
            ]);
        }
        Ok(table)
    }

    /// Writes down what became of goods: all of it, or nothing.
    pub async fn enter_stock(
        &self,
        sitting: &Sitting,
        asked: EnterStock,
    ) -> Result<StockEntered, OfficeError> {
        sitting.permit(comptoir_domain::staff::Permission::CountStock)?;
        let open = self.missing_goods(sitting).await?;
        let who = sitting.clone();
        let (place, lines) = (asked.place, asked.lines.clone());
        self.act(
            sitting,
            asked.action,
            "stock_entered",
            move |holdings, writing| {
                let settings: HubSettings = needed(holdings, EntityKind::SETTINGS, who.hub.id)?;
                let place = known_place(&settings, asked.place)?;
                let counted = counted(holdings, &asked, place, &open)?;
                let context = who.context(place, &settings, &mut writing.ids, writing.now);
                writing
                    .events
                    .extend(decided(&settings, &asked, place, &counted, &context)?);
                Ok(())
            },
        )
        .await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let location = LocationId::from_uuid(place);
        let figure = |line: &super::wire::StockLine| {
            let id = VariantId::from_uuid(line.variant);
            let figures = overview.figures(id, Some(location));
            StockFigure {
                variant: line.variant,
                name: overview.variant_name(id).name,
                place,
                on_hand: figures.on_hand.in_thousandths(),
                reserved: figures.reserved.in_thousandths(),
                available: figures.available().in_thousandths(),
            }
        };
        Ok(StockEntered {
            rows: lines.iter().map(figure).collect(),
        })
    }

    /// The open problems that a count or a delivery may explain.
    async fn missing_goods(&self, sitting: &Sitting) -> Result<Vec<ProblemId>, OfficeError> {
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let known = overview.problems.values().map(|kept| &kept.thing);
        let open =
            known.filter(|problem| problem.is_open() && problem.rule == ProblemRule::SoldBelowZero);
        Ok(open.map(|problem| problem.id).collect())
    }
}

/// What the decision about goods needs to know.
struct Counted {
    variants: Vec<(Variant, Quantity)>,
    books: Books,
    open: Vec<Problem>,
}

fn known_place(settings: &HubSettings, place: Uuid) -> Result<LocationId, OfficeRefusal> {
    let mut places = settings.locations.iter().filter(|known| known.active);
    let known = places.find(|known| known.id.uuid() == place);
    known
        .map(|known| known.id)
        .ok_or(OfficeRefusal::new("place_unknown"))
}

fn counted(
    holdings: &mut dyn Holdings,
    asked: &EnterStock,
    place: LocationId,
    open: &[ProblemId],
) -> Result<Counted, Halt> {
    let mut books = Books::default();
    let mut variants = Vec::new();
    for line in &asked.lines {
        let id = VariantId::from_uuid(line.variant);
        variants.push((
            needed(holdings, EntityKind::VARIANT, id)?,
            Quantity::thousandths(line.quantity),
        ));
        let level: Option<StockLevel> =
            thing(holdings, EntityKind::STOCK, format!("{id}:{place}"))?;
        books.stock.extend(level.map(|level| ((id, place), level)));
    }
    let mut problems = Vec::new();
    for id in open {
        let problem: Problem = needed(holdings, EntityKind::PROBLEM, id)?;
        problems.push(problem);
    }
    Ok(Counted {
        variants,
        books,
        open: problems,
    })
}

fn decided(
    settings: &HubSettings,
    asked: &EnterStock,
    place: LocationId,
    counted: &Counted,
    context: &decide::Context<'_>,
) -> Result<Vec<Event>, Halt> {
    let of_each = counted.variants.iter();
    let amounts: Vec<Amount<'_>> = of_each
        .map(|(variant, quantity)| Amount {
            variant,
            quantity: *quantity,
        })
        .collect();
    let is_delivery = matches!(asked.entry, StockEntry::Delivery);
    if !is_delivery && asked.lines.iter().any(|line| line.announced.is_some()) {
        return Err(OfficeRefusal::new("malformed").into());
    }
    let why = Some(asked.reason.trim()).filter(|why| !why.is_empty());
    let take_out = |to| -> Result<Vec<Event>, Halt> {
        let event = decide::take_out(&amounts, place, to, why, context)?;
        Ok(vec![event])
    };
    match &asked.entry {
        StockEntry::Count => {
            let events = decide::count(&amounts, place, &counted.books, &counted.open, context)?;
            Ok(events)
        }
        StockEntry::Delivery => {
            let lines = asked.lines.iter();
            let arrivals: Vec<Arrival<'_>> = amounts
                .iter()
                .zip(lines)
                .map(|(amount, line)| Arrival {
                    variant: amount.variant,
                    came: amount.quantity,
                    announced: line.announced.map(Quantity::thousandths),
                })
                .collect();
            let books = &counted.books;
            Ok(decide::receive(
                &arrivals,
                place,
                why,
                books,
                &counted.open,
                context,
            )?)
        }
        StockEntry::Waste => take_out(TakenOut::Waste),
        StockEntry::OwnUse => take_out(TakenOut::OwnUse),
        StockEntry::Transfer { to } => take_out(TakenOut::To(known_place(settings, *to)?)),
    }
}

fn move_row(
    reading: &Reading<'_>,
    record: &MoveRecord,
    place: LocationId,
    after: Quantity,
) -> MoveRow {
    let goods = &record.stock_move;
    let here = Place::Location(place);
    let other = if goods.to == here {
        goods.from
    } else {
        goods.to
    };
    let deed = reading.deed_where(&record.entry, |_| false);
    MoveRow {
        accept_no: deed.accept_no,
        at: deed.at,
        reason: goods.reason,
        change: goods.change_at(here).in_thousandths(),
        after: after.in_thousandths(),
        other_end: match other {
            Place::Location(location) => reading.overview.place_name(location),
            virtual_place => word(&virtual_place),
        },
        order: goods.order.map(|order| reading.overview.order_name(order)),
        by: deed.by,
        till: deed.till,
    }
}
