//! The signing key in the keyring of the system's user: Secret Service, Keychain, Credential Manager.
//!
//! A keyring may be missing, locked, or silent, so it is asked beside the till's thread and waited
//! for only so long. A key is made in it, or in a file where it does not take one; where a key was
//! made, it stays. Beside the data a small file names the key that the keyring holds, so that a
//! keyring which is still locked is not mistaken for a till without a key. The high-water mark stays
//! a file: it moves with every sale.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use keyring_core::{CredentialStore, Entry, Error};

use crate::key::{HighWaterMark, KeyError, KeyFiles, KeyStore, hex, seed_of};

/// What the keys of all tills are listed under in the keyring.
const SERVICE: &str = "Comptoir till";

/// Names the key that the keyring holds.
const ACCOUNT_FILE: &str = "till.keyring";

/// How long the till's start waits for the keyring each time.
const PATIENCE: Duration = Duration::from_secs(2);

type OpenStore = dyn Fn() -> Result<Arc<CredentialStore>, Error> + Send + Sync;

/// What a question to the keyring ends with.
type Answer = Result<[u8; 32], KeyError>;

/// The keyring of the system's user, or why there is none; the same for every folder of a till.
#[derive(Clone)]
pub struct Keyring {
    open: Arc<OpenStore>,
    patience: Duration,
    /// The question that it has not answered yet: a person may be typing the password for it.
    asked: Arc<Mutex<Option<Asked>>>,
}

struct Asked {
    account: String,
    answer: Receiver<Answer>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Keyring").finish_non_exhaustive()
    }
}

impl Keyring {
    /// The keyring of this system. Nothing is asked of it yet.
    pub fn of_system() -> Keyring {
        Keyring::of(system_store, PATIENCE)
    }

    fn of(
        open: impl Fn() -> Result<Arc<CredentialStore>, Error> + Send + Sync + 'static,
        patience: Duration,
    ) -> Keyring {
        Keyring {
            open: Arc::new(open),
            patience,
            asked: Arc::default(),
        }
    }

    /// The key that was kept under a name. A question that is still open is not asked again.
    fn seed(&self, account: &str) -> Answer {
        let mut kept = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = match kept.take() {
            Some(asked) if asked.account == account => asked,
            _ => self.ask(account)?,
        };
        match asked.answer.recv_timeout(self.patience) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => {
                *kept = Some(asked);
                Err(KeyError::Keyring("it does not answer yet".to_owned()))
            }
            Err(RecvTimeoutError::Disconnected) => {
                Err(KeyError::Keyring("asking it failed".to_owned()))
            }
        }
    }

    fn ask(&self, account: &str) -> Result<Asked, KeyError> {
        let (answer, answered) = sync_channel(1);
        let (open, name) = (Arc::clone(&self.open), account.to_owned());
        beside(move || {
            // Nobody waits any more where the till was closed meanwhile.
            let _ = answer.send(read(open.as_ref(), &name));
        })?;
        Ok(Asked {
            account: account.to_owned(),
            answer: answered,
        })
    }

    /// Keeps a key under a name and reads it back. One that comes in too late is taken out again.
    fn keep(&self, account: &str, seed: [u8; 32]) -> Result<(), KeyError> {
        let (answer, answered) = sync_channel(1);
        let given_up = Arc::new(AtomicBool::new(false));
        let (open, name, late) = (
            Arc::clone(&self.open),
            account.to_owned(),
            Arc::clone(&given_up),
        );
        beside(move || {
            let kept = write(open.as_ref(), &name, &seed);
            let is_late = late.load(Ordering::SeqCst) || answer.send(kept).is_err();
            if is_late {
                let entry = open().and_then(|store| store.build(SERVICE, &name, None));
                // It may as well never have been taken.
                let _ = entry.and_then(|entry| entry.delete_credential());
            }
        })?;
        match answered.recv_timeout(self.patience) {
            Ok(kept) => kept,
            Err(_) => {
                given_up.store(true, Ordering::SeqCst);
                Err(KeyError::Keyring("it does not answer".to_owned()))
            }
        }
    }
}

/// Runs what may wait for a person or for ever.
fn beside(work: impl FnOnce() + Send + 'static) -> Result<(), KeyError> {
    std::thread::Builder::new()
        .name("till-keyring".to_owned())
        .spawn(work)?;
    Ok(())
}

fn entry(open: &OpenStore, account: &str) -> Result<Entry, Error> {
    open()?.build(SERVICE, account, None)
}

fn read(open: &OpenStore, account: &str) -> Answer {
    let text = entry(open, account).and_then(|entry| entry.get_password());
    match text {
        Ok(text) => seed_of(&text),
        Err(Error::NoEntry) => Err(KeyError::NotInKeyring),
        Err(error) => Err(KeyError::Keyring(error.to_string())),
    }
}

