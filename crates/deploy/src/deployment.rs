//! A deployment, step by step.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use confgate_core::gate::Gate;
use confgate_nix_signatures::{PathInfo, Trust};
use confgate_runtime::load::{LoadOptions, LoadedConfig, Loader};
use jiff::Timestamp;

use crate::bundle::Bundle;
use crate::doctor::{self, Problem};
use crate::generations::Generations;
use crate::health::Probe;
use crate::lock::who;
use crate::plan::Plan;
use crate::record::{Record, Result as Outcome};
use crate::reload::Reload;
use crate::rollback::Back;
use crate::source::{Resolved, Source};
use crate::{AttemptError, DeployError, Step, interrupt, model};

/// What to deploy, and how.
pub struct Deployment<'a> {
    /// Where the bundle comes from.
    pub source: Source,
    /// Whose signatures are taken; without a key nobody's is asked for.
    pub trust: Trust,
    /// The file with the signature, where it is not beside the bundle.
    pub signature: Option<PathBuf>,
    /// Whether a commit of a repository must be signed.
    pub signed_commit: bool,
    /// Whether a bundle may be older than what runs.
    pub allow_downgrade: bool,
    /// Makes the loader of this node for a bundle.
    pub loader: &'a dyn Fn(&std::path::Path) -> Loader,
    /// How the service is told.
    pub reload: Reload,
    /// How the service is asked whether it is well.
    pub health: Option<Probe>,
    /// How long it may take to be well.
    pub patience: Duration,
    /// How long it must stay well.
    pub settle: Duration,
    /// How many generations are kept.
    pub keep: usize,
}

/// How far a deployment is.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Something from before was not as it should be, and is now.
    Found(Problem),
    /// A step begins.
    Begins(Step),
    /// A step is done, after so long, with something to say.
    Done(Step, Duration, String),
    /// A step failed, after so long.
    Failed(Step, Duration, String),
}

/// What a deployment came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployed {
    /// The generation that counts now; none for a rehearsal.
    pub generation: Option<u64>,
    /// What changed.
    pub plan: Plan,
    /// Whether it is the bundle that counted before, so that nothing was done.
    pub same: bool,
    /// Whether the service was told of that bundle, since an earlier command did not come to it.
    pub told: bool,
    /// Generations that went.
    pub pruned: Vec<u64>,
}

/// A deployment that is under way.
pub(super) struct Run<'r, 'a> {
    pub deployment: &'r Deployment<'a>,
    pub generations: &'r Generations<'r>,
    pub tell: &'r mut dyn FnMut(Progress),
}

impl Deployment<'_> {
    /// Shows what would change, and changes nothing.
    ///
    /// # Errors
    ///
    /// The bundle cannot be brought here, is not trusted, or is refused.
    pub fn rehearse(
        &self,
        generations: &Generations<'_>,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Deployed, DeployError> {
        let mut run = Run { deployment: self, generations, tell };
        let ready = run.prepare()?;
        Ok(Deployed { generation: None, plan: ready.plan, same: ready.same, told: false, pruned: Vec::new() })
    }

    /// Deploys.
    ///
    /// # Errors
    ///
    /// Before the link is swapped, nothing of the node was changed; after it, the generation that ran before is back, unless
    /// the error says that even that failed.
    pub fn run(&self, generations: &Generations<'_>, tell: &mut dyn FnMut(Progress)) -> Result<Deployed, DeployError> {
        let _lock = generations.lock(&format!("deploy {}", self.source))?;
        let mut run = Run { deployment: self, generations, tell };
        let ready = run.prepare()?;
        interrupt::check_before_change()?;
        // Only what is taken changes anything.
        let recovered = run.recover();
        if !ready.same && recovered.is_ok() {
            return run.bring(ready);
        }
        // The service may run the generation that was cut off, also where that cannot be noted.
        let told = run.tell_what_is_due();
        recovered?;
        Ok(Deployed {
            generation: generations.current()?,
            plan: ready.plan,
            same: true,
            told: told?,
            pruned: Vec::new(),
        })
    }
}

/// A bundle that may be activated.
struct Ready {
    bundle: Bundle,
    record: Record,
    plan: Plan,
    same: bool,
}

impl Run<'_, '_> {
    /// Finishes what was cut off before, and says what that was.
    pub(super) fn recover(&mut self) -> Result<(), DeployError> {
        let found = doctor::recover(self.generations, &self.deployment.reload)?;
        found.into_iter().for_each(|complaint| (self.tell)(Progress::Found(complaint)));
        Ok(())
    }

    /// Tells the service of what counts where an earlier command did not come to it, and asks whether it is well. Gives whether
    /// it was told.
    fn tell_what_is_due(&mut self) -> Result<bool, DeployError> {
        let (Some(how), Some(generation)) = (self.generations.untold()?, self.generations.current()?) else {
            return Ok(false);
        };
        if self.deployment.reload == Reload::Nobody && !how.is_empty() {
            doctor::untold(self.generations)?.into_iter().for_each(|complaint| (self.tell)(Progress::Found(complaint)));
            return Ok(false);
        }
        for step in [Step::Reload, Step::Health] {
            self.attempt(step).map_err(|error| {
                let reason = error.to_string();
                DeployError::Unwell { step, reason, generation, trouble: None }
            })?;
            if step == Step::Reload {
                self.generations.was_told(&self.deployment.reload)?;
            }
        }
        Ok(self.deployment.reload != Reload::Nobody)
    }

