//! The bearer token that clients of the agent send.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use confgate_files::{OpenedFile, ReadFileError, SizeLimit};
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Shortest token, in characters. Shorter ones can be guessed.
const MIN_LENGTH: usize = 16;

/// Interval at which the file is read again.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// Header of an API key, another way to send the token.
const API_KEY: &str = "x-api-key";

/// Scheme of the `Authorization` header.
const SCHEME: &[u8] = b"bearer ";

/// A file with the token that clients send, which is read again when it changes. Only the digest of the token is kept.
#[derive(Debug)]
pub struct TokenFile {
    path: PathBuf,
    /// Digest of the token, or the error of the last read.
    current: Mutex<Result<[u8; 32], String>>,
}

/// An error of reading a token. The token itself is in no message.
#[derive(Debug, Error)]
pub enum TokenError {
    /// The file cannot be read.
    #[error("cannot read the token in {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: ReadFileError,
    },
    /// The token can be guessed.
    #[error("the token in {} has {length} characters; use at least {MIN_LENGTH}, such as those of `openssl rand -hex 32`", path.display())]
    Short {
        /// The file.
        path: PathBuf,
        /// Its length.
        length: usize,
    },
    /// The token cannot be sent in a header.
    #[error("the token in {} has a character that a header cannot carry; use letters, digits and - . _ ~ + / =", path.display())]
    Character {
        /// The file.
        path: PathBuf,
    },
}

/// Verdict on the token of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenVerdict {
    /// The request has the token.
    Valid,
    /// The request has no token or another one.
    Invalid,
    /// The token of the agent cannot be read.
    Unknown,
}

