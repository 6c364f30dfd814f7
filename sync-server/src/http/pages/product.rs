//! One product with everything that is known of it, and the parts that its card shares.

use axum::extract::Path;
use axum::response::Response;
use comptoir_domain::catalogue::{Variant, VariantKind};
use comptoir_domain::ids::VariantId;
use comptoir_domain::tax::TaxMode;
use comptoir_domain::unit_price::unit_price;
use maud::{Markup, html};

use super::amounts;
use super::failure::PageFailure;
use super::frame::Frame;
use super::visit::Visit;
use super::words::Word;
use crate::shop::{Availability, Offer, Shelf};

pub(super) async fn product(
    visit: Visit,
    Path((_, variant)): Path<(String, String)>,
) -> Result<Response, PageFailure> {
    let variant: VariantId = variant.parse().map_err(|_| PageFailure::NotFound)?;
    let shelf = visit.shelf.read();
    let location = visit.location.ok_or(PageFailure::NotFound)?;
    let offer = shelf.offer(variant, location, visit.now);
    let offer = offer.ok_or(PageFailure::NotFound)?;
    let name = &offer.variant.name;
    let description = offer
        .product
        .and_then(|product| product.description.as_deref());
    let content = html! {
        p.back { a href=(visit.address("")) { span aria-hidden="true" { "← " } (visit.say(Word::BackToShop)) } }
        article.product {
            (picture(&visit, &offer, false))
            div.words {
                h1 { (name) }
                (prices(&visit, &offer))
                (deposit(&visit, offer.variant))
                (availability(&visit, &offer, true))
                (stepper(&visit, &offer))
                @if let Some(text) = description { p.description { (text) } }
                (facts(&visit, &shelf, &offer))
            }
        }
    };
    let mut frame = Frame::new(&visit, name);
    frame.basket_bar = true;
    Ok(frame.around(&content))
}

/// The picture, or the first letter of the name on a ground of its own.
pub(super) fn picture(visit: &Visit, offer: &Offer<'_>, small: bool) -> Markup {
    let name = &offer.variant.name;
    let address = offer.variant.image.as_deref();
    let address = address.map(|image| format!("/shop/{}/pictures/{image}", visit.hub.id));
    let alternative = if small { "" } else { name.as_str() };
    let loading = if small { "lazy" } else { "eager" };
    html! {
        div.picture {
            @if let Some(address) = address {
                img src=(address) alt=(alternative) width="240" height="240" loading=(loading)
                    decoding="async";
            } @else {
                span aria-hidden="true" { (name.chars().next().unwrap_or(' ')) }
            }
        }
    }
}

/// What it costs, what it cost before, and what a kilogram of it costs.
pub(super) fn prices(visit: &Visit, offer: &Offer<'_>) -> Markup {
    let variant = offer.variant;
    let price = &offer.price;
    let shown = if variant.unit.is_measured() {
        amounts::price_per(visit, price.unit_price, variant.unit)
    } else {
        amounts::money(visit, price.unit_price)
    };
    let content = variant.content.filter(|_| !variant.unit.is_measured());
    let per = content.and_then(|content| unit_price(price.unit_price, content));
    let net = visit.settings.tax_mode == TaxMode::Exclusive;
    html! {
        p.price {
            b { (shown) }
            @if price.regular != price.unit_price {
                " " s { span.unseen { (visit.say(Word::Before)) " " } (amounts::money(visit, price.regular)) }
            }
            @if net { " " small { (visit.say(Word::WithoutTax)) } }
            @if let Some(per) = per {
                " " small { (amounts::price_per(visit, per.price, per.per)) }
            }
        }
    }
}

fn deposit(visit: &Visit, variant: &Variant) -> Markup {
    let said = variant.deposit.as_ref().map(|deposit| {
        let amount = amounts::money(visit, deposit.amount);
        let values = [("amount", amount.as_str()), ("name", deposit.name.as_str())];
        visit.say_with(Word::PlusDeposit, &values)
    });
    html! { @if let Some(said) = said { p.deposit { (said) } } }
}

