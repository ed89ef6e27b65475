//! Where a bundle comes from: a folder, a path or result of Nix, a tar, a revision of a git repository.

use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::str::FromStr;
use std::time::Duration;

use confgate_core::types::url::without_userinfo;
use confgate_nix_signatures::signature_file;
use tar::EntryType;

use crate::{DeployError, process};

/// A source of a bundle.
///
/// ```
/// use confgate_deploy::Source;
/// let source: Source = "git+https://git.example.org/configs?ref=main&dir=bundles/production".parse()?;
/// assert!(matches!(source, Source::Git { .. }));
/// assert!(matches!("./result".parse()?, Source::Path(_)));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder, a store path, or a link to one.
    Path(PathBuf),
    /// A tar file with the files of a bundle, or one folder with them.
    Tar(PathBuf),
    /// A repository.
    Git {
        /// What git is given.
        url: String,
        /// A branch or tag; none for the repository's own choice.
        reference: Option<String>,
        /// The commit that it must be.
        revision: Option<String>,
        /// The folder of the bundle.
        folder: String,
    },
}

/// What a source was: for the record of a generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// A store path, the real path of a folder, a commit.
    pub what: String,
    /// Where a signature would be, which is not a part of the bundle.
    pub signature: Option<PathBuf>,
}

impl FromStr for Source {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some(rest) = text.strip_prefix("git+") else {
            let path = PathBuf::from(text);
            return Ok(if path.extension().is_some_and(|it| it == "tar") { Self::Tar(path) } else { Self::Path(path) });
        };
        let (url, query) = rest.split_once('?').unwrap_or((rest, ""));
        // An option of git in the place of a URL would be obeyed.
        if url.is_empty() || url.starts_with('-') {
            return Err("write a repository as git+URL?ref=BRANCH&rev=COMMIT&dir=FOLDER".to_owned());
        }
        let (mut reference, mut revision, mut folder) = (None, None, String::new());
        for (key, value) in
            query.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")))
        {
            match key {
                "ref" if !value.is_empty() && !value.starts_with('-') => reference = Some(value.to_owned()),
                "rev" if value.len() >= 40 && value.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    revision = Some(value.to_ascii_lowercase());
                }
                "rev" => return Err(format!("{value:?} is no commit: write all of its digits")),
                "dir" => folder = value.trim_matches('/').to_owned(),
                _ => return Err(format!("{key} is not known here: a repository has ref, rev and dir")),
            }
        }
        Ok(Self::Git { url: url.to_owned(), reference, revision, folder })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) | Self::Tar(path) => write!(f, "{}", path.display()),
            Self::Git { url, reference, revision, folder } => {
                let folder = Some(folder.clone()).filter(|folder| !folder.is_empty());
                let parts = [("ref", reference.clone()), ("rev", revision.clone()), ("dir", folder)];
                let parts: Vec<String> =
                    parts.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?))).collect();
                let url = without_userinfo(url);
                write!(f, "git+{url}{}{}", if parts.is_empty() { "" } else { "?" }, parts.join("&"))
            }
        }
    }
}

impl Source {
    /// Brings the bundle to `folder`, which is there, empty, and nobody else's. With `signed` a commit must carry a
    /// signature that the user's git verifies.
    ///
    /// # Errors
    ///
    /// It is not there, cannot be read, or holds something else than files.
    pub fn fetch(&self, folder: &Path, signed: bool) -> Result<Resolved, DeployError> {
        let failed = |reason: String| DeployError::Source { source: self.to_string(), reason };
        if signed && !matches!(self, Self::Git { .. }) {
            return Err(failed("no commit could be signed: a signed commit is asked of repositories".to_owned()));
        }
        match self {
            Self::Path(path) => {
                let real = fs::canonicalize(path).map_err(|error| failed(error.to_string()))?;
                if !real.is_dir() {
                    return Err(failed("a bundle is a folder".to_owned()));
                }
                copy(&real, folder).map_err(|error| failed(error.to_string()))?;
                Ok(Resolved { what: real.display().to_string(), signature: Some(signature_file(path, &real)) })
            }
            Self::Tar(path) => {
                let file = File::open(path).map_err(|error| failed(error.to_string()))?;
                unpack(file, folder).map_err(failed)?;
                let what = fs::canonicalize(path).unwrap_or_else(|_| path.clone()).display().to_string();
                Ok(Resolved { what, signature: Some(signature_file(path, path)) })
            }
            Self::Git { url, .. } => {
                // What git says may name the repository as it was given.
                let hidden = |reason: String| reason.replace(url, &without_userinfo(url));
                self.fetch_git(folder, signed).map_err(|reason| failed(hidden(reason)))
            }
        }
    }

