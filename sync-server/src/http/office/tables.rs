//! Lists as files that a spreadsheet opens.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::failure::Answer;
use crate::office::Table;

/// A table as an answer that a browser saves.
pub(super) fn file(table: &Table) -> Answer<Response> {
    let content = table.content()?;
    let name = format!("attachment; filename=\"{}.csv\"", table.name);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::try_from(name).expect("a table's name is a plain word"),
        ),
    ];
    Ok((headers, content).into_response())
}
