//! Observers of the reload signal.

use std::sync::OnceLock;

use crate::load::Refused;

/// An observer of the reloads that SIGHUP starts. Its methods run on the reload thread and delay the next reload.
pub trait SignalObserver: Send + Sync {
    /// Called before a reload.
    fn started(&self);

    /// Called after a reload, with the version of the running config, and the rejection if it was rejected.
    fn ended(&self, version: u64, refused: Option<&Refused>);
}

impl<T: SignalObserver + ?Sized> SignalObserver for Box<T> {
    fn started(&self) {
        self.as_ref().started();
    }

    fn ended(&self, version: u64, refused: Option<&Refused>) {
        self.as_ref().ended(version, refused);
    }
}

/// The observer of a handle, which is set at most once.
#[derive(Default)]
pub(super) struct ObserverSlot(OnceLock<Box<dyn SignalObserver>>);

impl ObserverSlot {
    /// Sets the observer. Returns `false` if there is one already.
    pub fn set(&self, observer: Box<dyn SignalObserver>) -> bool {
        self.0.set(observer).is_ok()
    }

    /// Returns the observer, if one was set.
    pub fn get(&self) -> Option<&dyn SignalObserver> {
        self.0.get().map(AsRef::as_ref)
    }
}
