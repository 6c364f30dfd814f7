//! Prepares what `tauri::generate_context!` reads: configuration, rights and icons.

use std::path::Path;

fn main() {
    // The pages are built by the UI's own tool chain. Without them the shell must still compile (for
    // `cargo check` in a fresh clone); `cargo xtask` always builds them before it opens a window.
    let pages = Path::new("../ui/dist");
    std::fs::create_dir_all(pages).expect("the ui folder of this repository is writable");
    println!("cargo:rerun-if-changed=../ui/dist");
    tauri_build::build();
}
