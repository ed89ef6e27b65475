//! The certificate authorities that the certificate of Vault is checked against.

use std::path::{Path, PathBuf};

use confgate_files::{ReadFileError, SizeLimit};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::tls::Certificate;

/// A PEM file that holds no usable certificates.
#[derive(Debug, thiserror::Error)]
#[error("cannot load the CA certificates of Vault from {}", path.display())]
pub struct CaFileError {
    path: PathBuf,
    source: CaFileProblem,
}

/// The reason why a PEM file is rejected.
#[derive(Debug, thiserror::Error)]
enum CaFileProblem {
    #[error(transparent)]
    Read(#[from] ReadFileError),
    /// Without the error of the parser, which quotes the file.
    #[error("not PEM")]
    NotPem,
    #[error("a certificate in it is invalid")]
    Invalid(#[source] rustls::Error),
    #[error("no certificate in it")]
    Empty,
}

/// Returns the certificates of the authorities that the system trusts. A certificate that cannot be read is skipped.
pub fn of_system() -> Vec<Certificate<'static>> {
    let loaded = rustls_native_certs::load_native_certs().certs;
    loaded.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect()
}

/// Reads the certificates in a PEM file.
pub fn from_file(path: &Path) -> Result<Vec<Certificate<'static>>, CaFileError> {
    let certificates =
        confgate_files::read(path, SizeLimit::CA).map_err(CaFileProblem::from).and_then(|bytes| parse(&bytes));
    certificates.map_err(|source| CaFileError { path: path.to_owned(), source })
}

fn parse(bytes: &[u8]) -> Result<Vec<Certificate<'static>>, CaFileProblem> {
    let mut certificates = Vec::new();
    // ureq skips an invalid certificate silently, so each is tried here.
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(bytes) {
        let certificate = certificate.map_err(|_| CaFileProblem::NotPem)?;
        certificates.push(Certificate::from_der(&certificate).to_owned());
        roots.add(certificate).map_err(CaFileProblem::Invalid)?;
    }
    if certificates.is_empty() { Err(CaFileProblem::Empty) } else { Ok(certificates) }
}
