//! The one who brings a new config: loads it, keeps what needs a restart, swaps it in, and tells everyone.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use confgate_core::diagnostics::{Diagnostic, Report, codes};
use confgate_core::gate::redact::{Visibility, redacted};
use confgate_core::gate::{Phase, ValidateOptions};
use confgate_core::value::diff::changes;
use confgate_core::value::{Node, Path, json};
use jiff::Timestamp;

use crate::live::change::{Change, Field};
use crate::live::current::{Current, Past, Pending};
use crate::live::metrics::Result as Outcome;
use crate::live::panic_guard::caught;
use crate::live::reload_reason::ReloadReason;
use crate::live::restart_only::{Kept, keep};
use crate::live::{Reloaded, RevertError, Shared};
use crate::load::{Kind, LoadOptions, LoadedConfig, Loader, Override, Refused};
use crate::profile::POLL;

/// What only the writer needs.
#[derive(Debug)]
pub struct Writer {
    /// What the program set, each field once.
    pub overrides: Vec<Override>,
    /// Configs that ran, the oldest first.
    pub history: VecDeque<Past>,
    /// How many of them are kept.
    pub keeps: usize,
    /// When other profiles may hold.
    pub next_look: Option<Timestamp>,
    /// Whether the config is an earlier one, to which somebody went back: only another order replaces it.
    pub pinned: bool,
}

