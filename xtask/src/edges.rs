//! Dependency edges between our crates, held to the table in ARCHITECTURE.md.
//!
//! The table is the design; this makes it true. A row reads `| folder | may import of ours | must not import |`, with
//! names in backticks; a folder is the last part of the crate's path. The second cell may say *anything*.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::{Context, Result, bail};

use crate::workspace::{self, Dependency, Metadata, Package};

const FILE: &str = "ARCHITECTURE.md";
const HEADER: [&str; 3] = ["crate", "may import of ours", "must not import"];

/// Fakes and builders: any crate may use them in its tests, and none outside.
const FOR_TESTS: &str = "testkit";

/// One row of the table.
#[derive(Debug, Default, PartialEq, Eq)]
struct Row {
    /// `None`: anything.
    may: Option<BTreeSet<String>>,
    must_not: BTreeSet<String>,
}

/// Fails on any edge that the table does not list.
pub(crate) fn check() -> Result<()> {
    let text =
        fs::read_to_string(workspace::root().join(FILE)).with_context(|| format!("read {FILE}"))?;
    let table = parse(&text)?;
    let wrong = violations(&table, &workspace::metadata()?);
    if wrong.is_empty() {
        return Ok(());
    }
    bail!(
        "edges that the table in {FILE} does not allow:\n  {}",
        wrong.join("\n  ")
    );
}

/// Reads the first table with our header.
fn parse(text: &str) -> Result<BTreeMap<String, Row>> {
    let mut lines = text.lines().map(cells);
    lines
        .by_ref()
        .find(|cells| {
            cells.len() == HEADER.len()
                && cells
                    .iter()
                    .zip(HEADER)
                    .all(|(cell, name)| cell.eq_ignore_ascii_case(name))
        })
        .with_context(|| {
            format!(
                "{FILE} has no table with the columns {}",
                HEADER.join(" | ")
            )
        })?;
    let rows = lines
        .skip(1)
        .take_while(|cells| cells.len() == HEADER.len());
    Ok(rows.flat_map(|cells| named_rows(&cells)).collect())
}

/// One written row may name several crates.
fn named_rows(cells: &[String]) -> Vec<(String, Row)> {
    let [crates, may, must_not] = cells else {
        return Vec::new();
    };
    let row = || Row {
        may: (!may.to_lowercase().contains("anything")).then(|| quoted(may)),
        must_not: quoted(must_not),
    };
    quoted(crates)
        .into_iter()
        .map(|name| (name, row()))
        .collect()
}

/// The cells of a table's line; none for any other line.
fn cells(line: &str) -> Vec<String> {
    let Some(inner) = line
        .trim()
        .strip_prefix('|')
        .and_then(|rest| rest.strip_suffix('|'))
    else {
        return Vec::new();
    };
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

/// The words between backticks.
fn quoted(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn violations(table: &BTreeMap<String, Row>, metadata: &Metadata) -> Vec<String> {
    metadata
        .packages
        .iter()
        .flat_map(|package| package_violations(table, package))
        .collect()
}

fn package_violations(table: &BTreeMap<String, Row>, package: &Package) -> Vec<String> {
    let folder = package.folder();
    let Some(row) = table.get(&folder) else {
        return vec![format!("{folder} ({}) has no row", package.name)];
    };
    let wrong = |dependency: &&Dependency| !allowed(row, dependency);
    package
        .dependencies
        .iter()
        .filter(wrong)
        .map(|to| format!("{folder} -> {}", to.name))
        .collect()
}

fn allowed(row: &Row, dependency: &Dependency) -> bool {
    let for_tests_only = dependency.kind.as_deref() == Some("dev");
    let Some(path) = &dependency.path else {
        return for_tests_only || !row.must_not.contains(&dependency.name);
    };
    let target = workspace::folder_name(path);
    let is_fake = for_tests_only && target == FOR_TESTS;
    is_fake || row.may.as_ref().is_none_or(|may| may.contains(&target))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
Some words | with a bar.

| Crate | May import of ours | Must not import |
| --- | --- | --- |
| `domain` | nothing | `tokio`, `rusqlite` |
| `documents`, `devices` | `domain` | |
| `tests` | anything | |

| `after` | the | table |
";

    fn package(folder: &str, edges: &[(&str, Option<&str>, bool)]) -> Metadata {
        let dependency = |(name, kind, ours): &(&str, Option<&str>, bool)| Dependency {
            name: (*name).to_owned(),
            kind: kind.map(str::to_owned),
            path: ours.then(|| format!("/repository/crates/{name}").into()),
        };
        Metadata {
            packages: vec![Package {
                name: format!("comptoir-{folder}"),
                manifest_path: format!("/repository/crates/{folder}/Cargo.toml").into(),
                dependencies: edges.iter().map(dependency).collect(),
            }],
        }
    }

    #[track_caller]
    fn check(folder: &str, edges: &[(&str, Option<&str>, bool)], expected: &[&str]) {
        let table = parse(TABLE).unwrap();
        assert_eq!(violations(&table, &package(folder, edges)), expected);
    }

    #[test]
    fn an_edge_that_the_table_lists_is_allowed_and_any_other_is_not() {
        check(
            "documents",
            &[("domain", None, true), ("serde", None, false)],
            &[],
        );
        check(
            "documents",
            &[("devices", None, true)],
            &["documents -> devices"],
        );
        check(
            "domain",
            &[("documents", Some("build"), true)],
            &["domain -> documents"],
        );
        check(
            "tests",
            &[("domain", None, true), ("devices", None, true)],
            &[],
        );
    }

    #[test]
    fn a_forbidden_library_is_named() {
        check("domain", &[("tokio", None, false)], &["domain -> tokio"]);
        check("devices", &[("tokio", None, false)], &[]);
        check("domain", &[("tokio", Some("dev"), false)], &[]);
    }

    #[test]
    fn fakes_are_for_tests() {
        check("devices", &[("testkit", Some("dev"), true)], &[]);
        check(
            "devices",
            &[("testkit", None, true)],
            &["devices -> testkit"],
        );
    }

    #[test]
    fn a_crate_without_a_row_is_named() {
        check("new", &[], &["new (comptoir-new) has no row"]);
    }

    #[test]
    fn the_table_ends_where_it_ends() {
        assert_eq!(parse(TABLE).unwrap().len(), 4);
        assert!(parse("no table").is_err());
    }
}
