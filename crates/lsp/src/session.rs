//! The open documents and their analyses.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use confgate_core::value::Format;
use lsp_types::{
    DidChangeTextDocumentParams, DidOpenTextDocumentParams, InitializeParams, PublishDiagnosticsParams, Uri,
};

use crate::capabilities::ClientAbilities;
use crate::diagnostics::DiagnosticWriter;
use crate::document::{Document, is_nix};
use crate::encoding::Encoding;
use crate::host::{Analysis, Checked, Host, NixSchema};
use crate::line_index::LineIndex;
use crate::uri::{path_of, path_of_unsaved, uri_of};
use crate::watch::FileWatch;

/// Largest text that is validated while it is edited, in bytes.
const MAX_TEXT: usize = 16 << 20;

/// Number of documents whose values stay in memory.
const MAX_ANALYSES: usize = 16;

/// State of the connection to one client.
pub(crate) struct Session<'h> {
    pub host: &'h dyn Host,
    pub encoding: Encoding,
    pub client: ClientAbilities,
    /// The folders that are open in the editor.
    pub folders: Vec<PathBuf>,
    documents: HashMap<String, Document>,
    /// The invalid files outside of the open documents that have diagnostics.
    blocking: Vec<PathBuf>,
    watch: FileWatch,
    uses: u64,
}

/// A message to display in the editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice(pub String);

impl<'h> Session<'h> {
    pub(crate) fn new(host: &'h dyn Host, params: &InitializeParams) -> Self {
        let folders = params.workspace_folders.iter().flatten();
        Self {
            host,
            encoding: Encoding::negotiated(params),
            client: ClientAbilities::of(params),
            folders: folders.filter_map(|folder| path_of(&folder.uri)).collect(),
            documents: HashMap::new(),
            blocking: Vec::new(),
            watch: FileWatch::default(),
            uses: 0,
        }
    }

    pub(crate) fn open(&mut self, params: DidOpenTextDocumentParams) {
        let item = params.text_document;
        let folder = self.folders.first().map(PathBuf::as_path);
        let Some(path) = path_of(&item.uri).or_else(|| path_of_unsaved(&item.uri, folder)) else { return };
        let language = format_of_language(&item.language_id);
        let document = Document::new(item.uri, path, language, item.version, item.text);
        self.documents.insert(document.uri.as_str().to_owned(), document);
    }

    pub(crate) fn change(&mut self, params: DidChangeTextDocumentParams) {
        if let Some(document) = self.documents.get_mut(params.text_document.uri.as_str()) {
            document.change(params.text_document.version, params.content_changes, self.encoding);
        }
    }

    /// Forgets a document. Returns the message that removes its diagnostics.
    pub(crate) fn close(&mut self, uri: &Uri) -> Option<PublishDiagnosticsParams> {
        let document = self.documents.remove(uri.as_str())?;
        // The diagnostics of a bundle stay: its other files belong to it.
        if is_nix(&document.path) {
            return None;
        }
        Some(PublishDiagnosticsParams { uri: document.uri, diagnostics: Vec::new(), version: None })
    }

