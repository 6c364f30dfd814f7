//! The pure engines of both sides: what is judged, when it is sent, what is shown.

use std::collections::BTreeMap;

use comptoir_domain::entry::{ChainHead, ENTRY_FORMAT, EntryHash, EntryHeader, Source};
use comptoir_domain::ids::{ActionId, EpochId, TillId};
use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::{Checksum, EpochPosition, Included};
use comptoir_sync::intake::{Verdict, judge};
use comptoir_sync::pacing::{
    BACK_OFF_MAX_MS, NextStep, Pacing, STUCK_AFTER_MS, Situation, is_stuck,
};
use proptest::prelude::*;
use uuid::Uuid;

const NOON: Timestamp = Timestamp::from_unix_ms(1_795_000_000_000);

fn epoch() -> EpochId {
    EpochId::from_uuid(Uuid::from_u128(7))
}

/// An entry that is known by its seq and branch alone.
fn hash_of(seq: u64, branch: u8) -> EntryHash {
    let mut bytes = [branch; 32];
    bytes[..8].copy_from_slice(&seq.to_be_bytes());
    if seq == 0 {
        EntryHash::NONE
    } else {
        EntryHash(bytes)
    }
}

fn header(seq: u64, previous: EntryHash) -> EntryHeader {
    EntryHeader {
        format: ENTRY_FORMAT,
        source: Source::Till(TillId::from_uuid(Uuid::from_u128(1))),
        epoch: epoch(),
        seq,
        previous,
        kind: "sale".to_owned(),
        kind_version: 1,
        action: ActionId::from_uuid(Uuid::from_u128(u128::from(seq))),
        at: NOON,
        actor: None,
        approved_by: None,
    }
}

/// A server that keeps one chain by the verdicts alone.
#[derive(Default)]
struct Chain {
    stored: BTreeMap<u64, EntryHash>,
    forked: Vec<(u64, EntryHash)>,
}

impl Chain {
    fn head(&self) -> ChainHead {
        match self.stored.last_key_value() {
            Some((seq, hash)) => ChainHead {
                epoch: epoch(),
                seq: *seq,
                hash: *hash,
            },
            None => ChainHead::start(epoch()),
        }
    }

    fn receive(&mut self, seq: u64, branch: u8, previous_branch: u8) -> Verdict {
        let header = header(seq, hash_of(seq - 1, previous_branch));
        let hash = hash_of(seq, branch);
        let verdict = judge(&self.head(), &header, hash, self.stored.get(&seq).copied());
        match verdict {
            Verdict::Append => {
                self.stored.insert(seq, hash);
            }
            Verdict::Fork => self.forked.push((seq, hash)),
            Verdict::Skip | Verdict::Gap { .. } => {}
        }
        verdict
    }
}

#[test]
fn the_same_place_with_another_hash_is_a_fork_and_never_replaces() {
    let mut chain = Chain::default();
    for seq in 1..=5 {
        assert_eq!(chain.receive(seq, 1, 1), Verdict::Append);
    }
    assert_eq!(chain.receive(4, 2, 1), Verdict::Fork);
    assert_eq!(
        chain.receive(6, 2, 2),
        Verdict::Fork,
        "it goes on from another predecessor"
    );
    assert_eq!(chain.stored[&4], hash_of(4, 1));
    assert_eq!(chain.receive(6, 1, 1), Verdict::Append);
}

#[test]
fn an_entry_of_seq_zero_is_no_entry_of_the_chain() {
    let head = ChainHead::start(epoch());
    assert_eq!(
        judge(&head, &header(0, EntryHash::NONE), hash_of(1, 1), None),
        Verdict::Fork
    );
}

