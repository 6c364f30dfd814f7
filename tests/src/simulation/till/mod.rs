//! A till's side of a simulation: the real core on a real database, and what befalls the machine under
//! it. The person in front of it is in `cashier` and `orders`, what the database holds in `stored`.

mod cashier;
mod orders;
mod stored;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use comptoir_domain::document::DocumentNumber;
use comptoir_domain::entry::EntryHash;
use comptoir_domain::ids::{LocationId, StaffId};
use comptoir_domain::settings::HubSettings;
use comptoir_sync::feed::Cursor;
use comptoir_sync::protocol::EnrolReply;
use comptoir_testkit::SeededIds;
use comptoir_till::Core;
use comptoir_till::key::KeyFiles;
use comptoir_till::store::{Storage, StorePlace};
use comptoir_till::sync::{Joined, ServerAddress, SyncEngine};
use sync_server::store::EnrolOutcome;

use super::clock::MachineClock;
use super::disk::{Accident, Disk, KeysOn};
use super::server::ServerSide;
use super::tally::Summary;
pub(crate) use stored::OwnEntry;
use stored::Reading;

pub(crate) struct TillSide {
    pub(crate) name: String,
    folder: PathBuf,
    core: Option<Core>,
    engine: SyncEngine,
    pub(crate) disk: Disk,
    pub(crate) clock: MachineClock,
    ids: SeededIds,
    seed: u64,
    lives: u64,
    staff: StaffId,
    settings: HubSettings,
    location: LocationId,
    /// The last place in the feed that it stood at.
    cursor: Option<Cursor>,
    /// Whether what it takes for acknowledged is on the server: not when the server was restored and
    /// it has not heard of that yet.
    pub(crate) is_up_to_date: bool,
    /// The actions whose entries a cashier saw done.
    pub(crate) shown_as_done: BTreeSet<String>,
    /// For so many tries no server is in reach.
    pub(crate) offline_for: u32,
    readings: RefCell<BTreeMap<EntryHash, Reading>>,
    /// The entry of each number that this machine printed. Paper is in no backup.
    printed: RefCell<BTreeMap<DocumentNumber, EntryHash>>,
    backup: Option<(PathBuf, BTreeSet<String>)>,
    pub(crate) tally: Summary,
}

impl TillSide {
    /// A new till that the hub takes in.
    pub(crate) fn enrol(
        folder: &Path,
        number: usize,
        seed: u64,
        clock: MachineClock,
        server: &ServerSide,
    ) -> TillSide {
        let name = format!("till-{number}");
        let seed = seed.wrapping_mul(31).wrapping_add(number as u64 + 1);
        let folder = folder.join(&name);
        let mut till = TillSide {
            disk: Disk::under(&folder),
            folder,
            name,
            core: None,
            engine: SyncEngine::new(seed),
            clock,
            ids: SeededIds::new(seed),
            seed,
            lives: 0,
            staff: server.staff,
            settings: server.settings.clone(),
            location: server.location,
            cursor: None,
            is_up_to_date: true,
            shown_as_done: BTreeSet::new(),
            offline_for: 0,
            readings: RefCell::default(),
            printed: RefCell::default(),
            backup: None,
            tally: Summary::default(),
        };
        till.open();
        let core = till.core.as_mut().expect("just opened");
        let key = EntryHash(core.signing_key().verifying_key().to_bytes());
        let outcome = server.enrol(core.till(), key, number, &mut till.ids);
        let EnrolOutcome::Enrolled {
            hub,
            till: enrolled,
        } = outcome
        else {
            panic!("{outcome:?}")
        };
        let reply = EnrolReply {
            hub: hub.id,
            hub_name: hub.name,
            location: enrolled.location,
            till_code: enrolled.code,
            server_key: EntryHash([9; 32]),
            server_time: server.clock.now(),
        };
        let address = ServerAddress::read("http://127.0.0.1:1").expect("an address");
        Joined::new(address, reply, None)
            .adopt(core)
            .expect("the till joins");
        till
    }

    fn open(&mut self) {
        self.lives += 1;
        let place = StorePlace {
            directory: self.folder.clone(),
            storage: Storage::ThrowAway,
            reserve_bytes: 4096,
        };
        let random = self.seed;
        let keys = KeysOn {
            disk: self.disk.clone(),
            files: KeyFiles::with_random(
                KeyFiles::beside(&self.folder),
                Box::new(move || Ok(key_of(random))),
            ),
        };
        let clock = self.clock.clone();
        let ids = SeededIds::new(self.seed ^ self.lives.wrapping_mul(0x9e37_79b9));
        let core = Core::open(
            &place,
            Box::new(move || clock.now()),
            Box::new(ids),
            Box::new(keys),
        );
        self.core = self.disk.unless_struck(core, "the till starts");
        self.engine = SyncEngine::new(self.seed ^ self.lives);
    }

