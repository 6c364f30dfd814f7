//! Whom the till trusts. A server on a hub's own network shows a certificate that nobody vouches for;
//! the pairing code names its key, and from then on this key alone is the server.

use std::sync::{Arc, Mutex, PoisonError};

use comptoir_sync::pairing::PairingCode;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};

/// The key that a server has to show.
#[derive(Debug, Clone)]
pub(super) enum PinnedKey {
    /// The one that a pairing code names.
    Code(PairingCode),
    /// The one with this hash.
    Hash([u8; 32]),
}

impl PinnedKey {
    fn is(&self, key_hash: &[u8; 32]) -> bool {
        match self {
            PinnedKey::Code(code) => code.names_key(key_hash) == Some(true),
            PinnedKey::Hash(known) => known == key_hash,
        }
    }
}

/// The hash of the key that was shown and found right.
#[derive(Debug, Clone, Default)]
pub(super) struct SeenKey(Arc<Mutex<Option<[u8; 32]>>>);

impl SeenKey {
    pub(super) fn get(&self) -> Option<[u8; 32]> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, hash: [u8; 32]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(hash);
    }
}

/// How to speak TLS with a server whose key is known.
pub(super) fn pinned(key: PinnedKey, seen: SeenKey) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = PinVerifier {
        key,
        seen,
        provider: provider.clone(),
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Accepts one public key, whatever name and dates its certificate shows: the till's clock may be
/// years off. That the server holds the key is proved by the handshake, as always.
#[derive(Debug)]
struct PinVerifier {
    key: PinnedKey,
    seen: SeenKey,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = webpki::EndEntityCert::try_from(end_entity)
            .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
        let hash: [u8; 32] = Sha256::digest(certificate.subject_public_key_info()).into();
        if !self.key.is(&hash) {
            let reason = CertificateError::ApplicationVerificationFailure;
            return Err(Error::InvalidCertificate(reason));
        }
        self.seen.set(hash);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
