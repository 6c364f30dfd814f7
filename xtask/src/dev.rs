//! Working on the screens: the till's own window showing pages that reload while you write them.

use anyhow::{Context, Result};

use crate::{setup, shell};

/// Where Vite serves the pages while they are being written.
const PAGES: &str = "http://localhost:5173";

/// Serves the pages with hot reload and opens the window on them, with data of its own in `target/dev`.
pub(crate) fn run() -> Result<()> {
    setup::build()?;
    // Vite itself, not through npm: what is started here must end here.
    let mut pages = shell::command("node")
        .arg("node_modules/vite/bin/vite.js")
        .folder("ui")
        .spawn()?;
    let window = shell::cargo()
        .args([
            "run",
            "--package",
            "comptoir",
            "--",
            "--keys",
            "file",
            "--data-dir",
        ])
        .arg(crate::workspace::target().join("dev/till"))
        // Merged over tauri.conf.json when the shell is compiled.
        .env(
            "TAURI_CONFIG",
            format!(r#"{{"build":{{"devUrl":"{PAGES}"}},"app":{{"security":{{"csp":null}}}}}}"#),
        )
        .run();
    pages.kill().context("stop serving the pages")?;
    pages.wait().context("wait for the pages' server to stop")?;
    window
}
