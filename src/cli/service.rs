//! Whose config a command is about, where that is not the bundled model's.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use confgate_core::gate::Gate;

use crate::cli::{Failure, input};

/// A service that has a schema, and no model in this program.
#[derive(Debug, Args)]
pub struct ForService {
    /// JSON Schema of the config, in the place of the bundled model: for a service that is not written in Rust.
    #[arg(long, value_name = "FILE", requires = "service")]
    schema: Option<PathBuf>,
    /// What that service is called. Its variables begin with the name in capitals: GAME_CONFIG_PATH, GAME_ENV.
    #[arg(long, value_name = "NAME", requires = "schema")]
    service: Option<Name>,
}

impl ForService {
    /// The gate of that service, else the one of the model.
    pub fn gate(&self, model: &dyn Fn() -> Gate) -> Result<Gate, Failure> {
        let Some((path, Name(name))) = self.schema.as_ref().zip(self.service.as_ref()) else { return Ok(model()) };
        // A process has one service, from its start to its end.
        let name: &'static str = Box::leak(name.clone().into_boxed_str());
        let prefix: &'static str = Box::leak(name.to_uppercase().replace('-', "_").into_boxed_str());
        input::schema(path, |schema| Gate::of_service(schema, name, prefix))
    }
}

/// A name that may stand in the names of files, variables and metrics.
#[derive(Debug, Clone)]
struct Name(String);

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(rest);
        if good && !text.ends_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err("write small letters, digits and dashes: game, chat-relay")
        }
    }
}