    pub(super) fn step<T>(
        &mut self,
        step: Step,
        work: impl FnOnce(&mut Self) -> Result<(T, String), DeployError>,
    ) -> Result<T, DeployError> {
        (self.tell)(Progress::Begins(step));
        let began = Instant::now();
        // After it a signal is a reason to roll back.
        let check = || if step < Step::Activate { interrupt::check_before_change() } else { Ok(()) };
        let done = check().and_then(|()| work(self)).map_err(|error| check().err().unwrap_or(error));
        match done {
            Ok((made, says)) => {
                (self.tell)(Progress::Done(step, began.elapsed(), says));
                Ok(made)
            }
            Err(error) => {
                (self.tell)(Progress::Failed(step, began.elapsed(), error.to_string()));
                Err(error)
            }
        }
    }

    fn prepare(&mut self) -> Result<Ready, DeployError> {
        let scratch =
            tempfile::tempdir().map_err(|error| DeployError::io(std::path::Path::new("a temporary folder"), error))?;
        let folder = scratch.path().to_owned();
        let resolved = self.step(Step::Fetch, |run| {
            let resolved = run.deployment.source.fetch(&folder, run.deployment.signed_commit)?;
            let says = resolved.what.clone();
            Ok((resolved, says))
        })?;
        let (bundle, signer) = self.step(Step::Verify, |run| {
            let bundle = Bundle::read(&folder).map_err(|error| error.about(&folder, &run.deployment.source))?;
            let signer = run.signer(&folder, &resolved)?;
            let says = signer.as_ref().map_or("digests are right".to_owned(), |signer| format!("signed by {signer}"));
            Ok(((bundle, signer), says))
        })?;
        let (record, plan) = self.step(Step::Gate, |run| {
            let (record, plan, says) = run.gate(&folder, &bundle, resolved.what.clone(), signer)?;
            Ok(((record, plan), says))
        })?;
        doctor::doubts(self.generations)?.into_iter().for_each(|complaint| (self.tell)(Progress::Found(complaint)));
        let same = match self.base()? {
            Some(base) if base.nar == record.nar => self.generations.damage(base.generation)?.is_none(),
            _ => false,
        };
        Ok(Ready { bundle, record, plan, same })
    }

    /// What is noted of the generation that ran last.
    fn base(&self) -> Result<Option<Record>, DeployError> {
        self.generations.base()?.map_or(Ok(None), |number| self.generations.record(number))
    }

    /// The key that signed what was fetched.
    fn signer(&self, folder: &std::path::Path, resolved: &Resolved) -> Result<Option<String>, DeployError> {
        let deployment = self.deployment;
        if deployment.trust.is_empty() {
            return Ok(None);
        }
        let Some(path) = deployment.signature.clone().or_else(|| resolved.signature.clone()) else {
            return Err(DeployError::NoSignature {
                path: self.deployment.source.to_string().into(),
                reason: "has none beside it: give the file with --signature".to_owned(),
            });
        };
        let no_signature = |reason: String| DeployError::NoSignature { path: path.clone(), reason };
        let text = std::fs::read_to_string(&path).map_err(|error| no_signature(format!("is no signature: {error}")))?;
        let info: PathInfo = text.parse().map_err(|error| no_signature(format!("is no signature: {error}")))?;
        let signer = deployment.trust.verify(folder, &info).map_err(DeployError::Untrusted)?;
        Ok(Some(signer.to_string()))
    }

    fn gate(
        &self,
        folder: &std::path::Path,
        bundle: &Bundle,
        resolved: String,
        signer: Option<String>,
    ) -> Result<(Record, Plan, String), DeployError> {
        let loader = (self.deployment.loader)(folder);
        model::refuse_another(&bundle.manifest, loader.gate())?;
        let refused = |refused| DeployError::Refused(refused).about(folder, &self.deployment.source);
        let loaded = loader.load(&LoadOptions::default()).map_err(refused)?;
        let base = self.generations.base()?;
        let running = base.and_then(|number| self.running(number));
        let version = bundle.version(loader.gate());
        if !self.deployment.allow_downgrade {
            self.refuse_older(bundle, version, loader.gate())?;
        }
        let plan = Plan::of(loader.gate(), running.as_ref(), &loaded);
        let record = Record {
            generation: self.generations.numbers()?.last().unwrap_or(&0) + 1,
            bundle: bundle.manifest.name.clone(),
            environment: bundle.manifest.environment,
            source: self.deployment.source.to_string(),
            resolved,
            signer,
            time: Timestamp::now(),
            who: who(),
            nar: bundle.nar.base32(),
            version,
            previous: base,
            restart: plan.restart(),
            result: Outcome::Activating,
        };
        let other = model::is_of_another_schema(&bundle.manifest, loader.gate());
        Ok((record, plan, admitted(loaded.report.warnings(), other)))
    }

