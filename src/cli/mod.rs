//! Command line over any model.
//!
//! A service's own binary gets all commands with one line: `fn main() -> ExitCode { confgate::cli::main::<Config>() }`.
//!
//! [`main`] parses the arguments (`command_line`), runs the command in the file of its name, and turns the result into an
//! exit code: 0 for success, 1 for a rejected config (`exit_status`), 2 for an error (`error`). Options that several commands
//! share are in the files `*_args` and `config_selection`. All commands print through `output`.

#[cfg(feature = "agent")]
mod agent;
#[cfg(feature = "agent")]
mod agent_flags;
#[cfg(feature = "agent")]
mod agent_views;
#[cfg(feature = "live")]
mod assignment;
#[cfg(feature = "live")]
mod audit;
#[cfg(all(feature = "agent", feature = "deploy"))]
mod audit_signing;
mod build_log;
mod bundle_directory;
mod bundles;
mod change;
mod check;
#[cfg(feature = "live")]
mod code_entry;
mod color;
mod command_line;
mod commented_config;
mod completions;
mod config_files;
#[cfg(feature = "live")]
mod config_page;
#[cfg(feature = "live")]
mod config_selection;
mod defaults;
#[cfg(feature = "deploy")]
mod deploy;
mod diff;
mod docs;
#[cfg(feature = "live")]
mod edit;
mod environment_args;
mod error;
mod exit_status;
#[cfg(feature = "live")]
mod explain;
mod file_check;
mod file_states;
#[cfg(feature = "flags")]
mod flags;
#[cfg(feature = "fleet")]
mod fleet;
mod format;
mod huge_pages;
#[cfg(feature = "live")]
mod init;
mod input;
mod input_args;
#[cfg(feature = "deploy")]
mod key;
#[cfg(feature = "seal")]
mod keygen;
mod links_args;
#[cfg(feature = "live")]
mod load_args;
#[cfg(feature = "agent")]
mod log_level;
#[cfg(feature = "lsp")]
mod lsp;
mod man;
#[cfg(feature = "live")]
mod migrate;
mod output;
mod page_file;
mod path_name;
mod progress;
mod project;
#[cfg(feature = "seal")]
mod rekey;
mod render;
mod rules;
#[cfg(feature = "live")]
mod sanitize;
mod schema;
mod schema_map_args;
mod schemas;
#[cfg(feature = "seal")]
mod seal;
#[cfg(feature = "seal")]
mod sealing;
#[cfg(feature = "deploy")]
mod secret_key_file;
#[cfg(feature = "live")]
mod secrets;
#[cfg(feature = "live")]
mod service_args;
#[cfg(feature = "live")]
mod show;
#[cfg(feature = "deploy")]
mod sign;
#[cfg(feature = "deploy")]
mod trusted_keys;
#[cfg(feature = "flags")]
mod tune;
#[cfg(feature = "seal")]
mod unseal;
#[cfg(feature = "deploy")]
mod verify;

pub use self::command_line::main;
