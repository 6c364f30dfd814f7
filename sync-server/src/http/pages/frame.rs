//! What all pages have in common: the head, the hub's name over the door, the languages, the basket's
//! bar, and the headers that say what a page may do.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use comptoir_documents::Language;
use maud::{DOCTYPE, Markup, html};

use super::assets::{SHOP_ICON, SHOP_SCRIPT, STYLE_SHEET};
use super::failure::PageFailure;
use super::visit::{Visit, language_of};
use super::words::Word;

/// Nothing from elsewhere, no script but our own file, nobody's frame.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// Pages speak of this moment, and some of one person.
const UNKEPT: HeaderValue = HeaderValue::from_static("no-store");

/// How often a page that moves is looked at again without the script, in seconds.
const RELOAD_S: &str = "60";

/// A page of a shop.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) visit: &'a Visit,
    pub(super) title: &'a str,
    /// Where the other languages are; this very page where it is not said.
    pub(super) elsewhere: Option<&'a str>,
    /// Whether the bar with the basket lies over the page's end.
    pub(super) basket_bar: bool,
    /// Whether the page changes by itself.
    pub(super) moves: bool,
}

impl<'a> Frame<'a> {
    pub(super) fn new(visit: &'a Visit, title: &'a str) -> Frame<'a> {
        Frame {
            visit,
            title,
            elsewhere: None,
            basket_bar: false,
            moves: false,
        }
    }

    /// The page around its content.
    pub(super) fn around(&self, content: &Markup) -> Response {
        let visit = self.visit;
        let page = html! {
            (DOCTYPE)
            html lang=(visit.say(Word::LanguageCode)) {
                (head(&format!("{} – {}", self.title, visit.settings.name), self.moves))
                body data-hub=(visit.hub.id) data-quote=(visit.address("/quote"))
                    data-checkout=(visit.address("/checkout"))
                    data-unreachable=(visit.say(Word::CannotReach)) {
                    a.skip href="#content" { (visit.say(Word::SkipToContent)) }
                    (self.door())
                    main #content { (content) }
                    (foot(visit))
                    @if self.basket_bar { (basket_bar(visit)) }
                }
            }
        };
        Html(page.into_string()).into_response()
    }

    fn door(&self) -> Markup {
        let visit = self.visit;
        html! {
            header.door {
                a.name href=(visit.address("")) { (visit.settings.name) }
                nav aria-label=(visit.say(Word::OtherLanguages)) {
                    @for language in [Language::English, Language::French] {
                        (self.language_link(language))
                    }
                }
            }
        }
    }

    fn language_link(&self, language: Language) -> Markup {
        let code = Word::LanguageCode.text(language);
        let address = match self.elsewhere {
            Some(path) => self.visit.address_with(path, &[]),
            None => self.visit.here_with("lang", code),
        };
        let address = match self.elsewhere {
            Some(_) if address.contains('?') => format!("{address}&lang={code}"),
            Some(_) => format!("{address}?lang={code}"),
            None => address,
        };
        html! {
            @if language == self.visit.language {
                span aria-current="true" { (Word::LanguageName.text(language)) }
            } @else {
                a href=(address) lang=(code) hreflang=(code) { (Word::LanguageName.text(language)) }
            }
        }
    }
}

fn head(title: &str, moves: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) }
            link rel="stylesheet" href=(STYLE_SHEET.address());
            link rel="icon" href=(SHOP_ICON.address()) type="image/svg+xml";
            script src=(SHOP_SCRIPT.address()) defer {}
            @if moves {
                meta name="robots" content="noindex";
                noscript { meta http-equiv="refresh" content=(RELOAD_S); }
            }
        }
    }
}

fn foot(visit: &Visit) -> Markup {
    let legal = &visit.settings.legal;
    html! {
        footer {
            p { (legal.legal_name.as_deref().unwrap_or(&visit.settings.name)) }
            @if !legal.address_lines.is_empty() { p { (legal.address_lines.join(", ")) } }
            @if let Some(email) = &legal.email {
                p { a href={ "mailto:" (email) } { (email) } }
            }
            @if let Some(phone) = &legal.phone { p { (phone) } }
        }
    }
}

/// Empty and hidden until the script says what is in the basket.
fn basket_bar(visit: &Visit) -> Markup {
    html! {
        nav aria-label=(visit.say(Word::Basket)) {
            a #bar.bar href=(visit.address("/checkout")) hidden {
                span { span #bar-count.badge {} (visit.say(Word::Basket)) }
                span { b #bar-total {} span.arrow aria-hidden="true" { "→" } }
                span.unseen { (visit.say(Word::ToCheckout)) }
            }
        }
    }
}

/// A page with another status than 200.
pub(super) fn with_status(status: StatusCode, mut page: Response) -> Response {
    *page.status_mut() = status;
    page
}

/// Puts a page on what failed, and the headers of all pages on everything.
pub(super) async fn dressed(request: Request, next: Next) -> Response {
    let language = language_of(request.uri(), request.headers());
    let mut response = next.run(request).await;
    if let Some(failure) = response.extensions_mut().remove::<PageFailure>() {
        let retry = response.headers_mut().remove(header::RETRY_AFTER);
        response = failure_page(failure, language);
        if let Some(retry) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
    }
    let headers = response.headers_mut();
    put_unless_there(headers, header::CONTENT_SECURITY_POLICY, POLICY);
    put_unless_there(headers, header::CACHE_CONTROL, UNKEPT);
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn put_unless_there(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

fn failure_page(failure: PageFailure, language: Language) -> Response {
    let (title, sentence) = failure.words();
    let page = html! {
        (DOCTYPE)
        html lang=(Word::LanguageCode.text(language)) {
            (head(title.text(language), false))
            body {
                main.alone {
                    h1 { (title.text(language)) }
                    p { (sentence.text(language)) }
                }
            }
        }
    };
    with_status(failure.status(), Html(page.into_string()).into_response())
}
