//! `backup` and `restore`.

use std::path::PathBuf;

use comptoir_sync::protocol::PushOutcome;
use sync_server::data_folder::DataFolder;
use sync_server::store::sqlite::Access;

use crate::desk::{Desk, sell};
use crate::trade::{Bench, Side};

fn backup(desk: &Desk) -> PathBuf {
    let folder = desk.path("copies");
    desk.run(&["backup", folder.to_str().unwrap()]).unwrap();
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

/// The sales that came after the backup are on the tills; they send them again.
#[test]
fn a_restored_server_begins_a_new_feed_and_gets_the_rest_from_its_tills() {
    let mut bench = Bench::new();
    let desk = Desk::with_bench(&mut bench);
    let mut side = Side::till(1);
    desk.enrol(&bench, &side);
    sell(&bench, &mut side, &["P2"]);
    desk.push(&bench, &side, &side.entries);
    let copy = backup(&desk);
    let at_backup = desk.head();
    let held = side.entries.len();
    sell(&bench, &mut side, &["P5", "P2"]);
    desk.push(&bench, &side, &side.entries[held..]);
    let copy = copy.to_str().unwrap();
    let (_, error) = desk.run(&["restore", copy]).unwrap_err();
    assert!(error.to_string().contains("--replace"), "{error}");
    let said = desk.run(&["restore", copy, "--replace"]).unwrap();
    assert!(said.contains("Le Comptoir"), "{said}");
    let restored = desk.head();
    assert_ne!(restored.feed_epoch, at_backup.feed_epoch);
    assert_eq!(restored.accept_no, at_backup.accept_no + 1);
    desk.run(&["verify"]).unwrap();
    let reply = desk.push(&bench, &side, &side.entries[held..]);
    assert_eq!((reply.outcome, reply.head), (PushOutcome::Held, side.head));
    assert_eq!(
        desk.things::<comptoir_domain::order::Order>("order").len(),
        3
    );
    desk.run(&["verify"]).unwrap();
    assert!(desk.data().join("replaced-1").join("server.db").exists());
    assert!(!desk.data().join("restoring").exists());
}

#[test]
fn a_backup_founds_the_same_server_elsewhere() {
    let desk = Desk::with_hub();
    desk.import("code,name,price,tax\nP1,Carrots,2.40,5.5\n")
        .unwrap();
    let copy = backup(&desk);
    let elsewhere = Desk::empty();
    elsewhere.run(&["restore", copy.to_str().unwrap()]).unwrap();
    assert!(elsewhere.variant("P1").is_some());
    for name in ["server.key", "tls-key.pem", "tls-certificate.pem"] {
        let of = |desk: &Desk| std::fs::read(desk.data().join(name)).unwrap();
        assert_eq!(of(&elsewhere), of(&desk), "{name}");
    }
}

#[test]
fn what_is_no_backup_is_refused_and_changes_nothing() {
    let desk = Desk::with_hub();
    let copy = backup(&desk);
    let before = desk.head();
    let whole = std::fs::read(&copy).unwrap();
    let bad = desk.path("bad");
    for bytes in [
        b"no backup".to_vec(),
        whole[..whole.len() / 2].to_vec(),
        Vec::new(),
    ] {
        std::fs::write(&bad, bytes).unwrap();
        assert!(
            desk.run(&["restore", bad.to_str().unwrap(), "--replace"])
                .is_err()
        );
        assert_eq!(desk.head(), before);
    }
    desk.run(&["restore", copy.to_str().unwrap(), "--replace"])
        .unwrap();
}

#[test]
fn nothing_is_restored_under_a_running_server() {
    let desk = Desk::with_hub();
    let copy = backup(&desk);
    let folder = DataFolder::existing(&desk.data()).unwrap();
    let serving = folder.open_store(Access::Serving).unwrap();
    let (_, error) = desk
        .run(&["restore", copy.to_str().unwrap(), "--replace"])
        .unwrap_err();
    assert!(
        format!("{error:#}").contains("another server serves"),
        "{error:#}"
    );
    drop(serving);
    desk.run(&["restore", copy.to_str().unwrap(), "--replace"])
        .unwrap();
}
