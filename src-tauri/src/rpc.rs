//! The one command of the shell, and the one event: what the screen asks goes to the till as it is, and what the till
//! says by itself goes to the screen as it is.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use comptoir_till::keyring::Keyring;
use comptoir_till::wire::{ApiError, Code, dispatch};
use comptoir_till::{Till, TillOptions};
use serde_json::Value;
use tauri::ipc::Response;
use tauri::{App, AppHandle, Emitter, Manager, State};

use crate::{Keys, window};

/// The event that carries what the till says by itself.
const EVENT: &str = "till-event";

/// Opens the till on its data folder and lets the screen hear it.
pub(crate) fn open(app: &App, data_dir: &Path, keys: Keys) -> Result<()> {
    let options = TillOptions {
        data_dir: data_dir.to_owned(),
    };
    let till = match keys {
        Keys::Keyring => Till::open_with_keyring(options, Keyring::of_system()),
        Keys::File => Till::open(options),
    }
    .context("open the till")?;
    let handle = app.handle().clone();
    till.subscribe(move |event| {
        if let Err(error) = handle.emit_to(window::NAME, EVENT, event) {
            tracing::warn!(%error, "the screen did not hear the till");
        }
    });
    app.manage(Arc::new(till));
    Ok(())
}

/// Calls one of the till's commands. A call may wait for the disk or a network, so it gets a thread that may wait; the
/// screen sends its actions one after the other, and only questions beside them.
#[tauri::command]
pub(crate) async fn rpc(
    till: State<'_, Arc<Till>>,
    command: String,
    payload: Value,
) -> Result<Response, ApiError> {
    let till = Arc::clone(&till);
    let call = move || dispatch(till.as_ref(), &command, payload);
    match tauri::async_runtime::spawn_blocking(call).await {
        Ok(answer) => answer.map(Response::new),
        Err(error) => Err(ApiError::new(Code::Internal, error.to_string())),
    }
}

/// The window is gone: lets the till put its things away.
pub(crate) fn close(app: &AppHandle) {
    if let Some(till) = app.try_state::<Arc<Till>>() {
        till.close();
    }
}
