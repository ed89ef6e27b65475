//! The marker of a pending reload: the service may not know the active generation yet.
//!
//! The marker is written before the link is swapped and cleared after the service was notified, so a command that is killed in
//! between leaves it. It is not synced: after a power cut the service starts anew and reads the active generation.

use std::path::{Path, PathBuf};

use confgate_files::SizeLimit;

use crate::disk::{Disk, FileContent};
use crate::generations_error::GenerationsError;
use crate::reload::Reload;

/// The marker file `untold`. It holds the reload method in words, and is empty for a deployment without one.
#[derive(Clone, Copy)]
pub struct PendingReload<'d> {
    root: &'d Path,
    disk: &'d dyn Disk,
}

impl<'d> PendingReload<'d> {
    pub(crate) fn new(root: &'d Path, disk: &'d dyn Disk) -> Self {
        Self { root, disk }
    }

    fn path(&self) -> PathBuf {
        self.root.join("untold")
    }

    /// Returns the reload method of a pending reload, empty if there was none; `None` if no reload is pending.
    ///
    /// # Errors
    ///
    /// The marker cannot be read.
    pub fn method(&self) -> Result<Option<String>, GenerationsError> {
        let path = self.path();
        match confgate_files::read(&path, SizeLimit::STATE) {
            Ok(method) => Ok(Some(String::from_utf8_lossy(&method).into_owned())),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(GenerationsError::io(&path, error.into())),
        }
    }

    /// Writes the marker. An existing one stays.
    ///
    /// # Errors
    ///
    /// The disk refuses, and no marker exists.
    pub(crate) fn mark(&self, reload: &Reload) -> Result<(), GenerationsError> {
        let path = self.path();
        if path.exists() {
            return Ok(());
        }
        let method = reload.recorded();
        match self.disk.write(&path, FileContent { bytes: method.as_bytes(), executable: false }) {
            Ok(()) => Ok(()),
            // A full disk still creates the file, which is then empty.
            Err(_) if path.exists() => Ok(()),
            Err(error) => Err(GenerationsError::io(&path, error)),
        }
    }

    /// Clears the marker after the service was notified with `reload`. A deployment without a reload method keeps a marker that
    /// one with a method wrote.
    ///
    /// # Errors
    ///
    /// The disk refuses: the service is notified once more.
    pub(crate) fn clear(&self, reload: &Reload) -> Result<(), GenerationsError> {
        match self.method()? {
            Some(method) if method.is_empty() || !reload.is_none() => {
                let path = self.path();
                self.disk.remove(&path).map_err(|error| GenerationsError::io(&path, error))
            }
            _ => Ok(()),
        }
    }
}
