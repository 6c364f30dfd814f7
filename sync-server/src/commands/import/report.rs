//! What an import says about its file.

use std::collections::BTreeMap;
use std::io::Write;

use comptoir_domain::catalogue_import::{Header, ImportPlan};
use comptoir_tables::TableFile;

/// The most warnings of one kind that are written out; faults are all written out.
const WARNINGS_SHOWN: usize = 20;

/// How the file is read.
pub(super) fn write_form(
    table: &TableFile,
    header: &Header,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    writeln!(
        out,
        "Read as {}, delimiter {}, key: {}.",
        table.encoding(),
        table.delimiter(),
        header.key.name()
    )?;
    if !header.ignored.is_empty() {
        writeln!(
            out,
            "Columns that are not used: {}.",
            header.ignored.join(", ")
        )?;
    }
    Ok(())
}

/// What the file does, and what is wrong with it line by line.
pub(super) fn write(plan: &ImportPlan, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(
        out,
        "{}: {} to add, {} to update, {} unchanged.",
        counted(usize::try_from(plan.rows).unwrap_or(usize::MAX), "row"),
        plan.added,
        plan.updated,
        plan.unchanged
    )?;
    write_warnings(plan, out)?;
    if !plan.faults.is_empty() {
        writeln!(out, "{}:", counted(plan.faults.len(), "fault"))?;
        for fault in &plan.faults {
            writeln!(
                out,
                "  line {}: {} [{}]",
                fault.line,
                fault.what,
                fault.what.code()
            )?;
        }
    }
    Ok(())
}

fn write_warnings(plan: &ImportPlan, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut by_code: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for warning in &plan.warnings {
        by_code
            .entry(warning.what.code())
            .or_default()
            .push(warning);
    }
    for (code, warnings) in by_code {
        writeln!(out, "{} [{code}]:", counted(warnings.len(), "warning"))?;
        for warning in warnings.iter().take(WARNINGS_SHOWN) {
            writeln!(out, "  line {}: {}", warning.line, warning.what)?;
        }
        if let Some(more) = warnings
            .len()
            .checked_sub(WARNINGS_SHOWN)
            .filter(|more| *more > 0)
        {
            writeln!(out, "  and {more} more")?;
        }
    }
    Ok(())
}

/// "1 row", "2 rows".
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        format!("1 {what}")
    } else {
        format!("{count} {what}s")
    }
}
