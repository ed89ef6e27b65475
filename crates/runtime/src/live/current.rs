//! The config that runs, and those that ran before.

use std::ops::Deref;
use std::sync::Arc;

use arc_swap::{ArcSwap, Cache as SwapCache, Guard as SwapGuard};
use confgate_core::value::{Node, Path};
use jiff::Timestamp;

use crate::live::reload_reason::ReloadReason;
use crate::load::{LoadedConfig, Override};

/// A config that was admitted and took over.
#[derive(Debug)]
pub struct Current<M> {
    /// The config itself.
    pub config: M,
    /// Counts the configs of this process, from 1.
    pub version: u64,
    /// Since when it runs.
    pub since: Timestamp,
    /// Why it took over.
    pub cause: ReloadReason,
    /// Where all of it came from.
    pub loaded: Arc<LoadedConfig>,
    /// What a new start would change.
    pub pending: Vec<Pending>,
}

/// A field that keeps its running value until the process is started again.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// The field.
    pub path: Path,
    /// What runs, without secrets; none when it is absent.
    pub running: Option<Node>,
    /// What a new start would bring.
    pub wanted: Option<Node>,
}

/// A config that ran, small enough to be kept.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its version.
    pub version: u64,
    /// Since when it ran.
    pub since: Timestamp,
    /// Why it took over.
    pub cause: ReloadReason,
    /// The whole of it. It holds secrets.
    pub(super) loaded: Arc<LoadedConfig>,
    /// What the program had set then.
    pub(super) overrides: Vec<Override>,
}

/// A look at the config that runs: a `&M` that stays the same as long as the guard is held. Neither readers nor the writer
/// wait for one another.
///
/// Hold it for the length of an operation, not for the life of a connection: the config that it holds is not freed before.
pub struct Guard<M>(SwapGuard<Arc<Current<M>>>);

impl<M> Guard<M> {
    pub(super) fn of(swap: &ArcSwap<Current<M>>) -> Self {
        Self(swap.load())
    }

    /// The version of the config.
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

/// The config that runs, for one thread that asks very often: a question costs one look at a pointer while nothing changes.
pub struct Cache<M>(SwapCache<Arc<ArcSwap<Current<M>>>, Arc<Current<M>>>);

impl<M> Cache<M> {
    pub(super) fn of(swap: &Arc<ArcSwap<Current<M>>>) -> Self {
        Self(SwapCache::new(swap.clone()))
    }

    /// The config that runs now.
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
