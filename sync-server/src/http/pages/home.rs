//! The shop's first page: what there is, by category, and what a search finds.

use axum::response::Response;
use comptoir_domain::slot::Slot;
use maud::{Markup, html};

use super::frame::Frame;
use super::product::{availability, picture, prices, stepper};
use super::visit::Visit;
use super::when;
use super::words::Word;
use crate::shop::{Listed, Offer, Shelf, words_of};

/// The most products on one page: an old telephone still scrolls through them.
const SHOWN_MAX: usize = 90;

/// No catalogue is so large.
const FROM_MAX: usize = 10_000_000;

/// The longest search, in characters.
const QUERY_MAX: usize = 80;

pub(super) async fn home(visit: Visit) -> Response {
    let shelf = visit.shelf.read();
    let choice = Choice::of(&visit);
    let found = found(&visit, &shelf, &choice);
    let content = html! {
        h1.unseen { (visit.settings.name) }
        (next_pick_up(&visit, &shelf))
        noscript { p.notice { (visit.say(Word::NeedsScript)) } }
        (search(&visit, &choice))
        (categories(&visit, &choice, &shelf.listing().categories()))
        @if let Some(query) = &choice.query {
            h2 { (visit.say_with(Word::Found, &[("query", query)])) }
        }
        @if shelf.listing().is_empty() {
            p.empty { (visit.say(Word::NothingOffered)) }
        } @else if found.is_empty() {
            p.empty { (visit.say(Word::NothingFound)) " " a href=(visit.address("")) {
                (visit.say(Word::ShowEverything))
            } }
        } @else {
            (shelves(&visit, &choice, &found))
        }
    };
    let mut frame = Frame::new(&visit, visit.say(Word::Everything));
    frame.basket_bar = true;
    frame.around(&content)
}

/// One page of what the visitor wants to see, and one more to know whether another follows.
fn found<'s>(visit: &Visit, shelf: &'s Shelf, choice: &'s Choice) -> Vec<(&'s Listed, Offer<'s>)> {
    let Some(location) = visit.location else {
        return Vec::new();
    };
    let listed = shelf.listing();
    let listed = listed.find(choice.category.as_deref(), &choice.words);
    listed
        .filter_map(|listed| Some((listed, shelf.offer(listed.variant, location, visit.now)?)))
        .skip(choice.from)
        .take(SHOWN_MAX + 1)
        .collect()
}

/// What the visitor wants to see.
struct Choice {
    /// As typed.
    query: Option<String>,
    words: Vec<String>,
    category: Option<String>,
    from: usize,
}

impl Choice {
    fn of(visit: &Visit) -> Choice {
        let typed = visit.asked.get("q").map_or("", |query| query.trim());
        let query: String = typed.chars().take(QUERY_MAX).collect();
        let from = visit.asked.get("from").and_then(|from| from.parse().ok());
        let category = visit.asked.get("category").cloned();
        Choice {
            words: words_of(&query),
            query: (!query.is_empty()).then_some(query),
            category: category.filter(|category| !category.is_empty()),
            from: from.unwrap_or(0).min(FROM_MAX),
        }
    }
}

fn category_name<'a>(visit: &Visit, category: &'a str) -> &'a str {
    if category.is_empty() {
        visit.say(Word::Others)
    } else {
        category
    }
}

fn next_pick_up(visit: &Visit, shelf: &Shelf) -> Markup {
    let open = shelf.open_slots(visit.now);
    let here = |slot: &&&Slot| Some(slot.location) == visit.location;
    let next = open.iter().find(here);
    let places = visit.places(shelf);
    html! {
        section.pick-up aria-label=(visit.say(Word::NextPickUp)) {
            @if let Some(slot) = next {
                (pick_up_of(visit, slot))
            } @else {
                p { (visit.say(Word::NoPickUp)) }
            }
            @if !places.is_empty() {
                nav.places aria-label=(visit.say(Word::Places)) {
                    @for place in places {
                        @let address = visit.here_with("place", &place.id.to_string());
                        a href=(address) aria-current=[(Some(place.id) == visit.location).then_some("true")] {
                            (place.name)
                        }
                    }
                }
            }
        }
    }
}

fn pick_up_of(visit: &Visit, slot: &Slot) -> Markup {
    let zone = visit.settings.zone;
    let until = when::moment(slot.orders_until, zone, visit.language);
    html! {
        p.eyebrow { (visit.say(Word::NextPickUp)) }
        p.when {
            strong { (when::day(slot.starts_at, zone, visit.language)) }
            ", " span.whole { (when::hours(slot, zone)) }
            " · " span.whole { (visit.place_name(slot.location)) }
        }
        p.until { (visit.say_with(Word::OrderUntil, &[("moment", &until)])) }
    }
}

fn search(visit: &Visit, choice: &Choice) -> Markup {
    html! {
        form.search role="search" method="get" action=(visit.address("")) {
            @for (name, value) in visit.kept() { input type="hidden" name=(name) value=(value); }
            label.unseen for="q" { (visit.say(Word::SearchFor)) }
            input #q type="search" name="q" maxlength=(QUERY_MAX) enterkeyhint="search"
                placeholder=(visit.say(Word::SearchFor))
                value=(choice.query.as_deref().unwrap_or_default());
            button type="submit" { (visit.say(Word::Search)) }
        }
    }
}

fn categories(visit: &Visit, choice: &Choice, names: &[&str]) -> Markup {
    if names.len() < 2 {
        return html! {};
    }
    let all = choice.category.is_none() && choice.query.is_none();
    html! {
        nav.categories aria-label=(visit.say(Word::Categories)) {
            ul {
                li { a href=(visit.address("")) aria-current=[all.then_some("page")] {
                    (visit.say(Word::Everything))
                } }
                @for name in names {
                    @let chosen = choice.category.as_deref() == Some(*name);
                    li { a href=(visit.address_with("", &[("category", name)]))
                        aria-current=[chosen.then_some("page")] { (name) } }
                }
            }
        }
    }
}

/// A page of what was found, each category under its name.
fn shelves(visit: &Visit, choice: &Choice, found: &[(&Listed, Offer<'_>)]) -> Markup {
    let page = &found[..found.len().min(SHOWN_MAX)];
    let groups = page.chunk_by(|(one, _), (other, _)| one.category == other.category);
    html! {
        @for group in groups {
            section.shelf {
                h2 { (category_name(visit, &group[0].0.category)) }
                ul.cards { @for (_, offer) in group { (card(visit, offer)) } }
            }
        }
        nav.pages aria-label=(visit.say(Word::Pages)) {
            @if choice.from > 0 {
                a.button rel="prev" href=(page_from(visit, choice.from.saturating_sub(SHOWN_MAX))) {
                    (visit.say(Word::PreviousPage))
                }
            }
            @if found.len() > SHOWN_MAX {
                a.button rel="next" href=(page_from(visit, choice.from + SHOWN_MAX)) {
                    (visit.say(Word::NextPage))
                }
            }
        }
    }
}

fn page_from(visit: &Visit, from: usize) -> String {
    visit.here_with("from", &from.to_string())
}

fn card(visit: &Visit, offer: &Offer<'_>) -> Markup {
    let address = visit.address(&format!("/p/{}", offer.variant.id));
    html! {
        li.card {
            (picture(visit, offer, true))
            div.words {
                h3 { a href=(address) { (offer.variant.name) } }
                (prices(visit, offer))
                (availability(visit, offer, false))
            }
            (stepper(visit, offer))
        }
    }
}