impl<M: Send + Sync + 'static> Shared<M> {
    /// Reads all layers again.
    pub fn reload(&self, cause: ReloadReason) -> Result<Reloaded, Refused> {
        let mut writer = self.writer();
        let overrides = writer.overrides.clone();
        self.bring(&mut writer, &overrides, cause)
    }

    pub fn apply(&self, set: Vec<Override>, reason: &str) -> Result<Reloaded, Refused> {
        let mut writer = self.writer();
        let mut overrides = writer.overrides.clone();
        for mut given in set {
            given.reason = reason.to_owned();
            // What was set inside of it before is covered.
            overrides.retain(|other| !other.path.0.starts_with(&given.path.0));
            overrides.push(given);
        }
        self.with_overrides(&mut writer, overrides, reason)
    }

    pub fn clear(&self, reason: &str) -> Result<Reloaded, Refused> {
        self.with_overrides(&mut self.writer(), Vec::new(), reason)
    }

    fn with_overrides(&self, writer: &mut Writer, overrides: Vec<Override>, reason: &str) -> Result<Reloaded, Refused> {
        let reloaded = self.bring(writer, &overrides, ReloadReason::Set(reason.to_owned()))?;
        writer.overrides = overrides;
        Ok(reloaded)
    }

    pub fn revert(&self, version: Option<u64>) -> Result<Reloaded, RevertError> {
        let mut writer = self.writer();
        let wanted = match version {
            Some(version) => writer.history.iter().rev().find(|past| past.version == version),
            None => writer.history.back(),
        };
        let Some(past) = wanted.cloned() else {
            return Err(RevertError::Unknown {
                version,
                kept: writer.history.iter().map(|past| past.version).collect(),
            });
        };
        let started = Instant::now();
        let running = self.current.load_full();
        let cause = ReloadReason::Revert(past.version);
        let made = caught(|| keep(&self.loader, Some(&running), past.loaded.as_ref().clone(), None));
        let reloaded = self.finish(&mut writer, made, cause, started).map_err(RevertError::Refused)?;
        writer.overrides = past.overrides;
        writer.pinned = true;
        Ok(reloaded)
    }

    /// Reloads when other profiles hold than before. Until then no file is read. An earlier config, to which somebody went back,
    /// stays.
    pub fn look_at_profiles(&self) {
        if !self.until_next_look().is_some_and(|pause| pause.is_zero()) {
            return;
        }
        let running = self.current.load_full();
        let (active, next_look) = self.loader.context().profiles_now(&running.loaded);
        if active == running.loaded.active {
            self.writer().next_look = next_look;
            return;
        }
        // What is wrong was said in the log and the trail.
        let _ = self.reload(ReloadReason::Profile);
    }

    /// How long until other profiles may hold.
    pub fn until_next_look(&self) -> Option<Duration> {
        let writer = self.writer();
        let next = writer.next_look.filter(|_| !writer.pinned)?;
        Some(Duration::try_from(self.loader.now().until(next).ok()?).unwrap_or_default())
    }

    fn bring(&self, writer: &mut Writer, overrides: &[Override], cause: ReloadReason) -> Result<Reloaded, Refused> {
        let started = Instant::now();
        let running = self.current.load_full();
        let given = LoadOptions { overrides, held: &running.loaded.active };
        let made = caught(|| {
            let (config, loaded) = still_there(&running.loaded, self.loader.config(&given)?)?;
            keep(&self.loader, Some(&running), loaded, Some(config))
        });
        let reloaded = self.finish(writer, made, cause, started)?;
        writer.pinned = false;
        Ok(reloaded)
    }

    /// Does what a reload needs besides the load. That it panicked is said as a refusal, and whoever reloads goes on.
    pub fn guarded(&self, cause: &ReloadReason, work: impl FnOnce()) {
        let done = caught(|| {
            work();
            Ok(())
        });
        if let Err(refused) = done {
            let _ = self.finish(&mut self.writer(), Err(refused), cause.clone(), Instant::now());
        }
    }

    /// Swaps in what was made, or says why not.
    fn finish(
        &self,
        writer: &mut Writer,
        made: Result<Kept<M>, Refused>,
        cause: ReloadReason,
        started: Instant,
    ) -> Result<Reloaded, Refused> {
        match made {
            Ok(kept) => {
                self.refusal.store(None);
                writer.next_look = kept.loaded.next_look;
                warn_of_news(&self.current.load().loaded.report, &kept.loaded.report);
                let reloaded = self.take_over(writer, kept, cause);
                let became = if reloaded.changed.is_empty() { Outcome::Unchanged } else { Outcome::Applied };
                self.metrics.reloaded(became, started.elapsed());
                Ok(reloaded)
            }
            Err(refused) => {
                // A profile that is refused is tried again when the next one would be.
                writer.next_look = writer.next_look.map(|next| next.max(self.loader.now() + POLL));
                self.metrics.reloaded(Outcome::Refused, started.elapsed());
                self.metrics.refused(&refused.report);
                // What nobody asked for is tried again and again: the same answer was said once. Two reports are the same when
                // people read the same in them.
                let said = refused.to_string();
                let stands = |before: &Arc<Refused>| before.to_string() == said;
                if cause.is_asked_for() || !self.refusal.load().as_ref().is_some_and(stands) {
                    self.recorder.refused(&refused, &cause, &self.current.load(), self.loader.context(), &self.metrics);
                    tracing::error!(cause = %cause, errors = refused.report.errors(), "config refused, the running one stays\n{said}");
                }
                self.refusal.store(Some(Arc::new(refused.clone())));
                Err(refused)
            }
        }
    }

    fn take_over(&self, writer: &mut Writer, kept: Kept<M>, cause: ReloadReason) -> Reloaded {
        let running = self.current.load_full();
        let Kept { config, loaded, pending } = kept;
        let fields = self.fields(&running.loaded, &loaded);
        let paths = |pending: &[Pending]| pending.iter().map(|pending| pending.path.clone()).collect::<Vec<_>>();
        let waiting = paths(&pending);
        if fields.is_empty() && paths(&running.pending) == waiting {
            self.note(&running, loaded, pending, config);
            return Reloaded { version: running.version, changed: Vec::new(), pending: waiting };
        }
        let (version, since) = (running.version + 1, Timestamp::now());
        let variables = loaded.variables;
        let next = Current { config, version, since, cause: cause.clone(), loaded: Arc::new(loaded), pending };
        self.current.store(Arc::new(next));
        self.metrics.loaded(version, waiting.len(), variables, since);
        writer.remember(&running);
        let changed = fields.iter().map(|field| field.path.clone()).collect();
        let change = Arc::new(Change { version, cause, fields });
        self.recorder.changed(&change, &self.current.load(), self.loader.context(), &self.metrics);
        tracing::info!(
            version,
            cause = %change.cause,
            changed = change.fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>().join(", "),
            pending = waiting.iter().map(Path::to_string).collect::<Vec<_>>().join(", "),
            "config changed"
        );
        self.subscribers.tell(&change);
        Reloaded { version, changed, pending: waiting }
    }

    /// Keeps what is new about a config whose values are the same: where they stand now, which profiles hold, what the fields
    /// that wait for a restart wait for.
    fn note(&self, running: &Current<M>, loaded: LoadedConfig, pending: Vec<Pending>, config: M) {
        let (version, since, cause) = (running.version, running.since, running.cause.clone());
        let noted = Current { config, version, since, cause, loaded: Arc::new(loaded), pending };
        self.current.store(Arc::new(noted));
    }

    /// What is different, without secrets. A secret that changed shows the same on both sides.
    fn fields(&self, old: &LoadedConfig, new: &LoadedConfig) -> Vec<Field> {
        let view = self.loader.gate().view();
        let all = changes(&old.tree, &new.tree).into_iter();
        all.map(|change| {
            let at = |node: &Node, loaded: &LoadedConfig| {
                let seen = Visibility::of(view, &change.path.0, &loaded.tree);
                json::write(&redacted(seen, node, &change.path, &loaded.sources))
            };
            let layer = match change.new {
                Some(node) => new.layer(node),
                None => change.old.map_or_else(|| new.layer(&new.tree), |node| old.layer(node)),
            };
            let secret = new.sources.resolved.contains_key(&change.path);
            Field {
                field: change.path.to_string(),
                old: change.old.map(|node| at(node, old)),
                new: change.new.map(|node| at(node, new)),
                origin: change.new.map_or_else(|| "absent".to_owned(), |node| new.origin(node)),
                layer: if secret { Kind::Secret } else { layer.kind },
                path: change.path,
            }
        })
        .collect()
    }
}

