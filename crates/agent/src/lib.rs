//! The agent: keeps the config of a service current, whatever language the service is written in.
//!
//! It runs beside the service, holds the config in a [`Live`](confgate_runtime::live::Live), and
//!
//! ```text
//!            ┌─▶ output_thread.rs ─▶ Output: the file that the service reads, secrets included
//! Live ──────┤          └─────────▶ Target: notifies the service after each change
//!            └─▶ pages.rs ─▶ respond.rs ─▶ http.rs ─▶ Listen: /metrics, /health, /config, secrets redacted
//!            └─▶ ofrep.rs ─▶ Evaluations: flags, by OpenFeature's remote evaluation protocol
//! ```
//!
//! A rejected config changes neither the file nor the service. No request changes the state of the agent.

mod about;
mod agent;
mod applied;
mod body;
mod connections;
mod evaluations;
mod event_stream;
mod events;
mod followed;
mod hosts;
mod http;
mod listen;
mod ofrep;
mod output;
mod output_request;
mod output_thread;
mod pages;
mod respond;
mod serve;
mod service;
mod site;
mod state;
mod target;
mod token;
mod views;
mod waiting;

pub use self::agent::{Agent, RunError};
pub use self::applied::{Applied, NotApplied};
pub use self::evaluations::{ChangeEvent, EvaluationAnswer, Evaluations};
pub use self::events::{Event, EventSource, NextEvent};
pub use self::followed::Followed;
pub use self::hosts::{AllowedHosts, HostName, InvalidHostName};
pub use self::listen::{InvalidListen, Listen, ListenError, Listener};
pub use self::output::{Output, OutputError, WriteOutcome};
pub use self::serve::serve_beside;
pub use self::service::{Service, Status};
pub use self::site::{HTML, JSON, Page, Site, TEXT};
pub use self::target::{Target, TargetError};
pub use self::token::{TokenError, TokenFile};
pub use self::views::{View, Views};
pub use self::waiting::WaitingServer;
