//! The controller: it carries a rollout out while it holds the lease of its service.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use confgate_deploy::CancellationToken;
use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until};

use crate::keys::Keys;
use crate::limits::MAX_VALUE;
use crate::position::Revision;
use crate::rollout::change::{Pointers, Stored, transaction};
use crate::rollout::commands::{read_last, read_plan, read_state};
use crate::rollout::error::RolloutError;
use crate::rollout::evaluation::Evaluation;
use crate::rollout::inventory::Inventory;
use crate::rollout::leadership::Leadership;
use crate::rollout::monitoring::Monitoring;
use crate::rollout::news::is_news;
use crate::rollout::progress::NodeProgress;
use crate::rollout::state::RolloutState;
use crate::rollout::status::RolloutStatus;
use crate::rollout::step::{Action, Step, pause};
use crate::rollout::watched::Watched;
use crate::store::Store;
use crate::transaction::{Commit, Condition, Transaction};
use crate::update::Update;
use crate::updates::Updates;
use crate::watch::{WatchOptions, Watcher};

/// Time to live of the controller's lease: another one takes over after it.
pub const CONTROLLER_LEASE: Duration = Duration::from_secs(15);

/// The time between two steps while nothing changes.
const TICK: Duration = Duration::from_secs(1);

/// The shortest time between two steps, so that many reports make one.
const SHORTEST_TICK: Duration = Duration::from_millis(100);

/// The time after which a state is stored in which time alone has passed.
const CHECKPOINT: Duration = Duration::from_secs(5);

/// The interval at which the cancellation is checked.
const POLL: Duration = Duration::from_millis(100);

/// The wait after an error of the store.
const RETRY: Duration = Duration::from_secs(1);

/// The wait before the leader is looked up again, in case a change was missed.
const STANDBY: Duration = Duration::from_secs(5);

/// A controller of one service.
#[derive(Debug, Clone)]
pub struct Controller {
    /// The store.
    pub store: Store,
    /// The keys of the service.
    pub keys: Keys,
    /// Name of this controller: USER@HOST.
    pub by: String,
    /// Time to live of its lease.
    pub lease: Duration,
}

/// A report of a controller.
#[derive(Debug)]
pub enum Event {
    /// Another controller is the leader.
    Standby {
        /// Its name.
        leader: String,
    },
    /// This one is the leader now.
    Leading,
    /// The rollout changed, or its nodes did.
    Progress(Box<RolloutStatus>),
    /// The store or a file cannot be used. The controller tries again.
    Interrupted(RolloutError),
    /// The rollout ended.
    Ended(Box<RolloutState>),
}

/// The end of a time as the leader.
enum Term {
    /// The rollout ended.
    Ended(Box<RolloutState>),
    /// The lease ended, or another controller is the leader.
    Lost,
}

