//! `confgate set`: another value of a field in a file.

use std::path::PathBuf;

use clap::Args;
use confgate_core::edit::{self, FieldName};
use confgate_core::gate::Gate;
use confgate_core::toml;
use confgate_core::value::{self, Node, Segment, Source, Table, Value};
use confgate_runtime::load::Override;

use crate::cli::edit::edited_file::EditedFile;
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
        if let Some(obstacle) = obstacle(&edited.tree, &path) {
            return Err(CliError::file(&file, obstacle));
        }
        let node = match edited.tree.get(&path.0) {
            Some(current) => Override::replacing(&edited.gate, path.clone(), current, &value, "set").value,
            None => Override::text(&edited.gate, path.clone(), &value, "set").value,
        };
        let mut tree = edited.tree.clone();
        let text = if node.is_null() {
            tree.remove(&path.0);
            Some(edit::remove(&edited.text, &path))
        } else if tree.get(&path.0) == Some(&node) {
            // The same value may be written in another way.
            Some(edited.text.clone())
        } else {
            put(&mut tree, &path.0, node.clone());
            edited_text(&edited, &path, &node, &tree)
        };
        let text = text.ok_or_else(|| CliError::file(&file, FileError::NoPosition(path)))?;
        edited.write(&text, &tree, output)
    }
}

/// Returns the reason why a field cannot be in a config: something else than a table or a list stands around it.
fn obstacle(tree: &Node, path: &value::Path) -> Option<FileError> {
    let mut node = tree;
    for (depth, segment) in path.0.iter().enumerate() {
        let at = || value::Path(path.0[..depth].to_vec());
        node = match (segment, &node.value) {
            (Segment::Key(key), Value::Table(table)) => table.get(key)?,
            (Segment::Index(index), Value::List(list)) => match list.get(*index) {
                Some(element) => element,
                None => return Some(FileError::NoPosition(path.clone())),
            },
            (Segment::Key(key), Value::List(_)) => {
                return Some(FileError::InList { list: at(), element: at().index(0).key(key) });
            }
            (Segment::Key(_), other) => return Some(FileError::InScalar(path.clone(), at(), other.kind(), "table")),
            (Segment::Index(_), other) => return Some(FileError::InScalar(path.clone(), at(), other.kind(), "list")),
        };
    }
    None
}

/// Returns the text with a value at a path, so that it has the values of `tree`. Of a table with a header, the entries change.
fn edited_text(edited: &EditedFile, path: &value::Path, node: &Node, tree: &Node) -> Option<String> {
    let reads = |text: &String| toml::read(&Source::new("", text.as_str())).0 == *tree;
    let whole = edit::set(&edited.text, path, &toml::inline(node));
    if whole.as_ref().is_some_and(reads) {
        return whole;
    }
    let by_entries = || {
        let (current, table) = (edited.tree.get(&path.0)?.as_table()?, node.as_table()?);
        let removed = current.keys().filter(|key| !table.contains_key(key.as_str()));
        let text = removed.fold(edited.text.clone(), |text, key| edit::remove(&text, &path.key(key)));
        table.iter().try_fold(text, |text, (key, value)| edit::set(&text, &path.key(key), &toml::inline(value)))
    };
    by_entries().filter(reads).or(whole)
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
        // An element that the list lacks has no position in the text.
        _ => {}
    }
}