fn write(open: &OpenStore, account: &str, seed: &[u8; 32]) -> Result<(), KeyError> {
    let done = entry(open, account).and_then(|entry| entry.set_password(&hex(seed)));
    done.map_err(|error| KeyError::Keyring(error.to_string()))?;
    if read(open, account)? == *seed {
        Ok(())
    } else {
        Err(KeyError::Keyring("it gives back another key".to_owned()))
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn system_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// The key in the keyring where it takes one, the mark in files beside the data.
#[derive(Debug)]
pub struct KeyringKeys {
    keyring: Keyring,
    files: KeyFiles,
}

impl KeyringKeys {
    /// `files` hold the mark, and the key of a till that was started without a keyring.
    pub const fn new(keyring: Keyring, files: KeyFiles) -> KeyringKeys {
        KeyringKeys { keyring, files }
    }

    fn account(&self) -> Result<Option<String>, KeyError> {
        let text = self.files.read(ACCOUNT_FILE)?;
        Ok(text.map(|text| text.trim().to_owned()))
    }
}

/// A key's name in the keyring: the beginning of its public half.
fn account_of(seed: &[u8; 32]) -> String {
    let public = SigningKey::from_bytes(seed).verifying_key();
    hex(&public.as_bytes()[..16])
}

impl KeyStore for KeyringKeys {
    fn load(&self) -> Result<Option<[u8; 32]>, KeyError> {
        if let Some(seed) = self.files.load()? {
            return Ok(Some(seed));
        }
        let Some(account) = self.account()? else {
            return Ok(None);
        };
        let seed = self.keyring.seed(&account)?;
        if account_of(&seed) == account {
            Ok(Some(seed))
        } else {
            Err(KeyError::Malformed)
        }
    }

    fn create(&mut self) -> Result<[u8; 32], KeyError> {
        let seed = self.files.fresh_seed()?;
        let account = account_of(&seed);
        match self.keyring.keep(&account, seed) {
            Ok(()) => self.files.write(ACCOUNT_FILE, &account)?,
            Err(error) => {
                tracing::warn!(%error, "the signing key is kept in a file");
                self.files.keep(&seed)?;
            }
        }
        Ok(seed)
    }

    fn mark(&self) -> Option<HighWaterMark> {
        self.files.mark()
    }

    fn set_mark(&mut self, mark: &HighWaterMark) -> Result<(), KeyError> {
        self.files.set_mark(mark)
    }

    fn in_keyring(&self) -> bool {
        let in_file = self.files.load().is_ok_and(|seed| seed.is_some());
        !in_file && self.account().is_ok_and(|account| account.is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use keyring_core::mock::Store;

    use super::*;

    /// A moment for what never answers, an age for what does.
    const NEVER: Duration = Duration::from_millis(1);
    const ALWAYS: Duration = Duration::from_secs(600);

    fn working() -> Keyring {
        let store = Store::new().unwrap();
        let open = move || Ok(Arc::clone(&store) as Arc<CredentialStore>);
        Keyring::of(open, ALWAYS)
    }

    fn missing() -> Keyring {
        Keyring::of(|| Err(Error::NoDefaultStore), ALWAYS)
    }

    /// The same keyring behind a door that the returned end opens.
    fn locked(keyring: &Keyring, patience: Duration) -> (Keyring, Sender<()>) {
        let (unlock, door): (Sender<()>, Receiver<()>) = channel();
        let (open, door) = (Arc::clone(&keyring.open), Mutex::new(door));
        let behind = move || {
            let _ = door.lock().unwrap().recv();
            open()
        };
        (Keyring::of(behind, patience), unlock)
    }

    fn keys(keyring: &Keyring, folder: &Path) -> KeyringKeys {
        KeyringKeys::new(keyring.clone(), KeyFiles::new(folder.join("till.keys")))
    }

    #[test]
    fn a_key_that_the_keyring_took_lies_in_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = working();
        assert_eq!(keys(&keyring, folder.path()).load().unwrap(), None);
        let seed = keys(&keyring, folder.path()).create().unwrap();
        let again = keys(&keyring, folder.path());
        assert_eq!(again.load().unwrap(), Some(seed));
        assert!(again.in_keyring());
        for file in std::fs::read_dir(folder.path().join("till.keys")).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains(&hex(&seed)));
        }
    }

    #[test]
    fn where_there_is_no_keyring_the_key_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let seed = keys(&missing(), folder.path()).create().unwrap();
        let again = keys(&missing(), folder.path());
        assert_eq!(again.load().unwrap(), Some(seed));
        assert!(!again.in_keyring());
    }

    #[test]
    fn a_till_that_has_its_key_in_a_file_goes_on_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let seed = KeyFiles::new(folder.path().join("till.keys"))
            .create()
            .unwrap();
        let later = keys(&working(), folder.path());
        assert_eq!(later.load().unwrap(), Some(seed));
        assert!(!later.in_keyring());
    }

    #[test]
    fn a_silent_keyring_holds_up_no_first_start_and_keeps_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let behind = working();
        let (silent, unlock) = locked(&behind, NEVER);
        let seed = keys(&silent, folder.path()).create().unwrap();
        assert!(!keys(&silent, folder.path()).in_keyring());
        // What it does when it wakes up, it undoes.
        drop(unlock);
        let account = account_of(&seed);
        while Arc::strong_count(&silent.open) > 1 {
            std::thread::yield_now();
        }
        assert!(matches!(behind.seed(&account), Err(KeyError::NotInKeyring)));
    }

    #[test]
    fn a_locked_keyring_is_waited_for_and_asked_once() {
        let folder = tempfile::tempdir().unwrap();
        let behind = working();
        let seed = keys(&behind, folder.path()).create().unwrap();
        let (shut, unlock) = locked(&behind, NEVER);
        for _ in 0..3 {
            let answer = keys(&shut, folder.path()).load();
            assert!(matches!(answer, Err(KeyError::Keyring(_))), "{answer:?}");
        }
        // One key press opens the door once; a second question would stay outside.
        unlock.send(()).unwrap();
        let patient = Keyring {
            patience: ALWAYS,
            ..shut
        };
        assert_eq!(keys(&patient, folder.path()).load().unwrap(), Some(seed));
    }

    #[test]
    fn a_key_that_was_taken_out_of_the_keyring_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        keys(&working(), folder.path()).create().unwrap();
        let answer = keys(&working(), folder.path()).load();
        assert!(matches!(answer, Err(KeyError::NotInKeyring)));
    }
}