    /// What a generation is on this node now. One that no longer loads has nothing to compare with.
    fn running(&self, generation: u64) -> Option<LoadedConfig> {
        (self.deployment.loader)(&self.generations.folder(generation)).load(&LoadOptions::default()).ok()
    }

    /// Refuses a config for an older version of the schema, and a bundle that ran before the one that runs.
    fn refuse_older(&self, bundle: &Bundle, version: Option<u64>, gate: &Gate) -> Result<(), DeployError> {
        let Some(record) = self.base()? else { return Ok(()) };
        let running = record.version.or_else(|| self.generations.version(record.generation, gate));
        if let (Some(new), Some(running)) = (version, running)
            && new < running
        {
            let reason = format!("its schema has version {new}, and what runs has version {running}");
            return Err(DeployError::Older { reason });
        }
        let nar = bundle.nar.base32();
        for number in self.generations.numbers()?.into_iter().filter(|number| *number < record.generation).rev() {
            let earlier = self.generations.record(number)?;
            if earlier.is_some_and(|earlier| earlier.nar == nar && earlier.result.ran() && record.nar != nar) {
                return Err(DeployError::Older { reason: format!("it is generation {number} again") });
            }
        }
        Ok(())
    }

    fn bring(&mut self, ready: Ready) -> Result<Deployed, DeployError> {
        let Ready { bundle, mut record, plan, .. } = ready;
        let generation = record.generation;
        self.step(Step::Stage, |run| {
            run.generations.stage(&bundle, &record)?;
            interrupt::check_before_change()?;
            run.generations.to_be_told(&run.deployment.reload)?;
            Ok(((), format!("generation {generation}")))
        })
        .inspect_err(|_| self.forget(generation))?;
        let activated = self.step(Step::Activate, |run| {
            run.generations.point_to(generation)?;
            Ok(((), run.generations.link().display().to_string()))
        });
        if let Err(error) = activated {
            return Err(self.roll_back(&mut record, Step::Activate, error.to_string().into()));
        }
        for step in [Step::Reload, Step::Health, Step::Settle] {
            if let Err(error) = self.attempt(step) {
                return Err(self.roll_back(&mut record, step, error));
            }
        }
        let kept = self.step(Step::Keep, |run| {
            run.generations.write_record(&Record { result: Outcome::Kept, ..record.clone() })?;
            // An old generation that stays is found again the next time.
            let pruned = run.generations.prune(run.deployment.keep).unwrap_or_default();
            let _ = run.generations.was_told(&run.deployment.reload);
            Ok((pruned, format!("generation {generation} counts")))
        });
        match kept {
            Ok(pruned) => Ok(Deployed { generation: Some(generation), plan, same: false, told: false, pruned }),
            Err(error) => Err(self.roll_back(&mut record, Step::Keep, error.to_string().into())),
        }
    }

    /// Removes what was staged and never counted, which may be all that a full disk lacks. What stays is found by the next
    /// command. What counts may be so since a moment ago, and the service is not told of anything else now.
    fn forget(&mut self, generation: u64) {
        let _ = self.generations.sweep();
        let _ = self.generations.remove(generation);
        let _ = interrupt::deaf(|| self.tell_what_is_due());
    }

    /// Brings back what ran before.
    fn roll_back(&mut self, record: &mut Record, step: Step, failed: AttemptError) -> DeployError {
        (self.tell)(Progress::Begins(Step::RollBack));
        let began = Instant::now();
        record.result = Outcome::RolledBack(format!("{}: {}", step.name(), failed.recorded()));
        let target = self.generations.way_back(record.previous, record.generation).unwrap_or(record.previous);
        let back = Back::to(self.generations, target, record.previous);
        let unsure = match self.generations.swap_back(target) {
            Ok(unsure) => unsure.map(|error| error.to_string()),
            Err(error) => {
                (self.tell)(Progress::Failed(Step::RollBack, began.elapsed(), error.to_string()));
                return DeployError::Stuck { step, reason: failed.to_string(), then: error.to_string() };
            }
        };
        // The record and the service follow as far as they can: the link is what counts.
        let noted = self.generations.write_record(record).err().map(|error| error.to_string());
        let told = interrupt::deaf(|| self.deployment.reload.tell(self.deployment.patience));
        if told.is_ok() {
            let _ = self.generations.was_told(&self.deployment.reload);
        }
        let trouble = told.err().map(|error| error.to_string()).or(noted).or(unsure);
        (self.tell)(match &trouble {
            None => Progress::Done(Step::RollBack, began.elapsed(), back.to_string()),
            Some(trouble) => Progress::Failed(Step::RollBack, began.elapsed(), format!("{back}, and {trouble}")),
        });
        DeployError::RolledBack { step, reason: failed.to_string(), back, trouble }
    }
}

fn admitted(warnings: usize, other_schema: bool) -> String {
    let with = match warnings {
        0 => String::new(),
        1 => " with a warning".to_owned(),
        count => format!(" with {count} warnings"),
    };
    let note = if other_schema { "; built with another schema than this program's" } else { "" };
    format!("admitted{with}{note}")
}
