//! Prepares what `tauri::generate_context!` reads: configuration, rights and icons.

use std::path::Path;

fn main() {
    // The pages are built by the UI's own tool chain. Without them the shell must still compile (for
    // `cargo check` in a fresh clone); `cargo xtask` always builds them before it opens a window.
    let pages = Path::new("../ui/dist/till");
    std::fs::create_dir_all(pages).expect("the ui folder of this repository is writable");
    println!("cargo:rerun-if-changed=../ui/dist/till");
    // Named here, the shell's one command needs the right `allow-rpc` like any other.
    let commands = tauri_build::AppManifest::new().commands(&["rpc"]);
    let attributes = tauri_build::Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes)
        .expect("tauri.conf.json, capabilities and icons belong together");
}
