//! The generations on a node: folders with numbers, a record beside each, and a link to the one that counts.
//!
//! ```text
//! /var/lib/confgate/bitcraps/
//!   current -> generations/7     swapped by a rename: there is no moment without it
//!   generations/7/               the bundle
//!   generations/7.json           its record
//!   untold                       there while the service is to be told, and how
//!   lock                         who is at work
//! ```

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use confgate_core::gate::Gate;
use confgate_nix_signatures::nar::{self, NarError};

use crate::DeployError;
use crate::bundle::{Bundle, BundleFile};
use crate::disk::{Content, Disk, replace};
use crate::lock::Lock;
use crate::record::{Record, Result as Outcome};

/// The generations of one service on this machine.
pub struct Generations<'d> {
    root: PathBuf,
    pub(super) disk: &'d dyn Disk,
    gate: Option<&'d Gate>,
}

/// What of a generation is not as it was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Its folder is gone.
    Missing,
    /// Its record is gone or cannot be read.
    NoRecord,
    /// Its files are others than the ones that were installed.
    Altered,
}

impl Damage {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "its files are gone",
            Self::NoRecord => "its record is gone or cannot be read",
            Self::Altered => "its files are not those that were deployed",
        }
    }
}

impl<'d> Generations<'d> {
    /// The generations below `root`, which need not be there.
    pub fn at(root: impl Into<PathBuf>, disk: &'d dyn Disk) -> Self {
        Self { root: root.into(), disk, gate: None }
    }

    /// The same, with the gate of the service: it says for which version of the schema a config is written.
    #[must_use]
    pub fn of(self, gate: &'d Gate) -> Self {
        Self { gate: Some(gate), ..self }
    }

    /// The gate of the service, where it was given.
    pub fn gate(&self) -> Option<&Gate> {
        self.gate
    }

    /// Where they are.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of a generation.
    pub fn folder(&self, generation: u64) -> PathBuf {
        self.all().join(generation.to_string())
    }

    fn all(&self) -> PathBuf {
        self.root.join("generations")
    }

    fn record_path(&self, generation: u64) -> PathBuf {
        self.all().join(format!("{generation}.json"))
    }

    /// The generation that ran last and was found well: the one that counts, the one before it where its deployment was cut
    /// off, or the newest sound one where the link is lost.
    ///
    /// # Errors
    ///
    /// What is on the disk cannot be read, as of all that follow.
    pub fn base(&self) -> Result<Option<u64>, DeployError> {
        let Some(current) = self.current()? else { return self.newest_sound(None) };
        match self.record(current)? {
            Some(record) if record.result == Outcome::Activating => self.way_back(record.previous, current),
            _ => Ok(Some(current)),
        }
    }

    /// Where the way back from generation `from` leads: to the one before, else to the newest sound one. One that was altered is
    /// better than none.
    ///
    /// # Errors
    ///
    /// What is on the disk cannot be read.
    pub fn way_back(&self, previous: Option<u64>, from: u64) -> Result<Option<u64>, DeployError> {
        let Some(previous) = previous else { return self.newest_sound(Some(from)) };
        match self.damage(previous)? {
            // What its files are held against is gone, and they may well be right.
            None | Some(Damage::NoRecord) => Ok(Some(previous)),
            Some(Damage::Altered) => Ok(self.newest_sound(Some(from))?.or(Some(previous))),
            Some(Damage::Missing) => self.newest_sound(Some(from)),
        }
    }

    /// Takes the lock, and makes the folders that are not there.
    ///
    /// # Errors
    ///
    /// Somebody is at work, or the folders cannot be made.
    pub fn lock(&self, what: &str) -> Result<Lock, DeployError> {
        self.make_folders()?;
        Lock::take(&self.root.join("lock"), what)
    }

    /// Makes the folders that are not there, those above included: the service reads through all of them under a user of its own.
    fn make_folders(&self) -> Result<(), DeployError> {
        let all = self.all();
        let missing = all.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
        for folder in missing.collect::<Vec<_>>().into_iter().rev() {
            let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let made = match self.disk.create_folder(folder) {
                // Somebody else was faster.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(ErrorKind::NotADirectory.into()),
                made => made,
            };
            made.and_then(|()| self.disk.sync(above)).map_err(|error| DeployError::io(folder, error))?;
        }
        Ok(())
    }

