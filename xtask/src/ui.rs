//! The pages: built, checked and tested by their own tool chain, through the scripts in `ui/package.json`.

use anyhow::Result;

use crate::shell::{self, Run};
use crate::tally::{self, Tally};

/// Builds the pages into `ui/dist`, from where the window embeds them.
pub(crate) fn build() -> Result<()> {
    script("build").run()
}

/// Types, lints and formatting of the pages.
pub(crate) fn check() -> Result<()> {
    script("check").run()
}

/// The pages' unit tests.
pub(crate) fn test() -> Tally {
    tally::count(script("test"))
}

fn script(name: &str) -> Run {
    shell::command("npm")
        .args(["run", "--silent", name])
        .folder("ui")
}
