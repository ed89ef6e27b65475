//! Helpers that the integration tests share: the program under test, folders of files, bundles, golden files, agents,
//! terminals, signals, units of systemd, servers of etcd, Prometheus and Alertmanager, proxies, and Nix.
//!
//! The crate depends on no other crate of Confgate, so a change of Confgate does not compile it again.

pub mod agent;
pub mod etcd;
pub mod fleet;
pub mod golden;
pub mod monitoring;
pub mod nix;
pub mod proxy;
pub mod signals;
pub mod terminal;
pub mod units;

mod bundle;
mod files;
mod memory;
mod program;
mod wait;

pub use assert_cmd::cargo::cargo_bin;
pub use bundle::Bundle;
pub use files::{files, root};
pub use memory::copies_in_memory;
pub use program::{Printed, command, example, pipe};
pub use wait::eventually;
