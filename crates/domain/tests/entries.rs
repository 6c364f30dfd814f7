//! The entry's bytes are frozen: old journals stay readable for ever, and nothing in them can be
//! changed unnoticed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod every_event;
mod support;

use std::collections::BTreeSet;

use comptoir_domain::entry::{EntryFault, EntryHash, SealedEntry, Source};
use comptoir_domain::event::Event;
use comptoir_domain::order::Fate;
use comptoir_domain::shift::CashPlace;
use comptoir_domain::tender::TenderKind;
use comptoir_domain::{decide, order::ReturnedPart};
use ed25519_dalek::VerifyingKey;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use support::*;

/// One entry of a released version, as a till wrote it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Frozen {
    kind: String,
    hash: EntryHash,
    #[serde(flatten)]
    entry: SealedEntry,
}

fn fixtures() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/entries/v1.json")
}

fn read_fixtures() -> Vec<Frozen> {
    let text =
        std::fs::read_to_string(fixtures()).expect("the frozen entries are part of the repository");
    serde_json::from_str(&text).expect("the frozen entries are readable")
}

/// A till's day with one entry of each kind that this version writes.
fn a_day() -> Side {
    let bench = Bench::new();
    let mut till = Side::till(1);
    let shift = till.open_shift(&bench, 5000);
    let mut draft = till.new_draft(&bench);
    till.add(&bench, &mut draft, "P2", pieces(2));
    till.add(&bench, &mut draft, "P3", pieces(1));
    till.pay(&bench, &mut draft, TenderKind::Cash, Some(2000), shift)
        .unwrap();
    till.complete(&bench, &draft, shift).unwrap();
    let order = till.books.order(draft.heading().id).unwrap().clone();
    let part = ReturnedPart {
        line: order.lines[1].id,
        quantity: pieces(1),
        restock: Fate::BackToShelf,
    };
    let cash = bench.tender(TenderKind::Cash);
    let returned = till.decide(&bench, |_, context| {
        decide::take_return(
            &order,
            vec![part],
            "unwanted",
            (&cash, None),
            shift,
            context,
        )
    });
    till.record("return", returned.unwrap());
    let drawer = CashPlace::Till(till.till_id());
    let moved = till.decide(&bench, |books, context| {
        decide::move_cash(
            books,
            drawer,
            CashPlace::Safe,
            cents(2000),
            "to the safe",
            context,
        )
    });
    till.record("cash_moved", vec![moved.unwrap()]);
    let opened = till.decide(&bench, |books, context| {
        decide::open_drawer(books, "change", context)
    });
    till.record("drawer_opened", vec![opened.unwrap()]);
    let counts = vec![(cash.id.clone(), cents(3600))];
    let counted = till.decide(&bench, |books, context| {
        decide::count_shift(books, &counts, context)
    });
    till.record("shift_counted", vec![counted.unwrap()]);
    let (closed, _) = till
        .decide(&bench, |books, context| {
            decide::close_shift(books, 1, context)
        })
        .unwrap();
    till.record("shift_closed", vec![closed]);
    till.now = till.now.plus_ms(DAY_MS);
    till.open_shift(&bench, 3000);
    let everything = every_event::of_till(order.id(), &order.lines[0], &bench);
    till.record("everything_else", everything);
    let goods = every_event::of_goods(order.lines[0].variant, &bench);
    till.record("goods", goods);
    till.record("order_moved", vec![every_event::moved(order.id(), &bench)]);
    let settling = every_event::of_settling(order.id(), &bench);
    till.record("settling", settling);
    till
}

/// Every entry that is frozen: a till's day, and what only the server writes.
fn all_entries() -> Vec<SealedEntry> {
    let mut server = Side::server();
    server.record("office", every_event::of_server());
    let variant = Bench::new().variants["P3"].id;
    server.record("recurring", every_event::of_recurring(variant));
    let mut entries = a_day().entries;
    entries.extend(server.entries);
    entries
}

fn key_of(entry: &SealedEntry) -> VerifyingKey {
    let side = match entry.read_header().unwrap().source {
        Source::Till(_) => Side::till(1),
        Source::Server(_) => Side::server(),
    };
    side.key.verifying_key()
}