    fn fetch_git(&self, folder: &Path, signed: bool) -> Result<Resolved, String> {
        let Self::Git { url, reference, revision, folder: inside } = self else { return Err("no repository".into()) };
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let git = |arguments: &[&str]| git(scratch.path(), arguments);
        git(&["init", "--quiet", "--bare"])?;
        let url = from_here(url).map_err(|error| error.to_string())?;
        let url = url.as_ref();
        let wanted = reference.as_deref().or(revision.as_deref()).unwrap_or("HEAD");
        let shallow = git(&["fetch", "--quiet", "--depth=1", "--no-tags", url, wanted]);
        let here = |revision: &String| git(&["cat-file", "-e", &format!("{revision}^{{commit}}")]).is_ok();
        if shallow.is_err() || !revision.as_ref().is_none_or(here) {
            // A server may not hand out a commit alone, and a branch may be ahead of it: its history has it then.
            let wanted = reference.as_deref().unwrap_or("+refs/heads/*:refs/confgate/*");
            let mut fetch = vec!["fetch", "--quiet", "--no-tags"];
            // Git refuses this of a history that is whole.
            if git(&["rev-parse", "--is-shallow-repository"])?.trim() == "true" {
                fetch.push("--unshallow");
            }
            fetch.extend([url, wanted]);
            git(&fetch)?;
        }
        let commit = match revision {
            Some(revision) => git(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])
                .map_err(|_| format!("there is no commit {revision}"))?,
            None => git(&["rev-parse", "--verify", "FETCH_HEAD^{commit}"])?,
        };
        let commit = commit.trim().to_owned();
        if signed {
            let tag = git(&["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{tag}"]).unwrap_or_default();
            let of_this =
                git(&["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"]).is_ok_and(|it| it.trim() == commit);
            let by_tag = of_this && !tag.trim().is_empty() && git(&["verify-tag", tag.trim()]).is_ok();
            if !by_tag {
                git(&["verify-commit", &commit]).map_err(|_| format!("no signature that git verifies on {commit}"))?;
            }
        }
        let tree = if inside.is_empty() { commit.clone() } else { format!("{commit}:{inside}") };
        let archive = scratch.path().join("bundle.tar");
        git(&["archive", "--format=tar", "--output", &archive.display().to_string(), &tree])
            .map_err(|_| format!("there is no folder {inside:?} at {commit}"))?;
        let file = File::open(&archive).map_err(|error| error.to_string())?;
        unpack(file, folder)?;
        Ok(Resolved { what: commit, signature: None })
    }
}

/// A repository as git finds it from another folder: a relative path is the caller's.
fn from_here(url: &str) -> std::io::Result<Cow<'_, str>> {
    // As git tells paths from `host:path` and from URLs.
    let is_path = url.find(':').is_none_or(|colon| url[..colon].contains('/'));
    if !is_path {
        return Ok(url.into());
    }
    let path = std::path::absolute(url)?;
    Ok(path.into_os_string().into_string().map_or(url.into(), Cow::Owned))
}

/// What git says. A server that does not answer is not waited for without an end.
fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    const PATIENCE: Duration = Duration::from_secs(600);
    let mut git = Command::new("git");
    git.args(arguments).current_dir(folder).env("GIT_TERMINAL_PROMPT", "0");
    // Where a hook calls, these name the repository of the hook.
    for (variable, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"GIT_")) {
        let of_the_user = ["GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PROXY_COMMAND"];
        let of_the_user =
            of_the_user.iter().any(|name| variable == *name) || variable.as_encoded_bytes().starts_with(b"GIT_CONFIG");
        if !of_the_user {
            git.env_remove(variable);
        }
    }
    // In front: ssh may have a question at the terminal.
    process::run_in_front(git.env("GIT_DIR", folder).env("GIT_TERMINAL_PROMPT", "0"), PATIENCE)
        .map_err(|error| error.to_string())
}

/// Copies the files of a folder. Anything else in it is found where the bundle is read.
fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        } else {
            fs::create_dir(to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Unpacks the files at the top of a tar, or in the one folder at its top.
fn unpack(file: impl Read, folder: &Path) -> Result<(), String> {
    const LARGEST: u64 = 64 << 20;
    const MOST: usize = 64;
    let mut archive = tar::Archive::new(file);
    let mut count = 0;
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let path = entry.path().map_err(|error| error.to_string())?.into_owned();
        match entry.header().entry_type() {
            EntryType::Regular => {}
            // Git writes which commit it packed.
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            EntryType::Symlink | EntryType::Link => {
                return Err(format!("{} is a link, and a bundle holds files", path.display()));
            }
            _ => return Err(format!("{} is no file of a bundle", path.display())),
        }
        let steps: Vec<&std::ffi::OsStr> = path
            .components()
            .filter(|step| !matches!(step, Component::CurDir))
            .map(|step| match step {
                Component::Normal(name) => Ok(name),
                _ => Err(format!("{} leads out of the bundle", path.display())),
            })
            .collect::<Result<_, _>>()?;
        count += 1;
        if entry.size() > LARGEST || count > MOST || steps.len() > 2 {
            return Err(format!("{} is no file of a bundle", path.display()));
        }
        let Some(name) = steps.last() else { continue };
        let target = folder.join(name);
        if target.exists() {
            return Err(format!("{} is there twice", name.to_string_lossy()));
        }
        let mut file = File::create(&target).map_err(|error| error.to_string())?;
        std::io::copy(&mut entry, &mut file).map_err(|error| error.to_string())?;
        // It is signed whether a file may be run.
        let mode = if entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0) { 0o700 } else { 0o600 };
        file.set_permissions(Permissions::from_mode(mode)).map_err(|error| error.to_string())?;
    }
    if count == 0 { Err("there is no file in it".to_owned()) } else { Ok(()) }
}