    /// The file of the lock.
    pub fn lock_path(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The numbers of all generations, the oldest first.
    ///
    /// # Errors
    ///
    /// What is on the disk cannot be read.
    pub fn numbers(&self) -> Result<Vec<u64>, DeployError> {
        let all = self.all();
        let mut numbers = Vec::new();
        for entry in found(&all, fs::read_dir(&all))?.into_iter().flatten() {
            let name = entry.map_err(|error| DeployError::io(&all, error))?.file_name();
            let name = name.to_string_lossy();
            numbers.extend(name.strip_suffix(".json").unwrap_or(&name).parse::<u64>().ok());
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// The record of a generation; none where it is not there or says nothing.
    ///
    /// # Errors
    ///
    /// What is on the disk cannot be read.
    pub fn record(&self, generation: u64) -> Result<Option<Record>, DeployError> {
        let path = self.record_path(generation);
        let record = found(&path, fs::read(&path))?.and_then(|text| serde_json::from_slice(&text).ok());
        Ok(record.filter(|record: &Record| record.generation == generation))
    }

    /// The version of the schema that the config of a generation is written for.
    pub fn version(&self, generation: u64, gate: &Gate) -> Option<u64> {
        gate.version()?;
        Bundle::read(&self.folder(generation)).ok()?.version(gate)
    }

    /// What is wrong with a generation on the disk; nothing when it is whole.
    ///
    /// # Errors
    ///
    /// What is on the disk cannot be read.
    pub fn damage(&self, generation: u64) -> Result<Option<Damage>, DeployError> {
        let folder = self.folder(generation);
        if !found(&folder, fs::metadata(&folder))?.is_some_and(|it| it.is_dir()) {
            return Ok(Some(Damage::Missing));
        }
        let Some(record) = self.record(generation)? else { return Ok(Some(Damage::NoRecord)) };
        Ok((!is_whole(&folder, &record)?).then_some(Damage::Altered))
    }

    /// Puts a bundle on the disk as a generation that does not count yet.
    ///
    /// # Errors
    ///
    /// The disk refuses; what is there may be half a generation under a name that nobody reads.
    pub fn stage(&self, bundle: &Bundle, record: &Record) -> Result<(), DeployError> {
        let (all, folder) = (self.all(), self.folder(record.generation));
        let staging = all.join(format!(".new-{}", record.generation));
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |error| DeployError::io(&path, error)
        };
        self.disk.create_folder(&staging).map_err(failed(&staging))?;
        for BundleFile { name, bytes, executable } in &bundle.files {
            let path = staging.join(name);
            self.disk.write(&path, Content { bytes, executable: *executable }).map_err(failed(&path))?;
            self.disk.sync(&path).map_err(failed(&path))?;
        }
        self.disk.sync(&staging).map_err(failed(&staging))?;
        if !is_whole(&staging, record)? {
            let error = io::Error::other("what was written is not what was verified");
            return Err(DeployError::io(&staging, error));
        }
        self.write_record(record)?;
        self.disk.rename(&staging, &folder).map_err(failed(&folder))?;
        self.disk.sync(&all).map_err(failed(&all))
    }

    /// Writes the record of a generation.
    ///
    /// # Errors
    ///
    /// The disk refuses; the record that was there stays.
    pub fn write_record(&self, record: &Record) -> Result<(), DeployError> {
        let path = self.record_path(record.generation);
        let mut text = serde_json::to_vec_pretty(record).unwrap_or_default();
        text.push(b'\n');
        replace(self.disk, &path, &text).map_err(|error| DeployError::io(&path, error))
    }

    /// Removes the oldest generations beyond `keep`: of those that ran, and apart from them of those that did not. Never the one
    /// that counts nor the one before it.
    ///
    /// # Errors
    ///
    /// The disk refuses; the rest stays.
    pub fn prune(&self, keep: usize) -> Result<Vec<u64>, DeployError> {
        let current = self.current()?;
        let (mut previous, mut ran, mut failed) = (None, Vec::new(), Vec::new());
        for number in self.numbers()? {
            let record = self.record(number)?;
            if current == Some(number) {
                previous = record.as_ref().and_then(|record| record.previous);
            }
            if record.is_none_or(|record| record.result.ran()) { &mut ran } else { &mut failed }.push(number);
        }
        let beyond = |numbers: Vec<u64>| {
            let beyond = numbers.len().saturating_sub(keep.max(2));
            numbers.into_iter().take(beyond)
        };
        let old = beyond(ran).chain(beyond(failed));
        let old: Vec<u64> = old.filter(|number| ![current, previous].contains(&Some(*number))).collect();
        old.iter().try_for_each(|number| self.remove(*number))?;
        Ok(old)
    }

    /// Removes a generation that does not count.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub fn remove(&self, generation: u64) -> Result<(), DeployError> {
        let (folder, record) = (self.folder(generation), self.record_path(generation));
        if folder.exists() {
            self.disk.remove_folder(&folder).map_err(|error| DeployError::io(&folder, error))?;
        }
        if record.exists() {
            self.disk.remove(&record).map_err(|error| DeployError::io(&record, error))?;
        }
        Ok(())
    }

    /// Puts a generation aside whose files are not those that were deployed: nobody runs it, and somebody may want to look.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub fn put_aside(&self, generation: u64) -> Result<PathBuf, DeployError> {
        let (folder, record) = (self.folder(generation), self.record_path(generation));
        let aside = self.all().join(format!("{generation}.damaged"));
        let failed = |error| DeployError::io(&aside, error);
        if aside.exists() {
            self.disk.remove_folder(&aside).map_err(failed)?;
        }
        self.disk.rename(&folder, &aside).map_err(failed)?;
        if record.exists() {
            self.disk.remove(&record).map_err(|error| DeployError::io(&record, error))?;
        }
        Ok(aside)
    }

