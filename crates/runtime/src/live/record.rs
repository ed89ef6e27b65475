//! What goes into the audit trail.

use std::sync::{Mutex, PoisonError};

use confgate_core::diagnostics::Severity;
use confgate_core::toml;
use serde_json::Value as Json;

use crate::audit::{self, AuditTrail, Digest, Entry, Event};
use crate::live::change::{Change, Field};
use crate::live::current::Current;
use crate::live::metrics::Metrics;
use crate::live::reload_reason::ReloadReason;
use crate::load::{Explanation, Kind, LoadedConfig, Loader, Refused};

/// Who writes the audit trail, if there is one.
#[derive(Debug, Default)]
pub struct Recorder(Option<Mutex<AuditTrail>>);

impl Recorder {
    pub fn new(trail: Option<AuditTrail>) -> Self {
        Self(trail.map(Mutex::new))
    }

    /// The process began to run a config.
    pub fn started<M>(&self, current: &Current<M>, loader: &Loader, metrics: &Metrics) {
        self.append(metrics, || {
            let entry = Entry::new(Event::Started, audit::Source::File, Some(digest(&current.loaded, loader)));
            vec![current.loaded.file().into_iter().fold(entry, Entry::at)]
        });
    }

    /// Another config took over.
    pub fn changed<M>(&self, change: &Change, current: &Current<M>, loader: &Loader, metrics: &Metrics) {
        self.append(metrics, || {
            let digest = digest(&current.loaded, loader);
            change.fields.iter().map(|field| entry(field, &change.cause, digest)).collect()
        });
    }

    /// The gate refused a config, and `current` runs on.
    pub fn refused<M>(
        &self,
        refused: &Refused,
        cause: &ReloadReason,
        current: &Current<M>,
        loader: &Loader,
        metrics: &Metrics,
    ) {
        self.append(metrics, || {
            let errors =
                refused.report.diagnostics().iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
            let mut rules: Vec<String> = errors.map(|diagnostic| diagnostic.code.clone()).collect();
            rules.dedup();
            let digest = digest(&current.loaded, loader);
            vec![Entry::new(Event::Refused { rules }, cause.source(), Some(digest)).because(cause.to_string())]
        });
    }

    /// A trail that cannot be written does not keep a config from taking over: it is said in the log and counted.
    fn append(&self, metrics: &Metrics, entries: impl FnOnce() -> Vec<Entry>) {
        let Some(trail) = &self.0 else { return };
        if let Err(error) = trail.lock().unwrap_or_else(PoisonError::into_inner).append(&entries()) {
            metrics.audit_failed();
            tracing::error!(%error, "the audit trail was not written");
        }
    }
}

fn entry(field: &Field, cause: &ReloadReason, digest: Digest) -> Entry {
    let value = |value: &Option<Json>| value.as_ref().map(Explanation::written);
    let change = audit::Change { field: field.field.clone(), old: value(&field.old), new: value(&field.new) };
    let event = match cause {
        ReloadReason::Revert(_) => Event::Reverted(change),
        _ => Event::Changed(change),
    };
    let source = match field.layer {
        Kind::Profile => audit::Source::Profile,
        Kind::Secret => audit::Source::Secret,
        Kind::Variable => audit::Source::Environment,
        _ => cause.source(),
    };
    Entry::new(event, source, Some(digest)).at(field.origin.clone()).because(cause.to_string())
}

/// The digest of a config as people may see it: that of one with secrets would let them be guessed.
pub fn digest(loaded: &LoadedConfig, loader: &Loader) -> Digest {
    let text = toml::write(&loaded.shown(loader.gate())).unwrap_or_default();
    Digest::of(text.as_bytes())
}
