//! Operations of an operator: start, pause, resume, promote, abort.
//!
//! They work without a controller: each is one transaction over the stored state, and a controller that runs finds it changed.

use std::sync::Arc;

use confgate_files::SizeLimit;

use crate::author::Author;
use crate::digest::Digest;
use crate::entry::Entry;
use crate::keys::Keys;
use crate::limits::{MAX_INDEX, MAX_VALUE};
use crate::names::WaveName;
use crate::pointer::Pointer;
use crate::random;
use crate::release::Release;
use crate::release_error::ReleaseError;
use crate::rollout::alarm::AlarmState;
use crate::rollout::change::{Pointers, Stored, transaction};
use crate::rollout::error::RolloutError;
use crate::rollout::inventory::Inventory;
use crate::rollout::plan::Plan;
use crate::rollout::progress::first_of;
use crate::rollout::spec::RolloutSpec;
use crate::rollout::state::{Pause, Phase, Promotion, RolloutState};
use crate::rollout::step::{Action, Step, back};
use crate::store::Store;
use crate::transaction::{Commit, Condition, Transaction};

/// Largest number of attempts of an operation while the rollout changes.
const MAX_ROUNDS: usize = 10;

/// The largest state at the start. Reasons and readings that are added to it are bounded.
const MAX_STATE: SizeLimit = SizeLimit::bytes(128 << 10);

/// The start of a rollout.
#[derive(Debug, Clone, Copy)]
pub struct StartRequest<'s> {
    /// The release, which is stored.
    pub release: Digest,
    /// The rollout file.
    pub spec: &'s RolloutSpec,
    /// The author.
    pub author: &'s Author,
    /// True to plan alone, and write nothing.
    pub dry_run: bool,
}

/// A rollout that was started, or that would be.
#[derive(Debug, Clone)]
pub struct Started {
    /// Its first state.
    pub state: RolloutState,
    /// The waves and their nodes.
    pub plan: Plan,
}

/// Plans a rollout, and stores it. A controller carries it out.
///
/// # Errors
///
/// A rollout is unfinished, the release is not stored, no node reports, or the store cannot be used. Nothing was changed then.
pub async fn start(store: &Store, keys: &Keys, request: StartRequest<'_>) -> Result<Started, RolloutError> {
    for _ in 0..MAX_ROUNDS {
        if let Some((state, _)) = read_state(store, keys).await? {
            return Err(RolloutError::Unfinished { release: state.release, by: state.by });
        }
        let (pruned, _) = store.get(&keys.pruned(), MAX_VALUE).await?;
        let pointers = Pointers::of(store.list(&keys.rollouts()).await?, keys)?;
        let before = way_back(&pointers, keys, request.release)?;
        let plan = plan_of(store, keys, request.release, request.spec).await?;
        let encoded = plan.encode()?;
        let state = first_state(request, &plan, Digest::of(&encoded), before);
        let size = state.encode().len() as u64;
        if size > MAX_STATE.get() {
            return Err(RolloutError::FileTooLarge { size, limit: MAX_STATE });
        }
        let started = Started { state, plan };
        if request.dry_run {
            return Ok(started);
        }
        let all = WaveName::all();
        let transaction = Transaction::new()
            .when(keys.rollout_state(), Condition::Absent)
            .when(keys.pruned(), Condition::as_read(pruned.as_ref()))
            .when(keys.rollout(&all), pointers.as_read(&all))
            .put(keys.staged(), staged(request).encode())
            .put(keys.rollout_plan(), encoded)
            .put(keys.rollout_state(), started.state.encode());
        if let Commit::Done(_) = store.commit(&transaction).await? {
            return Ok(started);
        }
    }
    Err(RolloutError::Busy { rounds: MAX_ROUNDS })
}

/// Returns the value by which nodes learn of the release before their pointers move.
fn staged(StartRequest { release, author, .. }: StartRequest<'_>) -> Pointer {
    let (by, commit) = (author.by.clone(), author.commit.clone());
    Pointer { release, by, at: author.at, commit, authority: None, selector: None }
}

