//! `init` and `enrol`.

use comptoir_domain::settings::HubSettings;
use comptoir_domain::staff::{Role, Staff};
use comptoir_sync::feed::EntityKind;
use comptoir_sync::pairing::PairingCode;
use sync_server::clock::{Clock, SystemClock};
use sync_server::data_folder::DataFolder;
use sync_server::store::sqlite::Access;
use sync_server::store::{EnrolOutcome, Store, TillStore};

use crate::desk::{Desk, enrolling, wait};
use crate::trade::Side;

fn code_in(said: &str) -> PairingCode {
    let line = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("code "))
        .unwrap();
    PairingCode::read(line).unwrap()
}

fn enrols(desk: &Desk, said: &str, till: u8) -> bool {
    let mut enrolling = enrolling(&code_in(said), &Side::till(till));
    enrolling.at = SystemClock.now();
    let outcome = wait(desk.store().enrol(enrolling)).unwrap();
    matches!(outcome, EnrolOutcome::Enrolled { .. })
}

#[test]
fn a_new_hub_has_its_country_s_ways_a_manager_and_a_code_for_its_first_till() {
    let desk = Desk::empty();
    let said = desk
        .run(&[
            "init",
            "--name",
            "Le Panier",
            "--country",
            "be",
            "--language",
            "fr",
            "--manager",
            "Zoé",
        ])
        .unwrap();
    let settings: Vec<HubSettings> = desk.things(EntityKind::SETTINGS);
    assert_eq!(settings[0].currency.code, "EUR");
    assert_eq!(settings[0].languages[0].tag(), "fr");
    assert!(
        settings[0]
            .languages
            .iter()
            .any(|language| language.tag() == "nl")
    );
    let staff: Vec<Staff> = desk.things(EntityKind::STAFF);
    assert_eq!(
        (staff[0].name.as_str(), staff[0].role),
        ("Zoé", Role::Manager)
    );
    let pin = said
        .split("PIN ")
        .nth(1)
        .unwrap()
        .split('.')
        .next()
        .unwrap();
    assert_eq!(pin.len(), 6);
    assert!(staff[0].pin_hash.as_ref().unwrap().starts_with("$argon2"));
    assert!(said.contains("https://") && said.contains('█'));
    assert!(enrols(&desk, &said, 1));
    assert!(!enrols(&desk, &said, 2), "a code is good for one till");
}

/// What people bought, and the keys that sign: nobody else on the machine has to see it.
#[cfg(unix)]
#[test]
fn everything_in_the_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::empty();
    let data = desk.data();
    std::fs::create_dir_all(&data).unwrap();
    std::fs::set_permissions(&data, PermissionsExt::from_mode(0o755)).unwrap();
    desk.run(&["init", "--name", "Le Panier", "--country", "FR"])
        .unwrap();
    let serving = DataFolder::existing(&data).unwrap();
    let serving = serving.open_store(Access::Serving).unwrap();
    let mode = |path: &std::path::Path| {
        let rights = std::fs::metadata(path).unwrap().permissions();
        rights.mode() & 0o777
    };
    assert_eq!(mode(&data), 0o700);
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), wanted, "{}", path.display());
        seen.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    for name in ["server.db", "server.db-wal", "server.key", "server.lock"] {
        assert!(seen.iter().any(|seen| seen == name), "{name}: {seen:?}");
    }
    let copy = desk.path("copy.db");
    wait(serving.back_up(copy.clone())).unwrap();
    assert_eq!(mode(&copy), 0o600);
}

#[test]
fn each_code_makes_one_more_till() {
    let desk = Desk::with_hub();
    for till in 1..=2 {
        let said = desk
            .run(&["enrol", "--address", "https://till.example"])
            .unwrap();
        assert!(said.contains("https://till.example"));
        assert!(enrols(&desk, &said, till));
    }
    let pinned = desk.run(&["enrol"]).unwrap();
    let public = desk.run(&["enrol", "--public-certificate"]).unwrap();
    assert_eq!(code_in(&pinned).to_string().len(), 34);
    assert_eq!(code_in(&public).to_string().len(), 14);
}

#[test]
fn what_is_missing_or_twice_is_said() {
    let desk = Desk::empty();
    let said = |arguments: &[&str]| desk.run(arguments).unwrap_err().1.to_string();
    assert!(said(&["enrol"]).contains("run `sync-server init` first"));
    assert!(said(&["init", "--name", " ", "--country", "FR"]).contains("needs a name"));
    assert!(said(&["init", "--name", "X", "--country", "ZZ"]).contains("ZZ"));
    desk.run(&["init", "--name", "One", "--country", "FR"])
        .unwrap();
    assert!(said(&["init", "--name", "One", "--country", "FR"]).contains("already"));
    desk.run(&["init", "--name", "Two", "--country", "AU"])
        .unwrap();
    assert!(said(&["enrol"]).contains("\"One\", \"Two\""));
    assert!(said(&["enrol", "--hub", "Three"]).contains("Three"));
    assert!(said(&["enrol", "--hub", "Two", "--location", "Moon"]).contains("\"Shop\""));
    desk.run(&["enrol", "--hub", "Two", "--location", "Shop"])
        .unwrap();
}
