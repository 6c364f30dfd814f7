//! Habits of writing that no other tool sees.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::workspace;

/// Beyond this many lines a file asks to be divided; it is said, not forbidden.
const LINES_MAX: usize = 600;

/// Fails on what must not be, mentions what should not.
pub(crate) fn check() -> Result<()> {
    let mut wrong = Vec::new();
    for file in workspace::files()? {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        mention_length(&file, &text);
        wrong.extend(
            faults(&file, &text)
                .into_iter()
                .map(|fault| format!("{}: {fault}", file.display())),
        );
    }
    if wrong.is_empty() {
        return Ok(());
    }
    bail!("{} untidy places:\n  {}", wrong.len(), wrong.join("\n  "));
}

fn mention_length(file: &Path, text: &str) {
    let lines = text.lines().count();
    let written_by_hand = ["rs", "ts", "svelte", "css"]
        .iter()
        .any(|kind| has_extension(file, kind));
    if written_by_hand && lines > LINES_MAX {
        println!("{}: {lines} lines; could it be divided?", file.display());
    }
}

/// What is wrong in one file.
fn faults(file: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if has_extension(file, "rs") {
        found.extend(rust_faults(text));
    }
    if file.ends_with("Cargo.toml")
        && text.contains("[package]")
        && !text.contains("[lints]\nworkspace = true")
    {
        found.push("does not inherit the workspace's lints".to_owned());
    }
    if file.ends_with("package-lock.json") && text.contains("\"resolved\": \"http") {
        // A download address ties the build to one registry; the hash beside it is what matters.
        found.push(
            "names download addresses; run npm with --omit-lockfile-registry-resolved".to_owned(),
        );
    }
    if text.contains("\n<<<<<<< ") || text.contains("\n>>>>>>> ") {
        found.push("has the marks of an unfinished merge".to_owned());
    }
    found
}

fn rust_faults(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let fault = |number: usize| {
        let line = lines[number].trim_start();
        if line.starts_with("//") && line.contains("TODO") && !line.contains("TODO(#") {
            return Some("a TODO names its issue, TODO(#123), or is done");
        }
        let silences = line.starts_with("#[allow(") || line.starts_with("#![allow(");
        (silences && !gives_reason(&lines[number..]))
            .then_some("a lint is silenced without a reason")
    };
    let numbered =
        |number: usize| fault(number).map(|fault| format!("line {}: {fault}", number + 1));
    (0..lines.len()).filter_map(numbered).collect()
}

/// Does the attribute that begins here, and may go on over several lines, say why?
fn gives_reason(lines: &[&str]) -> bool {
    let end = lines
        .iter()
        .position(|line| line.trim_end().ends_with(")]"))
        .unwrap_or(0);
    lines[..=end].iter().any(|line| line.contains("reason = "))
}

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, text: &str, faulty: bool) {
        assert_eq!(
            !faults(Path::new(file), text).is_empty(),
            faulty,
            "{file}: {text}"
        );
    }

    #[test]
    fn finds_what_must_not_be() {
        check("a/Cargo.toml", "[package]\nname = \"a\"\n", true);
        check(
            "a/Cargo.toml",
            "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n",
            false,
        );
        check("Cargo.toml", "[workspace]\n", false);
        check(
            "ui/package-lock.json",
            "{ \"resolved\": \"https://example.org/a.tgz\" }",
            true,
        );
        check(
            "ui/package-lock.json",
            "{ \"integrity\": \"sha512-x\" }",
            false,
        );
        check("a.rs", "    // TODO later\n", true);
        check("a.rs", "    // TODO(#12): later\n", false);
        check("a.rs", "#[allow(dead_code)]\n", true);
        check(
            "a.rs",
            "#![allow(\n    dead_code,\n    reason = \"shared by several tests\"\n)]\n",
            false,
        );
        check(
            "a.rs",
            "#[allow(\n    dead_code,\n)]\nlet reason = 1;\n",
            true,
        );
        check("a.rs", "let allow = 1;\n", false);
        check("a.md", "x\n<<<<<<< ours\n", true);
    }
}
