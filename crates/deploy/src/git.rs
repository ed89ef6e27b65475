//! Bundles in a git repository.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::time::Duration;
use std::{env, io};

use confgate_core::types::url::without_userinfo;
use confgate_runtime::child_process;

use crate::archive;
use crate::cancellation::CancellationToken;
use crate::fetch_error::FetchError;
use crate::process::{ProcessError, run_in_foreground};

/// The longest time that one git command may take: a server may not answer.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Variables of git that belong to the user. Others name the repository of a hook that calls Confgate.
const USER_VARIABLES: [&str; 4] = ["GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PROXY_COMMAND"];

/// A revision of a repository, and the directory of the bundle in it.
pub(crate) struct GitRevision<'r> {
    pub url: &'r str,
    pub reference: Option<&'r str>,
    pub revision: Option<&'r str>,
    pub directory: &'r str,
}

impl GitRevision<'_> {
    /// Copies the bundle to `directory` and returns its commit. With `signed`, git must verify a signature of the commit.
    pub(crate) fn fetch(
        &self,
        directory: &Path,
        signed: bool,
        cancellation: &CancellationToken,
    ) -> Result<String, FetchError> {
        let scratch = tempfile::tempdir()?;
        let repository = Repository { directory: scratch.path(), url: self.url, cancellation };
        repository.git(&["init", "--quiet", "--bare"])?;
        self.fetch_commits(&repository)?;
        let commit = self.commit(&repository)?;
        if signed && !repository.is_signed(&commit) {
            return Err(FetchError::Unsigned { commit });
        }
        let tree = if self.directory.is_empty() { commit.clone() } else { format!("{commit}:{}", self.directory) };
        let archive = scratch.path().join("bundle.tar");
        repository.git(&["archive", "--format=tar", "--output", &archive.display().to_string(), &tree]).map_err(
            |_| FetchError::DirectoryNotFound { directory: self.directory.to_owned(), commit: commit.clone() },
        )?;
        archive::unpack(File::open(&archive)?, directory)?;
        Ok(commit)
    }

    fn fetch_commits(&self, repository: &Repository<'_>) -> Result<(), FetchError> {
        let url = absolute(self.url)?;
        let wanted = self.reference.or(self.revision).unwrap_or("HEAD");
        let shallow = repository.git(&["fetch", "--quiet", "--depth=1", "--no-tags", &url, wanted]);
        let has_revision = || self.revision.is_none_or(|revision| repository.has_commit(revision));
        if shallow.is_ok() && has_revision() {
            return Ok(());
        }
        // A server may refuse to send a single commit, and a branch may be ahead of it: its history contains it then.
        let wanted = self.reference.unwrap_or("+refs/heads/*:refs/confgate/*");
        let mut fetch = vec!["fetch", "--quiet", "--no-tags"];
        // Git refuses this option for a complete history.
        if repository.git(&["rev-parse", "--is-shallow-repository"])?.trim() == "true" {
            fetch.push("--unshallow");
        }
        fetch.extend([&*url, wanted]);
        repository.git(&fetch).map(drop)
    }

    fn commit(&self, repository: &Repository<'_>) -> Result<String, FetchError> {
        match self.revision {
            Some(revision) => repository
                .resolve(&format!("{revision}^{{commit}}"))
                .map_err(|_| FetchError::CommitNotFound { revision: revision.to_owned() }),
            None => {
                repository.git(&["rev-parse", "--verify", "FETCH_HEAD^{commit}"]).map(|text| text.trim().to_owned())
            }
        }
    }
}

/// A temporary bare repository.
struct Repository<'r> {
    directory: &'r Path,
    url: &'r str,
    cancellation: &'r CancellationToken,
}

impl Repository<'_> {
    fn resolve(&self, revision: &str) -> Result<String, FetchError> {
        self.git(&["rev-parse", "--verify", "--quiet", revision]).map(|text| text.trim().to_owned())
    }

    fn has_commit(&self, revision: &str) -> bool {
        self.git(&["cat-file", "-e", &format!("{revision}^{{commit}}")]).is_ok()
    }

    /// Returns whether git verifies a signature of the commit, or of the fetched tag if it names that commit.
    fn is_signed(&self, commit: &str) -> bool {
        let tag = self.resolve("FETCH_HEAD^{tag}").unwrap_or_default();
        let is_tag_of_commit = self.resolve("FETCH_HEAD^{commit}").is_ok_and(|tagged| tagged == commit);
        let is_tag_signed = is_tag_of_commit && !tag.is_empty() && self.git(&["verify-tag", &tag]).is_ok();
        is_tag_signed || self.git(&["verify-commit", commit]).is_ok()
    }

    fn git(&self, arguments: &[&str]) -> Result<String, FetchError> {
        let mut git = child_process::command("git");
        git.args(arguments).current_dir(self.directory);
        for (name, _) in env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"GIT_")) {
            let is_config = name.as_encoded_bytes().starts_with(b"GIT_CONFIG");
            if !is_config && !USER_VARIABLES.iter().any(|variable| name == *variable) {
                git.env_remove(name);
            }
        }
        git.env("GIT_DIR", self.directory).env("GIT_TERMINAL_PROMPT", "0");
        // In the foreground: ssh may ask at the terminal.
        run_in_foreground(&mut git, TIMEOUT, self.cancellation).map_err(|error| FetchError::Git(self.redact(error)))
    }

    /// Removes the credentials of the URL from the output of git.
    fn redact(&self, error: ProcessError) -> ProcessError {
        match error {
            ProcessError::Failed { program, status, output } => {
                let output = output.map(|line| line.replace(self.url, &without_userinfo(self.url)));
                ProcessError::Failed { program, status, output }
            }
            other => other,
        }
    }
}

/// Returns the URL of a repository for git in another directory: makes a relative path absolute.
fn absolute(url: &str) -> io::Result<Cow<'_, str>> {
    // The rule by which git distinguishes a path from `host:path` and from a URL.
    let is_path = url.find(':').is_none_or(|colon| url[..colon].contains('/'));
    if !is_path {
        return Ok(url.into());
    }
    let path = std::path::absolute(url)?;
    Ok(path.into_os_string().into_string().map_or(url.into(), Cow::Owned))
}
