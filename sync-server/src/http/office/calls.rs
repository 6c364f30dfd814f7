//! How a handler of the office is said: its address, what it is asked with, what it answers, and the one
//! method of the office that does it. There are three shapes: [`read!`], the same list as a [`file!`],
//! and [`change!`]. Logging in and out are none of them.

use utoipa::IntoResponses;

use crate::office::wire::OfficeError;

/// What everybody is told who may not ask.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "shapes are described, never made")]
pub(super) enum Strangers {
    #[response(status = 401, description = "Nobody is logged in")]
    NoSession(OfficeError),
    #[response(
        status = 403,
        description = "The role does not allow it, or another site asks"
    )]
    NotPermitted(OfficeError),
}

/// What is told of a thing that is not there.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "shapes are described, never made")]
pub(super) enum Missing {
    #[response(status = 404, description = "There is no such thing here")]
    Missing(OfficeError),
}

/// Why something stays as it is.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "shapes are described, never made")]
pub(super) enum Unchanged {
    #[response(status = 409, description = "Changed meanwhile")]
    Meanwhile(OfficeError),
    #[response(status = 422, description = "Cannot be so")]
    Refused(OfficeError),
}

/// One described handler: what is written between the brackets is handed on as it stands.
macro_rules! handler {
    (
        [$($about:tt)*] [$($described:tt)*] [$($argument:tt)*] -> $answer:ident
        fn $name:ident by $who:ident { $method:ident($($given:expr),*) }
    ) => {
        $($about)*
        #[utoipa::path($($described)*)]
        pub(super) async fn $name(
            ::axum::extract::State(state): ::axum::extract::State<crate::http::ApiState>,
            super::asking::$who(sitting): super::asking::$who,
            $($argument)*
        ) -> super::failure::Answer<::axum::Json<$answer>> {
            let answer = state.office.$method(&sitting $(, $given)*).await?;
            Ok(::axum::Json(answer))
        }
    };
}

/// Something is read: a list, or one thing that the address names. What stands behind the question mark
/// is between square brackets.
macro_rules! read {
    (
        $(#[$($about:tt)*])*
        fn $name:ident($path:tt) $([$($asked:ident: $query:ident),+])? -> $answer:ident
        { $method:ident($($given:expr),*) }
    ) => {
        handler! {
            [$(#[$($about)*])*]
            [
                get, path = $path, $(params($($query),+),)?
                responses(
                    (status = 200, description = "As of now", body = $answer),
                    super::calls::Strangers,
                )
            ]
            [$($(super::sent::Asked($asked): super::sent::Asked<$query>,)+)?] -> $answer
            fn $name by Reader { $method($($given),*) }
        }
    };
    (
        $(#[$($about:tt)*])*
        fn $name:ident($path:tt, $word:tt $key:ident: $id:ident)
        $([$($asked:ident: $query:ident),+])? -> $answer:ident
        { $method:ident($($given:expr),*) }
    ) => {
        handler! {
            [$(#[$($about)*])*]
            [
                get, path = $path, params(($word = $id, Path) $($(, $query)+)?),
                responses(
                    (status = 200, description = "As of now", body = $answer),
                    super::calls::Strangers,
                    super::calls::Missing,
                )
            ]
            [
                super::sent::Called($key): super::sent::Called<$id>,
                $($(super::sent::Asked($asked): super::sent::Asked<$query>,)+)?
            ] -> $answer
            fn $name by Reader { $method($($given),*) }
        }
    };
}

/// Something is done by a page of ours: a new thing is made, or the one that the address names changes.
/// What the page sends is between the second parentheses.
macro_rules! change {
    (
        $(#[$($about:tt)*])*
        fn $name:ident($path:tt $(, $word:tt $key:ident: $id:ident)?)
        ($sent:ident: $body:ident) -> $answer:ident
        { $method:ident($($given:expr),*) }
    ) => {
        handler! {
            [$(#[$($about)*])*]
            [
                post, path = $path, request_body = $body, $(params(($word = $id, Path)),)?
                responses(
                    (status = 200, description = "Done, now or before", body = $answer),
                    super::calls::Strangers,
                    super::calls::Missing,
                    super::calls::Unchanged,
                )
            ]
            [
                $(super::sent::Called($key): super::sent::Called<$id>,)?
                super::sent::Sent($sent): super::sent::Sent<$body, { super::BODY_MAX }>,
            ] -> $answer
            fn $name by Author { $method($($given),*) }
        }
    };
}

/// A list as a file, with the same question as the list.
macro_rules! file {
    (
        $(#[$($about:tt)*])*
        fn $name:ident($($key:ident: $id:ident)?)[$($asked:ident: $query:ident),+]
        { $method:ident($($given:expr),*) }
    ) => {
        $(#[$($about)*])*
        pub(super) async fn $name(
            ::axum::extract::State(state): ::axum::extract::State<crate::http::ApiState>,
            super::asking::Reader(sitting): super::asking::Reader,
            $(super::sent::Called($key): super::sent::Called<$id>,)?
            $(super::sent::Asked($asked): super::sent::Asked<$query>,)+
        ) -> super::failure::Answer<::axum::response::Response> {
            let table = state.office.$method(&sitting $(, $given)*).await?;
            super::tables::file(&table)
        }
    };
}
