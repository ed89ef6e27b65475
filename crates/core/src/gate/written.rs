//! The check of a config as it is written: what is read from the text is valid, and means what was to be written.

use std::fmt;

use thiserror::Error;

use crate::diagnostics::Report;
use crate::gate::input::Input;
use crate::gate::spec::ConfigSpec;
use crate::gate::validate::validate;
use crate::value::{Node, Path, PathRef, Value};

/// Reason why a config is not written.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum WrittenError {
    /// The gate rejects the text.
    #[error("the config is not written, because it would be rejected when it is read again:\n{0}")]
    Rejected(#[source] Report),
    /// The format cannot hold a value: the text means something else.
    #[error("the config is not written, because {path} would change: it is {wanted}, and would be read as {read}")]
    Changed {
        /// The field.
        path: Path,
        /// The value that was to be written.
        wanted: Displayed,
        /// The value that is read from the text.
        read: Displayed,
    },
}

/// A value as a message displays it; `None` for one that is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Displayed(Option<String>);

impl fmt::Display for Displayed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("absent"))
    }
}

/// Validates a text as it was written and read again. `tree` is the complete config that was written: with the defaults, if the
/// options of `reread` fill them in.
///
/// # Errors
///
/// The gate rejects the text, or the text means something else than `tree`.
///
/// ```
/// use confgate_core::gate::{Gate, Input, ValidateOptions, written};
/// use confgate_core::value::{Node, Source, Table, Value};
///
/// let schema = serde_json::json!({ "properties": { "limit": { "type": ["integer", "null"], "default": 5 } } });
/// let gate = Gate::of_schema(schema)?;
/// let options = ValidateOptions { fill_defaults: true, ..ValidateOptions::default() };
/// let unlimited = Node::generated(Value::Table(Table::default()));
/// let error = written::verify(gate.spec(), &unlimited, Input::text(&Source::new("a.toml", ""), options)).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the config is not written, because limit would change: it is absent, and would be read as 5"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify(spec: &ConfigSpec, tree: &Node, reread: Input) -> Result<(), WrittenError> {
    let is_complete = spec.has_type() || reread.options.fill_defaults;
    verify_fields(spec, tree, reread, is_complete)
}

/// Validates a text as it was written and read again, where the text leaves out defaults.
///
/// # Errors
///
/// The gate rejects the text, or the text means something else than `tree`.
pub fn verify_partial(spec: &ConfigSpec, tree: &Node, reread: Input) -> Result<(), WrittenError> {
    verify_fields(spec, tree, reread, false)
}

/// Compares a config with what is read from its text, without validating either.
///
/// # Errors
///
/// The text means something else than `tree`.
pub fn compare(spec: &ConfigSpec, tree: &Node, read: &Node) -> Result<(), WrittenError> {
    Comparison { spec, whole: tree, is_complete: true }.compare(Some(tree), Some(read), PathRef::Root)
}

fn verify_fields(spec: &ConfigSpec, tree: &Node, reread: Input, is_complete: bool) -> Result<(), WrittenError> {
    let Input { tree: read, sources, found, options } = reread;
    let (outcome, _) = validate(spec, read, &sources, found, options, &mut |model, tree| model.run(tree));
    if !outcome.report.admits() {
        return Err(WrittenError::Rejected(outcome.report));
    }
    Comparison { spec, whole: tree, is_complete }.compare(Some(tree), Some(&outcome.tree), PathRef::Root)
}

/// Comparison of a config with what is read from its text.
struct Comparison<'a> {
    spec: &'a ConfigSpec,
    whole: &'a Node,
    /// False if what is read may have more fields, which are defaults.
    is_complete: bool,
}

impl Comparison<'_> {
    fn compare(&self, wanted: Option<&Node>, read: Option<&Node>, path: PathRef<'_>) -> Result<(), WrittenError> {
        let wanted = wanted.filter(|node| !node.is_absent());
        let read = read.filter(|node| !node.is_absent());
        match (wanted.map(|node| &node.value), read.map(|node| &node.value)) {
            (Some(Value::Table(wanted)), Some(Value::Table(read))) => {
                for (key, value) in wanted {
                    self.compare(Some(value), read.get(key), PathRef::Key(&path, key))?;
                }
                let others = read.iter().filter(|(key, _)| self.is_complete && !wanted.contains_key(*key));
                for (key, value) in others {
                    self.compare(None, Some(value), PathRef::Key(&path, key))?;
                }
                Ok(())
            }
            (Some(Value::List(wanted)), Some(Value::List(read))) if wanted.len() == read.len() => {
                let mut pairs = wanted.iter().zip(read).enumerate();
                pairs.try_for_each(|(index, (wanted, read))| {
                    self.compare(Some(wanted), Some(read), PathRef::Index(&path, index))
                })
            }
            // Formats write dates in forms of their own; JSON has none and writes texts.
            (Some(Value::Datetime(_)), Some(Value::Datetime(_) | Value::String(_))) => Ok(()),
            (wanted_value, read_value) if wanted_value == read_value => Ok(()),
            _ => {
                let path = path.to_path();
                // A list or a table is named by its kind.
                let shown = |node: &Node| {
                    self.spec.shown(&path, node, self.whole).unwrap_or_else(|| node.value.kind().to_owned())
                };
                let displayed = |node: Option<&Node>| Displayed(node.map(shown));
                Err(WrittenError::Changed { wanted: displayed(wanted), read: displayed(read), path })
            }
        }
    }
}