proptest! {
    /// Ranges that overlap, repeat, arrive out of order or start too far ahead: the chain is always
    /// a prefix without holes, and once every entry was sent in order it is whole.
    #[test]
    fn any_way_of_sending_gives_the_same_chain(ranges in prop::collection::vec((1u64..30, 1u64..12), 0..20)) {
        let mut chain = Chain::default();
        for (from, count) in ranges {
            for seq in from..(from + count).min(31) {
                if let Verdict::Gap { expected } = chain.receive(seq, 1, 1) {
                    prop_assert_eq!(expected, chain.head().seq + 1);
                    break;
                }
            }
            let held: Vec<u64> = chain.stored.keys().copied().collect();
            let dense: Vec<u64> = (1..=held.len() as u64).collect();
            prop_assert_eq!(held, dense);
        }
        for seq in 1..=30 {
            chain.receive(seq, 1, 1);
        }
        prop_assert_eq!(chain.stored.len(), 30);
        prop_assert!(chain.forked.is_empty());
    }

    /// A till that has something to send gets to it within the longest wait, whatever failed before
    /// and however its clock jumps. As the tills do, it looks again when the moment has come that it
    /// was told, or when as much time has passed.
    #[test]
    fn a_backlog_never_waits_for_another_sale(
        rounds in prop::collection::vec((0u32..8, any::<u64>(), -10_000_000_000i64..10_000_000_000), 1..6),
    ) {
        let situation = Situation { is_enrolled: true, has_unsent: true, is_behind: false };
        let mut pacing = Pacing::default();
        let mut now = NOON;
        for (failures, jitter, jump) in rounds {
            for _ in 0..failures {
                pacing.failed(now, jitter, None);
            }
            now = now.plus_ms(jump);
            let mut waited = 0;
            loop {
                match pacing.next_step(situation, now) {
                    NextStep::Push => break,
                    NextStep::Rest { until: Some(until) } => {
                        waited += until.ms_since(now);
                        prop_assert!(until > now && waited <= BACK_OFF_MAX_MS, "{:?} at {:?}", pacing, now);
                        now = until;
                    }
                    other => prop_assert!(false, "{:?}", other),
                }
            }
        }
        pacing.failed(now, 0, None);
        pacing.wake();
        prop_assert_eq!(pacing.next_step(situation, now), NextStep::Push);
    }

    /// Counting rows in and out in any order gives the sum of what is there.
    #[test]
    fn a_checksum_depends_on_the_rows_alone(rows in prop::collection::btree_map(0u16..200, 1u64..1000, 0..40), gone in prop::collection::btree_set(0u16..200, 0..20)) {
        let mut running = Checksum::default();
        for (id, position) in &rows {
            running.add("variant", &id.to_string(), *position);
        }
        for (id, position) in rows.iter().filter(|(id, _)| gone.contains(id)) {
            running.remove("variant", &id.to_string(), *position);
        }
        let mut fresh = Checksum::default();
        for (id, position) in rows.iter().rev().filter(|(id, _)| !gone.contains(id)) {
            fresh.add("variant", &id.to_string(), *position);
        }
        prop_assert_eq!(running, fresh);
    }
}

#[test]
fn one_missed_row_changes_the_checksum() {
    let mut all = Checksum::default();
    let mut missed = Checksum::default();
    for id in 0..100u64 {
        all.add("stock", &id.to_string(), id);
        if id != 57 {
            missed.add("stock", &id.to_string(), id);
        }
    }
    missed.add("stock", "57", 56);
    assert_eq!(all.rows, missed.rows);
    assert_ne!(all, missed);
}

#[test]
fn what_is_quarantined_is_not_included_although_it_is_held() {
    let other = EpochId::from_uuid(Uuid::from_u128(8));
    let included = Included {
        through: vec![EpochPosition {
            epoch: epoch(),
            seq: 5,
        }],
        excluded: vec![EpochPosition {
            epoch: epoch(),
            seq: 3,
        }],
    };
    let held: Vec<u64> = (1..=7)
        .filter(|seq| included.contains(epoch(), *seq))
        .collect();
    assert_eq!(held, [1, 2, 4, 5]);
    assert!(!included.contains(other, 1));
}

#[test]
fn facts_go_before_news_and_nothing_is_said_before_enrolment() {
    let pacing = Pacing::default();
    let situation = Situation {
        is_enrolled: true,
        has_unsent: true,
        is_behind: true,
    };
    assert_eq!(pacing.next_step(situation, NOON), NextStep::Push);
    let sent = Situation {
        has_unsent: false,
        ..situation
    };
    assert_eq!(
        pacing.next_step(sent, NOON),
        NextStep::Pull {
            wait_for_news: false
        }
    );
    let level = Situation {
        is_behind: false,
        ..sent
    };
    assert_eq!(
        pacing.next_step(level, NOON),
        NextStep::Pull {
            wait_for_news: true
        }
    );
    let alone = Situation {
        is_enrolled: false,
        ..situation
    };
    assert_eq!(
        pacing.next_step(alone, NOON),
        NextStep::Rest { until: None }
    );
}

#[test]
fn a_till_says_so_when_entries_stay_although_the_server_answers() {
    let long_ago = Some(NOON.plus_ms(-STUCK_AFTER_MS - 1));
    assert!(is_stuck(long_ago, Some(NOON.plus_ms(-1_000)), NOON));
    assert!(
        !is_stuck(long_ago, long_ago, NOON),
        "the server is away: that is another thing"
    );
    assert!(!is_stuck(Some(NOON.plus_ms(-1_000)), Some(NOON), NOON));
    assert!(!is_stuck(None, Some(NOON), NOON));
}

#[test]
fn a_till_whose_clock_jumped_says_so_too() {
    let ahead = Some(NOON.plus_ms(3 * 3_600_000));
    assert!(
        !is_stuck(ahead, ahead, NOON),
        "the server has not answered since the clock was set back"
    );
    let answered = Some(NOON.plus_ms(-1_000));
    assert!(is_stuck(ahead, answered, NOON));
    let a_second_ahead = Some(NOON.plus_ms(1_000));
    assert!(!is_stuck(a_second_ahead, answered, NOON));
}
