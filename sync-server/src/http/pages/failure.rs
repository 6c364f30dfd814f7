//! What a page could not do. The page that says so is made in one place, in the language of who asked.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_domain::refusal::RefusalCode;

use super::words::Word;
use crate::entropy::NoEntropy;
use crate::shop::ShopError;
use crate::store::StoreError;

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PageFailure {
    /// Unknown, somebody else's, or guessed: the same answer for all of them.
    NotFound,
    Malformed,
    /// A form that was on no page of ours.
    Foreign,
    TooLarge,
    /// How many seconds to wait.
    TooOften(u32),
    Unavailable,
}

impl PageFailure {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            PageFailure::NotFound => StatusCode::NOT_FOUND,
            PageFailure::Malformed => StatusCode::BAD_REQUEST,
            PageFailure::Foreign => StatusCode::FORBIDDEN,
            PageFailure::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            PageFailure::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            PageFailure::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Heading and sentence.
    pub(super) const fn words(self) -> (Word, Word) {
        match self {
            PageFailure::NotFound => (Word::NotFoundTitle, Word::NotFound),
            PageFailure::Malformed | PageFailure::TooLarge => {
                (Word::TroubleTitle, Word::Unreadable)
            }
            PageFailure::Foreign => (Word::TroubleTitle, Word::Foreign),
            PageFailure::TooOften(_) => (Word::TroubleTitle, Word::TooOften),
            PageFailure::Unavailable => (Word::TroubleTitle, Word::Trouble),
        }
    }
}

impl IntoResponse for PageFailure {
    /// Without a body: [`super::frame::dressed`] adds it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let wait_s = match self {
            PageFailure::TooOften(wait_s) => Some(wait_s),
            PageFailure::Unavailable => Some(2),
            _ => None,
        };
        if let Some(wait_s) = wait_s {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for PageFailure {
    fn from(error: StoreError) -> PageFailure {
        if !matches!(error, StoreError::Busy | StoreError::Closed) {
            tracing::error!(%error, "the store failed");
        }
        PageFailure::Unavailable
    }
}

impl From<NoEntropy> for PageFailure {
    fn from(error: NoEntropy) -> PageFailure {
        tracing::error!(%error, "no randomness");
        PageFailure::Unavailable
    }
}

impl From<ShopError> for PageFailure {
    /// Refusals that can be put into words are, before it comes to this.
    fn from(error: ShopError) -> PageFailure {
        match error {
            ShopError::Store(error) => error.into(),
            ShopError::NoEntropy(error) => error.into(),
            ShopError::Refused(refusal) if refusal.code == RefusalCode::OrderUnknown => {
                PageFailure::NotFound
            }
            ShopError::Refused(_) => PageFailure::Malformed,
        }
    }
}
