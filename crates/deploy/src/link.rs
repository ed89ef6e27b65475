//! The link to the generation that counts.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::DeployError;
use crate::generations::{Generations, found};
use crate::record::Result as Outcome;

/// Where the link leads.
enum Leads {
    Nowhere,
    To(u64),
    /// To something else than a generation here; none for what is no link.
    Astray(Option<PathBuf>),
}

/// The generation of which this is the target. One elsewhere is none, whatever its name.
fn generation(target: &Path) -> Option<u64> {
    let number = target.file_name()?.to_str()?.parse().ok()?;
    (*target == target_of(number)).then_some(number)
}

fn target_of(generation: u64) -> PathBuf {
    Path::new("generations").join(generation.to_string())
}

impl Generations<'_> {
    /// The link to the one that counts, from which the service reads.
    pub fn link(&self) -> PathBuf {
        self.root().join("current")
    }

    /// The generation that the link leads to.
    ///
    /// # Errors
    ///
    /// The link cannot be read.
    pub fn current(&self) -> Result<Option<u64>, DeployError> {
        match self.leads()? {
            Leads::To(generation) => Ok(Some(generation)),
            Leads::Nowhere | Leads::Astray(_) => Ok(None),
        }
    }

    fn leads(&self) -> Result<Leads, DeployError> {
        let link = self.link();
        match fs::read_link(&link) {
            Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(Leads::Astray(None)),
            read => Ok(match found(&link, read)? {
                Some(target) => generation(&target).map_or_else(|| Leads::Astray(Some(target)), Leads::To),
                None => Leads::Nowhere,
            }),
        }
    }

    /// Why no generation counts although one did or seems to; none where one does, or none ever did.
    ///
    /// # Errors
    ///
    /// What is on the disk cannot be read.
    pub fn lost_link(&self) -> Result<Option<String>, DeployError> {
        Ok(match self.leads()? {
            Leads::To(_) => None,
            Leads::Nowhere => self.one_counted()?.then(|| "the link to the generation that counts is gone".to_owned()),
            Leads::Astray(Some(target)) => {
                Some(format!("{} leads to {}, which is no generation", self.link().display(), target.display()))
            }
            Leads::Astray(None) => Some(format!("{} is no link: it is to be moved away", self.link().display())),
        })
    }

    /// Whether a generation was kept, as far as the records say.
    fn one_counted(&self) -> Result<bool, DeployError> {
        for number in self.numbers()? {
            if self.record(number)?.is_none_or(|record| record.result == Outcome::Kept) {
                return Ok(true);
            }
        }
        Ok(false)
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
        self.disk.link(&target_of(generation), &new).map_err(failed)?;
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
            Err(error) if self.current().is_ok_and(|current| current == generation) => Ok(Some(error)),
            swapped => swapped.map(|()| None),
        }
    }
}
