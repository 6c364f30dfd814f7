//! Opening the data folder: what is refused, and with which word.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use comptoir_testkit::{FixedClock, SeededIds};
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{OpenError, Storage, StorePlace};
use comptoir_till::{Clock, Core};

fn place(directory: &Path) -> StorePlace {
    StorePlace {
        directory: directory.join("till"),
        storage: Storage::ThrowAway,
        reserve_bytes: 64 * 1024,
    }
}

fn clock() -> Box<dyn Clock> {
    let clock = FixedClock::default();
    Box::new(move || clock.now())
}

fn open(place: &StorePlace) -> Result<Core, OpenError> {
    let keys = KeyFiles::new(KeyFiles::beside(&place.directory));
    Core::open(place, clock(), Box::new(SeededIds::new(1)), Box::new(keys))
}

#[test]
fn a_second_process_on_the_same_folder_is_refused_until_the_first_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(&place(folder.path())).unwrap();
    assert!(matches!(
        open(&place(folder.path())),
        Err(OpenError::AlreadyRunning)
    ));
    drop(first);
    open(&place(folder.path())).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_can_look_into_the_tills_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let place = place(folder.path());
    open(&place).unwrap();
    let mode = std::fs::metadata(&place.directory)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn throw_away_storage_is_refused_for_real_use() {
    let folder = tempfile::tempdir().unwrap();
    let durable = StorePlace {
        storage: Storage::Durable,
        ..place(folder.path())
    };
    assert!(matches!(open(&durable), Err(OpenError::Temporary)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    // Not even the administrator can make a folder there.
    let read_only = place(Path::new("/sys/kernel/comptoir-till"));
    assert!(matches!(open(&read_only), Err(OpenError::ReadOnly(_))));
}

#[test]
fn a_damaged_file_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(&place(folder.path())).unwrap());
    let file = folder.path().join("till/till.sqlite3");
    let mut bytes = std::fs::read(&file).unwrap();
    let second_half = bytes.len() / 2;
    for byte in &mut bytes[second_half..] {
        *byte ^= 0x5a;
    }
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(
        open(&place(folder.path())),
        Err(OpenError::Damaged(_))
    ));
}

#[test]
fn another_programs_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("till/till.sqlite3");
    std::fs::create_dir(folder.path().join("till")).unwrap();
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("CREATE TABLE theirs (a)").unwrap();
    drop(other);
    assert!(matches!(
        open(&place(folder.path())),
        Err(OpenError::NotOurs)
    ));
}

/// Releases before 3.51.3 could lose a commit that raced with a reset of the write-ahead log.
#[test]
fn the_engine_has_no_wal_reset_fault() {
    assert!(rusqlite::version_number() >= 3_051_003);
}
