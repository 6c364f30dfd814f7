//! `export sales` and `verify`.

use std::collections::BTreeSet;

use comptoir_domain::entry::{AttachmentRef, EntryBody, SealedEntry, attachment_hash};
use comptoir_domain::event::{AuditFact, Event};
use comptoir_domain::ids::{ActionId, AttachmentId};
use comptoir_domain::order::Order;
use comptoir_sync::feed::EntityKind;
use comptoir_sync::protocol::{Attachment, PushRequest};
use rusqlite::Connection;
use sync_server::intake::verify_push;
use sync_server::store::Store;

use crate::desk::{Desk, sell, wait};
use crate::trade::{Bench, Side, id};

/// A hub with two tills that sold.
fn a_day() -> (Desk, Bench, [Side; 2]) {
    let mut bench = Bench::new();
    let candle = bench.variants.get_mut("P5").unwrap();
    candle.name = "=HYPERLINK(\"http://evil.example\")".to_owned();
    let desk = Desk::with_bench(&mut bench);
    let mut sides = [Side::till(1), Side::till(2)];
    for side in &mut sides {
        desk.enrol(&bench, side);
        sell(&bench, side, &["P2", "P5", "P7", "P6", "P2"]);
        desk.push(&bench, side, &side.entries);
    }
    (desk, bench, sides)
}

fn cents(text: &str) -> i64 {
    if text.is_empty() {
        0
    } else {
        text.replace('.', "").parse().unwrap()
    }
}

#[test]
fn the_rows_add_up_to_the_orders_and_the_money() {
    let (desk, _, _) = a_day();
    let file = desk.path("sales.csv");
    let said = desk
        .run(&["export", "sales", "--output", file.to_str().unwrap()])
        .unwrap();
    let mut table = csv::Reader::from_path(&file).unwrap();
    let headings = table.headers().unwrap().clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let sum = |name: &str| {
        rows.iter()
            .map(|row| cents(&row[column(name)]))
            .sum::<i64>()
    };
    let orders: Vec<Order> = desk.things(EntityKind::ORDER);
    let (mut turnover, mut tax, mut booked) = (0, 0, 0);
    for order in &orders {
        turnover += order.recognised().total().minor_units();
        tax += order.recognised().turnover.tax_amount.minor_units();
        booked += order.booked().minor_units();
    }
    assert_eq!(orders.len(), 10);
    assert_eq!(
        (sum("gross"), sum("tax"), sum("amount")),
        (turnover, tax, booked)
    );
    assert_eq!(sum("net") + sum("tax"), sum("gross"));
    let tills: BTreeSet<&str> = rows.iter().map(|row| &row[column("till")]).collect();
    assert_eq!(tills.len(), 2, "{tills:?}");
    assert!(!tills.contains(""));
    assert!(rows.iter().all(|row| &row[column("day")] == "2026-11-16"));
    let formula = rows
        .iter()
        .find(|row| &row[column("code")] == "P5")
        .unwrap();
    assert!(formula[column("name")].starts_with("'="));
    assert!(said.contains("20 rows"), "{said}");
}

#[test]
fn a_span_of_days_holds_what_happened_in_it() {
    let (desk, _, _) = a_day();
    let lines = |from: &str, until: &str| {
        let said = desk
            .run(&["export", "sales", "--from", from, "--until", until])
            .unwrap();
        said.lines().count()
    };
    assert_eq!(lines("2026-11-16", "2026-11-16"), 21);
    assert_eq!(lines("2026-11-17", "2026-12-31"), 1);
}

#[test]
fn a_journal_as_it_was_written_verifies() {
    let (desk, _, _) = a_day();
    let said = desk.run(&["verify"]).unwrap();
    assert!(
        said.contains("every signature and chain is right"),
        "{said}"
    );
    assert_eq!(
        said.lines()
            .filter(|line| line.contains("branch 0"))
            .count(),
        3
    );
}

