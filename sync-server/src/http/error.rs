//! The one shape of an error on the wire, and the one place where failures become statuses.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_domain::refusal::{Refusal, RefusalCode};
use comptoir_sync::error_code;
use comptoir_sync::protocol::ErrorReply;

use crate::committer::CommitError;
use crate::entropy::NoEntropy;
use crate::shop::ShopError;
use crate::store::StoreError;

/// An error as a handler returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after_s: Option<u32>,
}

pub(super) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<String>,
    ) -> ApiError {
        ApiError {
            status,
            code,
            message: message.into(),
            retry_after_s: None,
        }
    }

    pub(super) fn malformed(message: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, error_code::MALFORMED, message)
    }

    pub(super) fn too_large(message: impl Into<String>) -> ApiError {
        ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            error_code::TOO_LARGE,
            message,
        )
    }

    pub(super) fn unauthorised() -> ApiError {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            error_code::UNAUTHORISED,
            "a session is needed",
        )
    }

    pub(super) fn forbidden(code: &'static str, message: &str) -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(super) fn too_many_tries(wait_s: u32) -> ApiError {
        ApiError {
            retry_after_s: Some(wait_s),
            ..ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                error_code::TOO_MANY_TRIES,
                "too many tries",
            )
        }
    }

    pub(super) fn unavailable() -> ApiError {
        ApiError {
            retry_after_s: Some(2),
            ..ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                error_code::UNAVAILABLE,
                "nothing can be stored at the moment",
            )
        }
    }

    pub(super) fn busy() -> ApiError {
        ApiError {
            retry_after_s: Some(5),
            ..ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                error_code::BUSY,
                "more is asked than can be queued",
            )
        }
    }

    /// A no of the trade, under its own code, with the values that its sentence names.
    pub(super) fn refused(refusal: &Refusal) -> ApiError {
        let status = match refusal.code {
            RefusalCode::OrderUnknown => StatusCode::NOT_FOUND,
            RefusalCode::NotEnoughInStock
            | RefusalCode::SlotFull
            | RefusalCode::SlotClosed
            | RefusalCode::PriceChanged
            | RefusalCode::OrderNotOpen
            | RefusalCode::OrderClosedToCustomer => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let values = refusal.params.iter();
        let values: Vec<String> = values
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        ApiError::new(status, refusal.code.as_str(), values.join(", "))
    }

    /// Status, code, message and seconds to wait, for who says it in another shape.
    pub(super) fn parts(self) -> (StatusCode, &'static str, String, Option<u32>) {
        (self.status, self.code, self.message, self.retry_after_s)
    }

    pub(super) fn internal() -> ApiError {
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            error_code::INTERNAL,
            "the server erred",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let reply = ErrorReply {
            code: self.code.to_owned(),
            message: self.message,
        };
        let mut response = (self.status, Json(reply)).into_response();
        if let Some(seconds) = self.retry_after_s {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        match error {
            StoreError::HubUnknown(_) | StoreError::TillUnknown => ApiError::unauthorised(),
            StoreError::Busy => ApiError::busy(),
            StoreError::Closed => ApiError::unavailable(),
            other => {
                tracing::error!(error = %other, "the store failed");
                ApiError::unavailable()
            }
        }
    }
}

impl From<ShopError> for ApiError {
    fn from(error: ShopError) -> ApiError {
        match error {
            ShopError::Refused(refusal) => ApiError::refused(&refusal),
            ShopError::Store(error) => error.into(),
            ShopError::NoEntropy(error) => error.into(),
        }
    }
}

impl From<CommitError> for ApiError {
    /// Where it was found it was logged.
    fn from(error: CommitError) -> ApiError {
        match error {
            CommitError::Busy => ApiError::busy(),
            CommitError::Store(_) | CommitError::Closed => ApiError::unavailable(),
        }
    }
}

impl From<NoEntropy> for ApiError {
    fn from(error: NoEntropy) -> ApiError {
        tracing::error!(%error, "no randomness");
        ApiError::internal()
    }
}
