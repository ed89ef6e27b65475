//! `confgate rollout run`.

use clap::Args;
use confgate_core::gate::Gate;
use confgate_core::types;
use confgate_fleet::Author;
use confgate_fleet::rollout::Controller;

use crate::cli::deploy::cancel_on_signals;
use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::fleet::endpoint_args::{EndpointArgs, FleetServiceArgs};
use crate::cli::fleet::listen_args::ListenArgs;
use crate::cli::fleet::rollout::observe::observe_beside;
use crate::cli::fleet::rollout::report::EventPrinter;
use crate::cli::format::OutputFormat;
use crate::cli::output::Output;

/// Carry out every rollout that is started, as a service. Several can run: one is the controller, and another one takes over when its
/// lease ends.
#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    endpoints: EndpointArgs,
    #[command(flatten)]
    service: FleetServiceArgs,
    /// Time after which another controller takes over from a dead one.
    #[arg(long, value_name = "DURATION", default_value = "15s")]
    lease: types::Duration,
    #[command(flatten)]
    listen: ListenArgs,
    /// Print in this format. JSON is one document a line.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human")]
    format: OutputFormat,
}

impl Run {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let keys = self.service.keys(&self.service.gate(model)?)?;
        let cancellation = cancel_on_signals()?;
        output.report_only();
        observe_beside(&self.listen, self.endpoints.options(), keys.clone())?;
        self.endpoints.with_store(async |store| {
            let controller = Controller { store, keys, by: Author::current(None).by, lease: self.lease.into() };
            let mut printer = EventPrinter::new(output, self.format);
            let ended = controller.run(None, &cancellation, &mut |event| printer.print(&event)).await?;
            Ok::<_, CliError>(printer.exit_status(&ended))
        })
    }
}