#[test]
fn frozen_entries_are_read_and_verified_as_on_the_day_they_were_written() {
    for Frozen { kind, hash, entry } in read_fixtures() {
        let header = entry
            .verify(&key_of(&entry))
            .unwrap_or_else(|fault| panic!("{kind}: {fault}"));
        assert_eq!((header.kind.as_str(), entry.hash()), (kind.as_str(), hash));
        entry
            .read_body()
            .unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

#[test]
fn every_kind_of_event_operation_and_audited_fact_is_frozen() {
    let frozen = read_fixtures();
    let bodies = frozen
        .iter()
        .map(|frozen| frozen.entry.read_body().unwrap());
    let events: Vec<Event> = bodies.flat_map(|body| body.events).collect();
    let of_events: BTreeSet<usize> = events.iter().map(every_event::kind_of_event).collect();
    assert_eq!(of_events, (0..every_event::EVENT_KINDS).collect());
    let operations = events.iter().filter_map(|event| match event {
        Event::OrderAmended { operations, .. } => Some(operations),
        _ => None,
    });
    let of_operations: BTreeSet<usize> = operations
        .flatten()
        .map(every_event::kind_of_operation)
        .collect();
    assert_eq!(of_operations, (0..every_event::OPERATION_KINDS).collect());
    let facts = events.iter().filter_map(|event| match event {
        Event::Audited { fact } => Some(fact),
        _ => None,
    });
    let of_facts: BTreeSet<usize> = facts.map(every_event::kind_of_fact).collect();
    assert_eq!(of_facts, (0..every_event::FACT_KINDS).collect());
}

#[test]
fn the_same_day_still_gives_the_frozen_bytes() {
    let written: Vec<Frozen> = all_entries()
        .into_iter()
        .map(|entry| Frozen {
            kind: entry.read_header().unwrap().kind,
            hash: entry.hash(),
            entry,
        })
        .collect();
    if std::env::var_os("COMPTOIR_FREEZE_ENTRIES").is_some() && !fixtures().exists() {
        std::fs::create_dir_all(fixtures().parent().unwrap()).unwrap();
        std::fs::write(
            fixtures(),
            serde_json::to_string_pretty(&written).unwrap() + "\n",
        )
        .unwrap();
    }
    assert_eq!(written, read_fixtures());
}

#[test]
fn each_entry_names_its_predecessor() {
    let mut previous = EntryHash::NONE;
    for (index, entry) in a_day().entries.iter().enumerate() {
        let header = entry.read_header().unwrap();
        assert_eq!((header.seq, header.previous), (index as u64 + 1, previous));
        previous = entry.hash();
    }
}

#[test]
fn an_entry_of_another_key_is_refused() {
    let entry = &a_day().entries[0];
    let stranger = Side::till(2).key.verifying_key();
    assert_eq!(entry.verify(&stranger), Err(EntryFault::SignatureWrong));
}

#[test]
fn a_kind_of_a_newer_version_is_told_apart_from_damage() {
    let mut entry = a_day().entries[1].clone();
    entry.body = r#"{"events":[{"event":"drone_landed","drone":7}]}"#.to_owned();
    assert!(entry.read_header().is_ok());
    assert!(entry.read_body().is_err());
    entry.body = r#"{"events":[{"event":"order_ready","order":"01900000-0000-7000-8000-000000000001","colour":"red"}],"mood":"good"}"#.to_owned();
    let body = entry.read_body().expect("unknown fields are ignored");
    assert!(matches!(body.events[0], Event::OrderReady { .. }));
}

proptest! {
    #[test]
    fn no_flipped_byte_goes_unnoticed(place in any::<prop::sample::Index>(), bit in 0u8..7) {
        let entry = a_day().entries.swap_remove(1);
        let mut bytes = [entry.header.as_bytes(), entry.body.as_bytes()].concat();
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let header_length = entry.header.len();
        let (Ok(header), Ok(body)) = (String::from_utf8(bytes[..header_length].to_vec()), String::from_utf8(bytes[header_length..].to_vec())) else {
            return Ok(());
        };
        let damaged = SealedEntry { header, body, signature: entry.signature };
        prop_assert!(damaged.verify(&Side::till(1).key.verifying_key()).is_err());
    }

    #[test]
    fn rubbish_is_refused_and_never_panics(header in ".{0,200}", body in ".{0,200}") {
        let entry = SealedEntry { header, body, signature: comptoir_domain::entry::EntrySignature([0; 64]) };
        prop_assert!(entry.verify(&Side::till(1).key.verifying_key()).is_err());
        prop_assert!(entry.read_body().is_err());
    }
}