impl TokenFile {
    /// Reads the token.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or its token is too short or cannot be sent.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, TokenError> {
        let path = path.into();
        let digest = read(&path)?;
        Ok(Self { path, current: Mutex::new(Ok(digest)) })
    }

    /// Compares the token of a request in constant time.
    pub(crate) fn check(&self, headers: &HeaderMap) -> TokenVerdict {
        let Ok(expected) = *self.lock() else { return TokenVerdict::Unknown };
        let mut values = headers.get_all(AUTHORIZATION).into_iter();
        let (Some(value), None) = (values.next(), values.next()) else { return TokenVerdict::Invalid };
        let Some((scheme, token)) = value.as_bytes().split_at_checked(SCHEME.len()) else {
            return TokenVerdict::Invalid;
        };
        // Digests have one length, so the comparison does not tell that of the token.
        let is_equal = bool::from(Sha256::digest(token.trim_ascii()).ct_eq(&expected));
        if scheme.eq_ignore_ascii_case(SCHEME) && is_equal { TokenVerdict::Valid } else { TokenVerdict::Invalid }
    }

    /// Compares the token of a request like [`check`](Self::check), which may also stand in the header of an API key.
    pub(crate) fn check_any(&self, headers: &HeaderMap) -> TokenVerdict {
        let mut keys = headers.get_all(API_KEY).into_iter();
        let (Some(key), None, false) = (keys.next(), keys.next(), headers.contains_key(AUTHORIZATION)) else {
            return self.check(headers);
        };
        let Ok(expected) = *self.lock() else { return TokenVerdict::Unknown };
        match bool::from(Sha256::digest(key.as_bytes().trim_ascii()).ct_eq(&expected)) {
            true => TokenVerdict::Valid,
            false => TokenVerdict::Invalid,
        }
    }

    /// Returns the ticket of streams, which stands for the token in a URL: it opens a stream of hints, and nothing else. The token cannot
    /// be computed from it.
    pub(crate) fn ticket(&self) -> Option<String> {
        let digest = (*self.lock()).as_ref().ok().copied()?;
        let ticket = Sha256::new().chain_update(b"confgate stream of changes").chain_update(digest).finalize();
        Some(ticket[..16].iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Compares a ticket in constant time.
    pub(crate) fn is_ticket(&self, ticket: &str) -> bool {
        self.ticket().is_some_and(|expected| expected.as_bytes().ct_eq(ticket.as_bytes()).into())
    }

    /// Returns the error of the last read.
    pub(crate) fn problem(&self) -> Option<String> {
        self.lock().as_ref().err().cloned()
    }

    /// Reads the file again and again, outside of the thread that answers requests.
    pub(crate) async fn follow(self: Arc<Self>) {
        loop {
            sleep(CHECK_INTERVAL).await;
            let file = self.clone();
            if spawn_blocking(move || file.reread()).await.is_err() {
                return;
            }
        }
    }

    /// Reads the file again. Without a valid token no client is let in.
    fn reread(&self) {
        let now = read(&self.path).map_err(|error| error.to_string());
        let mut current = self.lock();
        if *current == now {
            return;
        }
        match &now {
            Ok(_) => tracing::info!(file = %self.path.display(), "the token changed"),
            Err(error) => tracing::error!("{error}; no client can read the config until it is corrected"),
        }
        *current = now;
    }

    /// Locks the token. A poisoned lock is usable: no holder can panic between two writes.
    fn lock(&self) -> MutexGuard<'_, Result<[u8; 32], String>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a token and returns its digest.
fn read(path: &Path) -> Result<[u8; 32], TokenError> {
    let failed = |source| TokenError::Read { path: path.to_owned(), source };
    let file = OpenedFile::open(path).map_err(failed)?;
    let bytes = file.read_secret(SizeLimit::TOKEN).map_err(failed)?;
    let token = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let token = token.strip_suffix(b"\r").unwrap_or(token);
    let is_sendable = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    if token.len() < MIN_LENGTH {
        return Err(TokenError::Short { path: path.to_owned(), length: token.len() });
    }
    if !token.iter().all(is_sendable) {
        return Err(TokenError::Character { path: path.to_owned() });
    }
    Ok(Sha256::digest(token).into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (AUTHORIZATION, value.parse().unwrap())).collect()
    }

    #[test]
    fn one_bearer_token_opens_and_nothing_else_does() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        fs::write(&path, "0123456789abcdef\r\n").unwrap();
        let token = TokenFile::open(&path).unwrap();
        for value in ["Bearer 0123456789abcdef", "bearer  0123456789abcdef"] {
            assert_eq!(token.check(&headers(&[value])), TokenVerdict::Valid, "{value}");
        }
        for values in [
            &[][..],
            &["Bearer 0123456789abcdeF"],
            &["Bearer 0123456789abcdef0"],
            &["Bearer "],
            &["Bearer"],
            &["Basic 0123456789abcdef"],
            &["0123456789abcdef"],
            &["Bearer 0123456789abcdef", "Bearer 0123456789abcdef"],
        ] {
            assert_eq!(token.check(&headers(values)), TokenVerdict::Invalid, "{values:?}");
        }
        assert!(!format!("{token:?}").contains("0123456789abcdef"));
    }

    #[test]
    fn the_header_of_an_api_key_opens_and_a_ticket_tells_nothing_of_the_token() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        fs::write(&path, "0123456789abcdef").unwrap();
        let token = TokenFile::open(&path).unwrap();
        let key = |values: &[(&'static str, &'static str)]| -> HeaderMap {
            values.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
        };
        let cases: [(&[(&'static str, &'static str)], TokenVerdict); 4] = [
            (&[("x-api-key", "0123456789abcdef")], TokenVerdict::Valid),
            (&[("x-api-key", "0123456789abcdeF")], TokenVerdict::Invalid),
            (&[("x-api-key", "0123456789abcdef"), ("authorization", "Bearer x")], TokenVerdict::Invalid),
            (&[("authorization", "Bearer 0123456789abcdef")], TokenVerdict::Valid),
        ];
        for (headers, verdict) in cases {
            assert_eq!(token.check_any(&key(headers)), verdict, "{headers:?}");
        }
        let ticket = token.ticket().unwrap();
        assert!(token.is_ticket(&ticket) && ticket.len() == 32);
        assert!(!token.is_ticket("") && !token.is_ticket("0123456789abcdef"));
        fs::write(&path, "fedcba9876543210").unwrap();
        token.reread();
        assert!(!token.is_ticket(&ticket), "a changed token ends old tickets");
    }

    #[test]
    fn a_changed_file_is_read_and_a_bad_one_lets_no_client_in() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        fs::write(&path, "0123456789abcdef").unwrap();
        let token = TokenFile::open(&path).unwrap();
        fs::write(&path, "fedcba9876543210").unwrap();
        token.reread();
        assert_eq!(token.check(&headers(&["Bearer 0123456789abcdef"])), TokenVerdict::Invalid);
        assert_eq!(token.check(&headers(&["Bearer fedcba9876543210"])), TokenVerdict::Valid);
        fs::remove_file(&path).unwrap();
        token.reread();
        assert_eq!(token.check(&headers(&["Bearer fedcba9876543210"])), TokenVerdict::Unknown);
        let problem = format!("cannot read the token in {}: No such file or directory (os error 2)", path.display());
        assert_eq!(token.problem(), Some(problem));
    }

    #[test]
    fn a_token_that_cannot_be_used_is_rejected_and_not_shown() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        for (text, expected) in [
            ("hunter2\n", "has 7 characters; use at least 16, such as those of `openssl rand -hex 32`"),
            (
                "hunter2 hunter2 hunter2",
                "has a character that a header cannot carry; use letters, digits and - . _ ~ + / =",
            ),
        ] {
            fs::write(&path, text).unwrap();
            let message = TokenFile::open(&path).unwrap_err().to_string();
            assert_eq!(message, format!("the token in {} {expected}", path.display()));
        }
        let message = TokenFile::open(directory.path()).unwrap_err().to_string();
        assert_eq!(
            message,
            format!("cannot read the token in {}: not a regular file: a directory", directory.path().display())
        );
    }
}
