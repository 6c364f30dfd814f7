//! What a till finds after a power cut, a restored copy, a copied file and a set clock.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::fs;

use comptoir_domain::entry::{EntryHash, SealedEntry};
use comptoir_domain::event::{AuditFact, EpochReason, Event};
use comptoir_testkit::PrinterEmulator;
use comptoir_till::store::{OpenError, entries_from, epoch_heads};
use comptoir_till::wire::{Code, ReceiptPrint, ReceiptState, Screen};
use support::*;

#[test]
fn the_order_in_progress_is_back_with_its_steps() {
    let bench = Bench::new();
    let mut core = bench.selling();
    scan(&mut core, EGGS);
    scan(&mut core, EGGS);
    scan(&mut core, HONEY);
    let before = core.order_undo().unwrap();
    drop(core);
    let mut core = bench.open();
    let view = core.view().unwrap();
    assert_eq!(order(&view).total, minor(600));
    assert_eq!(order(&view).lines, order(&before).lines);
    assert_eq!(view.notices[0].code, Code::OrderRestored);
    assert_eq!(order(&core.order_undo().unwrap()).total, minor(300));
    let view = core.pay_add(&bench.cash(500)).unwrap();
    assert_eq!(done(&view).change, minor(200));
}

#[test]
fn a_part_payment_survives_and_the_change_stays_on_the_screen() {
    let bench = Bench::new();
    let mut core = bench.selling();
    scan(&mut core, HONEY);
    let part = comptoir_till::wire::PayAdd {
        amount: Some(minor(250)),
        tendered: None,
        ..bench.cash(0)
    };
    core.pay_add(&part).unwrap();
    drop(core);
    let mut core = bench.open();
    let view = core.view().unwrap();
    assert_eq!(order(&view).due, minor(500));
    core.pay_add(&bench.cash(1000)).unwrap();
    drop(core);
    let mut core = bench.open();
    let view = core.view().unwrap();
    assert_eq!(done(&view).change, minor(500));
}

#[test]
fn the_journal_is_one_signed_chain() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    bench.close(&mut core, 6350).unwrap();
    let key = core.signing_key().verifying_key();
    let heads = epoch_heads(core.connection()).unwrap();
    let entries = entries_from(core.connection(), heads[0].epoch, 1, usize::MAX).unwrap();
    let mut previous = EntryHash::NONE;
    for (index, entry) in entries.iter().enumerate() {
        let header = entry.sealed.verify(&key).unwrap();
        assert_eq!(header.seq, index as u64 + 1);
        assert_eq!(header.previous, previous);
        previous = entry.sealed.hash();
    }
    assert!(matches!(
        events(&entries[0].sealed)[0],
        Event::EpochOpened {
            reason: EpochReason::FirstStart,
            ..
        }
    ));
}

fn events(entry: &SealedEntry) -> Vec<Event> {
    entry.read_body().unwrap().events
}

#[test]
fn an_older_copy_put_back_begins_another_series_and_repeats_no_number() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    core.write_backup().unwrap();
    let copy = core.status().unwrap().database.backup_path.unwrap();
    let second = bench.sale(&mut core);
    let second = done(&second).receipt_number.clone();
    drop(core);
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(bench.directory().join(format!("till.sqlite3{suffix}")));
    }
    fs::copy(copy, bench.database()).unwrap();
    let mut core = bench.open();
    let view = core.view().unwrap();
    assert!(
        view.notices
            .iter()
            .any(|notice| notice.code == Code::OlderCopyRestored)
    );
    let third = bench.sale(&mut core);
    let third = done(&third).receipt_number.clone();
    assert_ne!(third, second);
    assert!(third.ends_with("-1"), "a new series: {third}");
    let heads = epoch_heads(core.connection()).unwrap();
    assert_eq!(heads.len(), 2);
    let entries = entries_from(core.connection(), heads[1].epoch, 1, 1).unwrap();
    let Event::EpochOpened {
        reason, previous, ..
    } = &events(&entries[0].sealed)[0]
    else {
        panic!("the epoch does not say why it began");
    };
    assert_eq!(*reason, EpochReason::Restored);
    let end = previous.unwrap();
    assert_eq!(end.epoch, heads[0].epoch);
    assert!(end.seq > heads[0].last_seq, "the lost entries are known of");
    drop(core);
    bench.open();
}

#[test]
fn a_database_without_its_key_does_not_pass_for_the_till() {
    let bench = Bench::new();
    drop(bench.selling());
    fs::remove_dir_all(bench.path().join("till.keys")).unwrap();
    assert!(matches!(bench.try_open(), Err(OpenError::KeyMissing)));
}

#[test]
fn the_key_of_another_till_is_not_taken_for_the_own_one() {
    let bench = Bench::new();
    drop(bench.selling());
    fs::write(bench.path().join("till.keys/till.key"), "5a".repeat(32)).unwrap();
    assert!(matches!(bench.try_open(), Err(OpenError::KeyForeign)));
}

