//! Options that select a service without a model in this program.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use confgate_core::gate::Gate;

use crate::cli::error::CliError;
use crate::cli::input;
use crate::cli::schema_map_args::SchemaMapArgs;

/// Schema and name of a service that is not the bundled model.
#[derive(Debug, Args)]
pub(crate) struct ServiceArgs {
    /// Use this JSON Schema instead of the bundled model, for a service that is not written in Rust.
    #[arg(long, value_name = "FILE", requires = "service")]
    schema: Option<PathBuf>,
    /// Set the name of that service. Its variables begin with the name in capitals: GAME_CONFIG_PATH, GAME_ENV.
    #[arg(long, value_name = "NAME", requires = "schema")]
    service: Option<ServiceName>,
    #[command(flatten)]
    maps: SchemaMapArgs,
}

impl ServiceArgs {
    /// Returns the gate of the named service, else that of the model.
    pub fn gate(&self, model: &dyn Fn() -> Gate) -> Result<Gate, CliError> {
        let Some((path, ServiceName(name))) = self.schema.as_ref().zip(self.service.as_ref()) else {
            return Ok(model());
        };
        // A process has one service until it exits, so that leaking its name is bounded.
        let name: &'static str = Box::leak(name.clone().into_boxed_str());
        let prefix: &'static str = Box::leak(name.to_uppercase().replace('-', "_").into_boxed_str());
        input::schema_gate_with(path, &self.maps, |source| Gate::of_service(source, name, prefix))
    }
}

/// Name that is valid in the names of files, variables and metrics.
#[derive(Debug, Clone)]
struct ServiceName(String);

/// A service name with other characters than the permitted ones.
#[derive(Debug, thiserror::Error)]
#[error("use lowercase letters, digits and hyphens: game, chat-relay")]
struct InvalidServiceName;

impl FromStr for ServiceName {
    type Err = InvalidServiceName;

    fn from_str(text: &str) -> Result<Self, InvalidServiceName> {
        let is_permitted = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_valid = text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_permitted);
        if is_valid && !text.ends_with('-') { Ok(Self(text.to_owned())) } else { Err(InvalidServiceName) }
    }
}
