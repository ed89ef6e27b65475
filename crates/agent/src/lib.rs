//! The agent: what a service that is not written in Rust gets of a running config.
//!
//! It runs beside the service, holds the config in a [`Live`](confgate_runtime::live::Live), and
//! - keeps a file with the whole of it current, secrets and all ([`Output`]),
//! - tells the service after each change ([`Target`]),
//! - answers who asks what runs, since when, and what is wrong ([`Listen`]).
//!
//! What the gate refuses changes neither the file nor the service. Nothing that is asked of the agent changes its state.

mod http;
mod listen;
mod output;
mod pages;
mod reload_thread;
mod run;
mod service;
mod state;
mod systemd;
mod target;

pub use self::listen::{InvalidListen, Listen, ListenError, Listener};
pub use self::output::{Format, Output, OutputError, Written};
pub use self::run::{Agent, RunError};
pub use self::service::{Service, Status};
pub use self::target::{Target, TargetError};
