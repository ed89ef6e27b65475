//! The generations on a node: numbered directories, a record beside each, and a link to the active one.
//!
//! ```text
//! /var/lib/confgate/bitcraps/
//!   current -> generations/7     swapped by a rename: the link exists at any moment
//!   generations/7/               the bundle
//!   generations/7.json           its record
//!   untold                       marker of a pending reload: holds the reload method
//!   lock                         the command that is running
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use confgate_core::gate::Gate;
use confgate_files::SizeLimit;
use confgate_nix_signatures::nar::{self, NarError};

use crate::bundle::Bundle;
use crate::bundle_file::BundleFile;
use crate::damage::Damage;
use crate::disk::{Disk, FileContent, replace};
use crate::generations_error::GenerationsError;
use crate::link::{ActiveLink, LinkProblem, LinkTarget};
use crate::lock::Lock;
use crate::outcome::Outcome;
use crate::pending_reload::PendingReload;
use crate::record::Record;

/// The beginning of the name of a generation that is being removed.
const REMOVED: &str = ".old-";

/// The generations of one service on this machine.
pub struct Generations<'d> {
    root: PathBuf,
    disk: &'d dyn Disk,
    gate: Option<&'d Gate>,
}

impl<'d> Generations<'d> {
    /// Describes the generations in the directory `root`, which may not exist yet.
    pub fn new(root: impl Into<PathBuf>, disk: &'d dyn Disk) -> Self {
        Self { root: root.into(), disk, gate: None }
    }

    /// Sets the gate of the service, which knows the schema version of a config.
    #[must_use]
    pub fn with_gate(self, gate: &'d Gate) -> Self {
        Self { gate: Some(gate), ..self }
    }

    /// Returns the directory of the service.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the directory of a generation's bundle.
    pub fn directory(&self, generation: u64) -> PathBuf {
        self.all().join(generation.to_string())
    }