impl Controller {
    /// Carries out the rollout `id` to its end, or each one that is started if there is none given. Waits while another controller
    /// is the leader, and while the store cannot be reached.
    ///
    /// # Errors
    ///
    /// The store refuses an operation, a value is invalid, or the token is cancelled. The rollout stays as it is then.
    pub async fn run(
        &self,
        id: Option<&str>,
        cancellation: &CancellationToken,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<RolloutState, RolloutError> {
        let leading = Cell::new(None);
        let cancelled = async {
            loop {
                sleep(POLL).await;
                if let Err(cancelled) = cancellation.check() {
                    return cancelled;
                }
            }
        };
        let cancelled = tokio::select! {
            result = self.carry_out_all(id, &leading, on_event) => return result,
            cancelled = cancelled => cancelled,
        };
        // Another controller need not wait for the end of the lease.
        if let Some(revision) = leading.get() {
            let key = self.keys.controller();
            let resign = Transaction::new().when(&key, Condition::Unchanged(revision)).delete(&key);
            let _ = self.store.commit(&resign).await;
        }
        Err(RolloutError::Cancelled(cancelled))
    }

    async fn carry_out_all(
        &self,
        id: Option<&str>,
        leading: &Cell<Option<Revision>>,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<RolloutState, RolloutError> {
        let mut known_leader = None;
        let mut current = self.clone();
        loop {
            let result = match current.acquire(&mut known_leader, on_event).await {
                Ok(Some(leadership)) => {
                    on_event(Event::Leading);
                    known_leader = None;
                    leading.set(Some(leadership.revision()));
                    let term = current.lead(leadership, id, on_event).await;
                    leading.set(None);
                    term
                }
                Ok(None) => Ok(Term::Lost),
                Err(error) => Err(error),
            };
            let result = match result {
                // Another leader, or an operator, may have ended the rollout that is waited for.
                Ok(Term::Lost) => current.ended(id).await.map(|ended| ended.map_or(Term::Lost, Term::Ended)),
                result => result,
            };
            match result {
                // The next candidate may be another controller.
                Ok(Term::Ended(state)) if id.is_none() => on_event(Event::Ended(state)),
                Ok(Term::Ended(state)) => {
                    on_event(Event::Ended(state.clone()));
                    return Ok(*state);
                }
                Ok(Term::Lost) => {}
                Err(error) if error.is_transient() => {
                    on_event(Event::Interrupted(error));
                    sleep(RETRY).await;
                    // A certificate or a password may have been renewed, and the client keeps the old one.
                    if let Ok(store) = current.store.reconnect().await {
                        current.store = store;
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns the end of the rollout that is waited for.
    async fn ended(&self, id: Option<&str>) -> Result<Option<Box<RolloutState>>, RolloutError> {
        let Some(id) = id else { return Ok(None) };
        match read_state(&self.store, &self.keys).await? {
            Some((state, _)) if state.id == id => Ok(None),
            _ => match read_last(&self.store, &self.keys).await? {
                Some(last) if last.id == id => Ok(Some(Box::new(last))),
                last => Err(RolloutError::NotRunning { last: last.map(|last| last.ending()) }),
            },
        }
    }

    /// Becomes the leader, or waits for a while.
    async fn acquire(
        &self,
        known_leader: &mut Option<Vec<u8>>,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Option<Leadership>, RolloutError> {
        let key = self.keys.controller();
        if let (Some(leader), _) = self.store.get(&key, MAX_VALUE).await? {
            if known_leader.as_ref() != Some(&leader.value) {
                let name = String::from_utf8_lossy(&leader.value).into_owned();
                on_event(Event::Standby { leader: name });
                *known_leader = Some(leader.value);
            }
            self.wait_for_absence(&key).await;
            return Ok(None);
        }
        let lease = self.store.grant_lease(self.lease).await?;
        let claim = Transaction::new().when(&key, Condition::Absent).put_under(&key, self.by.as_bytes(), lease.id());
        let revision = match self.store.commit(&claim).await {
            Ok(Commit::Done(_)) => {
                // A transaction whose answer was lost reports a later position than that of its change.
                match self.store.get(&key, MAX_VALUE).await?.0.filter(|entry| entry.lease == Some(lease.id())) {
                    Some(entry) => entry.modified,
                    None => return Ok(None),
                }
            }
            Ok(Commit::Conflict(_)) => {
                let _ = lease.revoke().await;
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Some(Leadership::of(revision, lease)))
    }

    /// Waits until a key is deleted, for a while at most.
    async fn wait_for_absence(&self, key: &str) {
        let mut watcher = Watcher::new(self.store.clone(), key, WatchOptions::default());
        let deadline = Instant::now() + STANDBY;
        loop {
            tokio::select! {
                () = sleep_until(deadline) => return,
                update = watcher.next() => match update {
                    Update::Listed { listing, .. } if listing.entries.is_empty() => return,
                    Update::Changed { changes, .. }
                        if changes.iter().any(|change| matches!(change, crate::update::Change::Deleted { .. })) =>
                    {
                        return;
                    }
                    _ => {}
                }
            }
        }
    }

    async fn lead(
        &self,
        mut leadership: Leadership,
        id: Option<&str>,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Term, RolloutError> {
        let revision = leadership.revision();
        let term = tokio::select! {
            () = leadership.ended() => Ok(Term::Lost),
            term = self.carry_out(revision, id, on_event) => term,
        };
        // A controller that waits for the next rollout begins again as a candidate, which is cheap.
        leadership.resign().await;
        term
    }

    /// Carries out the rollout, once there is one.
    async fn carry_out(
        &self,
        leader: Revision,
        id: Option<&str>,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Term, RolloutError> {
        let updates = |prefix| Updates::new(Watcher::new(self.store.clone(), prefix, WatchOptions::default()));
        let (mut nodes, mut states) = (updates(self.keys.nodes()), updates(self.keys.rollout_state()));
        let mut inventory: Option<Inventory> = None;
        // Reports that were read before an interruption say nothing of the present.
        let mut is_current = false;
        let mut watched: Option<Watched> = None;
        let mut must_read = true;
        let mut last_shown = None;
        loop {
            if must_read {
                must_read = false;
                match (self.read(watched.take()).await?, id) {
                    (Some(found), None) => watched = Some(found),
                    (Some(found), Some(id)) if found.state.id == id => watched = Some(found),
                    (_, Some(id)) => {
                        let last = read_last(&self.store, &self.keys).await?;
                        let lost = Ok(Term::Lost);
                        return last.filter(|last| last.id == id).map_or(lost, |last| Ok(Term::Ended(Box::new(last))));
                    }
                    (None, None) => {}
                }
            }
            let next_step = watched.as_ref().map_or_else(|| Instant::now() + TICK, |watched| watched.stepped + TICK);
            let soonest = watched.as_ref().map_or_else(Instant::now, |watched| watched.stepped + SHORTEST_TICK);
            tokio::select! {
                update = nodes.next() => {
                    is_current = !matches!(update, Update::Interrupted { .. });
                    if let Update::Interrupted { error, .. } = update {
                        on_event(Event::Interrupted(error.into()));
                        continue;
                    }
                    inventory.get_or_insert_default().apply(&update, &self.keys);
                    // Reports that come together are one step.
                    if Instant::now() < soonest {
                        continue;
                    }
                }
                update = states.next() => match update {
                    Update::Interrupted { error, .. } => {
                        on_event(Event::Interrupted(error.into()));
                        continue;
                    }
                    update => must_read = is_news(&update, watched.as_ref().map(|watched| &watched.entry)),
                },
                () = sleep_until(next_step) => {}
            }
            if must_read {
                continue;
            }
            let (Some(rollout), Some(nodes)) = (&mut watched, &inventory) else { continue };
            if !is_current {
                // The time that is not watched does not count.
                rollout.stepped = Instant::now();
                continue;
            }
            let step = rollout.step(nodes, &self.keys).await;
            let shown =
                RolloutStatus::of(&step.state, &rollout.plan, nodes, rollout.entry.created, Some(self.by.clone()));
            let is_checkpoint = step.state != rollout.state && rollout.saved.elapsed() >= CHECKPOINT;
            match step.action {
                Action::Wait if !is_checkpoint => rollout.state = step.state,
                _ => match self.commit(step, rollout, leader).await? {
                    Some(state) if state.outcome.is_some() => return Ok(Term::Ended(Box::new(state))),
                    Some(_) => {}
                    None => {
                        must_read = true;
                        if !self.is_leader(leader).await? {
                            return Ok(Term::Lost);
                        }
                        continue;
                    }
                },
            }
            let summary = summary(&shown);
            if last_shown.as_ref() != Some(&summary) {
                on_event(Event::Progress(Box::new(shown)));
                last_shown = Some(summary);
            }
        }
    }

    async fn is_leader(&self, leader: Revision) -> Result<bool, RolloutError> {
        let (entry, _) = self.store.get(&self.keys.controller(), MAX_VALUE).await?;
        Ok(entry.is_some_and(|entry| entry.modified == leader))
    }

    /// Reads the rollout. What does not change with its state is kept.
    async fn read(&self, known: Option<Watched>) -> Result<Option<Watched>, RolloutError> {
        let Some((state, entry)) = read_state(&self.store, &self.keys).await? else { return Ok(None) };
        if let Some(known) = known.filter(|known| known.state.id == state.id) {
            return Ok(Some(Watched { state, entry, saved: Instant::now(), ..known }));
        }
        let Some(plan) = read_plan(&self.store, &self.keys, &state).await? else { return Ok(None) };
        let monitoring = Arc::new(Monitoring::new(&state.spec)?);
        let now = Instant::now();
        let evaluation = Evaluation::new(&state, now);
        Ok(Some(Watched { state, entry, plan, monitoring, stepped: now, saved: now, evaluation }))
    }

    /// Commits a step. Returns the state that is stored, or `None` if something changed meanwhile.
    async fn commit(
        &self,
        mut step: Step,
        rollout: &mut Watched,
        leader: Revision,
    ) -> Result<Option<RolloutState>, RolloutError> {
        let pointers = Pointers::of(self.store.list(&self.keys.rollouts()).await?, &self.keys)?;
        let at = Timestamp::now();
        if matches!(step.action, Action::Admit | Action::Finish)
            && let Some(reason) = pointers.foreign(&rollout.state)
        {
            step = pause(rollout.state.clone(), reason, at);
        }
        let stored = Stored { state: &rollout.state, revision: rollout.entry.modified, leader: Some(leader) };
        let transaction = transaction(&step, stored, &pointers, Some(&rollout.plan), &self.keys, (&self.by, at));
        let Commit::Done(position) = self.store.commit(&transaction).await? else { return Ok(None) };
        rollout.entry.value = step.state.encode();
        rollout.entry.modified = position.revision;
        rollout.saved = Instant::now();
        rollout.state = step.state;
        Ok(Some(rollout.state.clone()))
    }
}

/// Returns what a reader of the progress sees: without times, which change with each step.
fn summary(status: &RolloutStatus) -> (RolloutState, Vec<(usize, usize)>, Vec<NodeProgress>) {
    let mut state = RolloutState { spent_ms: 0, ..status.state.clone() };
    for alarm in &mut state.alarms {
        alarm.held_ms = 0;
    }
    let waves = status.waves.iter().map(|wave| (wave.admitted, wave.done)).collect();
    (state, waves, status.pending.iter().map(|node| node.progress.clone()).collect())
}
