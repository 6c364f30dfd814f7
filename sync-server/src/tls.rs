//! The server's own certificate for a hub's network, and certificates from files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, PublicKeyData};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

use crate::data_folder::{DataFolder, DataFolderError};

/// Why the server cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("no certificate could be made: {0}")]
    Making(#[from] rcgen::Error),
    #[error("{path}: {reason}")]
    File { path: PathBuf, reason: String },
    #[error("certificate and key do not go together: {0}")]
    Unusable(#[from] rustls::Error),
    #[error(transparent)]
    Folder(#[from] DataFolderError),
}

/// Makes the self-signed certificate of a data folder where there is none. The names are for people
/// who look at it: tills trust the key that their pairing code names.
pub fn ensure_self_signed(folder: &DataFolder, names: &[String]) -> Result<(), TlsError> {
    if folder.certificate().exists() && folder.certificate_key().exists() {
        return Ok(());
    }
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(names)?.self_signed(&key)?;
    folder.write_secret(&folder.certificate_key(), &key.serialize_pem())?;
    folder.write_secret(&folder.certificate(), &certificate.pem())?;
    Ok(())
}

/// SHA-256 over the public key (SPKI) of the folder's certificate: what a pairing code names.
pub fn key_hash(folder: &DataFolder) -> Result<[u8; 32], TlsError> {
    let pem = read(&folder.certificate_key())?;
    let key = KeyPair::from_pem(&pem)?;
    Ok(Sha256::digest(key.subject_public_key_info()).into())
}

/// How the server proves itself with a certificate and a key in PEM files.
pub fn config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let pem = read(certificate)?;
    let chain = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(certificate, &error))?;
    let pem = read(key)?;
    let secret =
        PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| wrong(key, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn read(path: &Path) -> Result<String, TlsError> {
    fs::read_to_string(path).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, reason: &dyn std::fmt::Display) -> TlsError {
    TlsError::File {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}
