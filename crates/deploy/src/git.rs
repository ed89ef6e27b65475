//! Bundles in a git repository.

use std::borrow::Cow;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;
use std::{env, io};

use confgate_core::types::url::without_userinfo;
use confgate_files::{OpenedFile, SizeLimit};
use confgate_runtime::child_process;

use crate::archive;
use crate::bundle_error::BundleError;
use crate::bundle_file::BundleFile;
use crate::cancellation::CancellationToken;
use crate::fetch_error::FetchError;
use crate::limits::{MAX_BUNDLE, MAX_ENTRIES, MAX_REPOSITORY};
use crate::process::{ProcessError, run_in_foreground};

/// The longest time that one git command may take: a server may not answer.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Sets the largest size of a file in blocks of 512 bytes, and runs git.
const LIMITED_GIT: &str = r#"ulimit -f "$0"; exec git "$@""#;

/// The largest part of a pack that git writes at once, in bytes.
const MAX_BLOCK: u64 = 1 << 17;

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
    /// Reads the bundle, and returns it with its commit. With `signed`, git must verify a signature of the commit.
    pub(crate) fn fetch(
        &self,
        signed: bool,
        cancellation: &CancellationToken,
    ) -> Result<(Vec<BundleFile>, String), FetchError> {
        self.fetch_with(signed, cancellation, MAX_REPOSITORY)
    }

    fn fetch_with(
        &self,
        signed: bool,
        cancellation: &CancellationToken,
        limit: SizeLimit,
    ) -> Result<(Vec<BundleFile>, String), FetchError> {
        // Whatever the umask is, no other user may change what git verifies.
        let scratch = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir()?;
        let repository = Repository { directory: scratch.path(), url: self.url, limit, cancellation };
        repository.git(&["init", "--quiet", "--bare"])?;
        self.fetch_commits(&repository)?;
        let commit = self.commit(&repository)?;
        if signed && !repository.is_signed(&commit) {
            return Err(FetchError::Unsigned { commit });
        }
        let tree = if self.directory.is_empty() { commit.clone() } else { format!("{commit}:{}", self.directory) };
        let not_found =
            |_| FetchError::DirectoryNotFound { directory: self.directory.to_owned(), commit: commit.clone() };
        check_listing(&repository.git(&["ls-tree", "-r", "-l", "-z", &tree]).map_err(not_found)?)?;
        let archive = scratch.path().join("bundle.tar");
        repository
            .git(&["archive", "--format=tar", "--output", &archive.display().to_string(), &tree])
            .map_err(not_found)?;
        let files = archive::read(OpenedFile::open(&archive)?.file())?;
        Ok((files, commit))
    }

    fn fetch_commits(&self, repository: &Repository<'_>) -> Result<(), FetchError> {
        let url = absolute(self.url)?;
        let wanted = self.reference.or(self.revision).unwrap_or("HEAD");
        let shallow = repository.git(&["fetch", "--quiet", "--depth=1", "--no-tags", &url, wanted]);
        let has_revision = || self.revision.is_none_or(|revision| repository.has_commit(revision));
        if shallow.is_ok() && has_revision() {
            return Ok(());
        }
        repository.check_size()?;
        // A server may refuse to send a single commit, and a branch may be ahead of it: its history contains it then.
        let wanted = self.reference.unwrap_or("+refs/heads/*:refs/confgate/*");
        let mut fetch = vec!["fetch", "--quiet", "--no-tags"];
        // Git refuses this option for a complete history.
        if repository.git(&["rev-parse", "--is-shallow-repository"])?.trim() == "true" {
            fetch.push("--unshallow");
        }
        fetch.extend([&*url, wanted]);
        repository.git(&fetch).map(drop).or_else(|error| repository.check_size().and(Err(error)))
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
    /// The largest size of a file that git may write.
    limit: SizeLimit,
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
        let mut git = child_process::command("sh");
        git.args(["-c", LIMITED_GIT, &(self.limit.get() / 512).to_string()]);
        // One file for all objects, which has the limit.
        git.args(["-c", "fetch.unpackLimit=1"]).args(arguments).current_dir(self.directory);
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
        let git = "git".to_owned();
        match error {
            ProcessError::Failed { program: _, status, output } => {
                let output = output.map(|line| line.replace(self.url, &without_userinfo(self.url)));
                ProcessError::Failed { program: git, status, output }
            }
            ProcessError::TimedOut { program: _, timeout } => ProcessError::TimedOut { program: git, timeout },
            other => other,
        }
    }

    /// Returns an error if git stopped because the objects are larger than the limit.
    fn check_size(&self) -> Result<(), FetchError> {
        let packs = fs::read_dir(self.directory.join("objects/pack"))?.flatten();
        // Git writes a block at once, and the last one may not fit.
        let is_full = |size: u64| size.saturating_add(MAX_BLOCK) > self.limit.get();
        let too_large = packs.into_iter().any(|pack| pack.metadata().is_ok_and(|metadata| is_full(metadata.len())));
        if too_large { Err(FetchError::RepositoryTooLarge { limit: self.limit }) } else { Ok(()) }
    }
}

