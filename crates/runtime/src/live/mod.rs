//! The live config of a running service: a handle for lock-free reads, reloads and subscriptions.
//!
//! [`Live`] holds the last config that the gate accepted. Any number of threads read it without a lock; one writer at a time
//! replaces it, and a rejected config changes nothing. A reload is triggered by a file ([`Builder::watch`]), by a signal
//! ([`Builder::signal`]), by a profile that becomes active, or by the program ([`Live::reload`], [`Live::apply`],
//! [`Live::revert`]).
//!
//! live.rs has the handle and its builder, state.rs the reload itself, reload_thread.rs its triggers. input_monitor.rs waits until
//! the files are written and compares them again after a load, bounded_work.rs limits its time, and directory_watcher.rs watches
//! directories. restart_only.rs keeps the fields that need a restart, and signal_observer.rs reports reloads by signal.
//!
//! ```
//! use confgate_bitcraps::Config;
//! use confgate_core::value::Path;
//! use confgate_runtime::live::Live;
//! use confgate_runtime::load::{Loader, Override};
//! use confgate_runtime::system::SystemContext;
//!
//! let live = Live::<Config>::builder(Loader::of::<Config>(SystemContext::bare())).start()?;
//! assert_eq!(live.load().network.max_connections, 50);
//!
//! let changes = live.subscribe();
//! live.apply([Override::json(Path::dotted("network.max_connections"), 20.into())], "fewer while we look into it")?;
//! assert_eq!(live.load().network.max_connections, 20);
//! assert_eq!(changes.try_recv().unwrap().fields[0].field, "network.max_connections");
//!
//! let rejected = live.apply([Override::json(Path::dotted("network.max_connections"), 0.into())], "reject this");
//! assert!(rejected.unwrap_err().to_string().contains("must be at least 1"));
//! assert_eq!(live.load().network.max_connections, 20);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bounded_work;
mod change;
mod current;
mod directory_watcher;
mod error;
mod input_digests;
mod input_monitor;
mod live;
pub mod metrics;
mod metrics_format;
mod open_files;
mod panic_guard;
mod record;
mod reload_reason;
mod reload_thread;
mod restart_only;
mod signal_observer;
mod state;
#[cfg(test)]
mod state_tests;
#[cfg(test)]
mod tests;
mod wake;
mod watch;
mod watch_status;
#[cfg(test)]
mod watch_tests;
mod writer;

pub use self::change::{ChangedField, ConfigChange, Subscription};
pub use self::current::{Cache, Current, Guard, PastConfig, PendingField};
pub use self::error::{RevertError, StartError};
pub use self::live::{Builder, Live};
pub use self::reload_reason::ReloadReason;
pub use self::signal_observer::SignalObserver;
pub use self::state::Reloaded;
pub use self::watch_status::WatchStatus;
