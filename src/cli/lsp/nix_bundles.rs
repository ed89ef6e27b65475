//! Evaluation of bundles by Nix, and their validation as their build does it.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use confgate_builder::{BuildContext, BuildError, BuildRequest};
use confgate_core::gate::Gate;
use confgate_files::{ReadFileError, SizeLimit};
use confgate_lsp::{Bundle, Evaluated, EvaluationError, NixEvaluator};
use serde::Deserialize;

use crate::cli::project::Projects;

/// Longest evaluation of a bundle.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Time between two looks at an evaluation.
const POLL: Duration = Duration::from_millis(10);

/// Start of a line of Nix's log.
const LOG: &str = "@nix ";

/// Evaluator of the bundles that `confgate.toml` names.
///
/// Nix evaluates a bundle to the request of its derivation, the file that its builder reads. The builder's own code validates it, so that
/// the diagnostics are those of the build, which is not run.
pub(super) struct NixBundles<'m> {
    model: &'m (dyn Fn() -> Gate + Sync),
}

/// Reason why a bundle cannot be evaluated.
#[derive(Debug, thiserror::Error)]
enum NixError {
    #[error("nix cannot be run: {0}")]
    Run(#[source] io::Error),
    #[error("the evaluation takes longer than {} s", TIMEOUT.as_secs())]
    Timeout,
    #[error("nix fails without a message")]
    Silent,
    #[error("the request of the bundle cannot be read: {0}")]
    Request(#[source] ReadFileError),
    #[error("the request of the bundle is of another version of Confgate: {0}")]
    Version(#[source] serde_json::Error),
    #[error(transparent)]
    Build(#[from] BuildError),
}

/// A line of Nix's log in its internal JSON format.
#[derive(Debug, Deserialize)]
struct LogLine {
    #[serde(default)]
    level: u8,
    #[serde(default)]
    raw_msg: Option<String>,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    line: Option<usize>,
    #[serde(default)]
    column: Option<usize>,
}

impl<'m> NixBundles<'m> {
    pub(super) fn new(model: &'m (dyn Fn() -> Gate + Sync)) -> Self {
        Self { model }
    }

    /// Validates a request as its build does.
    fn validate(&self, bundle: &Bundle, path: &Path) -> Result<Evaluated, NixError> {
        let bytes = confgate_files::read(path, SizeLimit::BUILD_INPUT).map_err(NixError::Request)?;
        let request: BuildRequest = serde_json::from_slice(&bytes).map_err(NixError::Version)?;
        let context = BuildContext::new(&request, &|| (self.model)())?;
        let mut reports = Vec::with_capacity(request.bundles.len());
        for bundle in &request.bundles {
            reports.push(context.build(bundle)?.report);
        }
        let report = reports.into_iter().next().unwrap_or_default();
        let files = request.sources.keys().map(|name| bundle.root.join(name)).collect();
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

    fn evaluate(&self, bundle: &Bundle, is_cancelled: &dyn Fn() -> bool) -> Result<Evaluated, EvaluationError> {
        let failed = |error: NixError| EvaluationError::Failed { message: error.to_string(), place: None };
        let request = evaluated(bundle, is_cancelled)?;
        self.validate(bundle, &request).map_err(failed)
    }
}

/// Evaluates a bundle to the path of its request.
fn evaluated(bundle: &Bundle, is_cancelled: &dyn Fn() -> bool) -> Result<PathBuf, EvaluationError> {
    let failed = |error: NixError| EvaluationError::Failed { message: error.to_string(), place: None };
    let mut command = Command::new("nix");
    command.current_dir(&bundle.root).args(["--extra-experimental-features", "nix-command flakes"]);
    command.args(["eval", "--raw", "--log-format", "internal-json"]);
    match bundle.installable.split_once('#') {
        Some((file, attribute)) if file.ends_with(".nix") => {
            command.arg("--file").arg(file).arg(format!("{attribute}.drvAttrs.requestPath"));
        }
        _ => {
            command.arg(format!("{}.drvAttrs.requestPath", bundle.installable));
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(NixError::Run).map_err(failed)?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let output = scope.spawn(move || collected(stdout));
        let log = scope.spawn(move || collected(stderr));
        let ended = wait(&mut child, is_cancelled);
        if ended.is_err() {
            // The pipes are closed with the process.
            let _ = child.kill();
            let _ = child.wait();
        }
        let (output, log) = (output.join().unwrap_or_default(), log.join().unwrap_or_default());
        match ended {
            Err(Some(error)) => Err(failed(error)),
            Err(None) => Err(EvaluationError::Cancelled),
            Ok(true) => Ok(PathBuf::from(String::from_utf8_lossy(&output).trim())),
            Ok(false) => Err(failure(&String::from_utf8_lossy(&log))),
        }
    })
}

/// Waits for the end of a process. Returns whether it was successful; the error of a cancelled one is `None`.
fn wait(child: &mut Child, is_cancelled: &dyn Fn() -> bool) -> Result<bool, Option<NixError>> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) => {}
            Err(error) => return Err(Some(NixError::Run(error))),
        }
        if is_cancelled() {
            return Err(None);
        }
        if start.elapsed() > TIMEOUT {
            return Err(Some(NixError::Timeout));
        }
        thread::sleep(POLL);
    }
}

/// Reads a pipe to its end. Bytes beyond a limit are dropped.
fn collected(pipe: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        // A pipe that breaks has what was written before.
        let _ = pipe.by_ref().take(SizeLimit::KERNEL.get()).read_to_end(&mut bytes);
        let _ = io::copy(&mut pipe, &mut io::sink());
    }
    bytes
}

/// Returns the first error in the log of Nix, with its place.
fn failure(log: &str) -> EvaluationError {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<LogLine>(line.strip_prefix(LOG)?).ok());
    let mut errors = lines.filter(|line| line.level == 0 && line.raw_msg.is_some());
    match errors.next() {
        Some(LogLine { raw_msg: Some(message), file, line, column, .. }) => {
            let place = file.map(|file| (PathBuf::from(file), line.unwrap_or(1), column.unwrap_or(1)));
            EvaluationError::Failed { message, place }
        }
        _ => EvaluationError::Failed { message: NixError::Silent.to_string(), place: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_error_of_the_log_has_its_place() {
        let log = concat!(
            "@nix {\"action\":\"msg\",\"level\":3,\"msg\":\"copying\"}\n",
            "warning: something\n",
            "@nix {\"action\":\"msg\",\"column\":19,\"file\":\"/x/a.nix\",\"level\":0,\"line\":1,\"msg\":\"m\",\"raw_msg\":\"syntax error\"}\n",
            "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"(use '--show-trace')\"}\n",
        );
        let EvaluationError::Failed { message, place } = failure(log) else { panic!() };
        assert_eq!((message.as_str(), place), ("syntax error", Some((PathBuf::from("/x/a.nix"), 1, 19))));
        let EvaluationError::Failed { message, place } = failure("") else { panic!() };
        assert_eq!((message.as_str(), place), ("nix fails without a message", None));
    }
}
