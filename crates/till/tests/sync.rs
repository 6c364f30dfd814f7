//! The conversation with a server, good and bad: replies lost, doubled, foreign; gaps, forks,
//! refusals; sessions that run out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shop;
mod support;

use comptoir_domain::entry::{ChainHead, EntryHash};
use comptoir_domain::ids::EpochId;
use comptoir_sync::feed::EpochPosition;
use comptoir_sync::protocol::{PushOutcome, PushReply, RefusedFault};
use comptoir_till::Core;
use comptoir_till::store::epoch_heads;
use comptoir_till::sync::{Next, SyncEngine, SyncFailure, SyncReply, SyncRequest, refusals};
use comptoir_till::wire::{Code, ServerState};
use shop::server::{Server, first_push, journal, request, talk, unsent};
use support::Bench;

/// A till that sold alone and has been paired since, and its server.
fn paired() -> (Bench, Core, Server, SyncEngine) {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let server = Server::for_till(&core);
    server.adopt(&mut core, "A");
    (bench, core, server, SyncEngine::new(7))
}

fn epochs(core: &Core) -> Vec<EpochId> {
    let heads = epoch_heads(core.connection()).unwrap();
    heads.into_iter().map(|heads| heads.epoch).collect()
}

fn push_reply(outcome: PushOutcome, head: ChainHead) -> Result<SyncReply, SyncFailure> {
    Ok(SyncReply::Push(PushReply {
        outcome,
        head,
        feed_head: 0,
        server_time: shop::NOON,
    }))
}

#[test]
fn a_till_without_a_server_has_nothing_to_say() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let mut engine = SyncEngine::new(1);
    assert_eq!(engine.next(&core).unwrap(), Next::Rest { until: None });
}

#[test]
fn a_till_that_worked_alone_is_adopted_with_its_whole_journal() {
    let (_bench, mut core, mut server, mut engine) = paired();
    let written = journal(&core);
    assert!(written.len() >= 4, "{}", written.len());
    assert!(matches!(
        talk(&mut engine, &mut core, &mut server),
        Next::Request(_)
    ));
    assert_eq!(server.held(), written);
    assert_eq!(unsent(&core), 0);
    assert!(
        core.status()
            .unwrap()
            .entries
            .iter()
            .all(|entry| entry.acknowledged_at.is_some())
    );
    let report = engine.report(&core).unwrap();
    assert_eq!((report.state, report.problem), (ServerState::Online, None));
    // What lies beside the entries came with them: the receipt, under its salted hash.
    assert!(!server.attachments.is_empty());
}

#[test]
fn a_lost_reply_is_asked_for_again_and_nothing_is_doubled() {
    let (bench, mut core, mut server, mut engine) = paired();
    let push = first_push(&mut engine, &mut core, &mut server);
    server.answer(&push).unwrap();
    engine
        .apply(&mut core, &push, Err(SyncFailure::TimedOut))
        .unwrap();
    assert!(unsent(&core) > 0);
    bench.clock.advance(60_000);
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(server.held(), journal(&core));
    assert_eq!((unsent(&core), epochs(&core).len()), (0, 1));
}

#[test]
fn a_reply_that_comes_twice_or_late_changes_nothing() {
    let (bench, mut core, mut server, mut engine) = paired();
    let push = first_push(&mut engine, &mut core, &mut server);
    let answer = server.answer(&push);
    engine.apply(&mut core, &push, answer.clone()).unwrap();
    engine.apply(&mut core, &push, answer.clone()).unwrap();
    bench.sale(&mut core);
    talk(&mut engine, &mut core, &mut server);
    engine.apply(&mut core, &push, answer).unwrap();
    assert_eq!((unsent(&core), epochs(&core).len()), (0, 1));
    assert_eq!(server.held(), journal(&core));
}

#[test]
fn a_retry_comes_by_itself_and_needs_no_new_sale() {
    let (bench, mut core, mut server, mut engine) = paired();
    for _ in 0..20 {
        let asked = request(&mut engine, &mut core);
        engine
            .apply(&mut core, &asked, Err(SyncFailure::Unreachable))
            .unwrap();
        let Next::Rest { until: Some(until) } = engine.next(&core).unwrap() else {
            panic!("no rest after a failure");
        };
        let wait = until.ms_since(bench.clock.now());
        assert!((1..=60_000).contains(&wait), "{wait}");
        bench.clock.set(until);
    }
    let report = engine.report(&core).unwrap();
    assert_eq!(report.state, ServerState::Offline);
    assert_eq!(report.problem, Some(Code::ServerUnreachable));
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(unsent(&core), 0);
}

