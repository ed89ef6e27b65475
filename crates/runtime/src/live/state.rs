//! State that a handle and its threads share, and the reload: load, keep restart-only fields, swap, notify.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use confgate_core::diagnostics::{Diagnostic, Report, codes};
use confgate_core::value::Path;
use jiff::Timestamp;

use crate::live::bounded_work::{BoundedWork, Caller, WorkError};
use crate::live::change::{ChangedField, ConfigChange, Subscribers, changed_fields};
use crate::live::current::{Current, PendingField};
use crate::live::error::RevertError;
use crate::live::input_monitor::{InputMonitor, ObservedLoad};
use crate::live::metrics::{Metrics, ReloadOutcome};
use crate::live::panic_guard::catch_panic;
use crate::live::record::Recorder;
use crate::live::reload_reason::ReloadReason;
use crate::live::restart_only::{Candidate, keep_restart_only};
use crate::live::signal_observer::ObserverSlot;
use crate::live::watch::{DirectoryId, InputChange, Inputs};
use crate::live::watch_status::WatchStatus;
use crate::live::writer::Writer;
use crate::load::{LoadOptions, LoadedConfig, Loader, Override, Refused, profiles_now};
use crate::profile::POLL;

/// State that a handle and its threads share. Readers use `current` alone; a reload holds the lock of `writer`.
pub(super) struct LiveState<M> {
    pub current: Arc<ArcSwap<Current<M>>>,
    pub loader: Arc<Loader<M>>,
    pub inputs: Arc<InputMonitor>,
    pub work: BoundedWork,
    /// Set when the last handle is dropped.
    pub stopped: Arc<AtomicBool>,
    pub watch_status: ArcSwap<WatchStatus>,
    pub writer: Mutex<Writer>,
    /// The last rejection. It is outside of `writer`, so that it can be read during a reload.
    pub refusal: ArcSwapOption<Refused>,
    pub subscribers: Subscribers,
    /// Observer of reloads by signal.
    pub signal_observer: ObserverSlot,
    pub metrics: Metrics,
    pub recorder: Recorder,
}

/// Result of a reload.
#[derive(Debug, Clone, PartialEq)]
pub struct Reloaded {
    /// The version of the running config.
    pub version: u64,
    /// The fields with another value, empty if the config is unchanged.
    pub changed: Vec<Path>,
    /// The restart-only fields with a new value, which a restart applies.
    pub pending: Vec<Path>,
}

impl<M> LiveState<M> {
    /// Locks the writer. A poisoned lock is usable: a writer that panicked had not replaced the config.
    pub fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: Send + Sync + 'static> LiveState<M> {
    /// Reads all layers again.
    pub fn reload(&self, reason: ReloadReason) -> Result<Reloaded, Refused> {
        let mut writer = self.writer();
        let overrides = writer.overrides.clone();
        self.load_and_swap(&mut writer, &overrides, reason)
    }

    /// Adds overrides and reloads.
    pub fn apply(&self, overrides: Vec<Override>, reason: &str) -> Result<Reloaded, Refused> {
        let mut writer = self.writer();
        let mut all = writer.overrides.clone();
        for mut added in overrides {
            added.reason = reason.to_owned();
            // The new value replaces overrides inside of it.
            all.retain(|other| !other.path.0.starts_with(&added.path.0));
            all.push(added);
        }
        self.replace_overrides(&mut writer, all, reason)
    }

    /// Removes all overrides and reloads.
    pub fn clear(&self, reason: &str) -> Result<Reloaded, Refused> {
        self.replace_overrides(&mut self.writer(), Vec::new(), reason)
    }

    /// Removes the overrides of a field and reloads.
    pub fn clear_field(&self, field: &Path, reason: &str) -> Result<Reloaded, Refused> {
        let mut writer = self.writer();
        let mut all = writer.overrides.clone();
        all.retain(|other| !other.path.0.starts_with(&field.0));
        self.replace_overrides(&mut writer, all, reason)
    }

    fn replace_overrides(
        &self,
        writer: &mut Writer,
        overrides: Vec<Override>,
        reason: &str,
    ) -> Result<Reloaded, Refused> {
        let reloaded = self.load_and_swap(writer, &overrides, ReloadReason::Set(reason.to_owned()))?;
        writer.overrides = overrides;
        Ok(reloaded)
    }

    /// Returns to the config with a version, or to the previous one.
    pub fn revert(&self, version: Option<u64>) -> Result<Reloaded, RevertError> {
        let mut writer = self.writer();
        let past = match version {
            Some(version) => writer.history.iter().rev().find(|past| past.version == version),
            None => writer.history.back(),
        };
        let Some(past) = past.cloned() else {
            let kept = writer.history.iter().map(|past| past.version).collect();
            return Err(RevertError::Unknown { version, kept });
        };
        let started = Instant::now();
        let running = self.current.load_full();
        let reason = ReloadReason::Revert(past.version);
        let result = catch_panic(|| keep_restart_only(&self.loader, &running, past.loaded.as_ref().clone(), None));
        let reloaded = self.finish(&mut writer, result, reason, started).map_err(RevertError::Refused)?;
        writer.overrides = past.overrides;
        writer.pinned = true;
        Ok(reloaded)
    }

