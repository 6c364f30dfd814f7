//! What comes in wrong, over the ways it comes in: each gets a clear word, and nothing is changed by it.
//! A real till process, a real server process, and the till's own database as the witness.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod clock;
mod joining;
mod press;
mod printer;
mod storage;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::Path;

use comptoir_domain::entry::Source;
use comptoir_domain::money::Money;
use comptoir_till::wire::TillView;
use rusqlite::Connection;
use rusqlite::types::Value;
use support::host::{Host, cash, scan};
use support::hub::{HONEY, Hub};
use tempfile::TempDir;

/// A hub, and a till that sells from it.
pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) hub: Hub,
    pub(crate) host: Host,
}

impl Shop {
    pub(crate) fn open() -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let hub = Hub::open(&folder.path().join("server"));
        let host = Host::start(&folder.path().join("till"));
        host.begin(&hub.address(), &hub.code());
        Shop { folder, hub, host }
    }

    /// The same with nobody else at work: everything is sent, and the server is gone.
    pub(crate) fn quiet() -> Shop {
        let mut shop = Shop::open();
        shop.host.sent_everything();
        shop.hub.kill();
        shop
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("till")
    }

    pub(crate) fn sell(&self) -> TillView {
        self.host.done("order_scan", &scan(HONEY));
        self.host.done("pay_add", &cash(Money::minor(1000)))
    }
}

/// Every row of every table that a press can change.
pub(crate) fn content(data: &Path) -> BTreeMap<String, Vec<Vec<Value>>> {
    let connection = Connection::open(data.join("till.sqlite3")).unwrap();
    let tables = [
        "epoch",
        "journal",
        "journal_order",
        "attachment",
        "sequence",
        "draft",
        "draft_step",
        "own_state",
        "action_done",
        "print_job",
        "pin_failure",
        "entity",
        "alias",
    ];
    let rows = |table: &str| {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM {table}"))
            .unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            (0..columns).map(|column| row.get(column)).collect()
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    tables.map(|table| (table.to_owned(), rows(table))).into()
}

pub(crate) fn sales_held(hub: &Hub) -> usize {
    let rows = hub.journal().into_iter();
    rows.filter(|row| row.kind == "sale" && matches!(row.source, Source::Till(_)))
        .count()
}
