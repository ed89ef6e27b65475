//! `confgate defaults`: default config of an environment.

use clap::Args;
use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, ValidateOptions, written};
use confgate_core::toml;
use confgate_core::value::Source;

use crate::cli::commented_config::commented;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;

/// Print the defaults of an environment as TOML.
#[derive(Debug, Args)]
pub struct Defaults {
    /// Print the defaults of this environment: Development, Testing, Staging or Production.
    #[arg(long, short, value_name = "ENVIRONMENT", default_value = "Development")]
    environment: Environment,
    /// Describe each field in a comment above it, as a file to start from.
    #[arg(long)]
    commented: bool,
}

impl Defaults {
    pub fn run(self, output: &mut Output, gate: &Gate) -> Result<ExitStatus, CliError> {
        let environment = self.environment;
        let defaults = gate.defaults(environment);
        let schema = format!("./{}.schema.json", gate.model_name().unwrap_or("config"));
        let text = if self.commented {
            commented(gate, &defaults, environment, &schema).text
        } else {
            toml::write(&defaults)?
        };
        let options = ValidateOptions { environment: Some(environment), ..ValidateOptions::default() };
        written::verify(gate.spec(), &defaults, Input::text(&Source::new("the defaults", text.as_str()), options))?;
        output.put(&text)?;
        Ok(ExitStatus::Success)
    }
}
