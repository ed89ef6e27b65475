//! `confgate unset`: a file without a field.

use std::path::PathBuf;

use clap::Args;
use confgate_core::edit::{self, FieldName};
use confgate_core::gate::Gate;

use crate::cli::edit::edited_file::EditedFile;
use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::schemas::SchemaArgs;

/// Remove a field from a TOML file, so that its default applies.
///
/// Comments, order and all other lines stay. The gate validates the result before the file is replaced.
#[derive(Debug, Args)]
pub struct Unset {
    /// Dotted field or table: network.max_connections.
    #[arg(value_name = "KEY")]
    key: FieldName,
    /// TOML file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    schema: SchemaArgs,
}

impl Unset {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let Self { key: FieldName(path), file, environment, schema } = self;
        let edited = match EditedFile::read(&file, &schema, environment.environment, output, model)? {
            Ok(edited) => edited,
            Err(status) => return Ok(status),
        };
        let mut tree = edited.tree.clone();
        if tree.remove(&path.0).is_none() {
            return Err(CliError::file(&file, FileError::NotSet(path)));
        }
        // A table that dotted keys alone define is gone with the last of them.
        let text = edit::remove(&edited.text, &path);
        let reread = confgate_core::toml::read(&confgate_core::value::Source::new("", text.as_str())).0;
        let mut parent = path.parent();
        while let Some(table) = parent.filter(|table| !table.0.is_empty()) {
            let is_empty = tree.get(&table.0).and_then(|node| node.as_table()).is_some_and(|table| table.is_empty());
            if is_empty && reread.get(&table.0).is_none() {
                tree.remove(&table.0);
            }
            parent = table.parent();
        }
        edited.write(&text, &tree, output)
    }
}
