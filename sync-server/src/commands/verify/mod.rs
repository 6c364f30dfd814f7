//! `verify`: reads every journal from its first entry and checks that nothing was changed, taken out
//! or put in between, and that the texts beside them are those that the entries name. For an auditor; it
//! trusts nothing in the database but the server's own key.

mod audit;
mod beside;

use std::io::Write;
use std::path::Path;

use anyhow::bail;

use super::desk::Desk;
use crate::store::Hub;
use audit::Audit;
use beside::{Beside, check_aside};

/// How many entries are read at a time.
const PAGE: u32 = 1_000;

pub(super) async fn run(data: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    let desk = Desk::open(data)?;
    let mut faulty = 0;
    for hub in desk.store.hubs().await? {
        if !check(&desk, &hub, out).await? {
            faulty += 1;
        }
    }
    match faulty {
        0 => Ok(()),
        1 => bail!("the journal of one hub is not what was written"),
        _ => bail!("the journals of {faulty} hubs are not what was written"),
    }
}

/// Reads the journal of one hub. `false` where it is not as it was written.
async fn check(desk: &Desk, hub: &Hub, out: &mut dyn Write) -> anyhow::Result<bool> {
    let mut audit = Audit::new(hub.source, desk.folder.server_key()?.verifying_key());
    let mut beside = Beside::default();
    loop {
        let page = desk.store.journal(hub.id, audit.entries(), PAGE).await?;
        let is_last = page.is_empty();
        for row in page {
            let good = audit.entries();
            let found = match audit.check(&row) {
                Ok(()) => beside.check(desk, hub, &row, out).await?,
                fault => fault,
            };
            if let Err(fault) = found {
                writeln!(out, "\"{}\": FAULT after {good} good entries", hub.name)?;
                writeln!(out, "  entry      {}", row.accept_no)?;
                writeln!(out, "  journal    {} {}", row.source, row.epoch)?;
                writeln!(out, "  place      {}, branch {}", row.seq, row.branch)?;
                writeln!(out, "  {fault} [{}]", fault.code())?;
                return Ok(false);
            }
        }
        if is_last {
            break;
        }
    }
    let expected = desk.store.head(hub.id).await?.accept_no;
    if audit.entries() != expected {
        writeln!(
            out,
            "\"{}\": FAULT: the journal ends after {} entries, {expected} were accepted [cut_off]",
            hub.name,
            audit.entries()
        )?;
        return Ok(false);
    }
    writeln!(
        out,
        "\"{}\": {} entries, every signature and chain is right.",
        hub.name,
        audit.entries()
    )?;
    for (chain, head) in audit.heads() {
        writeln!(
            out,
            "  {} {} branch {}: {} entries, ends with {}",
            chain.source, chain.epoch, chain.branch, head.seq, head.hash
        )?;
    }
    beside.say(out)?;
    check_aside(desk, hub, &audit, out).await
}
