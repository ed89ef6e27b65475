//! Evaluation of bundles by Nix, and their validation as their build does it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use confgate_builder::{BuildContext, BuildError, BuildRequest};
use confgate_core::gate::Gate;
use confgate_files::{ReadFileError, SizeLimit};
use confgate_lsp::{Bundle, Evaluated, EvaluationError, NixEvaluator, UnsavedTexts};

use crate::cli::lsp::installable::Installable;
use crate::cli::lsp::leftovers::Leftovers;
use crate::cli::lsp::nix_process::read_output;
use crate::cli::lsp::private_tree::{PrivateTree, Selection, repository};
use crate::cli::project::Projects;

/// Longest evaluation of a bundle that was saved.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Longest evaluation of a bundle while it is typed.
const TYPED_TIMEOUT: Duration = Duration::from_secs(60);

/// Evaluator of the bundles that `confgate.toml` names.
///
/// Nix evaluates a bundle to the request of its derivation, the file that its builder reads. The builder's own code validates it, so that
/// the diagnostics are those of the build, which is not run.
pub(super) struct NixBundles<'m> {
    model: &'m (dyn Fn() -> Gate + Sync),
    leftovers: Arc<Leftovers>,
    /// The copies of the projects whose files are edited.
    trees: Mutex<Vec<PrivateTree>>,
    /// The schemas of the files of bundles.
    schemas: Mutex<BTreeMap<PathBuf, PathBuf>>,
}

