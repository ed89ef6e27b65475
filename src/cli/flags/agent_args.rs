//! Options of the agent for its flags.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use confgate_core::environment::Environment;
use confgate_flags::{EvaluationContext, FlagsFile, InstanceFlags, LiveFlags};
use confgate_runtime::audit::{AuditTrail, Limits};
use confgate_runtime::live::{Builder, Live, StartError};
use confgate_runtime::load::Loader;
use confgate_runtime::system::SystemContext;

use crate::cli::agent_flags::StartedFlags;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::evaluations::AgentFlags;
use crate::cli::output::Output;

/// Flags of an agent.
#[derive(Debug, Args)]
pub(crate) struct AgentFlagsArgs {
    /// Evaluate the flags in this file, or in a bundle of one: for the profiles of the config, and for clients of OpenFeature by OFREP
    /// below /ofrep/v1 of the address.
    #[arg(long, value_name = "FILE")]
    flags: Option<PathBuf>,
    /// Set the targeting key of this instance, by which conditions of profiles select a share. [default: the name of the host]
    #[arg(long, value_name = "KEY", requires = "evaluates")]
    flags_key: Option<String>,
    /// Record every change of the flags in this audit trail.
    #[arg(long, value_name = "FILE", requires = "evaluates")]
    flags_audit: Option<PathBuf>,
}

impl AgentFlagsArgs {
    /// Starts the flags, if there are some. `follow` sets how changes of files are noticed. Prints the report and returns the exit status
    /// if the flags are rejected.
    pub fn start(
        &self,
        name: &str,
        environment: Option<Environment>,
        follow: impl FnOnce(Builder<FlagsFile>) -> Builder<FlagsFile>,
        output: &mut Output,
    ) -> Result<Result<Option<StartedFlags>, ExitStatus>, CliError> {
        let Some(path) = &self.flags else { return Ok(Ok(None)) };
        let loader = Loader::of::<FlagsFile>(SystemContext::of_process()).environment(environment).at(path);
        match self.live(name, loader, follow)? {
            Ok(live) => Ok(Ok(Some(self.started(name, live)))),
            Err(StartError::Refused(refused)) => {
                output.put_report(&refused.report)?;
                Ok(Err(ExitStatus::of_refused(&refused.report)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Starts the live flags of a loader. The outer error is about the audit trail.
    pub fn live(
        &self,
        name: &str,
        loader: Loader<FlagsFile>,
        follow: impl FnOnce(Builder<FlagsFile>) -> Builder<FlagsFile>,
    ) -> Result<Result<Live<FlagsFile>, StartError>, CliError> {
        let mut builder = follow(Live::<FlagsFile>::builder(loader).name(format!("{name}_flags")).signal());
        if let Some(path) = &self.flags_audit {
            builder = builder.audit(AuditTrail::open(path, Limits::default())?);
        }
        Ok(builder.start())
    }

    /// Returns what the agent evaluates, for the service of this name.
    pub fn started(&self, name: &str, live: Live<FlagsFile>) -> StartedFlags {
        let environment = live.snapshot().loaded.environment;
        let flags = LiveFlags::new(live);
        let variants = InstanceFlags::new(flags.clone(), self.context(name, environment));
        let evaluations = AgentFlags::new(flags, name.to_owned());
        StartedFlags { evaluations: Arc::new(evaluations), variants: Arc::new(variants) }
    }

    /// Returns the context of this instance.
    fn context(&self, service: &str, environment: Environment) -> EvaluationContext {
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned();
        let key = self.flags_key.clone().unwrap_or_else(|| host.clone());
        EvaluationContext::new()
            .targeting_key(key)
            .with("service", service)
            .with("environment", environment.name())
            .with("host", host.as_str())
    }
}