    /// Returns the link to the active generation.
    pub fn link(&self) -> ActiveLink<'_> {
        ActiveLink::new(&self.root, self.disk)
    }

    /// Returns the marker of a pending reload.
    pub fn pending_reload(&self) -> PendingReload<'_> {
        PendingReload::new(&self.root, self.disk)
    }

    /// Returns the path of the lock file.
    pub fn lock_path(&self) -> PathBuf {
        self.root.join("lock")
    }

    fn all(&self) -> PathBuf {
        self.root.join("generations")
    }

    fn record_path(&self, generation: u64) -> PathBuf {
        self.all().join(format!("{generation}.json"))
    }

    /// Takes the lock for `command`, after creating missing directories.
    ///
    /// # Errors
    ///
    /// Another command is running, or a directory cannot be created.
    pub fn lock(&self, command: &str) -> Result<Lock, GenerationsError> {
        self.create_directories()?;
        Lock::take(&self.lock_path(), command)
    }

    /// Creates missing directories, those above `root` included: the service, under a user of its own, reads through all of them.
    ///
    /// # Errors
    ///
    /// A directory cannot be created.
    pub fn create_directories(&self) -> Result<(), GenerationsError> {
        let all = self.all();
        let ancestors = all.ancestors().take_while(|path| !path.as_os_str().is_empty() && !path.is_dir());
        let missing: Vec<&Path> = ancestors.collect();
        for directory in missing.into_iter().rev() {
            let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty());
            let created = match self.disk.create_directory(directory) {
                // Another command created it meanwhile.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && directory.is_dir() => Ok(()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(ErrorKind::NotADirectory.into()),
                created => created,
            };
            created
                .and_then(|()| self.disk.sync(parent.unwrap_or(Path::new("."))))
                .map_err(|error| GenerationsError::io(directory, error))?;
        }
        Ok(())
    }

    /// Returns the active generation: the one that the link points to.
    ///
    /// # Errors
    ///
    /// The link cannot be read.
    pub fn active(&self) -> Result<Option<u64>, GenerationsError> {
        Ok(self.link().target()?.generation())
    }

    /// Returns the problem of a lost link; `None` if a generation is active, or none ever was.
    ///
    /// # Errors
    ///
    /// The disk cannot be read.
    pub fn link_problem(&self) -> Result<Option<LinkProblem>, GenerationsError> {
        Ok(match self.link().target()? {
            LinkTarget::Generation(_) => None,
            LinkTarget::Missing => self.was_one_active()?.then_some(LinkProblem::Missing),
            LinkTarget::Problem(problem) => Some(problem),
        })
    }

    /// Returns whether a generation was active once, as far as the records say.
    fn was_one_active(&self) -> Result<bool, GenerationsError> {
        for number in self.numbers()? {
            if self.record(number)?.is_none_or(|record| record.outcome == Outcome::Kept) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns the numbers of all generations, in ascending order.
    ///
    /// # Errors
    ///
    /// The disk cannot be read.
    pub fn numbers(&self) -> Result<Vec<u64>, GenerationsError> {
        let all = self.all();
        let (mut numbers, mut removed) = (BTreeSet::new(), Vec::new());
        for entry in if_exists(&all, fs::read_dir(&all))?.into_iter().flatten() {
            let file_name = entry.map_err(|error| GenerationsError::io(&all, error))?.file_name();
            let name = file_name.to_string_lossy();
            match name.strip_prefix(REMOVED) {
                Some(number) => removed.extend(number.parse::<u64>().ok()),
                None => numbers.extend(name.strip_suffix(".json").unwrap_or(&name).parse::<u64>().ok()),
            }
        }
        // A removal that was interrupted may leave the record.
        for number in removed {
            if !self.directory(number).exists() {
                numbers.remove(&number);
            }
        }
        Ok(numbers.into_iter().collect())
    }

    /// Returns the record of a generation, or `None` if it is missing or invalid.
    ///
    /// # Errors
    ///
    /// The disk cannot be read.
    pub fn record(&self, generation: u64) -> Result<Option<Record>, GenerationsError> {
        let path = self.record_path(generation);
        let read = confgate_files::read(&path, SizeLimit::STATE).map_err(io::Error::from);
        let Some(text) = if_exists(&path, read)? else { return Ok(None) };
        Ok(serde_json::from_slice(&text).ok().filter(|record: &Record| record.generation == generation))
    }

    /// Returns the schema version that a generation's config was written for, by the rules of `gate`.
    pub(crate) fn schema_version(&self, generation: u64, gate: &Gate) -> Option<u64> {
        gate.version()?;
        Bundle::read(&self.directory(generation)).ok()?.schema_version(gate)
    }

    /// Returns the schema version of a bundle, if the gate of the service is known.
    pub(crate) fn schema_version_of(&self, bundle: &Bundle) -> Option<u64> {
        self.gate.and_then(|gate| bundle.schema_version(gate))
    }

    /// Returns the damage of a generation, or `None` if it is intact.
    ///
    /// # Errors
    ///
    /// The disk cannot be read.
    pub fn damage(&self, generation: u64) -> Result<Option<Damage>, GenerationsError> {
        let directory = self.directory(generation);
        if !if_exists(&directory, fs::metadata(&directory))?.is_some_and(|metadata| metadata.is_dir()) {
            return Ok(Some(Damage::Missing));
        }
        let Some(record) = self.record(generation)? else { return Ok(Some(Damage::NoRecord)) };
        Ok((!matches_record(&directory, &record)?).then_some(Damage::Altered))
    }

    /// Reads a generation into memory, and compares what was read with its record. `None` stands for one that is not intact.
    ///
    /// # Errors
    ///
    /// The record cannot be read.
    pub(crate) fn read_intact(&self, generation: u64) -> Result<Option<Bundle>, GenerationsError> {
        let Some(record) = self.record(generation)? else { return Ok(None) };
        let bundle = Bundle::read(&self.directory(generation)).ok();
        Ok(bundle.filter(|bundle| bundle.nar.hash.base32() == record.nar_hash))
    }

    /// Writes a bundle to the disk as an inactive generation.
    ///
    /// # Errors
    ///
    /// The disk refuses; a partial copy may stay under a temporary name.
    pub(crate) fn stage(&self, bundle: &Bundle, record: &Record) -> Result<(), GenerationsError> {
        let (all, directory) = (self.all(), self.directory(record.generation));
        let staging = all.join(format!(".new-{}", record.generation));
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| GenerationsError::io(&path, error)
        };
        self.disk.create_directory(&staging).map_err(failed(&staging))?;
        for BundleFile { name, bytes, executable } in &bundle.files {
            let path = staging.join(name);
            self.disk.write(&path, FileContent { bytes, executable: *executable }).map_err(failed(&path))?;
            self.disk.sync(&path).map_err(failed(&path))?;
        }
        self.disk.sync(&staging).map_err(failed(&staging))?;
        if !matches_record(&staging, record)? {
            let error = io::Error::other("the written files differ from the verified ones");
            return Err(GenerationsError::io(&staging, error));
        }
        self.write_record(record)?;
        self.disk.rename(&staging, &directory).map_err(failed(&directory))?;
        self.disk.sync(&all).map_err(failed(&all))
    }

    /// Writes the record of a generation.
    ///
    /// # Errors
    ///
    /// The disk refuses; an existing record stays.
    pub(crate) fn write_record(&self, record: &Record) -> Result<(), GenerationsError> {
        let path = self.record_path(record.generation);
        let mut text = serde_json::to_vec_pretty(record).unwrap_or_default();
        text.push(b'\n');
        replace(self.disk, &path, &text).map_err(|error| GenerationsError::io(&path, error))
    }

    /// Removes the oldest generations beyond `keep`, and returns them. Healthy and failed ones are counted apart, so that failed
    /// attempts displace no good generation. The active generation and the one before it always stay.
    ///
    /// # Errors
    ///
    /// The disk refuses; the others stay.
    pub(crate) fn prune(&self, keep: usize) -> Result<Vec<u64>, GenerationsError> {
        let active = self.active()?;
        let (mut previous, mut healthy, mut failed) = (None, Vec::new(), Vec::new());
        for number in self.numbers()? {
            let record = self.record(number)?;
            if active == Some(number) {
                previous = record.as_ref().and_then(|record| record.previous);
            }
            let was_healthy = record.is_none_or(|record| record.outcome.was_healthy());
            if was_healthy { &mut healthy } else { &mut failed }.push(number);
        }
        let mut pruned = Vec::new();
        for numbers in [healthy, failed] {
            let excess = numbers.len().saturating_sub(keep.max(2));
            let oldest = numbers.into_iter().take(excess);
            pruned.extend(oldest.filter(|number| ![active, previous].contains(&Some(*number))));
        }
        for number in &pruned {
            self.remove(*number)?;
        }
        Ok(pruned)
    }

    /// Removes an inactive generation.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub(crate) fn remove(&self, generation: u64) -> Result<(), GenerationsError> {
        let (all, directory) = (self.all(), self.directory(generation));
        if directory.exists() {
            let removed = all.join(format!("{REMOVED}{generation}"));
            self.finish_removal(&removed)?;
            // Rename first: a kill while the files are removed must not leave a generation with a part of them.
            let renamed = self.disk.rename(&directory, &removed).and_then(|()| self.disk.sync(&all));
            renamed.map_err(|error| GenerationsError::io(&directory, error))?;
            self.remove_record(generation)?;
            return self.finish_removal(&removed);
        }
        self.remove_record(generation)
    }

    /// Removes the files of a generation that is renamed already.
    fn finish_removal(&self, removed: &Path) -> Result<(), GenerationsError> {
        if !removed.exists() {
            return Ok(());
        }
        self.disk.remove_directory(removed).map_err(|error| GenerationsError::io(removed, error))
    }

    fn remove_record(&self, generation: u64) -> Result<(), GenerationsError> {
        let record = self.record_path(generation);
        if !record.exists() {
            return Ok(());
        }
        self.disk.remove(&record).map_err(|error| GenerationsError::io(&record, error))
    }

    /// Renames an altered generation to `N.damaged`, so that it is never active again and can be examined.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub(crate) fn quarantine(&self, generation: u64) -> Result<PathBuf, GenerationsError> {
        let directory = self.directory(generation);
        let quarantine = self.all().join(format!("{generation}.damaged"));
        let failed = |error| GenerationsError::io(&quarantine, error);
        if quarantine.exists() {
            self.disk.remove_directory(&quarantine).map_err(failed)?;
        }
        self.disk.rename(&directory, &quarantine).map_err(failed)?;
        self.remove_record(generation)?;
        Ok(quarantine)
    }

    /// Renames an unreadable record to `N.json.damaged`: a newer program may have written it.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub(crate) fn quarantine_record(&self, generation: u64) -> Result<(), GenerationsError> {
        let record = self.record_path(generation);
        if !record.exists() {
            return Ok(());
        }
        let quarantine = record.with_extension("json.damaged");
        self.disk.rename(&record, &quarantine).map_err(|error| GenerationsError::io(&record, error))
    }

    /// Removes the temporary files of an interrupted deployment, and finishes the removal of generations.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub(crate) fn remove_temporary_files(&self) -> Result<(), GenerationsError> {
        for directory in [self.all(), self.root.clone()] {
            for entry in if_exists(&directory, fs::read_dir(&directory))?.into_iter().flatten() {
                let entry = entry.map_err(|error| GenerationsError::io(&directory, error))?;
                let (path, file_name) = (entry.path(), entry.file_name());
                let name = file_name.to_string_lossy();
                let failed = |error| GenerationsError::io(&path, error);
                if let Some(number) = name.strip_prefix(REMOVED) {
                    let number = number.parse().ok().filter(|number| !self.directory(*number).exists());
                    number.map_or(Ok(()), |number| self.remove_record(number))?;
                    self.finish_removal(&path)?;
                } else if name.starts_with(".new-") {
                    self.disk.remove_directory(&path).map_err(failed)?;
                } else if name.ends_with(".new") {
                    self.disk.remove(&path).map_err(failed)?;
                }
            }
        }
        Ok(())
    }
}

/// Turns the error of a missing file into `None`.
fn if_exists<T>(path: &Path, result: io::Result<T>) -> Result<Option<T>, GenerationsError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(GenerationsError::io(path, error)),
    }
}

/// Returns whether the files of a directory are those of a record. An unreadable file is taken as altered, except for missing
/// permissions, which say nothing about it.
fn matches_record(directory: &Path, record: &Record) -> Result<bool, GenerationsError> {
    match nar::digest(directory) {
        Ok(digest) => Ok(digest.hash.base32() == record.nar_hash),
        Err(NarError::Read { path, source: error }) if error.kind() == ErrorKind::PermissionDenied => {
            Err(GenerationsError::io(&path, error))
        }
        Err(_) => Ok(false),
    }
}