/// How much is left, honestly. Plenty is worth a word only where there is room for it.
pub(super) fn availability(visit: &Visit, offer: &Offer<'_>, always: bool) -> Markup {
    let unit = offer.variant.unit;
    match offer.availability {
        Availability::SoldOut => html! { p.left.none { (visit.say(Word::SoldOut)) } },
        Availability::Few(left) => {
            let left = amounts::quantity(visit, left, unit);
            html! { p.left.few { (visit.say_with(Word::FewLeft, &[("left", &left)])) } }
        }
        Availability::Plenty if always => html! { p.left { (visit.say(Word::InStock)) } },
        Availability::Plenty => html! {},
    }
}

/// Plus and minus, for the script; without it they are not there.
pub(super) fn stepper(visit: &Visit, offer: &Offer<'_>) -> Markup {
    match offer.availability {
        Availability::SoldOut => html! {},
        _ => stepper_of(visit, offer.variant, true),
    }
}

/// The same for anything that is in the basket.
pub(super) fn stepper_of(visit: &Visit, variant: &Variant, add: bool) -> Markup {
    let named = |word: Word| visit.say_with(word, &[("name", &variant.name)]);
    let unit = variant.unit;
    let sign = comptoir_documents::format::unit_symbol(unit);
    let label = sign.map_or_else(
        || named(Word::QuantityNamed),
        |sign| {
            visit.say_with(
                Word::QuantityNamedIn,
                &[("name", &variant.name), ("unit", sign)],
            )
        },
    );
    html! {
        div.stepper data-variant=(variant.id) data-step=(amounts::step(unit).in_thousandths())
            data-first=(amounts::first(unit).in_thousandths()) {
            @if add {
                button.add type="button" aria-label=(named(Word::AddNamed)) { (visit.say(Word::Add)) }
            }
            div.count {
                button.less type="button" aria-label=(named(Word::LessNamed)) { "−" }
                input type="text" inputmode="decimal" autocomplete="off" size="4" maxlength="8"
                    aria-label=(label);
                @if let Some(sign) = sign { span.unit aria-hidden="true" { (sign) } }
                button.more type="button" aria-label=(named(Word::MoreNamed)) { "+" }
            }
        }
    }
}

fn facts(visit: &Visit, shelf: &Shelf, offer: &Offer<'_>) -> Markup {
    let product = offer.product;
    let of = |pick: fn(&comptoir_domain::catalogue::Product) -> &Option<String>| {
        product.and_then(|product| pick(product).as_deref())
    };
    let content = offer.variant.content;
    let content = content.map(|held| amounts::quantity(visit, held.quantity, held.unit));
    let facts = [
        (Word::Contains, parts(visit, shelf, offer.variant)),
        (Word::Content, content),
        (
            Word::Ingredients,
            of(|product| &product.ingredients).map(str::to_owned),
        ),
        (
            Word::Allergens,
            of(|product| &product.allergens).map(str::to_owned),
        ),
        (
            Word::Origin,
            of(|product| &product.origin).map(str::to_owned),
        ),
        (
            Word::Supplier,
            of(|product| &product.supplier).map(str::to_owned),
        ),
        (
            Word::Storage,
            of(|product| &product.storage).map(str::to_owned),
        ),
    ];
    html! {
        dl.facts {
            @for (name, fact) in facts {
                @if let Some(fact) = fact {
                    div { dt { (visit.say(name)) } dd { (fact) } }
                }
            }
        }
    }
}

/// What is in a box, as far as the shop knows its parts.
fn parts(visit: &Visit, shelf: &Shelf, variant: &Variant) -> Option<String> {
    let VariantKind::Bundle { parts } = &variant.kind else {
        return None;
    };
    let named = parts.iter().filter_map(|(id, quantity)| {
        let part = shelf.variant(*id)?;
        let quantity = amounts::quantity(visit, *quantity, part.unit);
        Some(format!("{quantity} {}", part.name))
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}