    /// Puts a record aside that cannot be read: another program may have written it.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub fn put_record_aside(&self, generation: u64) -> Result<(), DeployError> {
        let record = self.record_path(generation);
        if !record.exists() {
            return Ok(());
        }
        let aside = record.with_extension("json.damaged");
        self.disk.rename(&record, &aside).map_err(|error| DeployError::io(&record, error))
    }

    /// Removes what a deployment that was cut off left under names that nobody reads.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub fn sweep(&self) -> Result<(), DeployError> {
        for folder in [self.all(), self.root.clone()] {
            for entry in found(&folder, fs::read_dir(&folder))?.into_iter().flatten() {
                let entry = entry.map_err(|error| DeployError::io(&folder, error))?;
                let (path, name) = (entry.path(), entry.file_name());
                let name = name.to_string_lossy();
                let failed = |error| DeployError::io(&path, error);
                if name.starts_with(".new-") {
                    self.disk.remove_folder(&path).map_err(failed)?;
                } else if name.ends_with(".new") {
                    self.disk.remove(&path).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// The newest generation that is whole and was kept, without `but`.
    ///
    /// # Errors
    ///
    /// What is on the disk cannot be read.
    pub fn newest_sound(&self, but: Option<u64>) -> Result<Option<u64>, DeployError> {
        for number in self.numbers()?.into_iter().rev().filter(|number| Some(*number) != but) {
            let kept = self.record(number)?.is_some_and(|record| record.result == Outcome::Kept);
            if kept && self.damage(number)?.is_none() {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}

/// What the system gives; none for what is not there, which is no error, as all else that it says is.
pub(super) fn found<T>(path: &Path, given: io::Result<T>) -> Result<Option<T>, DeployError> {
    match given {
        Ok(given) => Ok(Some(given)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(DeployError::io(path, error)),
    }
}

/// Whether the files of a folder are those that a record speaks of. One that the disk gives no longer is not; one that this user
/// may not read is nothing that can be said.
fn is_whole(folder: &Path, record: &Record) -> Result<bool, DeployError> {
    match nar::digest(folder) {
        Ok(digest) => Ok(digest.hash.base32() == record.nar),
        Err(NarError::Read { path, source: error }) if error.kind() == ErrorKind::PermissionDenied => {
            Err(DeployError::io(&path, error))
        }
        Err(_) => Ok(false),
    }
}