    pub(crate) fn change_folders(&mut self, added: &[Uri], removed: &[Uri]) {
        let removed: Vec<PathBuf> = removed.iter().filter_map(path_of).collect();
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added.iter().filter_map(path_of));
        self.revalidate();
    }

    /// Forgets schemas and projects, and validates all documents anew.
    pub(crate) fn revalidate(&mut self) {
        self.host.forget();
        for document in self.documents.values_mut() {
            document.forget();
        }
    }

    /// Compares the files that decide about schemas with their last states. Returns whether documents are to be validated anew.
    pub(crate) fn compare_files(&mut self) -> bool {
        let files: Vec<PathBuf> =
            self.documents.values().flat_map(|document| self.host.inputs(&document.path)).collect();
        let has_changed = self.watch.update(files);
        if has_changed {
            self.revalidate();
        }
        has_changed
    }

    /// Validates the documents that have changed. Returns the messages with their diagnostics.
    pub(crate) fn diagnose(&mut self) -> (Vec<PublishDiagnosticsParams>, Vec<Notice>) {
        let changed: Vec<String> = self
            .documents
            .values()
            .filter(|document| document.is_changed && !is_nix(&document.path))
            .map(|it| it.uri.as_str().to_owned())
            .collect();
        let (mut messages, mut notices) = (Vec::new(), Vec::new());
        let mut blocking = Vec::new();
        for name in changed {
            let Some(document) = self.documents.get_mut(&name) else { continue };
            document.is_changed = false;
            let mut diagnostics = Vec::new();
            match checked(self.host, document) {
                Checked::File(analysis) => {
                    let writer = DiagnosticWriter {
                        source: &analysis.source,
                        lines: &document.lines,
                        encoding: self.encoding,
                        has_related: self.client.related_information,
                    };
                    diagnostics = writer.report(&analysis.report);
                    document.keep(analysis);
                }
                Checked::Blocked { by, source, report } => {
                    let lines = LineIndex::of(source.text());
                    let writer = DiagnosticWriter {
                        source: &source,
                        lines: &lines,
                        encoding: self.encoding,
                        has_related: self.client.related_information,
                    };
                    // The text of an open document may be another one than that on the disk.
                    let is_open = |uri: &Uri| self.documents.contains_key(uri.as_str());
                    if let Some(uri) = uri_of(&by).filter(|uri| !is_open(uri)) {
                        let diagnostics = writer.report(&report);
                        messages.push(PublishDiagnosticsParams { uri, diagnostics, version: None });
                    }
                    blocking.push(by);
                }
                Checked::Failed(reason) => notices.push(Notice(reason)),
            }
            if let Some(document) = self.documents.get(&name) {
                let (uri, version) = (document.uri.clone(), Some(document.version));
                messages.push(PublishDiagnosticsParams { uri, diagnostics, version });
            }
        }
        self.drop_old_analyses();
        messages.extend(self.unblocked(blocking));
        (messages, notices)
    }

    /// Returns the messages that remove the diagnostics of files that are valid again.
    fn unblocked(&mut self, blocking: Vec<PathBuf>) -> Vec<PublishDiagnosticsParams> {
        let is_blocked = |path: &PathBuf| {
            let folder = path.parent().unwrap_or(Path::new(""));
            self.documents.values().any(|it| it.path.starts_with(folder) && it.analysis.is_none())
        };
        let (kept, valid): (Vec<_>, Vec<_>) =
            self.blocking.drain(..).filter(|path| !blocking.contains(path)).partition(is_blocked);
        self.blocking = kept;
        self.blocking.extend(blocking);
        self.blocking.dedup();
        let messages = valid.iter().filter_map(|path| uri_of(path));
        let is_open = |uri: &Uri| self.documents.contains_key(uri.as_str());
        messages
            .filter(|uri| !is_open(uri))
            .map(|uri| PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None })
            .collect()
    }

    /// Returns a document with its analysis; `None` for one that is not open, or that cannot be validated.
    pub(crate) fn analyzed(&mut self, uri: &Uri) -> Option<(&Document, &Analysis)> {
        self.uses += 1;
        let document = self.documents.get_mut(uri.as_str())?;
        document.used = self.uses;
        if document.analysis.is_none()
            && !is_nix(&document.path)
            && let Checked::File(analysis) = checked(self.host, document)
        {
            document.keep(analysis);
        }
        let document = self.documents.get(uri.as_str())?;
        Some((document, document.analysis.as_ref()?))
    }

    /// Returns a document with Nix settings, and their schema.
    pub(crate) fn nix_settings(&self, uri: &Uri) -> Option<(&Document, NixSchema)> {
        let document = self.nix_document(uri)?;
        Some((document, self.host.nix_schema(&document.path, &document.text)?))
    }

    /// Returns a document in Nix.
    pub(crate) fn nix_document(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri.as_str()).filter(|document| is_nix(&document.path))
    }

    /// Drops the values of the documents that were not used for the longest time.
    fn drop_old_analyses(&mut self) {
        let mut analyzed: Vec<&mut Document> =
            self.documents.values_mut().filter(|document| document.analysis.is_some()).collect();
        let excess = analyzed.len().saturating_sub(MAX_ANALYSES);
        analyzed.sort_by_key(|document| document.used);
        for document in analyzed.into_iter().take(excess) {
            document.analysis = None;
        }
    }
}

fn checked(host: &dyn Host, document: &Document) -> Checked {
    if document.text.len() > MAX_TEXT {
        let (name, limit) = (document.path.display(), MAX_TEXT >> 20);
        return Checked::Failed(format!(
            "{name}: larger than {limit} MiB, so it is not validated; run `confgate check`"
        ));
    }
    host.check(&document.path, document.language, &document.text)
}

/// Returns the format of a language by its name in editors.
fn format_of_language(name: &str) -> Option<Format> {
    match name {
        "toml" => Some(Format::Toml),
        "json" => Some(Format::Json),
        "yaml" => Some(Format::Yaml),
        _ => None,
    }
}