#[test]
fn a_clock_that_jumps_back_years_does_not_stretch_the_wait() {
    let (bench, mut core, mut server, mut engine) = paired();
    let asked = request(&mut engine, &mut core);
    engine
        .apply(&mut core, &asked, Err(SyncFailure::Unreachable))
        .unwrap();
    bench.clock.advance(-5 * 365 * 86_400_000);
    assert_eq!(engine.report(&core).unwrap().next_try, None);
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(unsent(&core), 0);
    // It says how wrong its clock is.
    let offset = engine.report(&core).unwrap().clock_offset_ms.unwrap();
    assert!(offset < -4 * 365 * 86_400_000, "{offset}");
}

#[test]
fn a_restored_server_gets_again_what_it_lost() {
    let (bench, mut core, mut server, mut engine) = paired();
    talk(&mut engine, &mut core, &mut server);
    let epoch = epochs(&core)[0];
    server.chains.get_mut(&epoch).unwrap()[0].truncate(2);

    // It is noticed with the next sale, whose predecessors are missing there.
    bench.sale(&mut core);
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(server.held(), journal(&core));
    assert_eq!((unsent(&core), epochs(&core).len()), (0, 1));
}

#[test]
fn a_restored_server_is_noticed_without_a_sale_too() {
    let (bench, mut core, mut server, mut engine) = paired();
    talk(&mut engine, &mut core, &mut server);
    let epoch = epochs(&core)[0];
    server.chains.get_mut(&epoch).unwrap()[0].truncate(2);
    server.hub.restored();
    server.hub.included.through = vec![EpochPosition { epoch, seq: 2 }];
    bench.clock.advance(5_000);
    let Next::Request(news) = engine.next(&core).unwrap() else {
        panic!("does not ask for news");
    };
    let answer = server.answer(&news);
    engine.apply(&mut core, &news, answer).unwrap();
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(server.held(), journal(&core));
    assert_eq!(unsent(&core), 0);
}

#[test]
fn a_number_without_the_right_hash_acknowledges_nothing() {
    let (bench, mut core, mut server, mut engine) = paired();
    let push = first_push(&mut engine, &mut core, &mut server);
    let before = unsent(&core);
    let epoch = epochs(&core)[0];
    let foreign = ChainHead {
        epoch,
        seq: before,
        hash: EntryHash([1; 32]),
    };
    let answer = push_reply(PushOutcome::Held, foreign);
    engine.apply(&mut core, &push, answer).unwrap();
    assert_eq!(unsent(&core), before);
    // What comes next does not go on a chain that is not the server's.
    bench.sale(&mut core);
    assert_eq!(epochs(&core).len(), 2);
    assert!(epoch_heads(core.connection()).unwrap()[1].last_seq > 0);
}

