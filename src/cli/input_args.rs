//! The options `--input` and `--max-size`.

use std::path::Path;

use clap::Args;
use confgate_core::value::Format;
use confgate_files::SizeLimit;

use crate::cli::config_files::ConfigFile;
use crate::cli::error::CliError;
use crate::cli::format::ConfigFormat;
use crate::cli::input;
use crate::cli::project::Projects;

/// Format and size of config files.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// Read configs in this format. [default: by confgate.toml, else by the extension of the file, else TOML]
    #[arg(long, value_name = "FORMAT", value_enum)]
    input: Option<ConfigFormat>,
    #[command(flatten)]
    max_size: MaxSizeArgs,
}

impl InputArgs {
    /// Returns the format of the option.
    pub fn format(&self) -> Option<Format> {
        self.input.map(Format::from)
    }

    /// Returns the format of a file: that of the option, else that of its entry in `confgate.toml`, else that of its extension.
    pub fn format_of(&self, path: &Path, projects: &Projects) -> Result<Format, CliError> {
        match self.format() {
            Some(format) => Ok(format),
            None => Ok(projects.of(path)?.format(path).unwrap_or_default()),
        }
    }

    /// Returns the size limit of the option.
    #[cfg(feature = "live")]
    pub fn max_size(&self) -> Option<SizeLimit> {
        self.max_size.max_size
    }

    /// Reads a config or standard input.
    pub fn read(&self, path: &Path, format: Format) -> Result<Vec<u8>, CliError> {
        self.max_size.read(path, format)
    }

    /// Reads a config file that the arguments name, or standard input.
    pub fn read_file(&self, file: &ConfigFile, format: Format) -> Result<Vec<u8>, CliError> {
        match file.is_listed {
            true => input::read_listed_config(&file.path, format, self.max_size.max_size),
            false => self.read(&file.path, format),
        }
    }
}

/// Size limit of config files.
#[derive(Debug, Args)]
pub(crate) struct MaxSizeArgs {
    /// Read configs of at most this size: a number of bytes, or one with KiB, MiB or GiB. [default: 64MiB]
    #[arg(long, value_name = "SIZE")]
    max_size: Option<SizeLimit>,
}

impl MaxSizeArgs {
    /// Reads a config or standard input.
    pub fn read(&self, path: &Path, format: Format) -> Result<Vec<u8>, CliError> {
        input::read_config(path, format, self.max_size)
    }
}
