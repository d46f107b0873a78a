//! The server's certificate: read from PEM files, and read again when it was renewed.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use super::RunningFault;
use crate::config::TlsConfig;

/// A certificate that can be replaced while connections are served.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: TlsConfig,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificate {
    /// Reads the files.
    pub(crate) fn read(files: &TlsConfig) -> Result<Arc<Self>, RunningFault> {
        let current = RwLock::new(Arc::new(certified_key(files)?));
        Ok(Arc::new(Self {
            files: files.clone(),
            current,
        }))
    }

    /// Reads the files again. A fault leaves the certificate as it was.
    pub(crate) fn read_again(&self) -> Result<(), RunningFault> {
        let key = Arc::new(certified_key(&self.files)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(())
    }

    /// The TLS configuration that shows this certificate.
    pub(crate) fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, RunningFault> {
        let resolver: Arc<dyn ResolvesServerCert> = Arc::clone(self) as _;
        server::listen::tls_with(resolver)
            .map_err(|error| fault(&self.files.certificate_file, &error))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.current.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

/// The certificate chain of a PEM file, the server's own first.
pub(crate) fn chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, RunningFault> {
    let chain = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| fault(file, &error))?;
    if chain.is_empty() {
        return Err(fault(file, &"holds no certificate"));
    }
    Ok(chain)
}

fn certified_key(files: &TlsConfig) -> Result<CertifiedKey, RunningFault> {
    let chain = chain(&files.certificate_file)?;
    let key = PrivateKeyDer::from_pem_file(&files.key_file)
        .map_err(|error| fault(&files.key_file, &error))?;
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    CertifiedKey::from_der(chain, key, &provider).map_err(|error| fault(&files.key_file, &error))
}

fn fault(path: &Path, error: &dyn std::fmt::Display) -> RunningFault {
    RunningFault::Certificate {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
