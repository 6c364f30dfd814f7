//! Who visits which shop, in which language, and for which pick-up place.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use comptoir_documents::Language;
use comptoir_domain::ids::{HubId, LocationId};
use comptoir_domain::settings::{HubSettings, Location};
use comptoir_domain::time::Timestamp;

use super::failure::PageFailure;
use super::words::Word;
use crate::http::ApiState;
use crate::shop::{CurrentShelf, Shelf};
use crate::store::Hub;

/// What is asked for by name in an address.
pub(super) type Asked = BTreeMap<String, String>;

/// One request for a page of a hub's shop.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) hub: Hub,
    pub(super) settings: HubSettings,
    pub(super) shelf: CurrentShelf,
    pub(super) language: Language,
    /// Where the goods are to be fetched, as far as that is known yet.
    pub(super) location: Option<LocationId>,
    pub(super) now: Timestamp,
    /// The part of the address behind the question mark.
    pub(super) asked: Asked,
    /// The part before it.
    pub(super) path: String,
    /// Whether customers can pay online here.
    pub(super) pays_online: bool,
}

/// What a page can be asked by name.
const ASKED: [&str; 8] = [
    "basket", "category", "from", "lang", "paid", "place", "q", "slot",
];

/// How long what is asked can be, in characters; a basket is read within limits of its own.
const ASKED_MAX: usize = 100;

/// What stays in the address from page to page.
const KEPT: [&str; 2] = ["lang", "place"];

impl Visit {
    pub(super) fn say(&self, word: Word) -> &'static str {
        word.text(self.language)
    }

    pub(super) fn say_with(&self, word: Word, values: &[(&str, &str)]) -> String {
        word.with(self.language, values)
    }

    /// The address of a page of this shop; `path` begins with a slash or is empty.
    pub(super) fn address(&self, path: &str) -> String {
        self.address_with(path, &[])
    }

    /// The same with more questions.
    pub(super) fn address_with(&self, path: &str, more: &[(&str, &str)]) -> String {
        let path = format!("/shop/{}{path}", self.hub.id);
        let kept = self.kept();
        address(&path, kept.into_iter().chain(more.iter().copied()))
    }

    /// This very page with one answer changed.
    pub(super) fn here_with(&self, name: &str, value: &str) -> String {
        let asked = self.asked.iter();
        let others = asked
            .filter(|(known, _)| !["basket", name].contains(&known.as_str()))
            .map(|(known, value)| (known.as_str(), value.as_str()));
        address(&self.path, others.chain([(name, value)]))
    }

    /// What stays in the address, as a form sends it along.
    pub(super) fn kept(&self) -> Vec<(&str, &str)> {
        let kept = KEPT.iter().filter_map(|name| {
            let value = self.asked.get(*name)?;
            Some((*name, value.as_str()))
        });
        kept.collect()
    }

    pub(super) fn place_name(&self, location: LocationId) -> &str {
        let known = self.settings.locations.iter();
        let mut known = known.filter(|known| known.id == location);
        known.next().map_or("", |location| location.name.as_str())
    }

    /// The places that something can be ordered for, where there are several.
    pub(super) fn places(&self, shelf: &Shelf) -> Vec<&Location> {
        let open = shelf.open_slots(self.now);
        let locations = self.settings.locations.iter();
        let places: Vec<&Location> = locations
            .filter(|location| location.active)
            .filter(|location| open.iter().any(|slot| slot.location == location.id))
            .collect();
        if places.len() > 1 { places } else { Vec::new() }
    }
}

/// An address with questions, each value written so that nothing in it is taken for another.
fn address<'a>(path: &str, asked: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    for (index, (name, value)) in asked.enumerate() {
        address.push(if index == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                address.push(char::from(byte));
            } else {
                address.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    address
}

/// What an address asks for; nothing where it cannot be read.
fn asked(uri: &Uri) -> Asked {
    Query::<Asked>::try_from_uri(uri).map_or_else(|_| Asked::new(), |Query(asked)| asked)
}

/// What of it a page of a shop knows, no longer than it can be: an address stands in every link of its page.
fn understood(asked: Asked, settings: &HubSettings) -> Asked {
    let known = asked.into_iter().filter_map(|(name, value)| {
        let value = match name.as_str() {
            "lang" => Word::LanguageCode.text(spoken(&value)?).to_owned(),
            "place" => {
                let place: LocationId = value.parse().ok()?;
                let mut locations = settings.locations.iter();
                locations.find(|location| location.active && location.id == place)?;
                place.to_string()
            }
            "basket" => value,
            _ => value.chars().take(ASKED_MAX).collect(),
        };
        ASKED.contains(&name.as_str()).then_some((name, value))
    });
    known.collect()
}

