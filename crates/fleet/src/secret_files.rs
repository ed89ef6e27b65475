//! Certificates, keys and passwords in files.

use std::path::Path;

use confgate_files::SizeLimit;
use zeroize::Zeroizing;

use crate::endpoints_error::EndpointsError;

/// Reads certificates in PEM.
pub(crate) fn certificates(option: &'static str, path: &Path) -> Result<Vec<u8>, EndpointsError> {
    let bytes = confgate_files::read(path, SizeLimit::CA).map_err(|source| EndpointsError::File {
        option,
        path: path.to_owned(),
        source,
    })?;
    if contains(&bytes, "-----BEGIN CERTIFICATE-----") {
        return Ok(bytes);
    }
    Err(EndpointsError::Content { option, path: path.to_owned(), expected: "certificates in PEM" })
}

/// Reads a private key in PEM.
pub(crate) fn private_key(option: &'static str, path: &Path) -> Result<Zeroizing<Vec<u8>>, EndpointsError> {
    let bytes = read_secret(option, path, SizeLimit::KEY)?;
    // PKCS #8, PKCS #1 and SEC 1 have different first words.
    if contains(&bytes, "PRIVATE KEY-----") {
        return Ok(bytes);
    }
    Err(EndpointsError::Content { option, path: path.to_owned(), expected: "a private key in PEM" })
}

/// Reads a password: the first line of the file.
pub(crate) fn password(option: &'static str, path: &Path) -> Result<Zeroizing<String>, EndpointsError> {
    let bytes = read_secret(option, path, SizeLimit::PASSPHRASE)?;
    let content = |expected| EndpointsError::Content { option, path: path.to_owned(), expected };
    let text = str::from_utf8(&bytes).map_err(|_| content("UTF-8 text"))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Zeroizing::new(line.to_owned())),
        _ => Err(content("a password on its first line")),
    }
}

fn read_secret(option: &'static str, path: &Path, limit: SizeLimit) -> Result<Zeroizing<Vec<u8>>, EndpointsError> {
    confgate_files::read_secret(path, limit).map_err(|source| EndpointsError::File {
        option,
        path: path.to_owned(),
        source,
    })
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