    /// Reloads if other profiles are active than before, or if the override of the region expired. Otherwise no file is read. A
    /// reverted config stays.
    pub fn check_profiles(&self) {
        if self.until_next_check().is_some_and(|pause| pause.is_zero()) {
            self.check_profiles_now();
        }
    }

    /// Reloads like [`check_profiles`](Self::check_profiles), before the time of the next check.
    pub fn check_profiles_now(&self) {
        if self.writer().pinned {
            return;
        }
        let running = self.current.load_full();
        if running.loaded.region_expires.is_some_and(|expires| expires <= self.loader.now()) {
            let _ = self.reload(ReloadReason::Expired);
            return;
        }
        let (active, next_check) = profiles_now(self.loader.context(), &running.loaded);
        if active == running.loaded.active_profiles {
            self.writer().next_check = next_check;
            return;
        }
        // The log and the trail have the error of a rejected reload.
        let _ = self.reload(ReloadReason::Profile);
    }

    /// Returns the time until other profiles may be active.
    pub fn until_next_check(&self) -> Option<Duration> {
        let writer = self.writer();
        let next = writer.next_check.filter(|_| !writer.pinned)?;
        Some(Duration::try_from(self.loader.now().until(next).ok()?).unwrap_or_default())
    }

    /// Runs `work` of the reload thread. A panic counts as a rejected reload, and the thread continues.
    pub fn guard(&self, reason: &ReloadReason, work: impl FnOnce()) {
        let result = catch_panic(|| {
            work();
            Ok(())
        });
        if let Err(refused) = result {
            let _ = self.finish(&mut self.writer(), Err(refused), reason.clone(), Instant::now());
        }
    }

    /// Compares the inputs with those of the last load.
    pub fn changed_inputs(&self) -> Result<InputChange, WorkError> {
        let (loader, inputs) = (self.loader.clone(), self.inputs.clone());
        self.work.run(move |_| inputs.change(&Inputs::of(loader.context())))
    }

    /// Returns the directories of the inputs.
    pub fn input_directories(&self) -> Result<BTreeMap<PathBuf, DirectoryId>, WorkError> {
        let loader = self.loader.clone();
        self.work.run(move |_| Inputs::of(loader.context()).directories())
    }

    /// Reports a comparison of the inputs that did not end as a rejected reload.
    pub fn comparison_failed(&self, error: WorkError) {
        if !matches!(error, WorkError::Stopped) {
            let result = Err(error.into());
            // The log, the trail and the status have the error.
            let _ = self.finish(&mut self.writer(), result, ReloadReason::File, Instant::now());
        }
    }

    /// Sets the status of the watch, and logs a change.
    pub fn set_watch_status(&self, status: WatchStatus) {
        let before = self.watch_status.load();
        if **before == status {
            return;
        }
        match (status.problem(), before.problem()) {
            (Some(problem), before) if before != Some(problem) => {
                tracing::warn!("{problem}; comparing the files each second instead");
            }
            (None, Some(_)) => tracing::info!("the system reports changed files again"),
            _ => {}
        }
        self.metrics.watch_fallback(status.problem().is_some());
        self.watch_status.store(Arc::new(status));
    }

    fn load_and_swap(
        &self,
        writer: &mut Writer,
        overrides: &[Override],
        reason: ReloadReason,
    ) -> Result<Reloaded, Refused> {
        let started = Instant::now();
        let running = self.current.load_full();
        let (loader, inputs, overrides) = (self.loader.clone(), self.inputs.clone(), overrides.to_vec());
        let load = move |caller: &Caller| {
            let load = || {
                let options = LoadOptions { overrides: &overrides, active_profiles: &running.loaded.active_profiles };
                catch_panic(|| {
                    let (config, loaded) = loader.config(&options)?;
                    reject_missing_file(&running.loaded, &loaded)?;
                    keep_restart_only(&loader, &running, loaded, Some(config))
                })
            };
            inputs.load(loader.context(), caller, load)
        };
        let result = match self.work.run(load) {
            Ok(ObservedLoad { result, inputs }) => {
                self.inputs.ended(inputs);
                result
            }
            Err(error) => {
                self.inputs.ended(None);
                Err(error.into())
            }
        };
        let reloaded = self.finish(writer, result, reason, started)?;
        writer.pinned = false;
        Ok(reloaded)
    }

