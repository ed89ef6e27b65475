//! The link to the active generation.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use crate::disk::Disk;
use crate::generations_error::GenerationsError;

/// The symbolic link `current`, through which a service reads its config.
#[derive(Clone, Copy)]
pub struct ActiveLink<'d> {
    root: &'d Path,
    disk: &'d dyn Disk,
}

/// A link to the active generation that is lost or unusable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkProblem {
    /// The link is missing although a generation was active.
    Missing,
    /// The link points to something else than a generation of this node.
    WrongTarget {
        /// The link.
        link: PathBuf,
        /// Its target.
        target: PathBuf,
    },
    /// Something else than a link has its name.
    NotALink {
        /// The path.
        link: PathBuf,
    },
}

/// The target of the link.
pub(crate) enum LinkTarget {
    Missing,
    Generation(u64),
    Problem(LinkProblem),
}

impl<'d> ActiveLink<'d> {
    pub(crate) fn new(root: &'d Path, disk: &'d dyn Disk) -> Self {
        Self { root, disk }
    }

    /// Returns the path of the link.
    pub fn path(&self) -> PathBuf {
        self.root.join("current")
    }

    /// Reads the target of the link.
    pub(crate) fn target(&self) -> Result<LinkTarget, GenerationsError> {
        let link = self.path();
        match fs::read_link(&link) {
            Ok(target) => Ok(match generation_of(&target) {
                Some(generation) => LinkTarget::Generation(generation),
                None => LinkTarget::Problem(LinkProblem::WrongTarget { link, target }),
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(LinkTarget::Missing),
            // The error for something that is not a link.
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                Ok(LinkTarget::Problem(LinkProblem::NotALink { link }))
            }
            Err(error) => Err(GenerationsError::io(&link, error)),
        }
    }

    /// Returns the target of a link that points to something else than a generation.
    ///
    /// # Errors
    ///
    /// The link cannot be read, is not a link, or its target cannot be recorded.
    pub(crate) fn foreign_target(&self) -> Result<Option<String>, GenerationsError> {
        match self.target()? {
            LinkTarget::Problem(LinkProblem::WrongTarget { link, target }) => {
                let text = target.into_os_string().into_string();
                text.map(Some).map_err(|_| GenerationsError::LinkNotText { path: link })
            }
            LinkTarget::Problem(LinkProblem::NotALink { link }) => Err(GenerationsError::NotALink { path: link }),
            LinkTarget::Problem(LinkProblem::Missing) | LinkTarget::Missing | LinkTarget::Generation(_) => Ok(None),
        }
    }

    /// Points the link to a generation, by a rename.
    ///
    /// # Errors
    ///
    /// The disk refuses, or something else than a link has its name; the link is as before.
    pub(crate) fn point_to(&self, generation: u64) -> Result<(), GenerationsError> {
        self.replace(&target_of(generation))
    }

    fn replace(&self, target: &Path) -> Result<(), GenerationsError> {
        self.check_replaceable()?;
        let (link, new) = (self.path(), self.root.join("current.new"));
        let failed = |error| GenerationsError::io(&link, error);
        if new.symlink_metadata().is_ok() {
            self.disk.remove(&new).map_err(failed)?;
        }
        self.disk.link(target, &new).map_err(failed)?;
        self.disk.rename(&new, &link).map_err(failed)?;
        self.disk.sync(self.root).map_err(failed)
    }

    /// Rejects a file in place of the link: a rename would replace it.
    ///
    /// # Errors
    ///
    /// Something else than a link has its name.
    pub(crate) fn check_replaceable(&self) -> Result<(), GenerationsError> {
        match self.target()? {
            LinkTarget::Problem(LinkProblem::NotALink { link }) => Err(GenerationsError::NotALink { path: link }),
            _ => Ok(()),
        }
    }

    /// Removes the link: no generation is active.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub(crate) fn remove(&self) -> Result<(), GenerationsError> {
        let link = self.path();
        let failed = |error| GenerationsError::io(&link, error);
        self.disk.remove(&link).map_err(failed)?;
        self.disk.sync(self.root).map_err(failed)
    }

    /// Points the link back to a generation, else to the `foreign` target that it had before, else removes it. Returns an error of
    /// the disk after which the link is right all the same, but may not survive a power cut.
    ///
    /// # Errors
    ///
    /// The disk refuses; the link is as before.
    pub(crate) fn restore(
        &self,
        generation: Option<u64>,
        foreign: Option<&str>,
    ) -> Result<Option<GenerationsError>, GenerationsError> {
        let wanted = generation.map(target_of).or_else(|| foreign.map(PathBuf::from));
        let restored = match &wanted {
            Some(target) => self.replace(target),
            None if self.path().symlink_metadata().is_ok() => self.remove(),
            None => Ok(()),
        };
        match restored {
            Ok(()) => Ok(None),
            Err(error) if fs::read_link(self.path()).ok() == wanted => Ok(Some(error)),
            Err(error) => Err(error),
        }
    }
}

impl LinkTarget {
    /// Returns the generation that the link points to.
    pub(crate) fn generation(&self) -> Option<u64> {
        match self {
            Self::Generation(generation) => Some(*generation),
            Self::Missing | Self::Problem(_) => None,
        }
    }
}

impl fmt::Display for LinkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("the link to the active generation is missing"),
            Self::WrongTarget { link, target } => {
                write!(f, "{} points to {}, which is not a generation", link.display(), target.display())
            }
            Self::NotALink { link } => write!(f, "{} is not a link; move it away", link.display()),
        }
    }
}

/// Returns the generation that a target names. A path outside `generations/` is not one, whatever its last part is.
fn generation_of(target: &Path) -> Option<u64> {
    let number = target.file_name()?.to_str()?.parse().ok()?;
    (*target == target_of(number)).then_some(number)
}

fn target_of(generation: u64) -> PathBuf {
    Path::new("generations").join(generation.to_string())
}
