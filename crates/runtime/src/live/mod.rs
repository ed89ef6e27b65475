//! The config of a running service: a handle that readers never wait for, and what changes it.
//!
//! [`Live`] holds the config that the gate admitted last. Threads ask it as often as they like; one writer at a time brings a
//! new one, and whatever the gate refuses changes nothing. A change comes from a file ([`Builder::watch`]), from a signal
//! ([`Builder::signal`]), from a profile whose time has come, or from the program ([`Live::reload`], [`Live::apply`],
//! [`Live::revert`]).
//!
//! ```
//! use confgate_bitcraps::Config;
//! use confgate_runtime::load::{Loader, Override};
//! use confgate_runtime::live::Live;
//! use confgate::{SystemContext, tree::Path};
//!
//! let live = Live::<Config>::builder(Loader::of::<Config>(SystemContext::bare())).start()?;
//! assert_eq!(live.load().network.max_connections, 50);
//!
//! let changes = live.subscribe();
//! live.apply([Override::json(Path::dotted("network.max_connections"), 20.into())], "fewer while we look into it")?;
//! assert_eq!(live.load().network.max_connections, 20);
//! assert_eq!(changes.try_recv().unwrap().fields[0].field, "network.max_connections");
//!
//! let refused = live.apply([Override::json(Path::dotted("network.max_connections"), 0.into())], "none at all");
//! assert!(refused.unwrap_err().to_string().contains("must be at least 1"));
//! assert_eq!(live.load().network.max_connections, 20);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod change;
mod current;
mod live;
pub mod metrics;
mod panic_guard;
mod record;
mod reload_reason;
mod reload_thread;
mod restart_only;
#[cfg(test)]
mod tests;
mod watch;
#[cfg(test)]
mod watch_tests;
mod writer;
#[cfg(test)]
mod writer_tests;

pub use self::builder::{Builder, StartError};
pub use self::change::{Change, Field, Subscription};
pub use self::current::{Cache, Current, Guard, Past, Pending};
pub use self::live::*;
pub use self::reload_reason::ReloadReason;
