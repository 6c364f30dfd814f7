//! The routes: commands, events, files.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use comptoir_till::Till;
use comptoir_till::wire::{ApiError, Code, dispatch};
use futures_util::stream::{self, Stream};
use serde_json::Value;
use tokio::sync::broadcast::{self, Receiver, Sender};

use crate::door::Door;
use crate::files;

/// The largest request, in bytes: no command needs more.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// How many events a slow listener may lag behind before it misses some; each event is the whole
/// state, so the next one makes up for them.
const EVENTS_KEPT: usize = 64;

#[derive(Clone)]
struct Host {
    till: Arc<Till>,
    door: Door,
    ui: Arc<PathBuf>,
    events: Sender<Arc<str>>,
}

/// Everything that is served.
pub(crate) fn routes(till: Arc<Till>, door: Door, ui: PathBuf) -> Router {
    let (events, _) = broadcast::channel(EVENTS_KEPT);
    let sender = events.clone();
    till.subscribe(move |event| {
        if let Ok(text) = serde_json::to_string(event) {
            // Nobody listens yet, or no longer.
            let _ = sender.send(text.into());
        }
    });
    let host = Host {
        till,
        door,
        ui: Arc::new(ui),
        events,
    };
    let guarded = Router::new()
        .route("/rpc/{command}", post(rpc))
        .route("/events", get(listen))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(host.clone(), guard));
    Router::new()
        .route("/", get(page))
        .fallback(file)
        .merge(guarded)
        .with_state(host)
}

async fn guard(State(host): State<Host>, request: Request, next: Next) -> Response {
    if host.door.lets_in(request.headers()) {
        next.run(request).await
    } else {
        let error = ApiError::new(Code::NotAllowed, "the token of this start is missing");
        answer(StatusCode::UNAUTHORIZED, encode(&error))
    }
}

/// One of the till's commands. A call may wait for the disk, so it gets a thread that may wait.
async fn rpc(State(host): State<Host>, Path(command): Path<String>, body: Bytes) -> Response {
    let payload: Value = match serde_json::from_slice(&body) {
        Ok(payload) => payload,
        Err(error) => {
            let error = ApiError::new(Code::BadRequest, error.to_string());
            return answer(StatusCode::BAD_REQUEST, encode(&error));
        }
    };
    let call = move || dispatch(host.till.as_ref(), &command, payload);
    match tokio::task::spawn_blocking(call).await {
        Ok(Ok(text)) => answer(StatusCode::OK, text),
        Ok(Err(error)) => answer(StatusCode::CONFLICT, encode(&error)),
        Err(error) => {
            let error = ApiError::new(Code::Internal, error.to_string());
            answer(StatusCode::INTERNAL_SERVER_ERROR, encode(&error))
        }
    }
}

fn answer(status: StatusCode, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, text).into_response()
}

fn encode(error: &ApiError) -> String {
    serde_json::to_string(error).unwrap_or_else(|_| "{}".to_owned())
}

/// What the till says by itself, as server-sent events.
async fn listen(State(host): State<Host>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let stream = stream::unfold(host.events.subscribe(), |mut heard| async move {
        let text = next(&mut heard).await?;
        Some((Ok(Event::default().data(text.as_ref())), heard))
    });
    Sse::new(stream).keep_alive(KeepAlive::default())
}

async fn next(heard: &mut Receiver<Arc<str>>) -> Option<Arc<str>> {
    loop {
        match heard.recv().await {
            Ok(text) => return Some(text),
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return None,
        }
    }
}

/// The screen; with the token in its address it gets the cookie that opens the rest.
async fn page(
    State(host): State<Host>,
    Query(query): Query<std::collections::HashMap<String, String>>,
) -> Response {
    let known = query
        .get("token")
        .is_some_and(|token| host.door.knows(token));
    let mut response = files::serve(&host.ui, "").await;
    if known && let Ok(cookie) = host.door.cookie().parse() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn file(State(host): State<Host>, request: Request) -> Response {
    files::serve(&host.ui, request.uri().path()).await
}