/// The language of the address, else the one that the browser likes best.
fn wanted(asked: &Asked, headers: &HeaderMap) -> Option<Language> {
    let named = asked.get("lang").and_then(|tag| spoken(tag));
    named.or_else(|| preferred(headers))
}

/// The language of an answer that belongs to no hub.
pub(super) fn language_of(uri: &Uri, headers: &HeaderMap) -> Language {
    wanted(&asked(uri), headers).unwrap_or_default()
}

/// A language that the pages are written in.
fn spoken(tag: &str) -> Option<Language> {
    let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
    [Language::English, Language::French]
        .into_iter()
        .find(|language| primary.eq_ignore_ascii_case(Word::LanguageCode.text(*language)))
}

/// The language with the greatest weight (RFC 9110, 12.5.4), the first of equals.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let listed = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(u32, Language)> = None;
    for part in listed.split(',').take(30) {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight_of(weight);
        let Some(language) = spoken(tag) else {
            continue;
        };
        if weight > 0 && best.is_none_or(|(known, _)| weight > known) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// `q=0.8` in thousandths; 1000 where it is not said, nothing where it cannot be read.
fn weight_of(text: &str) -> u32 {
    let Some(number) = text.trim().strip_prefix("q=") else {
        return 1000;
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = format!("{part:0<3}");
    let digits = part.get(..3).and_then(|part| part.parse::<u32>().ok());
    match (whole, digits) {
        ("0", Some(thousandths)) => thousandths,
        ("1", _) => 1000,
        _ => 0,
    }
}

/// The place that was asked for, else that of the next pick-up, else the hub's first.
fn location_of(
    shelf: &Shelf,
    settings: &HubSettings,
    wanted: Option<&String>,
    now: Timestamp,
) -> Option<LocationId> {
    let active = |id: &LocationId| {
        let mut locations = settings.locations.iter();
        locations.any(|location| location.active && location.id == *id)
    };
    let wanted = wanted.and_then(|text| text.parse::<LocationId>().ok());
    let next = || shelf.open_slots(now).first().map(|slot| slot.location);
    let first = || {
        let mut locations = settings.locations.iter();
        locations
            .find(|location| location.active)
            .map(|location| location.id)
    };
    wanted.filter(active).or_else(next).or_else(first)
}

impl FromRequestParts<ApiState> for Visit {
    type Rejection = PageFailure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Visit, PageFailure> {
        let path = Path::<BTreeMap<String, String>>::from_request_parts(parts, state).await;
        let Path(path) = path.map_err(|_| PageFailure::NotFound)?;
        let hub = path.get("hub").and_then(|hub| hub.parse::<HubId>().ok());
        let hub = state.shop.hub(hub.ok_or(PageFailure::NotFound)?).await?;
        let hub = hub.ok_or(PageFailure::NotFound)?;
        let shelf = state.shop.shelf(&hub).await?;
        let settings = shelf.read().settings().cloned();
        let settings = settings.ok_or(PageFailure::NotFound)?;
        let asked = understood(asked(&parts.uri), &settings);
        let now = state.clock.now();
        let usual = || settings.languages.first().map(Language::from);
        let language = wanted(&asked, &parts.headers).or_else(usual);
        let location = location_of(&shelf.read(), &settings, asked.get("place"), now);
        Ok(Visit {
            hub,
            shelf,
            language: language.unwrap_or_default(),
            location,
            now,
            path: parts.uri.path().to_owned(),
            pays_online: state.pay.is_open(),
            asked,
            settings,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn liked(text: &str) -> Option<Language> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, text.parse().unwrap());
        preferred(&headers)
    }

    #[test]
    fn the_language_that_a_browser_likes_best_wins() {
        assert_eq!(liked("fr-FR,fr;q=0.9,en;q=0.8"), Some(Language::French));
        assert_eq!(liked("de,en;q=0.5,fr;q=0.7"), Some(Language::French));
        assert_eq!(liked("en, fr"), Some(Language::English));
        assert_eq!(liked("fr;q=0, en;q=0.001"), Some(Language::English));
        assert_eq!(liked("de"), None);
        assert_eq!(liked("fr;q=é"), None);
        assert_eq!(liked(""), None);
    }

    #[test]
    fn values_in_addresses_stay_values() {
        let asked = [("q", "a&b=c#\"<é"), ("lang", "fr")];
        let address = address("/shop/1", asked.into_iter());
        assert_eq!(address, "/shop/1?q=a%26b%3Dc%23%22%3C%C3%A9&lang=fr");
    }
}