/// Returns the release that the nodes go back to.
fn way_back(pointers: &Pointers, keys: &Keys, release: Digest) -> Result<Digest, RolloutError> {
    let all = WaveName::all();
    let before = pointers.get(&all).ok_or(RolloutError::NothingPublished)?.release;
    if before == release {
        return Err(RolloutError::Published { release });
    }
    match pointers.iter().find(|(wave, _)| **wave != all) {
        Some((wave, pointer)) => Err(RolloutError::OtherPointer {
            wave: wave.clone(),
            release: pointer.release,
            by: pointer.by.clone(),
            key: keys.rollout(wave),
        }),
        None => Ok(before),
    }
}

/// Plans a rollout over the nodes that report.
///
/// # Errors
///
/// The release is not stored or has no bundle for a node, no node reports, or a report cannot be read.
pub async fn plan_of(store: &Store, keys: &Keys, digest: Digest, spec: &RolloutSpec) -> Result<Plan, RolloutError> {
    let key = keys.release(&digest);
    let (entry, _) = store.get(&key, MAX_INDEX).await?;
    let entry = entry.ok_or(ReleaseError::Missing { key })?;
    let release = Release::decode(&entry.value, keys, &digest)?;
    let inventory = Inventory::of(&store.list(&keys.nodes()).await?, keys);
    if inventory.is_empty() {
        return Err(RolloutError::NoNodes { prefix: keys.nodes() });
    }
    let invalid: Vec<String> =
        inventory.members().filter_map(|(_, member)| member.report.as_ref().err().cloned()).collect();
    if !invalid.is_empty() {
        return Err(RolloutError::InvalidReports { count: invalid.len(), named: first_of(invalid.into_iter()) });
    }
    let without: Vec<String> = inventory
        .reports()
        .filter(|(node, _)| release.bundle_of(node).is_none())
        .map(|(node, _)| node.to_string())
        .collect();
    if !without.is_empty() {
        let (count, named) = (without.len(), first_of(without.into_iter()));
        return Err(RolloutError::NoBundles { release: digest, count, named });
    }
    let rollout = spec.name.clone().unwrap_or_else(|| digest.to_string());
    Ok(Plan::new(spec, &rollout, inventory.reports().map(|(node, report)| report.resident(node))))
}

fn first_state(request: StartRequest<'_>, plan: &Plan, digest: Digest, before: Digest) -> RolloutState {
    let StartRequest { release, spec, author, .. } = request;
    RolloutState {
        id: format!("{}-{:08x}", release.short(), random::number() as u32),
        release,
        before,
        spec: spec.clone(),
        plan: digest,
        nodes: plan.len(),
        by: author.by.clone(),
        at: author.at,
        commit: author.commit.clone(),
        wave: plan.next_wave(0).unwrap_or_default(),
        admitted: 0,
        phase: Phase::Moving,
        spent_ms: 0,
        paused: None,
        promotion: None,
        alarms: spec.alarm.iter().map(|alarm| AlarmState::new(alarm.name.clone())).collect(),
        outcome: None,
    }
}

/// Reads the state of the unfinished rollout, with its entry.
pub(super) async fn read_state(store: &Store, keys: &Keys) -> Result<Option<(RolloutState, Entry)>, RolloutError> {
    let key = keys.rollout_state();
    let Some(entry) = store.get(&key, MAX_VALUE).await?.0 else { return Ok(None) };
    Ok(Some((RolloutState::decode(&entry.value, &key)?, entry)))
}

/// Reads the state of the last rollout that ended.
pub(super) async fn read_last(store: &Store, keys: &Keys) -> Result<Option<RolloutState>, RolloutError> {
    let key = keys.last_rollout();
    let Some(entry) = store.get(&key, MAX_VALUE).await?.0 else { return Ok(None) };
    Ok(Some(RolloutState::decode(&entry.value, &key)?))
}

