//! The link to the generation that counts.

use std::fs;
use std::path::{Path, PathBuf};

use super::DeployError;
use super::generations::Generations;
use super::record::Result as Became;

impl Generations<'_> {
    /// The link to the one that counts, from which the service reads.
    pub fn link(&self) -> PathBuf {
        self.root().join("current")
    }

    /// The generation that the link leads to.
    pub fn current(&self) -> Option<u64> {
        let target = fs::read_link(self.link()).ok()?;
        target.file_name()?.to_str()?.parse().ok()
    }

    /// Why no generation counts although one did; none where one does, or none ever did.
    pub fn lost_link(&self) -> Option<String> {
        let counted = |number: &u64| self.record(*number).is_none_or(|record| record.result == Became::Kept);
        let lost = self.current().is_none() && self.numbers().iter().any(counted);
        lost.then(|| "the link to the generation that counts is gone".to_owned())
    }

    /// Makes a generation the one that counts.
    ///
    /// # Errors
    ///
    /// The disk refuses; the one that counted does.
    pub fn point_to(&self, generation: u64) -> Result<(), DeployError> {
        let (link, new) = (self.link(), self.root().join("current.new"));
        let failed = |error| DeployError::io(&link, error);
        if new.symlink_metadata().is_ok() {
            self.disk.remove(&new).map_err(failed)?;
        }
        let target = Path::new("generations").join(generation.to_string());
        self.disk.link(&target, &new).map_err(failed)?;
        self.disk.rename(&new, &link).map_err(failed)?;
        self.disk.sync(self.root()).map_err(failed)
    }

    /// Takes the link away: before the first generation there was none.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub fn point_nowhere(&self) -> Result<(), DeployError> {
        let link = self.link();
        let failed = |error| DeployError::io(&link, error);
        self.disk.remove(&link).map_err(failed)?;
        self.disk.sync(self.root()).map_err(failed)
    }

    /// Makes a generation count again, or none. That it does and may not survive a power cut is not an error, but said.
    ///
    /// # Errors
    ///
    /// The disk refuses; the one that counted does.
    pub fn swap_back(&self, generation: Option<u64>) -> Result<Option<DeployError>, DeployError> {
        let swapped = match generation {
            Some(generation) => self.point_to(generation),
            None if self.link().symlink_metadata().is_ok() => self.point_nowhere(),
            None => Ok(()),
        };
        match swapped {
            Err(error) if self.current() == generation => Ok(Some(error)),
            swapped => swapped.map(|()| None),
        }
    }
}
