//! The invariants, by their names. They read what both sides stored, never what they would say.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::books::{Applied, AppliedEntry, Books};
use comptoir_domain::credit::CreditAccount;
use comptoir_domain::document::{DocumentNumber, Series};
use comptoir_domain::entry::{EntryHash, EntryRef, Source};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{EpochId, OrderId, VariantId};
use comptoir_domain::money::Money;
use comptoir_domain::order::Order;
use comptoir_domain::problem::{Problem, ProblemId, ProblemRule};
use comptoir_domain::quantity::Quantity;
use comptoir_domain::shift::{Shift, TillBooks};
use comptoir_domain::staff::Staff;
use comptoir_domain::stock::{Place, StockLevel};
use comptoir_sync::feed::EntityKind;
use sync_server::store::{JournalRow, Lane};

use super::Simulation;
use super::arrival;
use super::facts;
use super::server::ServerSide;
use super::table;
use super::till::{OwnEntry, TillSide};

/// What holds after every step. Looking at whole journals costs more than a step itself, so that is
/// done once in a while, and always before and after a rest.
pub(crate) fn always(simulation: &Simulation, thoroughly: bool) {
    for till in &simulation.tills {
        what_was_shown_is_there(till);
    }
    if !thoroughly {
        return;
    }
    let journals: Vec<(&TillSide, Vec<OwnEntry>)> = simulation
        .tills
        .iter()
        .map(|till| (till, till.entries()))
        .collect();
    for (till, entries) in &journals {
        chain_is_whole(till, entries);
        numbers_are_dense(entries);
        till.prints_no_number_twice();
    }
    let journal = simulation.server.journal();
    server_holds_prefixes(&journal);
    acknowledged_is_held(&journals, &journal);
    shown_states_are_checkpoints(simulation);
}

/// What holds whenever the hub's state has changed.
pub(crate) fn changed_state(simulation: &Simulation) {
    reservations_are_never_negative(simulation);
}

/// What holds when everything has drained.
pub(crate) fn at_rest(simulation: &mut Simulation) {
    let staff: Vec<Staff> = simulation.server.states(EntityKind::STAFF);
    for till in &mut simulation.tills {
        till.finds_nothing_deleted(&simulation.server.deleted);
        till.offers_only(&staff);
        till.has_a_screen();
    }
    let simulation = &*simulation;
    let journal = simulation.server.journal();
    let state = HubState::of(&simulation.server);
    no_number_twice(&journal);
    everything_arrived_once(simulation, &journal);
    let (books, sums) = folded(&journal);
    server_state_is_the_fold(simulation, &state, &books);
    problems_are_those_of_the_fold(&simulation.server, &books);
    every_shift_is_balanced(&books);
    facts::no_fact_was_lost(&journal, &books);
    facts::what_arrived_is_not_missed(&books);
    facts::every_order_adds_up(&books);
    facts::money_of_the_shop_counts_once(&journal, &books);
    facts::shifts_add_up_to_their_tills(&books);
    facts::drawers_hold_what_went_in(&journal, &books);
    facts::reservations_are_those_of_the_orders(&books);
    facts::contradictions_have_their_problem(&journal, &books);
    stock_moves_sum_to_zero(&state, &sums);
    arrival::does_not_matter(&state.stock, &journal, &books);
    for till in &simulation.tills {
        till_shows_what_the_server_has(&state, till);
    }
}

/// What the server holds of the hub, read once.
struct HubState {
    rows: BTreeMap<&'static str, BTreeMap<String, String>>,
    stock: Vec<StockLevel>,
    orders: Vec<Order>,
}

impl HubState {
    fn of(server: &ServerSide) -> HubState {
        let kinds = [
            EntityKind::ORDER,
            EntityKind::STOCK,
            EntityKind::VARIANT,
            EntityKind::PRODUCT,
            EntityKind::STAFF,
            EntityKind::SETTINGS,
            EntityKind::SHIFT,
            EntityKind::TILL,
            EntityKind::PROBLEM,
            EntityKind::ACCOUNT,
        ];
        let rows = kinds.map(|kind| {
            let items = server.entities(kind).into_iter();
            (kind, items.map(|item| (item.id, item.body)).collect())
        });
        HubState {
            rows: BTreeMap::from(rows),
            stock: server.states(EntityKind::STOCK),
            orders: server.orders(),
        }
    }
}

