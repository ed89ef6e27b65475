//! `confgate set`: another value of a field in a file.

use std::path::PathBuf;

use clap::Args;
use confgate_core::edit;
use confgate_core::gate::Gate;
use confgate_core::toml;
use confgate_core::value::{self, Node, Segment, Table, Value};
use confgate_runtime::load::Override;

use crate::cli::edit::edited_file::{EditedFile, FieldName};
use crate::cli::environment_args::EnvironmentArgs;
use crate::cli::error::{CliError, FileError};
use crate::cli::exit_status::ExitStatus;
use crate::cli::output::Output;
use crate::cli::schemas::SchemaArgs;

/// Set a field of a TOML file.
///
/// Only the value changes, or a line is added: comments, order and all other lines stay. The gate validates the result before the file
/// is replaced; a rejected one is reported and changes nothing.
#[derive(Debug, Args)]
pub struct Set {
    /// Dotted field: network.max_connections, `peers[0].host`.
    #[arg(value_name = "KEY")]
    key: FieldName,
    /// The value, by the type of the field: 5, true, text, a,b, [1, 2], { host = "a" }.
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: String,
    /// TOML file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    environment: EnvironmentArgs,
    #[command(flatten)]
    schema: SchemaArgs,
}

impl Set {
    pub fn run(self, output: &mut Output, model: &(dyn Fn() -> Gate + Sync)) -> Result<ExitStatus, CliError> {
        let Self { key: FieldName(path), value, file, environment, schema } = self;
        let edited = match EditedFile::read(&file, &schema, environment.environment, output, model)? {
            Ok(edited) => edited,
            Err(status) => return Ok(status),
        };
        let node = Override::text(&edited.gate, path.clone(), &value, "set").value;
        let mut tree = edited.tree.clone();
        let text = if node.is_null() {
            tree.remove(&path.0);
            Some(edit::remove(&edited.text, &path))
        } else if tree.get(&path.0) == Some(&node) {
            // The same value may be written in another way.
            Some(edited.text.clone())
        } else {
            put(&mut tree, &path.0, node.clone());
            edit::set(&edited.text, &path, &toml::inline(&node))
        };
        let text = text.ok_or_else(|| CliError::file(&file, FileError::NoPosition(path)))?;
        edited.write(&text, &tree, output)
    }
}

/// Puts a value at a path, and the tables around it.
fn put(tree: &mut Node, path: &[Segment], node: Node) {
    let Some((first, rest)) = path.split_first() else {
        *tree = node;
        return;
    };
    match (first, &mut tree.value) {
        (Segment::Key(key), Value::Table(table)) => {
            if !table.contains_key(key) {
                table.insert(key.clone(), Node::generated(Value::Table(Table::default())));
            }
            if let Some(child) = table.get_mut(key) {
                put(child, rest, node);
            }
        }
        (Segment::Index(index), Value::List(list)) if *index < list.len() => put(&mut list[*index], rest, node),
        (_, other) => {
            // A value stands in the place of a table: the edited text is compared with this.
            *other = value::Value::Null;
        }
    }
}
