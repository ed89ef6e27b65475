//! A change of a rollout as one transaction.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::entry::{Entry, Listing};
use crate::history::{Action as HistoryAction, HistoryEntry, Move};
use crate::keys::Keys;
use crate::names::WaveName;
use crate::pointer::Pointer;
use crate::position::Revision;
use crate::rollout::error::RolloutError;
use crate::rollout::plan::Plan;
use crate::rollout::state::{Outcome, RolloutState};
use crate::rollout::step::{Action, Step};
use crate::transaction::{Condition, Transaction};

/// The pointers of a service, as they are.
#[derive(Debug, Clone, Default)]
pub(super) struct Pointers(BTreeMap<WaveName, (Pointer, Entry)>);

/// A state with the revisions that its next change depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored<'s> {
    pub state: &'s RolloutState,
    /// Revision of the state's last change.
    pub revision: Revision,
    /// The key and the revision of the controller that makes the change; `None` for an operator.
    pub leader: Option<Revision>,
}

impl Pointers {
    /// Reads the pointers of a listing.
    ///
    /// # Errors
    ///
    /// One of them is invalid.
    pub fn of(listing: Listing, keys: &Keys) -> Result<Self, RolloutError> {
        let prefix = keys.rollouts();
        let mut pointers = BTreeMap::new();
        for entry in listing.entries {
            let Some(wave) = Keys::name_below(&entry.key, &prefix).and_then(|name| name.parse().ok()) else { continue };
            let pointer = Pointer::decode(&entry.value, &entry.key)?;
            pointers.insert(wave, (pointer, entry));
        }
        Ok(Self(pointers))
    }

    /// Returns the pointer of a wave.
    pub fn get(&self, wave: &WaveName) -> Option<&Pointer> {
        self.0.get(wave).map(|(pointer, _)| pointer)
    }

    /// Returns the pointers, by their waves.
    pub fn iter(&self) -> impl Iterator<Item = (&WaveName, &Pointer)> {
        self.0.iter().map(|(wave, (pointer, _))| (wave, pointer))
    }

    /// Returns the condition that the pointer of a wave is as it was read.
    pub fn as_read(&self, wave: &WaveName) -> Condition {
        Condition::as_read(self.0.get(wave).map(|(_, entry)| entry))
    }

    /// Returns whether the pointer of a wave is one of this rollout.
    fn is_of(&self, wave: &WaveName, state: &RolloutState) -> bool {
        self.get(wave).is_some_and(|pointer| pointer.selector.is_some() && pointer.release == state.release)
    }

    /// Returns the reason why the pointers are not as the rollout left them.
    pub fn foreign(&self, state: &RolloutState) -> Option<String> {
        let all = self.get(&WaveName::all());
        if all.map(|pointer| pointer.release) != Some(state.before) {
            let by = all.map(|pointer| format!(" by {}", pointer.by)).unwrap_or_default();
            return Some(format!("the pointer all was changed{by}"));
        }
        let begun = state.touched().take(if state.admitted > 0 { state.wave.saturating_add(1) } else { state.wave });
        let known: Vec<WaveName> = begun.collect();
        for (wave, pointer) in self.iter().filter(|(wave, _)| **wave != WaveName::all()) {
            if !known.contains(wave) || !self.is_of(wave, state) {
                return Some(format!("the pointer {wave} was changed by {}", pointer.by));
            }
        }
        None
    }
}

/// Returns the transaction of a step. Its conditions: the state is the one that the step follows from, the controller is the leader,
/// and the pointers that it writes are as they were read.
pub(super) fn transaction(
    step: &Step,
    stored: Stored<'_>,
    pointers: &Pointers,
    plan: Option<&Plan>,
    keys: &Keys,
    (by, at): (&str, Timestamp),
) -> Transaction {
    let Stored { state: before, revision, leader } = stored;
    let after = &step.state;
    let mut transaction = Transaction::new().when(keys.rollout_state(), Condition::Unchanged(revision));
    if let Some(leader) = leader {
        transaction = transaction.when(keys.controller(), Condition::Unchanged(leader));
    }
    let mut moved = BTreeMap::new();
    match (step.action, plan) {
        (Action::Wait | Action::Save, _) => {}
        (Action::Admit, Some(plan)) => {
            let wave = after.wave_name();
            let pointer = Pointer {
                release: after.release,
                by: after.by.clone(),
                at,
                commit: after.commit.clone(),
                authority: None,
                selector: Some(plan.selector(after.wave, after.admitted)),
            };
            transaction = transaction
                .when(keys.rollout(&wave), pointers.as_read(&wave))
                .put(keys.rollout(&wave), pointer.encode());
            if before.wave != after.wave || before.admitted == 0 {
                moved.insert(wave, Move { from: Some(after.before), to: after.release });
            }
        }
        (Action::Admit, None) => {}
        (Action::Back, _) => {
            for wave in before.touched().filter(|wave| pointers.is_of(wave, before)) {
                transaction =
                    transaction.when(keys.rollout(&wave), pointers.as_read(&wave)).delete(keys.rollout(&wave));
                moved.insert(wave, Move { from: Some(before.release), to: before.before });
            }
        }
        (Action::Finish, _) => {
            let all = WaveName::all();
            let pointer = Pointer {
                release: after.release,
                by: after.by.clone(),
                at,
                commit: after.commit.clone(),
                authority: None,
                selector: None,
            };
            // The first write of the transaction: a reader of one change at a time sees the release before the waves end.
            transaction =
                transaction.when(keys.rollout(&all), pointers.as_read(&all)).put(keys.rollout(&all), pointer.encode());
            for wave in before.touched().filter(|wave| pointers.get(wave).is_some()) {
                transaction =
                    transaction.when(keys.rollout(&wave), pointers.as_read(&wave)).delete(keys.rollout(&wave));
            }
            moved.insert(all, Move { from: Some(before.before), to: before.release });
        }
    }
    if !moved.is_empty() || step.action == Action::Back {
        let entry = HistoryEntry {
            action: if step.action == Action::Back { HistoryAction::Rollback } else { HistoryAction::Advance },
            waves: moved,
            by: by.to_owned(),
            at,
            commit: after.commit.clone(),
            reason: match &after.outcome {
                Some(Outcome::Back { reason, .. }) => Some(reason.clone()),
                Some(Outcome::Finished { .. }) => Some("the rollout is finished".to_owned()),
                None => None,
            },
        };
        transaction = transaction.put_marker(keys.new_history_entry(at), entry.encode());
    }
    match after.outcome {
        Some(_) => transaction
            .put(keys.last_rollout(), after.encode())
            .delete(keys.rollout_plan())
            .delete(keys.staged())
            .delete(keys.rollout_state()),
        None => transaction.put(keys.rollout_state(), after.encode()),
    }
}
