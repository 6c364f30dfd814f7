//! How the web view paints where the machine has no graphics device: a virtual machine, an old terminal.
//!
//! WebKitGTK then emulates one, and a frame takes several times as long as painting without. It reads
//! its environment when it starts, so this comes before anything else in `main`.
#![expect(
    unsafe_code,
    reason = "the environment is the one way to tell WebKitGTK, and no other thread runs yet"
)]

use std::path::Path;

/// Where the kernel lists graphics devices.
const DEVICES: &str = "/dev/dri";

const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Lets the web view paint without a graphics device where there is none. What a person has set stays.
pub(crate) fn prepare() {
    let is_set = std::env::var_os(SWITCH).is_some();
    if cfg!(target_os = "linux") && !is_set && !has_graphics_device(Path::new(DEVICES)) {
        // SAFETY: `main` has only begun; nothing else reads or writes the environment.
        unsafe { std::env::set_var(SWITCH, "1") };
    }
}

/// A render node is what programs draw with; `card` nodes alone show text consoles.
fn has_graphics_device(devices: &Path) -> bool {
    let Ok(entries) = devices.read_dir() else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_render_node_is_a_graphics_device() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_graphics_device(&folder.path().join("none")));
        assert!(!has_graphics_device(folder.path()));
        std::fs::write(folder.path().join("card0"), "").unwrap();
        assert!(!has_graphics_device(folder.path()));
        std::fs::write(folder.path().join("renderD128"), "").unwrap();
        assert!(has_graphics_device(folder.path()));
    }
}
