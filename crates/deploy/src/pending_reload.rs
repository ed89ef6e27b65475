//! That a service is still to be told which generation counts.
//!
//! It is noted before the link is swapped and forgotten when the service was told, so that a command that is killed in between
//! leaves the note. It is not waited for: after a power cut the service starts anew and reads what counts.

use std::fs;
use std::path::PathBuf;

use crate::DeployError;
use crate::disk::Content;
use crate::generations::{Generations, found};
use crate::reload::Reload;

impl Generations<'_> {
    fn untold_path(&self) -> PathBuf {
        self.root().join("untold")
    }

    /// How a service was to be told of what counts, where that did not come to its end: empty where nobody was to tell it.
    ///
    /// # Errors
    ///
    /// The system refuses to say.
    pub fn untold(&self) -> Result<Option<String>, DeployError> {
        let path = self.untold_path();
        found(&path, fs::read_to_string(&path))
    }

    /// Notes that the service is to be told. A note that is there stays.
    ///
    /// # Errors
    ///
    /// The disk refuses, and there is no note.
    pub(super) fn to_be_told(&self, reload: &Reload) -> Result<(), DeployError> {
        let path = self.untold_path();
        if path.exists() {
            return Ok(());
        }
        let how = reload.kind();
        match self.disk.write(&path, Content { bytes: how.as_bytes(), executable: false }) {
            // On a full disk it is there all the same, and empty.
            Err(_) if path.exists() => Ok(()),
            written => written.map_err(|error| DeployError::io(&path, error)),
        }
    }

    /// Forgets the note after the service was told. Who tells nobody cannot speak for one that had a way to.
    ///
    /// # Errors
    ///
    /// The disk refuses: the service is told once more.
    pub(super) fn was_told(&self, reload: &Reload) -> Result<(), DeployError> {
        match self.untold()? {
            Some(how) if how.is_empty() || *reload != Reload::Nobody => {
                let path = self.untold_path();
                self.disk.remove(&path).map_err(|error| DeployError::io(&path, error))
            }
            _ => Ok(()),
        }
    }
}