    pub(crate) fn running(&mut self) -> (&mut Core, &mut SyncEngine) {
        let core = self.core.as_mut().expect("the till runs between two steps");
        (core, &mut self.engine)
    }

    fn core(&self) -> &Core {
        self.core.as_ref().expect("the till runs between two steps")
    }

    /// The process ends and starts again, perhaps not at the first try.
    pub(crate) fn crash(&mut self, random: &mut fastrand::Rng) {
        self.core = None;
        self.tally.add("crashes");
        self.disk.recover(random);
        if random.u32(0..4) == 0 {
            self.disk.prepare(Accident::Kill, random.u32(1..12));
            self.open();
            self.core = None;
            self.disk.recover(random);
        }
        self.open();
    }

    /// Goes on after an accident, if there was one.
    pub(crate) fn recover(&mut self, random: &mut fastrand::Rng) {
        if self.disk.was_struck() {
            self.tally.add("accidents");
        }
        if self.disk.is_dead() {
            self.crash(random);
        } else {
            self.disk.recover(random);
        }
    }

    /// A copy of the folder is put aside.
    pub(crate) fn back_up(&mut self) {
        self.core = None;
        let to = self.folder.with_extension(format!("backup-{}", self.lives));
        copy_folder(&self.folder, &to);
        self.backup = Some((to, self.shown_as_done.clone()));
        self.open();
    }

    /// The copy is put back. What happened since is in the server's journal as far as it was sent, and
    /// on paper; here it is gone, and the till must notice that its folder is older than its journal.
    pub(crate) fn restore(&mut self) {
        let Some((from, shown)) = self.backup.take() else {
            return;
        };
        self.prints_no_number_twice();
        self.core = None;
        std::fs::remove_dir_all(&self.folder).expect("the folder can be removed");
        copy_folder(&from, &self.folder);
        self.disk.replaced();
        self.shown_as_done = shown;
        self.tally.add("restores");
        self.cursor = None;
        self.is_up_to_date = false;
        self.open();
    }

    /// A machine made from a copy of this one, key and all.
    pub(crate) fn cloned(&mut self, folder: &Path, number: usize) -> TillSide {
        self.core = None;
        let name = format!("till-{number}");
        let copy = folder.join(&name);
        copy_folder(&self.folder, &copy);
        copy_folder(&KeyFiles::beside(&self.folder), &KeyFiles::beside(&copy));
        self.open();
        // Another seed than that of any ancestor: two machines never make the same ids.
        let seed = self.seed.rotate_left(17) ^ (0xc10e + number as u64);
        let mut clone = TillSide {
            name,
            disk: Disk::under(&copy),
            folder: copy,
            core: None,
            engine: SyncEngine::new(self.seed),
            clock: self.clock.of_a_copy(),
            ids: SeededIds::new(seed),
            seed,
            lives: self.lives,
            staff: self.staff,
            settings: self.settings.clone(),
            location: self.location,
            cursor: None,
            is_up_to_date: self.is_up_to_date,
            shown_as_done: self.shown_as_done.clone(),
            offline_for: 0,
            readings: RefCell::default(),
            printed: self.printed.clone(),
            backup: None,
            tally: Summary::default(),
        };
        clone.open();
        clone.tally.add("clones");
        clone
    }

    /// F2: the place in the feed never moves back within one life of it, but to its beginning.
    pub(crate) fn cursor_moves_on(&mut self) {
        let cursor = self.feed().cursor();
        if let (Some(before), Some(now)) = (&self.cursor, &cursor)
            && before.feed_epoch == now.feed_epoch
        {
            assert!(before.position <= now.position, "F2: {}", self.describe());
        }
        self.cursor = cursor;
    }
}

fn key_of(seed: u64) -> [u8; 32] {
    let mut key = [0x42; 32];
    key[..8].copy_from_slice(&seed.to_be_bytes());
    key
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder is made");
    for file in std::fs::read_dir(from).expect("the folder is readable") {
        let file = file.expect("the folder is readable");
        if file.file_type().expect("a file").is_dir() {
            copy_folder(&file.path(), &to.join(file.file_name()));
        } else {
            std::fs::copy(file.path(), to.join(file.file_name())).expect("a file is copied");
        }
    }
}
