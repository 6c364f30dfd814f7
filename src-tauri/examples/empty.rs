//! An empty window of the same web view: what the start of the till is measured against.

#[path = "../src/painting.rs"]
mod painting;

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> tauri::Result<()> {
    painting::prepare();
    let app = tauri::Builder::default()
        .setup(|app| {
            let nothing = "about:blank".parse()?;
            WebviewWindowBuilder::new(app, "empty", WebviewUrl::External(nothing))
                .inner_size(1366.0, 768.0)
                .maximized(true)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|_, _| {});
    Ok(())
}
