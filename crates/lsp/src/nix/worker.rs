//! The thread that evaluates bundles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use confgate_core::value::Source;
use lsp_types::{Diagnostic, DiagnosticSeverity, Position, PublishDiagnosticsParams, Range};

use crate::diagnostics::{DiagnosticWriter, range_in};
use crate::encoding::Encoding;
use crate::line_index::LineIndex;
use crate::nix::evaluator::{Bundle, Evaluated, EvaluationError, NixEvaluator};
use crate::uri::uri_of;

/// The way to the thread.
#[derive(Debug)]
pub(crate) struct NixJobs {
    files: Sender<PathBuf>,
    /// Number of the last job. A job with a smaller number is cancelled.
    newest: AtomicU64,
}

impl NixJobs {
    pub(crate) fn new() -> (Self, Receiver<PathBuf>) {
        let (files, receiver) = channel();
        (Self { files, newest: AtomicU64::new(0) }, receiver)
    }

    /// Evaluates the bundles of a file that was opened or saved.
    pub(crate) fn evaluate(&self, file: PathBuf) {
        self.newest.fetch_add(1, Ordering::SeqCst);
        // The thread ends before the server does only if it panics.
        let _ = self.files.send(file);
    }

    /// Ends an evaluation that is running.
    pub(crate) fn cancel(&self) {
        self.newest.fetch_add(1, Ordering::SeqCst);
    }
}

/// Diagnostics of a bundle, by file.
type ByFile = BTreeMap<PathBuf, Vec<Diagnostic>>;

/// Evaluates the bundles of the files that arrive, up to the end of the channel.
pub(crate) fn run(
    evaluator: &dyn NixEvaluator,
    files: &Receiver<PathBuf>,
    jobs: &Weak<NixJobs>,
    encoding: Encoding,
    publish: &dyn Fn(PublishDiagnosticsParams),
) {
    let mut worker = Worker { evaluator, encoding, results: BTreeMap::new(), parts: BTreeMap::new() };
    let mut pending = BTreeSet::new();
    while let Ok(file) = files.recv() {
        let newest = || jobs.upgrade().map(|jobs| jobs.newest.load(Ordering::SeqCst));
        let number = newest();
        for file in std::iter::once(file).chain(files.try_iter()) {
            pending.extend(worker.bundles_of(&file));
        }
        while let Some(bundle) = pending.pop_first() {
            // Without a sender the server has ended.
            let is_cancelled = || newest().is_none() || newest() != number;
            match worker.evaluate(&bundle, &is_cancelled) {
                Some(changed) => worker.messages(&changed).into_iter().for_each(publish),
                None => {
                    pending.insert(bundle);
                    break;
                }
            }
        }
    }
}

struct Worker<'e> {
    evaluator: &'e dyn NixEvaluator,
    encoding: Encoding,
    /// The last diagnostics of each bundle.
    results: BTreeMap<Bundle, ByFile>,
    /// The files that each bundle was made of.
    parts: BTreeMap<Bundle, Vec<PathBuf>>,
}

impl Worker<'_> {
    /// Returns the bundles to evaluate after a change of a file: those that it is known to be a part of, and those that were not
    /// evaluated yet. A file that is a part of none may be new in any of them.
    fn bundles_of(&self, file: &Path) -> Vec<Bundle> {
        let all = self.evaluator.bundles(file);
        let has_file = |bundle: &&Bundle| {
            self.parts.get(bundle).is_none_or(|parts| parts.is_empty() || parts.iter().any(|part| part == file))
        };
        let known: Vec<Bundle> = all.iter().filter(has_file).cloned().collect();
        if known.is_empty() { all } else { known }
    }

    /// Evaluates a bundle. Returns the files whose diagnostics may have changed; `None` if it was cancelled.
    fn evaluate(&mut self, bundle: &Bundle, is_cancelled: &dyn Fn() -> bool) -> Option<BTreeSet<PathBuf>> {
        let (found, parts) = match self.evaluator.evaluate(bundle, is_cancelled) {
            Ok(evaluated) => (self.by_file(bundle, &evaluated), evaluated.files),
            Err(EvaluationError::Cancelled) => return None,
            // The files of a bundle that cannot be evaluated are not known.
            Err(EvaluationError::Failed { message, place }) => (self.failure(bundle, message, place), Vec::new()),
        };
        let mut changed: BTreeSet<PathBuf> = found.keys().cloned().collect();
        self.parts.insert(bundle.clone(), parts);
        changed.extend(self.results.insert(bundle.clone(), found).into_iter().flat_map(BTreeMap::into_keys));
        Some(changed)
    }

    fn by_file(&self, bundle: &Bundle, evaluated: &Evaluated) -> ByFile {
        let mut found = ByFile::new();
        for diagnostic in evaluated.report.displayed().diagnostics {
            let source = diagnostic.place().map_or_else(|| Source::new("", ""), |place| place.source.clone());
            let lines = LineIndex::of(source.text());
            let writer =
                DiagnosticWriter { source: &source, lines: &lines, encoding: self.encoding, has_related: false };
            let mut shown = writer.diagnostic(diagnostic);
            if let Some(place) = diagnostic.place() {
                shown.range = range_in(place, self.encoding);
            }
            // A value that no file defines, such as a missing one, stands where the bundle is made.
            let name = if source.name().is_empty() { file_of(bundle) } else { source.name() };
            found.entry(bundle.root.join(name)).or_default().push(shown);
        }
        found
    }

    fn failure(&self, bundle: &Bundle, message: String, place: Option<(PathBuf, usize, usize)>) -> ByFile {
        let (file, line, column) = place.unwrap_or_else(|| (bundle.root.join(file_of(bundle)), 1, 1));
        let at = |number: usize| u32::try_from(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let start = Position { line: at(line), character: at(column) };
        let diagnostic = Diagnostic {
            range: Range { start, end: start },
            severity: Some(DiagnosticSeverity::ERROR),
            source: Some("nix".to_owned()),
            message,
            ..Diagnostic::default()
        };
        ByFile::from([(bundle.root.join(file), vec![diagnostic])])
    }

    /// Returns the messages for files: the diagnostics of all bundles, each with the bundles that have it.
    fn messages(&self, files: &BTreeSet<PathBuf>) -> Vec<PublishDiagnosticsParams> {
        let of_file = |file: &PathBuf| {
            let mut all: Vec<(Diagnostic, Vec<&str>)> = Vec::new();
            for (bundle, found) in &self.results {
                for diagnostic in found.get(file).into_iter().flatten() {
                    match all.iter_mut().find(|(known, _)| known == diagnostic) {
                        Some((_, bundles)) => bundles.push(&bundle.installable),
                        None => all.push((diagnostic.clone(), vec![&bundle.installable])),
                    }
                }
            }
            let diagnostics = all.into_iter().map(|(mut diagnostic, bundles)| {
                diagnostic.message += &format!("\nin: {}", bundles.join(", "));
                diagnostic
            });
            Some(PublishDiagnosticsParams { uri: uri_of(file)?, diagnostics: diagnostics.collect(), version: None })
        };
        files.iter().filter_map(of_file).collect()
    }
}

