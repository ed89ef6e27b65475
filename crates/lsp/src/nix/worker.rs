//! The thread that evaluates bundles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Weak};
use std::time::Duration;

use confgate_core::value::Source;
use confgate_files::SizeLimit;
use lsp_types::{Diagnostic, DiagnosticSeverity, Position, PublishDiagnosticsParams, Range};

use crate::diagnostics::{DiagnosticWriter, range_in};
use crate::encoding::Encoding;
use crate::line_index::LineIndex;
use crate::nix::evaluator::{Bundle, Evaluated, EvaluationError, NixEvaluator, UnsavedTexts};
use crate::nix::imports;
use crate::nix::jobs::{NixEvent, NixJobs};
use crate::uri::uri_of;

/// Time without a change after which a text that is typed is evaluated.
const QUIET: Duration = Duration::from_millis(300);

/// Diagnostics of a bundle, by file.
type ByFile = BTreeMap<PathBuf, Vec<Diagnostic>>;

/// Evaluates the bundles of the files that change, up to the end of the channel.
pub(crate) fn run(
    evaluator: &dyn NixEvaluator,
    events: &Receiver<NixEvent>,
    jobs: &Weak<NixJobs>,
    encoding: Encoding,
    publish: &dyn Fn(PublishDiagnosticsParams),
) {
    let mut worker = Worker::new(evaluator, encoding);
    let mut pending = BTreeSet::new();
    while let Ok(first) = events.recv() {
        let newest = || jobs.upgrade().map(|jobs| jobs.newest());
        let mut number = newest();
        let mut next = Some(first);
        while let Some(event) = next {
            let is_typed = matches!(event, NixEvent::Text { is_typed: true, .. });
            pending.extend(worker.apply(event));
            number = newest();
            // A text that is typed changes again soon.
            let wait = if is_typed { QUIET } else { Duration::ZERO };
            next = events.recv_timeout(wait).ok();
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
    parts: BTreeMap<Bundle, BTreeSet<PathBuf>>,
    /// The texts that are not saved.
    unsaved: UnsavedTexts,
    /// The versions of the open documents.
    versions: BTreeMap<PathBuf, i32>,
}

impl<'e> Worker<'e> {
    fn new(evaluator: &'e dyn NixEvaluator, encoding: Encoding) -> Self {
        Self {
            evaluator,
            encoding,
            results: BTreeMap::new(),
            parts: BTreeMap::new(),
            unsaved: UnsavedTexts::new(),
            versions: BTreeMap::new(),
        }
    }

    /// Applies an event. Returns the bundles to evaluate.
    fn apply(&mut self, event: NixEvent) -> Vec<Bundle> {
        let file = match event {
            NixEvent::Text { file, version, text, .. } => {
                self.versions.insert(file.clone(), version);
                let is_saved = saved_text(&file).is_some_and(|saved| *saved == *text);
                if is_saved {
                    self.unsaved.remove(&file);
                } else {
                    self.unsaved.insert(file.clone(), text);
                }
                file
            }
            NixEvent::Saved(file) => {
                self.unsaved.remove(&file);
                file
            }
            NixEvent::Closed(file) => {
                self.versions.remove(&file);
                if self.unsaved.remove(&file).is_none() {
                    return Vec::new();
                }
                file
            }
        };
        self.bundles_of(&file)
    }

    /// Returns the bundles to evaluate after a change of a file: those that it is known to be a part of or that import it, and those
    /// that were not evaluated yet. A file that is a part of none may be new in any of them.
    fn bundles_of(&self, file: &Path) -> Vec<Bundle> {
        let all = self.evaluator.bundles(file);
        let has_file = |bundle: &&Bundle| {
            let parts = self.parts.get(bundle);
            parts.is_none_or(|parts| parts.is_empty() || imports::reach(parts, file, &self.unsaved))
        };
        let known: Vec<Bundle> = all.iter().filter(has_file).cloned().collect();
        if known.is_empty() { all } else { known }
    }

    /// Evaluates a bundle. Returns the files whose diagnostics may have changed; `None` if it was cancelled.
    fn evaluate(&mut self, bundle: &Bundle, is_cancelled: &dyn Fn() -> bool) -> Option<BTreeSet<PathBuf>> {
        let found = match self.evaluator.evaluate(bundle, &self.unsaved, is_cancelled) {
            Ok(evaluated) => {
                self.parts.insert(bundle.clone(), evaluated.files.iter().cloned().collect());
                self.by_file(bundle, &evaluated)
            }
            Err(EvaluationError::Cancelled) => return None,
            Err(EvaluationError::OnlySaved) => return Some(BTreeSet::new()),
            // The parts are those of the last evaluation that did not fail.
            Err(EvaluationError::Failed { message, place }) => {
                self.parts.entry(bundle.clone()).or_default();
                self.failure(bundle, message, place)
            }
        };
        let mut changed: BTreeSet<PathBuf> = found.keys().cloned().collect();
        changed.extend(self.results.insert(bundle.clone(), found).into_iter().flat_map(BTreeMap::into_keys));
        // An open file without diagnostics has none in this version either.
        changed.extend(self.versions.keys().filter(|file| file.starts_with(&bundle.root)).cloned());
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
        let file = bundle.root.join(file);
        let start = self.position(&file, line, column);
        let diagnostic = Diagnostic {
            range: Range { start, end: start },
            severity: Some(DiagnosticSeverity::ERROR),
            source: Some("nix".to_owned()),
            message,
            ..Diagnostic::default()
        };
        ByFile::from([(file, vec![diagnostic])])
    }

    /// Returns the position of a line and a column in bytes, both counted from one.
    fn position(&self, file: &Path, line: usize, column: usize) -> Position {
        let (line, column) = (line.saturating_sub(1), column.saturating_sub(1));
        let text = self.unsaved.get(file).cloned().or_else(|| saved_text(file).map(Arc::from));
        let character = text.as_deref().and_then(|text| text.lines().nth(line)).map(|content| {
            let before = content.char_indices().take_while(|(at, _)| *at < column);
            let end = before.last().map_or(0, |(at, character)| at + character.len_utf8());
            self.encoding.length(&content[..end])
        });
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: number(line), character: character.unwrap_or(number(column)) }
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
            Some(PublishDiagnosticsParams {
                uri: uri_of(file)?,
                diagnostics: diagnostics.collect(),
                version: self.versions.get(file).copied(),
            })
        };
        files.iter().filter_map(of_file).collect()
    }
}

/// Returns the text of a file on the disk.
fn saved_text(file: &Path) -> Option<String> {
    confgate_files::read(file, SizeLimit::CONFIG).ok().and_then(|bytes| String::from_utf8(bytes).ok())
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

        fn evaluate(
            &self,
            bundle: &Bundle,
            _: &UnsavedTexts,
            is_cancelled: &dyn Fn() -> bool,
        ) -> Result<Evaluated, EvaluationError> {
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
        let mut worker = Worker::new(&evaluator, Encoding::Utf16);
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
