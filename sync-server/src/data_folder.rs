//! The one folder that holds everything of a server: database, keys, certificate, logs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use comptoir_domain::entry::from_hex;
use ed25519_dalek::SigningKey;

use crate::entropy::{NoEntropy, random_bytes};
use crate::private;
use crate::store::StoreError;
use crate::store::sqlite::{Access, SqliteStore};

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    #[error("{path}: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{0} holds no server yet: run `sync-server init` first")]
    Empty(PathBuf),
    #[error("{0} is not a key that this server wrote")]
    KeyUnreadable(PathBuf),
    #[error(transparent)]
    Entropy(#[from] NoEntropy),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A server's data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// A folder that exists or is made now, closed to everybody but its owner.
    pub fn create(path: &Path) -> Result<DataFolder, DataFolderError> {
        let folder = DataFolder(path.to_owned());
        at(path, private::ensure_folder(path))?;
        at(&folder.logs(), private::ensure_folder(&folder.logs()))?;
        Ok(folder)
    }

    /// A folder in which a server was set up before.
    pub fn existing(path: &Path) -> Result<DataFolder, DataFolderError> {
        let folder = DataFolder(path.to_owned());
        if folder.database().exists() && folder.key().exists() {
            Ok(folder)
        } else {
            Err(DataFolderError::Empty(path.to_owned()))
        }
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn database(&self) -> PathBuf {
        self.0.join("server.db")
    }

    pub fn key(&self) -> PathBuf {
        self.0.join("server.key")
    }

    /// The self-signed certificate for a hub's own network.
    pub fn certificate(&self) -> PathBuf {
        self.0.join("tls-certificate.pem")
    }

    pub fn certificate_key(&self) -> PathBuf {
        self.0.join("tls-key.pem")
    }

    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    /// The key that signs the server's own entries; made at the first call.
    pub fn server_key(&self) -> Result<SigningKey, DataFolderError> {
        let path = self.key();
        if path.exists() {
            let text = at(&path, fs::read_to_string(&path))?;
            let seed = from_hex::<32>(text.trim())
                .map_err(|_| DataFolderError::KeyUnreadable(path.clone()))?;
            return Ok(SigningKey::from_bytes(&seed));
        }
        let seed = random_bytes::<32>()?;
        let text: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        self.write_secret(&path, &text)?;
        Ok(SigningKey::from_bytes(&seed))
    }

    /// Opens the folder's database.
    pub fn open_store(&self, access: Access) -> Result<SqliteStore, DataFolderError> {
        let store = SqliteStore::open(&self.database(), self.server_key()?, access)?;
        Ok(store)
    }

    /// Writes a file that only its owner may read, whole or not at all.
    pub(crate) fn write_secret(&self, path: &Path, text: &str) -> Result<(), DataFolderError> {
        let partial = path.with_extension("partial");
        let write = || -> std::io::Result<()> {
            let mut file = private::options()
                .create(true)
                .truncate(true)
                .open(&partial)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&partial, path)?;
            fs::File::open(&self.0)?.sync_all()
        };
        at(path, write())
    }
}

fn at<T>(path: &Path, result: std::io::Result<T>) -> Result<T, DataFolderError> {
    result.map_err(|source| DataFolderError::File {
        path: path.to_owned(),
        source,
    })
}