/// Returns the file in which a bundle is made, relative to its root.
fn file_of(bundle: &Bundle) -> &str {
    match bundle.installable.split_once('#') {
        Some((file, _)) if file.ends_with(".nix") => file,
        _ => "flake.nix",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use confgate_core::diagnostics::Report;
    use confgate_core::gate::{Gate, Input, ValidateOptions};

    use super::*;

    /// An evaluator whose bundles have one TOML text each, and which counts evaluations.
    struct Texts(Mutex<Vec<(&'static str, &'static str)>>);

    impl NixEvaluator for Texts {
        fn bundles(&self, _: &Path) -> Vec<Bundle> {
            let bundle = |name: &str| Bundle { root: PathBuf::from("/x"), installable: format!(".#{name}") };
            ["a", "b"].map(bundle).to_vec()
        }

        fn evaluate(&self, bundle: &Bundle, is_cancelled: &dyn Fn() -> bool) -> Result<Evaluated, EvaluationError> {
            if is_cancelled() {
                return Err(EvaluationError::Cancelled);
            }
            let texts = self.0.lock().unwrap();
            let (_, text) = texts.iter().find(|(name, _)| bundle.installable.ends_with(name)).unwrap();
            if text.is_empty() {
                let place = Some((PathBuf::from("/x/a.nix"), 2, 3));
                return Err(EvaluationError::Failed { message: "syntax error".to_owned(), place });
            }
            let gate = Gate::of_schema(serde_json::json!({ "properties": { "n": { "type": "integer" } } })).unwrap();
            let source = Source::new("config/é.nix", *text);
            let report: Report = gate.validate(Input::text(&source, ValidateOptions::default())).report;
            Ok(Evaluated { report, files: vec![PathBuf::from("/x/config/é.nix")] })
        }
    }

    /// Returns the messages after a save of a file: files and their diagnostics.
    fn saved(worker: &mut Worker<'_>) -> Vec<(String, Vec<String>)> {
        let mut changed = BTreeSet::new();
        for bundle in worker.bundles_of(Path::new("/x/config/é.nix")) {
            changed.extend(worker.evaluate(&bundle, &|| false).unwrap());
        }
        let messages = worker.messages(&changed).into_iter();
        let text = |message: PublishDiagnosticsParams| {
            let diagnostics = message.diagnostics.iter().map(|it| format!("{}: {}", it.range.start.line, it.message));
            (message.uri.as_str().to_owned(), diagnostics.collect())
        };
        messages.map(text).collect()
    }

    #[test]
    fn bundles_with_the_same_mistake_share_a_diagnostic() {
        let evaluator = Texts(Mutex::new(vec![("a", "\nn = 'x'\n"), ("b", "\nn = 'x'\n")]));
        let mut worker = Worker {
            evaluator: &evaluator,
            encoding: Encoding::Utf16,
            results: BTreeMap::new(),
            parts: BTreeMap::new(),
        };
        let uri = "file:///x/config/%C3%A9.nix".to_owned();
        let first = saved(&mut worker);
        assert_eq!(first[0].0, uri);
        assert_eq!(first[0].1.len(), 1, "{first:?}");
        assert!(first[0].1[0].starts_with("1: n must be an integer") && first[0].1[0].ends_with("\nin: .#a, .#b"));
        *evaluator.0.lock().unwrap() = vec![("a", ""), ("b", "n = 1")];
        let second = saved(&mut worker);
        assert_eq!(second[0], ("file:///x/a.nix".to_owned(), vec!["1: syntax error\nin: .#a".to_owned()]));
        assert_eq!(second[1], (uri, vec![]));
        // A cancelled evaluation changes nothing.
        let bundle = worker.bundles_of(Path::new("/x/a.nix")).remove(0);
        assert!(worker.evaluate(&bundle, &|| true).is_none());
    }
}