/// Checks the number and the size of the files that `git ls-tree -r -l -z` lists, before git writes them.
fn check_listing(listing: &str) -> Result<(), FetchError> {
    let mut size: u64 = 0;
    for (number, line) in listing.split_terminator('\0').enumerate() {
        if number == MAX_ENTRIES {
            return Err(FetchError::TooManyEntries);
        }
        let (fields, _) = line.split_once('\t').unwrap_or((line, ""));
        // A submodule has `-` in place of a size.
        let stated = fields.split_ascii_whitespace().next_back().and_then(|size| size.parse::<u64>().ok());
        size = size.saturating_add(stated.unwrap_or(0));
    }
    if size > MAX_BUNDLE.get() { Err(BundleError::AllTooLarge { limit: MAX_BUNDLE }.into()) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Creates a repository with these files.
    fn repository(files: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
        let repository = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = repository.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        for arguments in [
            &["init", "--quiet", "--initial-branch=main"][..],
            &["config", "user.email", "a@example.org"],
            &["config", "user.name", "a"],
            &["add", "--all"],
            &["commit", "--quiet", "--no-gpg-sign", "--message", "bundle"],
        ] {
            assert!(Command::new("git").args(arguments).current_dir(repository.path()).status().unwrap().success());
        }
        repository
    }

    fn fetch(repository: &Path, limit: u64) -> Result<Vec<BundleFile>, FetchError> {
        let url = format!("file://{}", repository.display());
        let wanted = GitRevision { url: &url, reference: None, revision: None, directory: "one" };
        let fetched = wanted.fetch_with(false, &CancellationToken::default(), SizeLimit::bytes(limit));
        fetched.map(|(files, _)| files)
    }

    /// Bytes that git cannot compress.
    fn random(length: usize) -> Vec<u8> {
        let mut state: u32 = 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn a_repository_that_is_larger_than_the_limit_is_rejected_while_it_is_fetched() {
        let repository = repository(&[("one/config.toml", b"x".to_vec()), ("other", random(4 << 20))]);
        assert_eq!(fetch(repository.path(), 16 << 20).unwrap()[0].name, "config.toml");
        let error = fetch(repository.path(), 1 << 20).unwrap_err().to_string();
        assert_eq!(error, "the repository is larger than the limit of 1 MiB; name a smaller one, or deploy a tar");
    }

    #[test]
    fn a_folder_of_a_repository_is_measured_before_git_writes_it() {
        let files: Vec<(String, Vec<u8>)> = (0..65).map(|number| (format!("one/{number}"), Vec::new())).collect();
        let files: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        let error = fetch(repository(&files).path(), 16 << 20).unwrap_err().to_string();
        assert_eq!(error, "more than 64 entries; a bundle has at most 4 files");
        let listing = |size: u64| format!("100644 blob {} {size}\tconfig.toml\0", "0".repeat(40));
        check_listing(&listing(512 << 20)).unwrap();
        check_listing(&format!("160000 commit {}       -\tmodule\0", "0".repeat(40))).unwrap();
        let error = check_listing(&(listing(512 << 20) + &listing(1))).unwrap_err().to_string();
        assert_eq!(error, "not a bundle: its files together are larger than the limit of 512 MiB");
    }
}