/// Says which warnings of a config the one before did not have: another line is no other warning.
fn warn_of_news(before: &Report, now: &Report) {
    let known = |diagnostic: &Diagnostic| before.diagnostics().iter().any(|other| other.says_the_same(diagnostic));
    for diagnostic in now.diagnostics().iter().filter(|diagnostic| !known(diagnostic)) {
        tracing::warn!(rule = diagnostic.code, "{}", diagnostic.message);
    }
}

impl Writer {
    fn remember<M>(&mut self, current: &Current<M>) {
        if self.keeps == 0 {
            return;
        }
        if self.history.len() == self.keeps {
            self.history.pop_front();
        }
        self.history.push_back(Past {
            version: current.version,
            since: current.since,
            cause: current.cause.clone(),
            loaded: current.loaded.clone(),
            overrides: self.overrides.clone(),
        });
    }
}

/// Examines a config that is made of admitted ones.
pub fn examine_again<M>(loader: &Loader<M>, mut loaded: LoadedConfig) -> Result<(M, LoadedConfig), Refused> {
    let options =
        ValidateOptions { environment: Some(loaded.environment), phase: Phase::Load, ..ValidateOptions::default() };
    let outcome = loader.gate().validate_tree(loaded.tree.clone(), &loaded.sources, Vec::new(), options);
    match outcome.config {
        Some(config) if outcome.report.admits() => {
            loaded.tree = outcome.tree;
            Ok((config, loaded))
        }
        _ => Err(Refused { report: outcome.report }),
    }
}

/// A service that runs on a file does not fall back to defaults because somebody took the file away.
fn still_there<C>(before: &LoadedConfig, made: (C, LoadedConfig)) -> Result<(C, LoadedConfig), Refused> {
    let Some(found) = before.found.as_ref().filter(|_| made.1.found.is_none()) else { return Ok(made) };
    let message = format!("the config is gone: {} was read before, and the service runs on", found.path().display());
    let help = "put it back; to run on the defaults of the environment, start the service again";
    Err(Diagnostic::error(&codes::FILE_GONE, Path::root(), message).help(help).into())
}
