//! Sources of a bundle: a directory, a result of Nix, a tar, a revision of a git repository.

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use confgate_core::types::url::without_userinfo;
use confgate_files::OpenedFile;
use confgate_nix_signatures::{PathInfo, signature_file};
use thiserror::Error;

use crate::archive;
use crate::bundle_file::{BundleFile, read_directory};
use crate::cancellation::CancellationToken;
use crate::fetch_error::FetchError;
use crate::git::GitRevision;
use crate::limits::MAX_BUNDLE;
use crate::memory_source::MemorySource;

/// A source of a bundle.
///
/// ```
/// use confgate_deploy::{InvalidSource, Source};
/// let source: Source = "git+https://git.example.org/configs?ref=main&dir=bundles/production".parse()?;
/// assert!(matches!(source, Source::Git { .. }));
/// assert!(matches!("./result".parse()?, Source::Path(_)));
/// # Ok::<(), InvalidSource>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A directory, a store path, or a link to one.
    Path(PathBuf),
    /// A tar with the files of a bundle, or with one directory that holds them.
    Tar(PathBuf),
    /// A git repository.
    Git {
        /// URL or path.
        url: String,
        /// Branch or tag; `None` for the repository's default branch.
        reference: Option<String>,
        /// Commit.
        revision: Option<String>,
        /// Directory of the bundle in the repository; empty for its root.
        folder: String,
    },
    /// A bundle in memory, with its signature.
    Memory(MemorySource),
}

/// A text that is not a source.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidSource {
    /// The URL is missing, or looks like an option of git.
    #[error("invalid repository; write git+URL?ref=BRANCH&rev=COMMIT&dir=FOLDER")]
    Url,
    /// The revision is not a full commit hash.
    #[error("{0:?} is not a full commit hash; write all of its digits")]
    Revision(String),
    /// A parameter is unknown.
    #[error("unknown parameter {0}; a repository has ref, rev and dir")]
    Parameter(String),
}

/// A source that was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The files of the bundle, each read once.
    pub files: Vec<BundleFile>,
    /// The resolved source: the real path of a directory, or a commit.
    pub origin: String,
    /// Path at which a signature is expected; it is not a part of the bundle.
    pub signature: Option<PathBuf>,
    /// The signature, if it came with the bundle.
    pub info: Option<PathInfo>,
}

impl FromStr for Source {
    type Err = InvalidSource;

    fn from_str(text: &str) -> Result<Self, InvalidSource> {
        let Some(repository) = text.strip_prefix("git+") else {
            let path = PathBuf::from(text);
            let is_tar = path.extension().is_some_and(|extension| extension == "tar");
            return Ok(if is_tar { Self::Tar(path) } else { Self::Path(path) });
        };
        let (url, query) = repository.split_once('?').unwrap_or((repository, ""));
        // Git would obey an option in place of a URL.
        if url.is_empty() || url.starts_with('-') {
            return Err(InvalidSource::Url);
        }
        let (mut reference, mut revision, mut folder) = (None, None, String::new());
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name {
                "ref" if !value.is_empty() && !value.starts_with('-') => reference = Some(value.to_owned()),
                "rev" if value.len() >= 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    revision = Some(value.to_ascii_lowercase());
                }
                "rev" => return Err(InvalidSource::Revision(value.to_owned())),
                "dir" => folder = value.trim_matches('/').to_owned(),
                _ => return Err(InvalidSource::Parameter(name.to_owned())),
            }
        }
        Ok(Self::Git { url: url.to_owned(), reference, revision, folder })
    }
}

impl fmt::Display for Source {
    /// Writes the source without the credentials of a URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) | Self::Tar(path) => write!(f, "{}", path.display()),
            Self::Memory(memory) => f.write_str(&memory.name),
            Self::Git { url, reference, revision, folder } => {
                write!(f, "git+{}", without_userinfo(url))?;
                let directory = Some(folder).filter(|folder| !folder.is_empty());
                let parameters = [("ref", reference.as_ref()), ("rev", revision.as_ref()), ("dir", directory)];
                let mut separator = '?';
                for (name, value) in parameters {
                    if let Some(value) = value {
                        write!(f, "{separator}{name}={value}")?;
                        separator = '&';
                    }
                }
                Ok(())
            }
        }
    }
}

impl Source {
    /// Reads the bundle into memory. With `signed`, git must verify a signature of the commit.
    ///
    /// # Errors
    ///
    /// The source is missing, cannot be read, exceeds a limit, or holds something else than the files of a bundle; or the command
    /// was cancelled.
    pub fn fetch(&self, signed: bool, cancellation: &CancellationToken) -> Result<Fetched, FetchError> {
        match self {
            Self::Path(_) | Self::Tar(_) | Self::Memory(_) if signed => Err(FetchError::NotARepository),
            Self::Path(path) => {
                let real = fs::canonicalize(path)?;
                if !real.is_dir() {
                    return Err(FetchError::NotADirectory);
                }
                let files = read_directory(&real)?;
                let signature = Some(signature_file(path, &real));
                Ok(Fetched { files, origin: real.display().to_string(), signature, info: None })
            }
            Self::Tar(path) => {
                let file = OpenedFile::open(path)?;
                file.check_size(MAX_BUNDLE)?;
                let files = archive::read(file.file())?;
                file.check_unchanged()?;
                let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
                let signature = Some(signature_file(path, path));
                Ok(Fetched { files, origin: real.display().to_string(), signature, info: None })
            }
            Self::Git { url, reference, revision, folder } => {
                let (reference, revision) = (reference.as_deref(), revision.as_deref());
                let wanted = GitRevision { url, reference, revision, directory: folder };
                let (files, commit) = wanted.fetch(signed, cancellation)?;
                Ok(Fetched { files, origin: commit, signature: None, info: None })
            }
            Self::Memory(MemorySource { name, files, signature }) => {
                let info = Some(signature.clone());
                Ok(Fetched { files: files.to_vec(), origin: name.clone(), signature: None, info })
            }
        }
    }
}