/// Reads the plan of a rollout. `None` if the rollout ended meanwhile.
pub(super) async fn read_plan(
    store: &Store,
    keys: &Keys,
    state: &RolloutState,
) -> Result<Option<Arc<Plan>>, RolloutError> {
    let key = keys.rollout_plan();
    let Some(entry) = store.get(&key, MAX_INDEX).await?.0 else { return Ok(None) };
    Ok(Some(Arc::new(Plan::decode(&entry.value, &key, &state.plan)?)))
}

/// An operator of the running rollout.
#[derive(Debug, Clone, Copy)]
pub struct Operator<'o> {
    /// The store.
    pub store: &'o Store,
    /// The keys of the service.
    pub keys: &'o Keys,
    /// The operator.
    pub author: &'o Author,
}

impl Operator<'_> {
    /// Pauses the rollout: no further node gets the release.
    ///
    /// # Errors
    ///
    /// No rollout is running, it is paused already, or the store cannot be used.
    pub async fn pause(&self, reason: &str) -> Result<RolloutState, RolloutError> {
        let pause = Pause { reason: reason.to_owned(), by: Some(self.author.by.clone()), at: self.author.at };
        self.change(|state| match state.paused {
            Some(_) => Err(RolloutError::AlreadySo("paused")),
            None => Ok(saved(RolloutState { paused: Some(pause.clone()), ..state })),
        })
        .await
    }

    /// Resumes the rollout.
    ///
    /// # Errors
    ///
    /// No rollout is running, it is not paused, or the store cannot be used.
    pub async fn resume(&self) -> Result<RolloutState, RolloutError> {
        self.change(|mut state| {
            if state.paused.is_none() {
                return Err(RolloutError::AlreadySo("running"));
            }
            state.resume();
            Ok(saved(state))
        })
        .await
    }

    /// Goes on without waiting: for the bake of the present wave and nodes that are late, or for those of all waves.
    ///
    /// # Errors
    ///
    /// No rollout is running, it is promoted already, or the store cannot be used.
    pub async fn promote(&self, promotion: Promotion) -> Result<RolloutState, RolloutError> {
        self.change(|mut state| {
            if state.paused.is_none() && state.promotion == Some(promotion) {
                return Err(RolloutError::AlreadySo("promoted"));
            }
            state.resume();
            state.promotion = Some(promotion);
            Ok(saved(state))
        })
        .await
    }

    /// Aborts the rollout: all touched waves go back in one transaction.
    ///
    /// # Errors
    ///
    /// No rollout is running, or the store cannot be used.
    pub async fn abort(&self, reason: &str) -> Result<RolloutState, RolloutError> {
        self.change(|state| Ok(back(state, reason.to_owned(), Some(self.author.by.clone()), self.author.at))).await
    }

    async fn change(
        &self,
        change: impl Fn(RolloutState) -> Result<Step, RolloutError>,
    ) -> Result<RolloutState, RolloutError> {
        for _ in 0..MAX_ROUNDS {
            let Some((state, entry)) = read_state(self.store, self.keys).await? else {
                let last = read_last(self.store, self.keys).await?.map(|last| last.ending());
                return Err(RolloutError::NotRunning { last });
            };
            let pointers = Pointers::of(self.store.list(&self.keys.rollouts()).await?, self.keys)?;
            let step = change(state.clone())?;
            let stored = Stored { state: &state, revision: entry.modified, leader: None };
            let author = (self.author.by.as_str(), self.author.at);
            let transaction = transaction(&step, stored, &pointers, None, self.keys, author);
            if let Commit::Done(_) = self.store.commit(&transaction).await? {
                return Ok(step.state);
            }
        }
        Err(RolloutError::Busy { rounds: MAX_ROUNDS })
    }
}

const fn saved(state: RolloutState) -> Step {
    Step { action: Action::Save, state }
}