    /// Replaces the running config by a candidate, or reports why it was rejected.
    fn finish(
        &self,
        writer: &mut Writer,
        result: Result<Candidate<M>, Refused>,
        reason: ReloadReason,
        started: Instant,
    ) -> Result<Reloaded, Refused> {
        match result {
            Ok(candidate) => {
                writer.next_check = candidate.loaded.next_check;
                log_new_warnings(&self.current.load().loaded.report, &candidate.loaded.report);
                let reloaded = self.swap(writer, candidate, reason);
                let outcome = match reloaded.changed.is_empty() {
                    true => ReloadOutcome::Unchanged,
                    false => ReloadOutcome::Applied,
                };
                self.metrics.reloaded(outcome, started.elapsed());
                Ok(reloaded)
            }
            // The wait for the load ended with the last handle, and the config is not at fault.
            Err(refused) if self.stopped.load(Ordering::Relaxed) => Err(refused),
            Err(refused) => {
                // Do not retry a rejected profile at once.
                writer.next_check = writer.next_check.map(|next| next.max(self.loader.now() + POLL));
                let outcome = match refused.report.diagnostics() {
                    [diagnostic] if diagnostic.code == codes::RUNTIME_TIMEOUT.name => ReloadOutcome::TimedOut,
                    _ => ReloadOutcome::Refused,
                };
                self.metrics.reloaded(outcome, started.elapsed());
                self.metrics.refused(&refused.report);
                self.report_refusal(&refused, &reason);
                self.refusal.store(Some(Arc::new(refused.clone())));
                Err(refused)
            }
        }
    }

    /// Logs and records a rejection. Automatic attempts repeat, so the same rejection of one is reported once. Two rejections are
    /// the same if their displayed reports are equal: spans may differ.
    fn report_refusal(&self, refused: &Refused, reason: &ReloadReason) {
        let report = refused.to_string();
        let is_repeated = self.refusal.load().as_ref().is_some_and(|before| before.to_string() == report);
        if is_repeated && !reason.is_explicit() {
            return;
        }
        self.recorder.refused(refused, reason, &self.current.load(), self.loader.context(), &self.metrics);
        let errors = refused.report.errors();
        tracing::error!(cause = %reason, errors, "config refused, the running one stays\n{report}");
    }

    fn swap(&self, writer: &mut Writer, candidate: Candidate<M>, reason: ReloadReason) -> Reloaded {
        let running = self.current.load_full();
        let Candidate { config, loaded, pending } = candidate;
        let fields = changed_fields(self.loader.gate(), &running.loaded, &loaded);
        let pending_paths = paths(&pending);
        if fields.is_empty() && paths(&running.pending) == pending_paths {
            // Keep what may differ without a change of values: places, active profiles, and the new values of pending fields.
            let (version, since, reason) = (running.version, running.since, running.reason.clone());
            let loaded = Arc::new(loaded);
            self.publish(Current { config, version, since, reason, loaded, pending });
            return Reloaded { version, changed: Vec::new(), pending: pending_paths };
        }
        let (version, since) = (running.version + 1, Timestamp::now());
        let variable_count = loaded.variable_count;
        let loaded = Arc::new(loaded);
        self.publish(Current { config, version, since, reason: reason.clone(), loaded, pending });
        self.metrics.loaded(version, pending_paths.len(), variable_count, since);
        writer.remember(&running);
        self.announce(ConfigChange { version, reason, fields }, pending_paths)
    }

    /// Makes a config the running one. The refusal of an earlier candidate ends after it, so that a reader who finds no refusal reads
    /// the config that was admitted.
    fn publish(&self, current: Current<M>) {
        self.current.store(Arc::new(current));
        self.refusal.store(None);
    }

    /// Records and logs a change, and notifies the subscribers.
    fn announce(&self, change: ConfigChange, pending: Vec<Path>) -> Reloaded {
        let change = Arc::new(change);
        self.recorder.changed(&change, &self.current.load(), self.loader.context(), &self.metrics);
        tracing::info!(
            version = change.version,
            cause = %change.reason,
            changed = join(change.fields.iter().map(|field| field.field.clone())),
            pending = join(pending.iter().map(Path::to_string)),
            "config changed"
        );
        self.subscribers.notify(&change);
        let changed = change.fields.iter().map(|field: &ChangedField| field.path.clone()).collect();
        Reloaded { version: change.version, changed, pending }
    }
}

fn paths(pending: &[PendingField]) -> Vec<Path> {
    pending.iter().map(|field| field.path.clone()).collect()
}

fn join(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Logs the warnings that the previous config did not have. A moved warning is not a new one.
fn log_new_warnings(before: &Report, now: &Report) {
    let is_known = |diagnostic: &Diagnostic| before.diagnostics().iter().any(|other| other.is_same_problem(diagnostic));
    for diagnostic in now.diagnostics().iter().filter(|diagnostic| !is_known(diagnostic)) {
        tracing::warn!(rule = diagnostic.code, "{}", diagnostic.message);
    }
}

/// Rejects a load without a file if the running config has one: a service must not fall back to defaults because its file was
/// removed.
fn reject_missing_file(running: &LoadedConfig, loaded: &LoadedConfig) -> Result<(), Refused> {
    let Some(found) = running.found.as_ref().filter(|_| loaded.found.is_none()) else { return Ok(()) };
    let message = format!("the config is gone: {} was read before, and the service runs on", found.path().display());
    let help = "put it back; to run on the defaults of the environment, start the service again";
    Err(Diagnostic::error(&codes::FILE_GONE, Path::root(), message).help(help).into())
}
