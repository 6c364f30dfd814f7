//! The basket: kept by the browser, reckoned here. The script shows what this says and adds nothing up.

use axum::response::{Html, IntoResponse, Response};
use comptoir_domain::decide::Quote;
use comptoir_domain::ids::{LocationId, SlotId, VariantId};
use comptoir_domain::order::{Line, LineKind};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::refusal::Refusal;
use comptoir_domain::tax::TaxMode;
use maud::{Markup, html};

use super::amounts;
use super::failure::PageFailure;
use super::product::stepper_of;
use super::sentences::sentence;
use super::visit::Visit;
use super::words::Word;
use crate::entropy::NoEntropy;
use crate::shop::Shelf;

/// The most different articles in one basket.
const ARTICLES_MAX: usize = 60;

/// What is in a basket.
pub(super) type Items = Vec<(VariantId, Quantity)>;

/// Reads a basket as the script writes it: `ID:THOUSANDTHS,ID:THOUSANDTHS`.
pub(super) fn read(text: &str) -> Result<Items, PageFailure> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    let items: Option<Items> = parts
        .take(ARTICLES_MAX + 1)
        .map(|part| {
            let (variant, quantity) = part.split_once(':')?;
            let quantity: i64 = quantity.parse().ok()?;
            Some((variant.parse().ok()?, Quantity::thousandths(quantity)))
        })
        .collect();
    match items {
        Some(items) if items.len() <= ARTICLES_MAX => Ok(items),
        Some(_) => Err(PageFailure::TooLarge),
        None => Err(PageFailure::Malformed),
    }
}

/// What a basket comes to, as a part of a page.
pub(super) async fn quote(visit: Visit) -> Result<Response, PageFailure> {
    let text = visit.asked.get("basket").map_or("", String::as_str);
    let items = read(text)?;
    let shelf = visit.shelf.read();
    let location = location_of_slot(&visit, &shelf, visit.asked.get("slot"));
    let part = summary(&visit, &shelf, location, &items)?;
    Ok(Html(part.into_string()).into_response())
}

/// Where the goods of a slot are fetched; where the visitor looks around, as long as none is chosen.
pub(super) fn location_of_slot(
    visit: &Visit,
    shelf: &Shelf,
    slot: Option<&String>,
) -> Option<LocationId> {
    let slot = slot.and_then(|slot| slot.parse::<SlotId>().ok());
    let slot = slot.and_then(|slot| shelf.slot(slot));
    slot.map(|slot| slot.location).or(visit.location)
}

/// The lines of a basket with what each costs or why it cannot be had, and the total.
pub(super) fn summary(
    visit: &Visit,
    shelf: &Shelf,
    location: Option<LocationId>,
    items: &[(VariantId, Quantity)],
) -> Result<Markup, NoEntropy> {
    let Some(location) = location.filter(|_| !items.is_empty()) else {
        return Ok(html! {
            div.quote data-count="0" { p.empty { (visit.say(Word::BasketEmpty)) } }
        });
    };
    let quote = shelf.quote(&visit.settings, items, location, visit.now)?;
    let totals = quote.order.totals();
    let total = amounts::money(visit, totals.total);
    let exclusive = visit.settings.tax_mode == TaxMode::Exclusive;
    let is_short = !quote.refused.is_empty();
    let mut seen: Vec<VariantId> = Vec::new();
    let mut rows = Vec::new();
    for (id, _) in items {
        if !seen.contains(id) {
            seen.push(*id);
            rows.push(row(visit, shelf, *id, &quote));
        }
    }
    Ok(html! {
        div.quote data-count=(seen.len()) data-total=(total) data-minor=(totals.total.minor_units())
            data-short=(is_short) {
            ul.lines { @for row in rows { (row) } }
            dl.sums {
                @if exclusive {
                    div { dt { (visit.say(Word::Tax)) } dd { (amounts::money(visit, totals.taxed.tax_amount)) } }
                }
                div.total { dt { (visit.say(Word::Total)) } dd { (total) } }
            }
            @if is_short { p.hint { (visit.say(Word::TotalNoMore)) } }
        }
    })
}

fn row(visit: &Visit, shelf: &Shelf, id: VariantId, quote: &Quote) -> Markup {
    let variant = shelf.variant(id);
    let refusal = quote.refused.iter().find(|(refused, _)| *refused == id);
    let line = quote.order.lines.iter();
    let mut line = line.filter(|line| line.variant == id && line.kind != LineKind::BottleDeposit);
    let line = line.next();
    html! {
        li {
            div.what {
                @if let Some(variant) = variant {
                    a href=(visit.address(&format!("/p/{id}"))) { (variant.name) }
                }
                @if let Some(line) = line {
                    span.each { (price_of(visit, line)) }
                    @for tied in quote.order.lines_tied_to(line.id) {
                        span.tied { "+ " (tied.name) " " (amounts::money(visit, tied.amount())) }
                    }
                }
                @if let Some((_, refusal)) = refusal {
                    (refused(visit, shelf, refusal))
                }
            }
            @if let Some(line) = line { b.amount { (amounts::money(visit, line.amount())) } }
            @if let Some(variant) = variant { (stepper_of(visit, variant, false)) }
            (take_out(visit, id, variant.map_or("", |variant| variant.name.as_str())))
        }
    }
}

fn price_of(visit: &Visit, line: &Line) -> String {
    amounts::price_per(visit, line.price.unit_price, line.unit)
}

fn refused(visit: &Visit, shelf: &Shelf, refusal: &Refusal) -> Markup {
    html! { span.refused { (sentence(visit, shelf, refusal)) } }
}

fn take_out(visit: &Visit, id: VariantId, name: &str) -> Markup {
    html! {
        button.take-out type="button" data-variant=(id) {
            (visit.say(Word::TakeOut)) span.unseen { " " (name) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basket_is_read_whole_or_not_at_all() {
        let id = "01900000-0000-7000-8000-000000000001";
        let items = read(&format!("{id}:1500,{id}:-1")).unwrap();
        let quantities: Vec<i64> = items.iter().map(|item| item.1.in_thousandths()).collect();
        assert_eq!(quantities, [1500, -1]);
        assert_eq!(read("").unwrap(), vec![]);
        for text in [id, "x:1", &format!("{id}:1.5"), &format!("{id}:1:2")] {
            assert_eq!(read(text), Err(PageFailure::Malformed), "{text}");
        }
        let many = vec![format!("{id}:1"); ARTICLES_MAX + 1].join(",");
        assert_eq!(read(&many), Err(PageFailure::TooLarge));
    }
}
