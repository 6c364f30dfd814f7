//! Who is asking: the session's cookie, and for what changes something, proof that a page of ours asks.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use super::failure::Failure;
use crate::http::ApiState;
use crate::http::pages::is_own_page;
use crate::office::{LIFE_MS, Sitting};
use crate::session::Token;

/// The cookie that holds a session's token.
const COOKIE: &str = "comptoir_office";

/// The header in which a page shows that it is ours.
const PAGE_TOKEN: &str = "x-office-token";

/// Somebody who is logged in and reads.
#[derive(Debug, Clone)]
pub(super) struct Reader(pub Sitting);

/// Somebody who is logged in and changes something from a page of ours.
#[derive(Debug, Clone)]
pub(super) struct Author(pub Sitting);

/// The same before the password was changed that somebody else gave.
#[derive(Debug, Clone)]
pub(super) struct Newcomer(pub Sitting);

/// A request that no other site made.
#[derive(Debug, Clone, Copy)]
pub(super) struct OwnPage;

fn token_of(headers: &HeaderMap) -> Option<Token> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.filter_map(|line| line.to_str().ok());
    let mut pairs = pairs.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| Token::read(value))?
    })
}

async fn sitting(parts: &Parts, state: &ApiState) -> Result<Sitting, Failure> {
    let token = token_of(&parts.headers).ok_or(Failure::NoSession)?;
    let found = state.office.sitting(token).await?;
    found.ok_or(Failure::NoSession)
}

fn check_own(parts: &Parts, state: &ApiState) -> Result<(), Failure> {
    if is_own_page(&parts.headers, state.behind_proxy) {
        Ok(())
    } else {
        Err(Failure::CrossSite)
    }
}

impl FromRequestParts<ApiState> for OwnPage {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<OwnPage, Failure> {
        check_own(parts, state).map(|()| OwnPage)
    }
}

impl FromRequestParts<ApiState> for Newcomer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Newcomer, Failure> {
        check_own(parts, state)?;
        let sitting = sitting(parts, state).await?;
        let shown = parts.headers.get(PAGE_TOKEN);
        let expected = sitting.page_token();
        let is_ours = shown.is_some_and(|shown| shown.as_bytes() == expected.as_bytes());
        if is_ours {
            Ok(Newcomer(sitting))
        } else {
            Err(Failure::CrossSite)
        }
    }
}

impl FromRequestParts<ApiState> for Author {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Author, Failure> {
        let Newcomer(sitting) = Newcomer::from_request_parts(parts, state).await?;
        if sitting.must_change {
            return Err(Failure::PasswordChangeNeeded);
        }
        Ok(Author(sitting))
    }
}

impl FromRequestParts<ApiState> for Reader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Reader, Failure> {
        let sitting = sitting(parts, state).await?;
        // What the session itself says is told before the password is changed, too.
        if sitting.must_change && !parts.uri.path().ends_with("/session") {
            return Err(Failure::PasswordChangeNeeded);
        }
        Ok(Reader(sitting))
    }
}

/// The cookie of a new session, or one that takes it away. It is sent back over TLS only where this
/// answer goes over TLS.
pub(super) fn cookie(token: Option<&Token>, is_secure: bool) -> HeaderValue {
    let (value, age_s) = match token {
        Some(token) => (token.text(), LIFE_MS / 1000),
        None => (String::new(), 0),
    };
    let secure = if is_secure { "; Secure" } else { "" };
    let text = format!(
        "{COOKIE}={value}; Path=/office; Max-Age={age_s}; HttpOnly; SameSite=Strict{secure}"
    );
    HeaderValue::try_from(text).expect("a token holds only letters, digits, dots and dashes")
}

/// Whether the other side reaches us over TLS.
pub(super) fn is_secure(headers: &HeaderMap, state: &ApiState) -> bool {
    let said = headers.get("x-forwarded-proto");
    let by_proxy = said.is_some_and(|said| said.as_bytes() == b"https");
    state.office.speaks_tls() || (state.behind_proxy && by_proxy)
}