#[test]
fn an_entry_that_was_altered_is_noticed_at_the_next_start() {
    for change in [
        "UPDATE journal SET body = body || ' ' WHERE kind = 'sale'",
        "UPDATE journal SET previous = hash, hash = previous WHERE kind = 'sale'",
        "DELETE FROM journal WHERE kind = 'shift_opened'",
    ] {
        let bench = Bench::new();
        let mut core = bench.selling();
        bench.sale(&mut core);
        drop(core);
        let connection = rusqlite::Connection::open(bench.database()).unwrap();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF")
            .unwrap();
        assert_eq!(connection.execute(change, []).unwrap(), 1, "{change}");
        drop(connection);
        let opened = bench.try_open();
        assert!(matches!(opened, Err(OpenError::Damaged(_))), "{change}");
    }
}

#[test]
fn after_a_power_cut_rows_that_point_to_nothing_are_noticed() {
    let bench = Bench::new();
    drop(bench.selling());
    // Held open, so that its log is left as a power cut leaves it.
    let connection = rusqlite::Connection::open(bench.database()).unwrap();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO draft_step (draft, ordinal, move) VALUES ('nobody', 1, '{}')",
        )
        .unwrap();
    assert!(matches!(bench.try_open(), Err(OpenError::Damaged(_))));
}

#[test]
fn a_fault_found_while_nobody_waited_is_said_and_written_down() {
    let bench = Bench::new();
    let mut core = bench.selling();
    core.whole_check_done(None).unwrap();
    assert!(core.view().unwrap().notices.is_empty());
    core.whole_check_done(Some("page 7 is gone".to_owned()))
        .unwrap();
    let view = core.view().unwrap();
    assert_eq!(view.notices[0].code, Code::StorageDamaged);
    let heads = epoch_heads(core.connection()).unwrap();
    let entries = entries_from(core.connection(), heads[0].epoch, heads[0].last_seq, 1).unwrap();
    assert!(matches!(
        &events(&entries[0].sealed)[0],
        Event::Audited { fact: AuditFact::DamageFound { detail } } if detail == "page 7 is gone"
    ));
    bench.sale(&mut core);
}

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    drop(bench.open());
    let mode = |name: &str| {
        let metadata = fs::metadata(bench.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("till.keys"), 0o700);
    assert_eq!(mode("till.keys/till.key"), 0o600);
}

#[test]
fn a_clock_set_back_is_said_and_written_down() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    drop(core);
    bench.clock.advance(-hours(30));
    let mut core = bench.open();
    let view = core.view().unwrap();
    let codes: Vec<Code> = view.notices.iter().map(|notice| notice.code).collect();
    assert!(codes.contains(&Code::ClockBeforeLastSale), "{codes:?}");
    assert!(matches!(view.screen, Screen::Sell(_)), "selling goes on");
}

#[test]
fn a_slip_whose_sending_was_cut_off_is_not_printed_again_unasked() {
    let bench = Bench::new();
    let printer = PrinterEmulator::start().unwrap();
    let mut core = bench.selling();
    core.printer_settings_set(&network_printer(printer.address(), false))
        .unwrap();
    bench.sale(&mut core);
    print_all(&mut core);
    let drawer = printer.wait_for_jobs(1).len();
    core.receipt_print(&ReceiptPrint {
        action: bench.action(),
        order: None,
    })
    .unwrap();
    let task = core.next_print().unwrap().unwrap();
    drop(core);
    task.run();
    let mut core = bench.open();
    assert_eq!(core.view().unwrap().status.print_jobs, 1, "it is shown");
    print_all(&mut core);
    assert_eq!(printer.wait_for_jobs(drawer + 1).len(), drawer + 1);
    let view = core
        .receipt_print(&ReceiptPrint {
            action: bench.action(),
            order: None,
        })
        .unwrap();
    assert_eq!(done(&view).receipt, ReceiptState::Queued);
    assert_eq!(view.status.print_jobs, 1);
    print_all(&mut core);
    let slips = printer.wait_for_jobs(drawer + 2);
    assert!(
        text_of(&slips[drawer + 1]).contains("DUPLICATA"),
        "it says that it is a copy"
    );
}

fn text_of(job: &[u8]) -> String {
    job.iter().map(|&byte| char::from(byte)).collect()
}

#[test]
fn what_can_be_read_of_a_damaged_database_is_saved_with_its_signatures() {
    let bench = Bench::new();
    let mut core = bench.selling();
    for _ in 0..20 {
        bench.sale(&mut core);
    }
    let key = core.signing_key().verifying_key();
    core.checkpoint().unwrap();
    drop(core);
    // A bad sector in the catalogue: the journal's pages are whole.
    let database = bench.database();
    let page = {
        let connection = rusqlite::Connection::open(&database).unwrap();
        let root: i64 = connection
            .query_row(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'entity'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        usize::try_from(root).unwrap()
    };
    let mut bytes = fs::read(&database).unwrap();
    bytes[(page - 1) * 4096..page * 4096].fill(0x5a);
    fs::write(&database, bytes).unwrap();
    assert!(matches!(bench.try_open(), Err(OpenError::Damaged(_))));
    let saved = fs::read_to_string(bench.directory().join("salvaged-journal.jsonl")).unwrap();
    let entries: Vec<SealedEntry> = saved
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(entries.len() >= 23, "{}", entries.len());
    assert!(entries.iter().all(|entry| entry.verify(&key).is_ok()));
}
