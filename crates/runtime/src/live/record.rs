//! Recording of starts, changes and rejections in the audit trail.

use std::sync::{Mutex, PoisonError};

use confgate_core::diagnostics::Severity;
use confgate_core::toml;
use confgate_core::value::json;
use serde_json::Value as Json;

use crate::audit::{AuditEntry, AuditTrail, ChangeSource, Digest, Event, FieldChange};
use crate::live::change::{ChangedField, ConfigChange};
use crate::live::current::Current;
use crate::live::metrics::Metrics;
use crate::live::reload_reason::ReloadReason;
use crate::load::{Explanation, LayerKind, LoadContext, LoadedConfig, Refused};

/// Writer of the audit trail, if the service has one.
#[derive(Debug, Default)]
pub struct Recorder(Option<Mutex<AuditTrail>>);

impl Recorder {
    pub fn new(trail: Option<AuditTrail>) -> Self {
        Self(trail.map(Mutex::new))
    }

    /// Records the start of the process.
    pub fn started<M>(&self, current: &Current<M>, context: &LoadContext, metrics: &Metrics) {
        self.append(metrics, || {
            let entry = AuditEntry::new(Event::Started, ChangeSource::File, Some(digest(&current.loaded, context)));
            vec![current.loaded.file().into_iter().fold(entry, AuditEntry::origin)]
        });
    }

    /// Records a change, with one entry for each field.
    pub fn changed<M>(&self, change: &ConfigChange, current: &Current<M>, context: &LoadContext, metrics: &Metrics) {
        self.append(metrics, || {
            let digest = digest(&current.loaded, context);
            change.fields.iter().map(|field| entry(field, &change.reason, digest)).collect()
        });
    }

    /// Records a rejected config. The `current` one stays.
    pub fn refused<M>(
        &self,
        refused: &Refused,
        reason: &ReloadReason,
        current: &Current<M>,
        context: &LoadContext,
        metrics: &Metrics,
    ) {
        self.append(metrics, || {
            let errors =
                refused.report.diagnostics().iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
            let mut rules: Vec<String> = errors.map(|diagnostic| diagnostic.code.clone()).collect();
            rules.dedup();
            let digest = digest(&current.loaded, context);
            vec![AuditEntry::new(Event::Refused { rules }, reason.source(), Some(digest)).reason(reason.to_string())]
        });
    }

    /// Appends entries. A failure is logged and counted, and does not prevent the change.
    fn append(&self, metrics: &Metrics, entries: impl FnOnce() -> Vec<AuditEntry>) {
        let Some(trail) = &self.0 else { return };
        if let Err(error) = trail.lock().unwrap_or_else(PoisonError::into_inner).append(&entries()) {
            metrics.audit_failed();
            tracing::error!(%error, "cannot write the audit trail");
        }
    }
}

fn entry(field: &ChangedField, reason: &ReloadReason, digest: Digest) -> AuditEntry {
    let value = |value: &Option<Json>| value.as_ref().map(Explanation::inline_toml);
    let change = FieldChange { field: field.field.clone(), old: value(&field.old), new: value(&field.new) };
    let event = match reason {
        ReloadReason::Revert(_) => Event::Reverted(change),
        _ => Event::Changed(change),
    };
    let source = match field.layer {
        LayerKind::Profile => ChangeSource::Profile,
        LayerKind::Secret => ChangeSource::Secret,
        LayerKind::Variable => ChangeSource::Environment,
        _ => reason.source(),
    };
    AuditEntry::new(event, source, Some(digest)).origin(field.origin.clone()).reason(reason.to_string())
}

/// Returns the digest of the redacted config. A digest with secrets would allow guessing them.
fn digest(loaded: &LoadedConfig, context: &LoadContext) -> Digest {
    let tree = loaded.redacted(context.gate());
    // TOML has no null, which a list of a config in JSON may hold.
    let text = toml::write(&tree).unwrap_or_else(|_| json::write(&tree).to_string());
    Digest::of(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use confgate_core::gate::Gate;

    use super::*;
    use crate::load::{LoadOptions, Loader};
    use crate::system::SystemContext;

    #[test]
    fn configs_that_toml_cannot_hold_have_digests_of_their_own() {
        let directory = tempfile::tempdir().unwrap();
        let digest_of = |text: &str| {
            std::fs::write(directory.path().join("game.json"), text).unwrap();
            let gate = Gate::of_service(serde_json::json!({}), "game", "GAME").unwrap();
            let loader = Loader::new(gate, SystemContext::bare().folder(directory.path())).at("game.json");
            digest(&loader.load(&LoadOptions::default()).unwrap(), loader.context())
        };
        let digests = ["{}", "{\"a\": [null, 1]}", "{\"a\": [null, 2]}"].map(digest_of);
        assert!(digests[0] != digests[1] && digests[1] != digests[2] && digests[0] != digests[2]);
        assert_eq!(digest_of("{\"a\": [null, 1]}"), digests[1]);
    }
}