/// One byte of one sale, changed in the file itself: no error of the engine, only of the signature.
#[test]
fn one_flipped_byte_is_found_and_its_place_is_named() {
    let (desk, _, sides) = a_day();
    desk.run(&["verify"]).unwrap();
    let entry = &sides[1].entries[3];
    let place = entry.read_header().unwrap();
    let file = desk.data().join("server.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let header = entry.header.as_bytes();
    let at = bytes
        .windows(header.len())
        .position(|window| window == header)
        .unwrap();
    let digit = at + entry.header.find("\"at\":").unwrap() + 10;
    bytes[digit] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    let (said, error) = desk.run(&["verify"]).unwrap_err();
    assert!(error.to_string().contains("not what was written"));
    assert!(said.contains("entry_signature_wrong"), "{said}");
    assert!(
        said.contains(&format!("{} {}", place.source, place.epoch)),
        "{said}"
    );
    assert!(
        said.contains(&format!("place      {}, branch 0", place.seq)),
        "{said}"
    );
}

#[test]
fn what_was_done_to_the_tables_is_found() {
    let cases = [
        ("DELETE FROM journal WHERE accept_no = 5", "entry_missing"),
        (
            "DELETE FROM journal WHERE accept_no = (SELECT max(accept_no) FROM journal)",
            "cut_off",
        ),
        (
            "UPDATE journal SET hash = zeroblob(32) WHERE accept_no = 5",
            "entry_hash_wrong",
        ),
        (
            "UPDATE journal SET kind = 'other' WHERE accept_no = 5",
            "entry_misplaced",
        ),
        (
            "UPDATE journal SET body = replace(body, 'cash', 'card') WHERE accept_no > 4",
            "entry_signature_wrong",
        ),
    ];
    let (desk, _, _) = a_day();
    let file = desk.data().join("server.db");
    let whole = std::fs::read(&file).unwrap();
    for (harm, code) in cases {
        std::fs::write(&file, &whole).unwrap();
        Connection::open(&file)
            .unwrap()
            .execute_batch(harm)
            .unwrap();
        let (said, _) = desk.run(&["verify"]).unwrap_err();
        assert!(said.contains(&format!("[{code}]")), "{harm}: {said}");
    }
}

/// Whoever can write to the database can put another key in; the journal's own enrolments decide.
#[test]
fn another_key_in_the_table_of_tills_convinces_nobody() {
    let (desk, _, _) = a_day();
    let file = desk.data().join("server.db");
    let connection = Connection::open(&file).unwrap();
    connection
        .execute("UPDATE till SET public_key = randomblob(32)", [])
        .unwrap();
    drop(connection);
    desk.run(&["verify"]).unwrap();
}

#[test]
fn what_lies_beside_a_journal_of_many_branches_is_checked_too() {
    let (desk, bench, sides) = a_day();
    let side = &sides[0];
    let forks: Vec<SealedEntry> = (0..40)
        .map(|number| {
            let mut header = side.entries[0].read_header().unwrap();
            header.action = ActionId::from_uuid(id(1_000_000 + number));
            let body = side.entries[0].read_body().unwrap();
            SealedEntry::seal(&header, &body, &side.key)
        })
        .collect();
    desk.push(&bench, side, &forks);
    let said = desk.run(&["verify"]).unwrap();
    assert!(
        said.contains("every signature and chain is right"),
        "{said}"
    );
    assert!(said.contains("aside: 25 signed entries"), "{said}");
    Connection::open(desk.data().join("server.db"))
        .unwrap()
        .execute_batch("UPDATE journal_aside SET signature = zeroblob(64)")
        .unwrap();
    let (said, _) = desk.run(&["verify"]).unwrap_err();
    assert!(said.contains("[entry_signature_wrong]"), "{said}");
}

#[test]
fn a_text_beside_the_journal_is_the_one_that_its_entry_names() {
    let (desk, bench, mut sides) = a_day();
    let side = &mut sides[0];
    let (here, lost) = (
        AttachmentId::from_uuid(id(501)),
        AttachmentId::from_uuid(id(502)),
    );
    let named = |id, content: &str| AttachmentRef {
        id,
        salted_hash: attachment_hash(&[3; 16], content.as_bytes()),
    };
    let fact = AuditFact::Started {
        version: "0.1.0".to_owned(),
    };
    side.record("note", vec![Event::Audited { fact }]);
    let last = side.entries.pop().unwrap();
    let header = last.read_header().unwrap();
    let body = EntryBody {
        events: last.read_body().unwrap().events,
        attachments: vec![named(here, "no onions"), named(lost, "no celery")],
    };
    let request = PushRequest {
        till: side.till_id(),
        epoch: side.head.epoch,
        entries: vec![SealedEntry::seal(&header, &body, &side.key)],
        attachments: vec![Attachment {
            id: here,
            entry: header.entry_ref(),
            salt: "03".repeat(16),
            content: "no onions".to_owned(),
        }],
        sent_at: side.now,
    };
    let push = verify_push(request, &side.key.verifying_key(), side.now);
    let hub = bench.settings.hub;
    wait(desk.store().accept(hub, vec![push], side.now)).unwrap();
    let said = desk.run(&["verify"]).unwrap();
    assert!(said.contains("1 whole, 0 forgotten, 1 missing"), "{said}");
    assert!(
        said.contains(&format!("missing    attachment {lost}")),
        "{said}"
    );
    let database = Connection::open(desk.data().join("server.db")).unwrap();
    let changed = "UPDATE attachment SET content = 'onions'";
    assert_eq!(database.execute(changed, []).unwrap(), 1);
    drop(database);
    let (said, _) = desk.run(&["verify"]).unwrap_err();
    assert!(said.contains("[attachment_changed]"), "{said}");
}
