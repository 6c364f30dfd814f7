//! The one window.

use anyhow::{Context, Result};
use tauri::{App, Url, WebviewUrl, WebviewWindowBuilder};

/// The window's name in events and in the rights that `capabilities/till.json` gives.
pub(crate) const NAME: &str = "till";

/// Opens the window, as large as the screen, on the till's page and on nothing else.
pub(crate) fn open(app: &App) -> Result<()> {
    WebviewWindowBuilder::new(app, NAME, WebviewUrl::default())
        .title("Comptoir")
        .inner_size(1366.0, 768.0)
        .min_inner_size(640.0, 480.0)
        .maximized(true)
        .zoom_hotkeys_enabled(true)
        .on_navigation(is_ours)
        .build()
        .context("open the window")?;
    Ok(())
}

/// The page comes from this program; in development from the pages' own server.
fn is_ours(address: &Url) -> bool {
    cfg!(dev) || address.scheme() == "tauri" || address.host_str() == Some("tauri.localhost")
}
