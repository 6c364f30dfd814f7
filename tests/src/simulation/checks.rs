//! The invariants, by their names. They read what both sides stored, never what they would say.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::books::{AppliedEntry, Books};
use comptoir_domain::document::{DocumentNumber, Series};
use comptoir_domain::entry::{EntryHash, EntryRef, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{EpochId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::quantity::Quantity;
use comptoir_domain::shift::Shift;
use comptoir_domain::stock::{Place, StockLevel};
use comptoir_sync::feed::EntityKind;
use sync_server::store::{JournalRow, Lane};

use super::Simulation;
use super::till::{OwnEntry, TillSide};

/// What holds after every step. Looking at whole journals costs more than a step itself, so that is
/// done once in a while, and always before and after a rest.
pub(crate) fn always(simulation: &Simulation, thoroughly: bool) {
    reservations_are_never_negative(simulation);
    for till in &simulation.tills {
        what_was_shown_is_there(till);
    }
    if !thoroughly {
        return;
    }
    for till in &simulation.tills {
        chain_is_whole(till);
        numbers_are_dense(till);
    }
    let journal = simulation.server.journal();
    server_holds_prefixes(&journal);
    acknowledged_is_held(simulation, &journal);
}

/// What holds when everything has drained.
pub(crate) fn at_rest(simulation: &Simulation) {
    let journal = simulation.server.journal();
    no_number_twice(&journal);
    everything_arrived_once(simulation, &journal);
    let books = folded(&journal);
    server_state_is_the_fold(simulation, &books);
    money_is_balanced(&books);
    stock_moves_sum_to_zero(simulation, &journal);
    arrival_order_does_not_matter(simulation, &journal);
    for till in &simulation.tills {
        till_shows_what_the_server_has(simulation, till);
    }
}

/// J2: dense, linked, signed.
fn chain_is_whole(till: &TillSide) {
    let mut heads: BTreeMap<EpochId, (u64, EntryHash)> = BTreeMap::new();
    for OwnEntry { sealed, .. } in till.entries() {
        let header = sealed
            .verify(&till.verifying_key())
            .expect("J2: the till's own key signed it");
        let head = heads.entry(header.epoch).or_insert((0, EntryHash::NONE));
        assert_eq!(
            (header.seq, header.previous),
            (head.0 + 1, head.1),
            "J2: {}",
            till.describe()
        );
        *head = (header.seq, sealed.hash());
    }
}

/// J1: a sale that a cashier saw as done is in the journal, unless an older copy of the folder was
/// put back since: then the server or a backup has it.
fn what_was_shown_is_there(till: &TillSide) {
    let sold = till.sold();
    for order in &till.shown_as_done {
        assert!(
            sold.contains(order),
            "J1: a sale that was shown as done is gone: {}",
            till.describe()
        );
    }
}

/// J3, on the till: receipts count up without a gap in each epoch.
fn numbers_are_dense(till: &TillSide) {
    let mut next: BTreeMap<(EpochId, Series), u64> = BTreeMap::new();
    for own in till.entries() {
        for number in &own.numbers {
            let expected = next
                .entry((own.epoch, number.series))
                .or_insert(number.number);
            assert_eq!(number.number, *expected, "J3: a gap in {number}");
            *expected += 1;
        }
    }
}

/// J4: what the server holds of a till's epoch is a prefix of a chain that the till wrote; J7: what
/// is on another branch is there too and replaced nothing.
fn server_holds_prefixes(journal: &[JournalRow]) {
    let mut held: BTreeMap<(Source, EpochId, u32), Vec<&JournalRow>> = BTreeMap::new();
    for row in journal {
        held.entry((row.source, row.epoch, row.branch))
            .or_default()
            .push(row);
    }
    for ((source, _, branch), mut rows) in held {
        rows.sort_by_key(|row| row.seq);
        if branch == 0 {
            let seqs: Vec<u64> = rows.iter().map(|row| row.seq).collect();
            assert_eq!(
                seqs,
                (1..=seqs.len() as u64).collect::<Vec<_>>(),
                "J4: {source} has holes"
            );
        }
        for pair in rows.windows(2) {
            let header = pair[1]
                .sealed
                .read_header()
                .expect("the server stored a readable header");
            assert_eq!(
                header.previous, pair[0].hash,
                "J2: the chain on the server is broken"
            );
        }
    }
    let places: BTreeSet<(EntryRef, u32)> = journal
        .iter()
        .map(|row| {
            (
                EntryRef {
                    source: row.source,
                    epoch: row.epoch,
                    seq: row.seq,
                },
                row.branch,
            )
        })
        .collect();
    assert_eq!(
        places.len(),
        journal.len(),
        "a place is taken twice on one branch"
    );
    let dense: Vec<u64> = journal.iter().map(|row| row.accept_no).collect();
    assert_eq!(
        dense,
        (1..=dense.len() as u64).collect::<Vec<_>>(),
        "accept_no is dense"
    );
}

/// J6: a till believes an entry held only where the server holds the same bytes.
fn acknowledged_is_held(simulation: &Simulation, journal: &[JournalRow]) {
    let held: BTreeSet<EntryHash> = journal.iter().map(|row| row.hash).collect();
    for till in &simulation.tills {
        for own in till.entries().iter().filter(|own| own.acknowledged) {
            assert!(
                held.contains(&own.sealed.hash()),
                "J6: acknowledged and not held: {}",
                till.describe()
            );
        }
    }
}

/// S2.
fn reservations_are_never_negative(simulation: &Simulation) {
    for level in simulation.server.states::<StockLevel>(EntityKind::STOCK) {
        assert!(!level.reserved.is_negative(), "S2: {level:?}");
    }
}

/// J3, over the whole hub: no number was printed twice, but by the two lives of a cloned machine
/// before they were told apart.
fn no_number_twice(journal: &[JournalRow]) {
    let mut seen: BTreeSet<DocumentNumber> = BTreeSet::new();
    for row in journal.iter().filter(|row| row.branch == 0) {
        for number in numbers(row) {
            assert!(
                seen.insert(number.clone()),
                "J3: {number} was printed twice"
            );
        }
    }
}

fn numbers(row: &JournalRow) -> Vec<DocumentNumber> {
    let Ok(body) = row.sealed.read_body() else {
        return Vec::new();
    };
    body.events
        .into_iter()
        .filter_map(|event| match event {
            Event::DocumentIssued { document, .. } => Some(document.number),
            _ => None,
        })
        .collect()
}

/// J4 and J5 at rest: every entry of every till is on the server exactly once, folded or set aside.
fn everything_arrived_once(simulation: &Simulation, journal: &[JournalRow]) {
    let mut held: BTreeMap<EntryHash, u32> = BTreeMap::new();
    for row in journal {
        *held.entry(row.hash).or_default() += 1;
        let readable = row.sealed.read_body().is_ok();
        assert_eq!(
            readable && row.lane != Lane::Drained,
            row.fold_no.is_some(),
            "J5: {row:?}"
        );
    }
    assert!(held.values().all(|count| *count == 1), "once is enough");
    for till in &simulation.tills {
        for own in till.entries() {
            assert!(
                held.contains_key(&own.sealed.hash()),
                "an entry never arrived: {}",
                till.describe()
            );
        }
    }
}

/// The whole journal folded from the beginning, in the order in which the server folded it.
fn folded(journal: &[JournalRow]) -> Books {
    let mut rows: Vec<&JournalRow> = journal.iter().filter(|row| row.fold_no.is_some()).collect();
    rows.sort_by_key(|row| row.fold_no);
    let mut books = Books::default();
    for row in rows {
        apply(&mut books, row);
    }
    books
}

fn apply(books: &mut Books, row: &JournalRow) {
    let header = row
        .sealed
        .read_header()
        .expect("folded entries are readable");
    books.apply(
        AppliedEntry::from(&header),
        &row.sealed.read_body().expect("folded entries are readable"),
    );
}

/// L5 and O4: the stored state is what the journal folds to, byte for byte.
fn server_state_is_the_fold(simulation: &Simulation, books: &Books) {
    let orders: BTreeMap<_, Order> = simulation
        .server
        .orders()
        .into_iter()
        .map(|order| (order.id(), order))
        .collect();
    assert_eq!(orders, books.orders, "L5: orders");
    let shifts: BTreeMap<_, Shift> = simulation
        .server
        .states::<Shift>(EntityKind::SHIFT)
        .into_iter()
        .map(|shift| (shift.id, shift))
        .collect();
    assert_eq!(shifts, books.shifts, "L5: shifts");
    for level in simulation.server.states::<StockLevel>(EntityKind::STOCK) {
        assert_eq!(
            level,
            books.level(level.variant, level.location),
            "L5: stock"
        );
    }
}

/// M1, M2, M4, M6: orders add up, and every shift's turnover, bridge and money meet.
fn money_is_balanced(books: &Books) {
    for order in books.orders.values() {
        let totals = order.totals();
        assert_eq!(
            totals.taxed.net + totals.taxed.tax_amount,
            totals.taxed.gross,
            "M1"
        );
        assert_eq!(totals.due, totals.total - totals.paid, "M2");
    }
    for shift in books.shifts.values() {
        assert_eq!(shift.imbalance(), Money::ZERO, "M4: {shift:#?}");
    }
}

/// S1: the ledger of moves, added up from the journal, is the stock; over all places it is zero.
fn stock_moves_sum_to_zero(simulation: &Simulation, journal: &[JournalRow]) {
    let mut sums: BTreeMap<(VariantId, Place), Quantity> = BTreeMap::new();
    let mut rows: Vec<&JournalRow> = journal.iter().filter(|row| row.fold_no.is_some()).collect();
    rows.sort_by_key(|row| row.fold_no);
    let mut books = Books::default();
    for row in rows {
        let header = row.sealed.read_header().expect("folded");
        let applied = books.apply(
            AppliedEntry::from(&header),
            &row.sealed.read_body().expect("folded"),
        );
        for stock_move in applied.moves {
            *sums
                .entry((stock_move.variant, stock_move.from))
                .or_default() -= stock_move.quantity;
            *sums.entry((stock_move.variant, stock_move.to)).or_default() += stock_move.quantity;
        }
    }
    for variant in &simulation.server.variants {
        let everywhere: Quantity = sums
            .iter()
            .filter(|((id, _), _)| *id == variant.id)
            .map(|(_, quantity)| *quantity)
            .sum();
        assert_eq!(everywhere, Quantity::ZERO, "S1");
    }
    for level in simulation.server.states::<StockLevel>(EntityKind::STOCK) {
        let here = sums
            .get(&(level.variant, Place::Location(level.location)))
            .copied()
            .unwrap_or_default();
        assert_eq!(level.on_hand, here, "S1");
    }
}

/// S4: goods in hand do not depend on which till was heard first.
fn arrival_order_does_not_matter(simulation: &Simulation, journal: &[JournalRow]) {
    let mut rows: Vec<&JournalRow> = journal.iter().filter(|row| row.fold_no.is_some()).collect();
    rows.sort_by_key(|row| (row.source, row.fold_no));
    let mut books = Books::default();
    // The server's own acts go first: tills act on what they saw of them.
    let (own, tills): (Vec<&JournalRow>, Vec<&JournalRow>) = rows
        .into_iter()
        .partition(|row| super::server::ServerSide::is_own(row.source));
    for row in own.into_iter().chain(tills) {
        apply(&mut books, row);
    }
    for level in simulation.server.states::<StockLevel>(EntityKind::STOCK) {
        let written_off = journal.iter().any(changes_what_is_written_off);
        if !written_off {
            assert_eq!(
                level.on_hand,
                books.level(level.variant, level.location).on_hand,
                "S4"
            );
        }
    }
}

/// How much a removal wastes depends on what is left of the line when it arrives: the only place in
/// which the order of arrival shows in the stock, and the reason for a problem.
fn changes_what_is_written_off(row: &JournalRow) -> bool {
    row.sealed.body.contains("\"wasted\"")
}

/// S3, O5, F1, F3: the till's copy is the server's state row by row, and what it shows is that.
fn till_shows_what_the_server_has(simulation: &Simulation, till: &TillSide) {
    let kinds = [
        EntityKind::ORDER,
        EntityKind::STOCK,
        EntityKind::VARIANT,
        EntityKind::PRODUCT,
        EntityKind::STAFF,
        EntityKind::SETTINGS,
    ];
    for kind in kinds {
        let server: BTreeMap<String, String> = simulation
            .server
            .entities(kind)
            .into_iter()
            .map(|item| (item.id, item.body))
            .collect();
        assert_eq!(
            till.entities(kind),
            server,
            "F1: {kind} on {}",
            till.describe()
        );
    }
    for level in simulation.server.states::<StockLevel>(EntityKind::STOCK) {
        assert_eq!(
            till.shown_stock(&level),
            Some(level),
            "S3: {}",
            till.describe()
        );
    }
    for order in simulation.server.orders() {
        assert_eq!(
            till.shown_order(order.id()),
            Some(order),
            "O5: {}",
            till.describe()
        );
    }
}
