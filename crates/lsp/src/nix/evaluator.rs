//! The interface to the program that evaluates bundles.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use confgate_core::diagnostics::Report;

/// Texts that are in the editor and not saved yet, by file. They take the place of the files.
pub type UnsavedTexts = BTreeMap<PathBuf, Arc<str>>;

/// Evaluates the bundles of a project, and validates what they evaluate to.
pub trait NixEvaluator: Sync {
    /// Returns the bundles that a Nix file may be a part of.
    fn bundles(&self, file: &Path) -> Vec<Bundle>;

    /// Evaluates a bundle with the texts that are not saved. Ends early, with [`EvaluationError::Cancelled`], when `is_cancelled`
    /// returns true. Writes nothing into the folders of the files.
    ///
    /// # Errors
    ///
    /// The evaluation fails, so that there is nothing to validate.
    fn evaluate(
        &self,
        bundle: &Bundle,
        unsaved: &UnsavedTexts,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Evaluated, EvaluationError>;
}

/// A bundle of a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bundle {
    /// Folder of the project, to which Nix files in reports are relative.
    pub root: PathBuf,
    /// The bundle, as Nix finds it: `.#production`, `default.nix#production`.
    pub installable: String,
}

/// A bundle that was evaluated and validated.
#[derive(Debug)]
pub struct Evaluated {
    /// The report of the gate.
    pub report: Report,
    /// The Nix files that define its values.
    pub files: Vec<PathBuf>,
}

/// Reason why a bundle was not validated.
#[derive(Debug)]
pub enum EvaluationError {
    /// The evaluation was not needed any more.
    Cancelled,
    /// The texts that are not saved cannot be evaluated, so the last diagnostics remain until they are.
    OnlySaved,
    /// Nix, or the gate, rejects the input.
    Failed {
        /// The reason.
        message: String,
        /// File, line and column of the mistake, if Nix knows them.
        place: Option<(PathBuf, usize, usize)>,
    },
}