/// Reason why a bundle cannot be validated.
#[derive(Debug, thiserror::Error)]
enum NixError {
    #[error("the request of the bundle cannot be read: {0}")]
    Request(#[source] ReadFileError),
    #[error("the request of the bundle is of another version of Confgate: {0}")]
    Version(#[source] serde_json::Error),
    #[error(transparent)]
    Build(#[from] BuildError),
    #[error("no temporary folder can be made: {0}")]
    Folder(#[source] io::Error),
}

impl From<NixError> for EvaluationError {
    fn from(error: NixError) -> Self {
        Self::Failed { message: error.to_string(), place: None }
    }
}

impl<'m> NixBundles<'m> {
    pub(super) fn new(model: &'m (dyn Fn() -> Gate + Sync), leftovers: Arc<Leftovers>) -> Self {
        Self { model, leftovers, trees: Mutex::default(), schemas: Mutex::default() }
    }

    /// Returns the schema of the bundles that a Nix file is a part of, as far as they were evaluated.
    pub(super) fn schema_of(&self, file: &Path) -> Option<PathBuf> {
        lock(&self.schemas).get(file).cloned()
    }

    /// Evaluates a bundle as it was saved.
    fn saved(&self, bundle: &Bundle, is_cancelled: &dyn Fn() -> bool) -> Result<Evaluated, EvaluationError> {
        let mut command = nix(&bundle.root);
        Installable::of(bundle).arguments(&mut command);
        let read = |output: &[u8]| self.validate(bundle, output, None);
        let evaluated = read_output(&mut command, TIMEOUT, &self.leftovers, is_cancelled, &read);
        Ok(evaluated.map_err(|error| in_project(error, &bundle.root))??)
    }

    /// Evaluates a bundle with the texts of the editor.
    fn typed(
        &self,
        bundle: &Bundle,
        unsaved: &UnsavedTexts,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Evaluated, EvaluationError> {
        let installable = Installable::of(bundle);
        let selection = match installable {
            Installable::File { .. } => Selection::NotIgnored,
            Installable::Flake { .. } => Selection::Tracked,
            Installable::Remote(_) => return Err(EvaluationError::OnlySaved),
        };
        let mut trees = lock(&self.trees);
        let index = trees.iter().position(|tree| tree.is_of(&bundle.root, selection));
        let index = match index {
            Some(index) => index,
            None => {
                trees.push(PrivateTree::new(&bundle.root, selection, &self.leftovers).map_err(NixError::Folder)?);
                trees.len() - 1
            }
        };
        let tree = &mut trees[index];
        if tree.update(unsaved).is_err() {
            return Err(EvaluationError::OnlySaved);
        }
        let (root, copy) = (tree.root().to_owned(), tree.copy());
        let below = bundle.root.strip_prefix(&root).unwrap_or(Path::new(""));
        let mut command = nix(&copy.join(below));
        installable.arguments_in(&mut command, &root, &copy);
        // Names of files in the copy are those of the project.
        let (of_copy, of_root) = (copy.display().to_string(), root.display().to_string());
        let read = |output: &[u8]| self.validate(bundle, output, Some((&of_copy, &of_root)));
        let evaluated = read_output(&mut command, TYPED_TIMEOUT, &self.leftovers, is_cancelled, &read);
        Ok(evaluated.map_err(|error| match error {
            EvaluationError::Failed { message, place } => {
                let message = message.replace(&of_copy, &of_root);
                let place = place.map(|(file, line, column)| {
                    let file = file.strip_prefix(&copy).map_or(file.clone(), |name| root.join(name));
                    (file, line, column)
                });
                in_project(EvaluationError::Failed { message, place }, &root)
            }
            error => error,
        })??)
    }

    /// Validates the request at a path as its build does. `renamed` has the start of names of files, and what they are in the project.
    fn validate(&self, bundle: &Bundle, output: &[u8], renamed: Option<(&str, &str)>) -> Result<Evaluated, NixError> {
        let path = PathBuf::from(String::from_utf8_lossy(output).trim());
        let bytes = confgate_files::read(&path, SizeLimit::BUILD_INPUT).map_err(NixError::Request)?;
        let request: BuildRequest = match renamed {
            Some((from, to)) => serde_json::from_str(&String::from_utf8_lossy(&bytes).replace(from, to)),
            None => serde_json::from_slice(&bytes),
        }
        .map_err(NixError::Version)?;
        let context = BuildContext::new(&request, &|| (self.model)())?;
        let mut reports = Vec::with_capacity(request.bundles.len());
        for bundle in &request.bundles {
            reports.push(context.build(bundle)?.report);
        }
        let report = reports.into_iter().next().unwrap_or_default();
        let files: Vec<PathBuf> = request.sources.keys().map(|name| bundle.root.join(name)).collect();
        if let Some(schema) = &request.schema {
            lock(&self.schemas).extend(files.iter().map(|file| (file.clone(), schema.clone())));
        }
        Ok(Evaluated { report, files })
    }
}

impl NixEvaluator for NixBundles<'_> {
    fn bundles(&self, file: &Path) -> Vec<Bundle> {
        // `confgate.toml` may have changed since the last save.
        let Ok(project) = Projects::default().of(file) else { return Vec::new() };
        let Some(project) = project.project() else { return Vec::new() };
        let bundle =
            |installable: &String| Bundle { root: project.directory.clone(), installable: installable.clone() };
        project.bundles.iter().map(bundle).collect()
    }

    fn evaluate(
        &self,
        bundle: &Bundle,
        unsaved: &UnsavedTexts,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Evaluated, EvaluationError> {
        match unsaved.is_empty() {
            true => self.saved(bundle, is_cancelled),
            false => self.typed(bundle, unsaved, is_cancelled),
        }
    }
}

/// Returns the command that evaluates in a folder.
fn nix(directory: &Path) -> Command {
    let mut command = Command::new("nix");
    command.current_dir(directory).args(["--extra-experimental-features", "nix-command flakes"]);
    command.args(["eval", "--raw", "--log-format", "internal-json"]);
    command
}

/// Names the place of an error in the project, not in the copy of a flake in the store.
fn in_project(error: EvaluationError, directory: &Path) -> EvaluationError {
    let EvaluationError::Failed { message, place: Some((file, line, column)) } = error else { return error };
    let mut names = file.components();
    let is_store = file.starts_with("/nix/store") && names.by_ref().nth(3).is_some();
    let name = names.as_path().to_owned();
    let roots = || repository(directory).into_iter().chain([directory.to_owned()]);
    let found = is_store.then(|| roots().map(|root| root.join(&name)).find(|file| file.is_file())).flatten();
    EvaluationError::Failed { message, place: Some((found.unwrap_or(file), line, column)) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