#[test]
fn a_cloned_file_forks_the_chain_and_no_sale_is_lost() {
    let (bench, mut core, mut server, mut engine) = paired();
    talk(&mut engine, &mut core, &mut server);
    let clone = Bench::new();
    copy_folder(bench.path(), clone.path());
    let mut twin = clone.open();
    clone.sign_in(&mut twin);

    bench.sale(&mut core);
    talk(&mut engine, &mut core, &mut server);
    clone.sale(&mut twin);
    let mut other = SyncEngine::new(8);
    talk(&mut other, &mut twin, &mut server);
    clone.sale(&mut twin);
    talk(&mut other, &mut twin, &mut server);

    assert_eq!((unsent(&core), unsent(&twin)), (0, 0));
    let held = server.held();
    for entry in journal(&core).iter().chain(&journal(&twin)) {
        assert!(held.contains(entry));
    }
    assert_eq!((epochs(&core).len(), epochs(&twin).len()), (1, 2));
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_refused_epoch_is_shown_and_in_the_way_of_no_other() {
    let (bench, mut core, mut server, mut engine) = paired();
    let push = first_push(&mut engine, &mut core, &mut server);
    let epoch = epochs(&core)[0];
    let head = ChainHead {
        epoch,
        seq: 1,
        hash: journal(&core)[0].hash(),
    };
    let refused = PushOutcome::Refused {
        seq: 2,
        fault: RefusedFault::Format,
    };
    engine
        .apply(&mut core, &push, push_reply(refused, head))
        .unwrap();
    assert_eq!(epoch_heads(core.connection()).unwrap()[0].acked_seq, 1);
    assert_eq!(refusals(core.connection()).unwrap()[0].seq, 2);

    bench.sale(&mut core);
    talk(&mut engine, &mut core, &mut server);
    let heads = epoch_heads(core.connection()).unwrap();
    assert_eq!(heads.len(), 2);
    assert_eq!(heads[1].acked_seq, heads[1].last_seq);
    assert!(heads[0].acked_seq < heads[0].last_seq);
    assert_eq!(
        engine.report(&core).unwrap().problem,
        Some(Code::EntriesStuck)
    );

    // A person tries it again, or an hour goes by: the server may have been mended.
    engine.try_again(&mut core).unwrap();
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(unsent(&core), 0);
    assert!(refusals(core.connection()).unwrap().is_empty());
    assert_eq!(engine.report(&core).unwrap().problem, None);
}

#[test]
fn a_session_that_ran_out_is_renewed_by_the_key() {
    let (bench, mut core, mut server, mut engine) = paired();
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(server.challenges, 1);
    server.token = 2;
    bench.sale(&mut core);
    talk(&mut engine, &mut core, &mut server);
    assert_eq!((server.challenges, unsent(&core)), (2, 0));
}

#[test]
fn a_till_that_is_not_accepted_says_so_and_does_not_hammer() {
    let (bench, mut core, mut server, mut engine) = paired();
    talk(&mut engine, &mut core, &mut server);
    let mut asked = 0;
    bench.sale(&mut core);
    while let Next::Request(request) = engine.next(&core).unwrap() {
        asked += 1;
        assert!(asked < 10);
        engine
            .apply(&mut core, &request, Err(SyncFailure::Unauthorised))
            .unwrap();
    }
    let report = engine.report(&core).unwrap();
    assert_eq!(report.state, ServerState::Refused);
    assert_eq!(report.problem, Some(Code::TillRejected));
    bench.clock.advance(60_000);
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(unsent(&core), 0);
}

#[test]
fn too_much_at_once_is_sent_in_smaller_parts() {
    let (_bench, mut core, mut server, mut engine) = paired();
    let SyncRequest::Push { push, .. } = first_push(&mut engine, &mut core, &mut server) else {
        panic!("no push");
    };
    let all = push.entries.len();
    for _ in 0..8 {
        let push = first_push(&mut engine, &mut core, &mut server);
        engine
            .apply(&mut core, &push, Err(SyncFailure::TooLarge))
            .unwrap();
    }
    let SyncRequest::Push { push, .. } = first_push(&mut engine, &mut core, &mut server) else {
        panic!("no push");
    };
    assert!(
        (1..all).contains(&push.entries.len()),
        "{}",
        push.entries.len()
    );
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(unsent(&core), 0);
}

#[test]
fn an_answer_that_changes_nothing_is_no_endless_loop() {
    let (_bench, mut core, mut server, mut engine) = paired();
    let epoch = epochs(&core)[0];
    let mut asked = 0;
    loop {
        match engine.next(&core).unwrap() {
            Next::Request(request @ SyncRequest::Push { .. }) => {
                asked += 1;
                assert!(asked < 10);
                let outcome = PushOutcome::Expected { seq: 1 };
                let answer = push_reply(outcome, ChainHead::start(epoch));
                engine.apply(&mut core, &request, answer).unwrap();
            }
            Next::Request(request) => {
                let answer = server.answer(&request);
                engine.apply(&mut core, &request, answer).unwrap();
            }
            Next::Work => {
                engine.work(&mut core).unwrap();
            }
            Next::Rest { until } => {
                assert!(until.is_some());
                break;
            }
        }
    }
    assert_eq!(asked, 1);
}

#[test]
fn news_are_not_asked_for_in_a_hurry_where_the_server_does_not_wait() {
    let (bench, mut core, mut server, mut engine) = paired();
    let Next::Request(news) = talk(&mut engine, &mut core, &mut server) else {
        panic!("does not ask for news");
    };
    let answer = server.answer(&news);
    engine.apply(&mut core, &news, answer).unwrap();
    let Next::Rest { until: Some(until) } = talk(&mut engine, &mut core, &mut server) else {
        panic!("asks again at once");
    };
    assert_eq!(until.ms_since(bench.clock.now()), 1000);
    // A sale does not wait for that.
    bench.sale(&mut core);
    assert!(matches!(
        request(&mut engine, &mut core),
        SyncRequest::Push { .. }
    ));
}

#[test]
fn a_till_code_that_is_taken_begins_another_series() {
    let bench = Bench::new();
    let mut core = bench.selling();
    bench.sale(&mut core);
    let mut server = Server::for_till(&core);
    server.adopt(&mut core, "B7");
    bench.sale(&mut core);
    assert_eq!(epochs(&core).len(), 2);
    let mut engine = SyncEngine::new(3);
    talk(&mut engine, &mut core, &mut server);
    let numbers: Vec<String> = core
        .status()
        .unwrap()
        .entries
        .into_iter()
        .filter_map(|entry| entry.number)
        .collect();
    assert!(
        numbers.iter().any(|number| number.starts_with("B7R-")),
        "{numbers:?}"
    );
    assert_eq!(server.held(), journal(&core));
}

#[test]
fn a_server_that_holds_more_than_this_copy_begins_another_epoch() {
    let (_bench, mut core, mut server, mut engine) = paired();
    let epoch = epochs(&core)[0];
    server.hub.included.through = vec![EpochPosition { epoch, seq: 1000 }];
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(epochs(&core).len(), 2);
    let notices = core.view().unwrap().notices;
    assert!(
        notices
            .iter()
            .any(|notice| notice.code == Code::OlderCopyRestored),
        "the screen says so: {notices:?}"
    );
}

#[test]
fn entries_that_do_not_get_through_while_the_server_answers_are_reported() {
    let (bench, mut core, mut server, mut engine) = paired();
    talk(&mut engine, &mut core, &mut server);
    bench.sale(&mut core);
    bench.clock.advance(10 * 60_000);
    // The server answers questions, and is never sent anything.
    let asked = SyncRequest::Pull {
        token: "1".to_owned(),
        pull: comptoir_sync::protocol::PullRequest {
            since: None,
            limit: 1,
            wait_ms: 0,
        },
    };
    let answer = server.answer(&asked);
    engine.apply(&mut core, &asked, answer).unwrap();
    assert_eq!(
        engine.report(&core).unwrap().problem,
        Some(Code::EntriesStuck)
    );
}

#[test]
fn an_older_copy_that_the_server_outgrew_is_not_stuck() {
    let (bench, mut core, mut server, mut engine) = paired();
    let push = first_push(&mut engine, &mut core, &mut server);
    let epoch = epochs(&core)[0];
    let head = ChainHead {
        epoch,
        seq: 1000,
        hash: EntryHash([9; 32]),
    };
    let answer = push_reply(PushOutcome::Held, head);
    engine.apply(&mut core, &push, answer).unwrap();
    assert_eq!(
        epochs(&core).len(),
        2,
        "what comes next is a chain of its own"
    );
    // What was pushed counts as held: the new chain is not kept waiting behind it.
    bench.sale(&mut core);
    let next = first_push(&mut engine, &mut core, &mut server);
    let SyncRequest::Push { push, .. } = next else {
        panic!("no push");
    };
    assert_eq!(push.epoch, epochs(&core)[1]);
}

/// A failure that nobody could name left an outbox lying for ever, elsewhere.
#[test]
fn no_kind_of_failure_leaves_the_outbox_lying() {
    for failure in [
        SyncFailure::Unreachable,
        SyncFailure::TimedOut,
        SyncFailure::NotOurs,
        SyncFailure::NotTrusted,
        SyncFailure::Unauthorised,
        SyncFailure::Rejected,
        SyncFailure::VersionTooOld,
        SyncFailure::TooLarge,
        SyncFailure::Busy {
            retry_after_ms: Some(5_000),
        },
        SyncFailure::Misunderstood,
    ] {
        let (bench, mut core, mut server, mut engine) = paired();
        let push = first_push(&mut engine, &mut core, &mut server);
        engine.apply(&mut core, &push, Err(failure)).unwrap();
        assert!(unsent(&core) > 0, "{failure:?}");
        bench.clock.advance(3_600_000);
        talk(&mut engine, &mut core, &mut server);
        assert_eq!(unsent(&core), 0, "{failure:?}");
        assert_eq!(server.held(), journal(&core), "{failure:?}");
    }
}

#[test]
fn a_week_offline_with_a_clock_three_hours_wrong_arrives_in_the_order_of_the_sales() {
    const HOUR_MS: i64 = 3_600_000;
    let (bench, mut core, mut server, mut engine) = paired();
    talk(&mut engine, &mut core, &mut server);
    // The clock is put wrong, and back again in the middle of the week.
    bench.clock.advance(-3 * HOUR_MS);
    for day in 0..7 {
        bench.clock.advance(24 * HOUR_MS);
        if day == 4 {
            bench.clock.advance(-6 * HOUR_MS);
        }
        bench.sale(&mut core);
    }
    let written = journal(&core);
    server.time = core.now().plus_ms(3 * HOUR_MS);
    talk(&mut engine, &mut core, &mut server);
    assert_eq!(
        server.held(),
        written,
        "as they were written, in their turn"
    );
    assert_eq!(unsent(&core), 0);
    let report = engine.report(&core).unwrap();
    assert_eq!(report.clock_offset_ms, Some(-3 * HOUR_MS));
    assert!(core.view().unwrap().status.unsent == 0);
}
