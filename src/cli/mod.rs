//! The command line, over any model.
//!
//! A service's own binary gets all of it with one line: `fn main() -> ExitCode { confgate::cli::main::<Config>() }`.

#[cfg(feature = "agent")]
mod agent;
#[cfg(feature = "live")]
mod audit;
mod bundles;
mod change;
mod check;
#[cfg(feature = "live")]
mod code;
mod command_line;
mod defaults;
#[cfg(feature = "deploy")]
mod deploy;
mod diff;
mod docs;
#[cfg(feature = "live")]
mod explain;
#[cfg(feature = "deploy")]
mod file;
mod generate;
mod input;
#[cfg(feature = "deploy")]
mod key;
#[cfg(feature = "seal")]
mod keygen;
#[cfg(feature = "live")]
mod migrate;
mod output;
#[cfg(feature = "seal")]
mod rekey;
mod render;
#[cfg(feature = "live")]
mod replace;
mod report_format;
mod rules;
#[cfg(feature = "live")]
mod running;
#[cfg(feature = "seal")]
mod seal;
#[cfg(feature = "seal")]
mod sealing;
#[cfg(feature = "live")]
mod secrets;
#[cfg(feature = "live")]
mod service;
#[cfg(feature = "live")]
mod show;
#[cfg(feature = "deploy")]
mod sign;
#[cfg(feature = "seal")]
mod unseal;
#[cfg(feature = "deploy")]
mod verify;

pub use self::command_line::*;