/// J2: dense and linked. That the till's own key signed it is seen as each entry is read.
fn chain_is_whole(till: &TillSide, entries: &[OwnEntry]) {
    let mut heads: BTreeMap<EpochId, (u64, EntryHash)> = BTreeMap::new();
    for OwnEntry { hash, reading, .. } in entries {
        let head = heads.entry(reading.epoch).or_insert((0, EntryHash::NONE));
        assert_eq!(
            (reading.seq, reading.previous),
            (head.0 + 1, head.1),
            "J2: {}",
            till.describe()
        );
        *head = (reading.seq, *hash);
    }
}

/// J1: what a cashier saw as done, sales, hand-overs, changes, money given back, is in the journal,
/// unless an older copy of the folder was put back since: then the server or a backup has it.
fn what_was_shown_is_there(till: &TillSide) {
    let written = till.written_here();
    for action in &till.shown_as_done {
        assert!(
            written.contains(action),
            "J1: what was shown as done is gone: {}",
            till.describe()
        );
    }
}

/// J3, on the till: receipts count up without a gap in each epoch.
fn numbers_are_dense(entries: &[OwnEntry]) {
    let mut next: BTreeMap<(EpochId, Series), u64> = BTreeMap::new();
    for OwnEntry { reading, .. } in entries {
        for number in &reading.numbers {
            let expected = next
                .entry((reading.epoch, number.series))
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
fn acknowledged_is_held(journals: &[(&TillSide, Vec<OwnEntry>)], journal: &[JournalRow]) {
    let held: BTreeSet<EntryHash> = journal.iter().map(|row| row.hash).collect();
    for (till, entries) in journals.iter().filter(|(till, _)| till.is_up_to_date) {
        for own in entries.iter().filter(|own| own.acknowledged) {
            assert!(
                held.contains(&own.hash),
                "J6: acknowledged and not held: {}",
                till.describe()
            );
        }
    }
}

/// F2 and F3: what a till shows is what the server had at one moment, never half of a change.
fn shown_states_are_checkpoints(simulation: &Simulation) {
    let checkpoints = simulation.server.checkpoints.borrow();
    for till in &simulation.tills {
        let Some((cursor, sum)) = till.shown_checkpoint() else {
            continue;
        };
        let told = checkpoints.get(&(cursor.feed_epoch, cursor.position));
        assert_eq!(told, Some(&sum), "F2: {}", till.describe());
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
                held.contains_key(&own.hash),
                "an entry never arrived: {}",
                till.describe()
            );
        }
    }
}

/// How much lies at each place.
type Sums = BTreeMap<(VariantId, Place), Quantity>;

/// The whole journal folded from the beginning, in the order in which the server folded it, and its
/// moves of goods added up.
fn folded(journal: &[JournalRow]) -> (Books, Sums) {
    let mut rows: Vec<&JournalRow> = journal.iter().filter(|row| row.fold_no.is_some()).collect();
    rows.sort_by_key(|row| row.fold_no);
    let mut books = Books::default();
    let mut sums = Sums::new();
    for row in rows {
        let body = row.sealed.read_body().expect("folded entries are readable");
        let named: BTreeSet<OrderId> = body.events.iter().filter_map(Event::order).collect();
        let before: Vec<Order> = named
            .into_iter()
            .filter_map(|id| books.order(id).cloned())
            .collect();
        let applied = apply(&mut books, row);
        for order in &before {
            let after = books.order(order.id()).expect("an order stays");
            table::was_followed(order, &body, after, &applied.problems);
        }
        for moved in applied.moves {
            *sums.entry((moved.variant, moved.from)).or_default() -= moved.quantity;
            *sums.entry((moved.variant, moved.to)).or_default() += moved.quantity;
        }
    }
    (books, sums)
}

pub(super) fn apply(books: &mut Books, row: &JournalRow) -> Applied {
    let header = row
        .sealed
        .read_header()
        .expect("folded entries are readable");
    books.apply(
        AppliedEntry::from(&header),
        &row.sealed.read_body().expect("folded entries are readable"),
    )
}

/// L5 and O4: the stored state is what the journal folds to, byte for byte.
fn server_state_is_the_fold(simulation: &Simulation, state: &HubState, books: &Books) {
    let orders = state.orders.iter().map(|order| (order.id(), order.clone()));
    assert_eq!(
        orders.collect::<BTreeMap<_, _>>(),
        books.orders,
        "L5: orders"
    );
    let shifts: BTreeMap<_, Shift> = simulation
        .server
        .states::<Shift>(EntityKind::SHIFT)
        .into_iter()
        .map(|shift| (shift.id, shift))
        .collect();
    assert_eq!(shifts, books.shifts, "L5: shifts");
    for level in &state.stock {
        let folded = books.level(level.variant, level.location);
        assert_eq!(*level, folded, "L5: stock");
    }
    let tills = simulation.server.states::<TillBooks>(EntityKind::TILL);
    let tills: BTreeMap<_, _> = tills.into_iter().map(|till| (till.till, till)).collect();
    assert_eq!(tills, books.tills, "L5: tills");
    let accounts = simulation
        .server
        .states::<CreditAccount>(EntityKind::ACCOUNT);
    let accounts: BTreeMap<_, _> = accounts.into_iter().map(|kept| (kept.id, kept)).collect();
    assert_eq!(accounts, books.accounts, "L5: accounts");
}

/// O3 and L5: the problems that the server lists are those that the journal leads to, each once, and
/// what was decided of one stays as it was decided. What has another cause than what an entry says is
/// the server's own to find.
fn problems_are_those_of_the_fold(server: &ServerSide, books: &Books) {
    let of_no_entry = |rule: ProblemRule| {
        matches!(
            rule,
            ProblemRule::EntryQuarantined
                | ProblemRule::JournalForked
                | ProblemRule::AttachmentMissing
                | ProblemRule::PaymentUnanswered
                | ProblemRule::AuthorisationLapsing
                | ProblemRule::AuthorisationLapsed
                | ProblemRule::NotFetched
        )
    };
    let problems = server.problems();
    let mut decisions = server.decisions.borrow_mut();
    for problem in &problems {
        if let Some(decision) = &problem.decision {
            let first = decisions
                .entry(problem.id.to_string())
                .or_insert_with(|| decision.clone());
            assert_eq!(first, decision, "O3: decided anew: {problem:?}");
        }
    }
    let listed: BTreeMap<ProblemId, Problem> = problems
        .into_iter()
        .filter(|problem| !of_no_entry(problem.rule))
        .map(|problem| (problem.id, problem))
        .collect();
    assert_eq!(listed, books.problems, "O3: problems");
}

/// M4: every shift's turnover, bridge and money meet.
fn every_shift_is_balanced(books: &Books) {
    for shift in books.shifts.values() {
        assert_eq!(shift.imbalance(), Money::ZERO, "M4: {shift:#?}");
    }
}

/// S1: the ledger of moves, added up from the journal, is the stock; over all places it is zero.
fn stock_moves_sum_to_zero(state: &HubState, sums: &Sums) {
    let mut everywhere: BTreeMap<VariantId, Quantity> = BTreeMap::new();
    for ((variant, _), quantity) in sums {
        *everywhere.entry(*variant).or_default() += *quantity;
    }
    assert!(everywhere.values().all(|sum| sum.is_zero()), "S1");
    for level in &state.stock {
        let place = (level.variant, Place::Location(level.location));
        let here = sums.get(&place).copied().unwrap_or_default();
        assert_eq!(level.on_hand, here, "S1");
    }
}

/// S3, O5, F1, F3: the till's copy is the server's state row by row, and what it shows is that.
fn till_shows_what_the_server_has(state: &HubState, till: &TillSide) {
    for (kind, rows) in &state.rows {
        assert_eq!(
            till.entities(kind),
            *rows,
            "F1: {kind} on {}",
            till.describe()
        );
    }
    for level in &state.stock {
        assert_eq!(
            till.shown_stock(level).as_ref(),
            Some(level),
            "S3: {}",
            till.describe()
        );
    }
    for order in &state.orders {
        assert_eq!(
            till.shown_order(order.id()).as_ref(),
            Some(order),
            "O5: {}",
            till.describe()
        );
    }
}
