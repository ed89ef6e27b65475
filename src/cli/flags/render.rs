//! `confgate flags render`: the flags in flagd's own format.

use clap::Args;
use confgate_core::pretty_json::document;
use confgate_flags::flagd_configuration;

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::file::FlagsFileArgs;
use crate::cli::output::Output;

/// Print the flags in flagd's own format, which other implementations of flagd evaluate to the same variants.
#[derive(Debug, Args)]
pub(super) struct RenderFlags {
    #[command(flatten)]
    file: FlagsFileArgs,
}

impl RenderFlags {
    pub fn run(self, output: &mut Output) -> Result<ExitStatus, CliError> {
        let flags = match self.file.load(output)? {
            Ok(flags) => flags,
            Err(status) => return Ok(status),
        };
        // The flags were compiled, so that the times of all ramps exist.
        let configuration = flagd_configuration(flags.file.document()).unwrap_or_default();
        output.put(&document(&configuration))?;
        Ok(ExitStatus::Success)
    }
}
