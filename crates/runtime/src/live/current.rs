//! The running config, and those that ran before.

use std::ops::Deref;
use std::sync::Arc;

use arc_swap::{ArcSwap, Cache as SwapCache, Guard as SwapGuard};
use confgate_core::value::{Node, Path};
use jiff::Timestamp;

use crate::live::reload_reason::ReloadReason;
use crate::load::{LoadedConfig, Override};

/// The running config.
#[derive(Debug)]
pub struct Current<M> {
    /// The typed config.
    pub config: M,
    /// The number of the config in this process, from 1.
    pub version: u64,
    /// Time of the start or reload.
    pub since: Timestamp,
    /// The reason of the start or reload.
    pub reason: ReloadReason,
    /// The config with the origins of its values.
    pub loaded: Arc<LoadedConfig>,
    /// The restart-only fields with a new value, which a restart applies.
    pub pending: Vec<PendingField>,
}

/// A restart-only field with a new value. It keeps the running value until a restart.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingField {
    /// The field.
    pub path: Path,
    /// The redacted running value, or `None` if it is absent.
    pub running: Option<Node>,
    /// The redacted new value.
    pub wanted: Option<Node>,
}

/// A config that ran before.
#[derive(Debug, Clone)]
pub struct PastConfig {
    /// The version.
    pub version: u64,
    /// Time of its start or reload.
    pub since: Timestamp,
    /// The reason of its start or reload.
    pub reason: ReloadReason,
    /// The config with its secrets.
    pub(super) loaded: Arc<LoadedConfig>,
    /// The overrides that applied to it.
    pub(super) overrides: Vec<Override>,
}

/// Reference to the running config. It dereferences to the same `&M` for its whole life, and takes no lock.
///
/// Hold a guard for one operation, not for the life of a connection: it keeps its config alive.
pub struct Guard<M>(SwapGuard<Arc<Current<M>>>);

impl<M> Guard<M> {
    pub(super) fn of(swap: &ArcSwap<Current<M>>) -> Self {
        Self(swap.load())
    }

    /// Returns the version of the config.
    pub fn version(&self) -> u64 {
        self.0.version
    }
}

impl<M> Deref for Guard<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.0.config
    }
}

/// Cache of the running config for one thread that reads very often. While the config stays the same, a read compares one
/// pointer.
pub struct Cache<M>(SwapCache<Arc<ArcSwap<Current<M>>>, Arc<Current<M>>>);

impl<M> Cache<M> {
    pub(super) fn of(swap: &Arc<ArcSwap<Current<M>>>) -> Self {
        Self(SwapCache::new(swap.clone()))
    }

    /// Returns the running config.
    #[inline]
    pub fn load(&mut self) -> &M {
        &self.0.load().config
    }
}

impl<M> Clone for Cache<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
