//! The option `--input`.

use std::path::Path;

use clap::Args;
use confgate_core::value::Format;

use crate::cli::format::ConfigFormat;

/// Format of config files.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Read configs in this format. [default: by the extension of the file, else TOML]
    #[arg(long, value_name = "FORMAT", value_enum)]
    input: Option<ConfigFormat>,
}

impl InputArgs {
    /// Returns the format of the option.
    pub fn format(&self) -> Option<Format> {
        self.input.map(Format::from)
    }

    /// Returns the format of a file.
    pub fn format_of(&self, path: &Path) -> Format {
        self.format().or_else(|| Format::of_file(path)).unwrap_or_default()
    }
}
