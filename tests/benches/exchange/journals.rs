//! Journals on their way in, with and without a network.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use comptoir_domain::entry::{EntryHash, EntrySignature, SealedEntry};
use comptoir_domain::ids::ActionId;
use comptoir_domain::tender::TenderKind;
use comptoir_sync::protocol::{
    ChallengeReply, ChallengeRequest, PushOutcome, PushReply, PushRequest, SessionReply,
    SessionRequest, challenge_bytes,
};
use comptoir_tests::bench::{Budget, Figure, record};
use ed25519_dalek::Signer;
use sync_server::clock::{Clock, SharedClock, SystemClock};
use sync_server::committer::Committer;
use sync_server::data_folder::DataFolder;
use sync_server::entropy::new_uuid;
use sync_server::intake::verify_push;
use sync_server::store::sqlite::Access;
use sync_server::store::{Enrolling, Store};
use tokio::runtime::Runtime;

use crate::hub::{Hub, bench, found, one_time_code};
use crate::support::{folder, median_ms};
use crate::trade::{Bench, Side, pieces};

const TILLS: u8 = 4;

const SALES_PER_TILL: usize = 1000;

const ENTRIES_PER_PUSH: usize = 250;

const ROUNDS: usize = 3;

/// What one till sends, push by push.
struct Journal {
    side: Side,
    pushes: Vec<PushRequest>,
}

/// Journals of a few tills at once: over HTTP, packed as tills pack them, and straight into the same
/// committer.
pub(crate) fn journals(runtime: &Runtime) -> Result<()> {
    let bench = bench();
    let journals: Vec<Journal> = (0..TILLS).map(|number| journal(&bench, number)).collect();
    let entries: usize = journals
        .iter()
        .map(|journal| journal.side.entries.len())
        .sum();
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        without.push(runtime.block_on(accept_directly(&bench, &journals))?);
        let hub = Hub::start(runtime)?;
        with.push(runtime.block_on(accept_over_http(&hub, &journals))?);
        runtime.block_on(hub.server.stop());
        drop(hub.folder);
    }
    let rate = |samples: &[Duration]| entries as f64 / (median_ms(samples) / 1000.0);
    let name = "journal entries accepted over HTTP, 4 tills at once";
    let budget = Budget::ShareOfFloor {
        floor: rate(&without),
        at_least: 0.7,
    };
    record(Figure::new(name, rate(&with), "/s", budget))
}

fn journal(bench: &Bench, number: u8) -> Journal {
    let mut side = Side::till(number);
    let shift = side.open_shift(bench, 10_000);
    for sale in 0..SALES_PER_TILL {
        let mut draft = side.new_draft(bench);
        for code in ["P2", "P3", "P4", "P5"].iter().skip(sale % 3) {
            side.add(bench, &mut draft, code, pieces(1));
        }
        let paid = side.pay(bench, &mut draft, TenderKind::Cash, None, shift);
        paid.expect("cash is taken");
        let done = side.complete(bench, &draft, shift);
        done.expect("the sale is paid");
    }
    let pushes = side.entries.chunks(ENTRIES_PER_PUSH);
    let pushes = pushes.map(|entries| push(&side, entries)).collect();
    Journal { side, pushes }
}

pub(crate) fn push(side: &Side, entries: &[SealedEntry]) -> PushRequest {
    PushRequest {
        till: side.till_id(),
        epoch: side.head.epoch,
        entries: entries.to_vec(),
        attachments: Vec::new(),
        sent_at: side.now,
    }
}

async fn enrol(store: &dyn Store, bench: &Bench, side: &Side) -> Result<()> {
    let now = SystemClock.now();
    let enrolling = Enrolling {
        code_hash: one_time_code(store, bench).await?.code_hash(),
        till: side.till_id(),
        key: EntryHash(side.key.verifying_key().to_bytes()),
        wanted_code: None,
        version: "0.1.0".to_owned(),
        action: ActionId::from_uuid(new_uuid(now)?),
        at: now,
    };
    store.enrol(enrolling).await?;
    Ok(())
}

async fn accept_directly(bench: &Bench, journals: &[Journal]) -> Result<Duration> {
    let folder = folder("direct-")?;
    found(folder.path(), bench).await?;
    let data = DataFolder::existing(folder.path())?;
    let store: Arc<dyn Store> = Arc::new(data.open_store(Access::Serving)?);
    for journal in journals {
        enrol(store.as_ref(), bench, &journal.side).await?;
    }
    let clock: SharedClock = Arc::new(SystemClock);
    let committer = Committer::start(Arc::clone(&store), clock);
    let hub = bench.settings.hub;
    let mut tills = Vec::new();
    let work: Vec<_> = journals
        .iter()
        .map(|journal| (journal.side.key.verifying_key(), journal.pushes.clone()))
        .collect();
    let begun = Instant::now();
    for (key, pushes) in work {
        let committer = committer.clone();
        tills.push(tokio::spawn(async move {
            for push in pushes {
                let verify = move || verify_push(push, &key, SystemClock.now());
                let verified = tokio::task::spawn_blocking(verify).await?;
                held(&committer.commit(hub, verified).await?)?;
            }
            anyhow::Ok(())
        }));
    }
    for till in tills {
        till.await??;
    }
    Ok(begun.elapsed())
}

async fn accept_over_http(hub: &Hub, journals: &[Journal]) -> Result<Duration> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let store = hub.server.store();
    let mut work = Vec::new();
    for journal in journals {
        enrol(store.as_ref(), &hub.bench, &journal.side).await?;
        let token = session(&client, hub, &journal.side).await?;
        let bodies: Result<Vec<Vec<u8>>> = journal.pushes.iter().map(packed).collect();
        work.push((token, bodies?));
    }
    let url = hub.url("/v1/push");
    let mut tills = Vec::new();
    let begun = Instant::now();
    for (token, bodies) in work {
        let (client, url) = (client.clone(), url.clone());
        tills.push(tokio::spawn(async move {
            for body in bodies {
                let call = client
                    .post(&url)
                    .bearer_auth(&token)
                    .header("content-type", "application/json")
                    .header("content-encoding", "zstd")
                    .body(body);
                let reply: PushReply = call.send().await?.error_for_status()?.json().await?;
                held(&reply)?;
            }
            anyhow::Ok(())
        }));
    }
    for till in tills {
        till.await??;
    }
    Ok(begun.elapsed())
}

fn held(reply: &PushReply) -> Result<()> {
    ensure!(reply.outcome == PushOutcome::Held, "{reply:?}");
    Ok(())
}

fn packed(push: &PushRequest) -> Result<Vec<u8>> {
    let plain = serde_json::to_vec(push)?;
    Ok(zstd::encode_all(plain.as_slice(), 3)?)
}

async fn session(client: &reqwest::Client, hub: &Hub, side: &Side) -> Result<String> {
    let till = side.till_id();
    let url = hub.url("/v1/session/challenge");
    let asked = client.post(url).json(&ChallengeRequest { till });
    let reply: ChallengeReply = asked.send().await?.error_for_status()?.json().await?;
    let signature = side.key.sign(&challenge_bytes(till, reply.challenge));
    let answer = SessionRequest {
        till,
        challenge: reply.challenge,
        signature: EntrySignature(signature.to_bytes()),
    };
    let asked = client.post(hub.url("/v1/session")).json(&answer);
    let reply: SessionReply = asked.send().await?.error_for_status()?.json().await?;
    Ok(reply.token)
}
