//! The one window.

use anyhow::{Context, Result};
use tauri::{App, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
#[cfg(target_os = "linux")]
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// The window's name in events and in the rights that `capabilities/till.json` gives.
pub(crate) const NAME: &str = "till";

/// Opens the window, as large as the screen, on the till's page and on nothing else.
pub(crate) fn open(app: &App) -> Result<()> {
    let window = WebviewWindowBuilder::new(app, NAME, WebviewUrl::default())
        .title("Comptoir")
        .inner_size(1366.0, 768.0)
        .min_inner_size(640.0, 480.0)
        .maximized(true)
        .zoom_hotkeys_enabled(true)
        .on_navigation(is_ours)
        .build()
        .context("open the window")?;
    if let Err(error) = choose_painting(&window) {
        tracing::warn!(%error, "the window is painted as the web view chooses");
    }
    Ok(())
}

/// Paints what changed straight into the window where there is no graphics processor. The web view would
/// otherwise have the processor play one and put every frame together from layers of the whole window: a
/// scan is then painted several frames later.
#[cfg(target_os = "linux")]
fn choose_painting(window: &WebviewWindow) -> tauri::Result<()> {
    if has_graphics_processor() {
        return Ok(());
    }
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Elsewhere the web view chooses well by itself.
#[cfg(not(target_os = "linux"))]
fn choose_painting(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Whether the system offers a graphics processor to draw with, and not only a screen to show on.
#[cfg(target_os = "linux")]
fn has_graphics_processor() -> bool {
    let Ok(devices) = std::fs::read_dir("/dev/dri") else {
        return false;
    };
    devices
        .flatten()
        .any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

/// The page comes from this program; in development from the pages' own server.
fn is_ours(address: &Url) -> bool {
    cfg!(dev) || address.scheme() == "tauri" || address.host_str() == Some("tauri.localhost")
}
