//! TLS 1.3, with a key exchange that also holds against quantum computers where the other side can.

use std::path::PathBuf;
use std::sync::Arc;

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::Tls;

/// Why a certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file holds no certificate or key in PEM, or cannot be read.
    #[error("{0} cannot be read as PEM, or holds none of what it should")]
    File(PathBuf),
    /// The key does not belong to the certificate, or is of a kind that is not supported.
    #[error("the certificate and the key cannot be used together")]
    Pair(#[source] rustls::Error),
}

/// The configuration with this certificate and key.
pub(super) fn config(tls: &Tls) -> Result<RustlsConfig, TlsError> {
    let file = |path: &PathBuf| TlsError::File(path.clone());
    let chain = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| file(&tls.certificate))?;
    if chain.is_empty() {
        return Err(file(&tls.certificate));
    }
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|_| file(&tls.key))?;
    // Its first choice of key exchange is X25519MLKEM768 (feature `prefer-post-quantum`).
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}
