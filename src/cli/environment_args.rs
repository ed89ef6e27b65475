//! The option `--environment`.

use clap::Args;
use confgate_core::environment::Environment;

/// Environment of a config file.
#[derive(Debug, Args)]
pub(crate) struct EnvironmentArgs {
    /// Validate for this environment: Development, Testing, Staging or Production. [default: the one in the config, else
    /// Development]
    #[arg(long, short, value_name = "ENVIRONMENT")]
    pub environment: Option<Environment>,
}

/// Environment of a config that is loaded on this machine.
#[cfg(feature = "live")]
#[derive(Debug, Args)]
pub(crate) struct HostEnvironmentArgs {
    /// Load for this environment: Development, Testing, Staging or Production. [default: the one in the service's variable
    /// (BITCRAPS_ENV), else the one that the bundle or the config names, else Development]
    #[arg(long, short, value_name = "ENVIRONMENT")]
    pub environment: Option<Environment>,
}
