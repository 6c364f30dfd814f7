//! `export sales`: the turnover and the money as a table, one row for each line that was handed over
//! and each payment, so that a bookkeeper's sums come out to the cent.

mod rows;

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use comptoir_domain::event::Event;
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_sync::feed::EntityKind;
use uuid::Uuid;

use super::desk::Desk;
use crate::cells;
use crate::store::{Hub, Lane};
use rows::{Calendar, HEADINGS, Kind, SalesRow};

/// How many entries are read at a time.
const PAGE: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub enum Export {
    /// Sales and payments as CSV (UTF-8, commas, points in numbers).
    Sales(SalesArguments),
}

#[derive(Debug, Args)]
pub struct SalesArguments {
    /// The file to write; the terminal where none is named.
    #[arg(long)]
    pub output: Option<PathBuf>,
    /// The first trading day, such as 2026-11-01.
    #[arg(long)]
    pub from: Option<NaiveDate>,
    /// The last trading day.
    #[arg(long)]
    pub until: Option<NaiveDate>,
    /// The hub's name, where the server has several.
    #[arg(long)]
    pub hub: Option<String>,
}

pub(super) async fn run(data: &Path, what: &Export, out: &mut dyn Write) -> anyhow::Result<()> {
    let Export::Sales(arguments) = what;
    let desk = Desk::open(data)?;
    let hub = desk.hub(arguments.hub.as_deref()).await?;
    let settings = desk.settings(&hub).await?;
    let mut orders: Vec<Order> = desk.things(&hub, EntityKind::ORDER).await?;
    orders.sort_by_key(|order| (order.milestones.placed_at, order.id()));
    let calendar = Calendar {
        zone: settings.zone,
        day_ends_at_minutes: settings.day_ends_at_minutes,
        tills: tills_by_act(&desk, &hub).await?,
    };
    let rows: Vec<SalesRow> = orders
        .iter()
        .flat_map(|order| rows::of_order(order, &calendar))
        .filter(|row| arguments.from.is_none_or(|from| row.day >= from))
        .filter(|row| arguments.until.is_none_or(|until| row.day <= until))
        .collect();
    let decimals = settings.currency.decimals;
    match &arguments.output {
        None => write_table(&rows, decimals, out),
        Some(path) => {
            let at = || format!("write {}", path.display());
            let mut file = File::create(path).with_context(at)?;
            write_table(&rows, decimals, &mut file).with_context(at)?;
            file.sync_all().with_context(at)?;
            write_sums(&rows, decimals, &settings.currency.code, out)
        }
    }
}

/// Which till took which act (a hand-over, a return, a payment), from the journal.
async fn tills_by_act(desk: &Desk, hub: &Hub) -> anyhow::Result<HashMap<Uuid, String>> {
    let codes: HashMap<_, _> = desk
        .store
        .tills(hub.id)
        .await?
        .into_iter()
        .map(|till| (till.id, till.code.to_string()))
        .collect();
    let mut tills = HashMap::new();
    let mut after = 0;
    loop {
        let page = desk.store.journal(hub.id, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(tills);
        };
        after = last.accept_no;
        for row in page.iter().filter(|row| row.lane == Lane::Folded) {
            let Some(code) = row.source.till().and_then(|till| codes.get(&till)) else {
                continue;
            };
            let body = row.sealed.read_body()?;
            let acts = body.events.iter().filter_map(act_of);
            tills.extend(acts.map(|act| (act, code.clone())));
        }
    }
}

fn act_of(event: &Event) -> Option<Uuid> {
    Some(match event {
        Event::GoodsCollected { collection, .. } => collection.id.uuid(),
        Event::GoodsReturned { goods_return, .. } => goods_return.id.uuid(),
        Event::PaymentTaken { payment, .. } => payment.id.uuid(),
        Event::TenderCorrected { by, .. } => by.id.uuid(),
        Event::RefundPaid { refund, .. } => refund.id.uuid(),
        _ => return None,
    })
}

fn write_table(rows: &[SalesRow], decimals: u8, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(HEADINGS)?;
    for row in rows {
        table.write_record(row.cells(decimals))?;
    }
    table.flush()?;
    Ok(())
}

fn write_sums(
    rows: &[SalesRow],
    decimals: u8,
    currency: &str,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let sum = |of: fn(&SalesRow) -> Money| cells::money(rows.iter().map(of).sum(), decimals);
    writeln!(out, "{} rows", rows.len())?;
    writeln!(out, "  turnover  {} {currency}", sum(|row| row.gross))?;
    writeln!(out, "  of it tax {} {currency}", sum(|row| row.tax))?;
    writeln!(out, "  money     {} {currency}", sum(|row| row.amount))?;
    let orders: std::collections::HashSet<&str> = rows
        .iter()
        .filter(|row| row.kind != Kind::Payment && row.kind != Kind::Refund)
        .map(|row| row.order.as_str())
        .collect();
    writeln!(out, "  orders    {}", orders.len())?;
    Ok(())
}
