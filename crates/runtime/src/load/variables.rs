//! The layer of environment variables: each field of the schema has one.

use std::ffi::OsStr;

use confgate_core::diagnostics::{Diagnostic, Severity, Suggestion, codes, suggest};
use confgate_core::gate::ConfigSpec;
use confgate_core::schema::fields::at;
use confgate_core::value::{Location, Node, Path, Source, Span};

use crate::load::tree_edit::{empty_table, insert_at, layer_origin, set_origin};
use crate::load::variable_value::parse_value;
use crate::system::SystemContext;
use crate::variable_names::{Meaning, VariableNames};

/// The layer of environment variables.
#[derive(Debug)]
pub(super) struct VariableLayer {
    /// The values.
    pub tree: Node,
    /// The variables that the origins in the tree refer to.
    pub sources: Vec<Source>,
    /// Unknown variables, and values that are not UTF-8.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of fields that variables set.
    pub field_count: usize,
}

/// Reads the variables of `system`. The origins in the tree number their sources from `first_source`.
pub(super) fn read_variables(
    spec: &ConfigSpec,
    names: &VariableNames,
    system: &SystemContext,
    first_source: usize,
) -> VariableLayer {
    let mut layer = VariableLayer { tree: empty_table(), sources: Vec::new(), diagnostics: Vec::new(), field_count: 0 };
    let prefix = names.prefix();
    for (name, value) in system.with_prefix(&prefix) {
        match names.meaning(name) {
            Meaning::Field(path) => match value.to_str() {
                Some(text) => match shadowing_variable(names, system, name) {
                    Some((full_name, other)) if other != value => {
                        layer.diagnostics.push(two_variables(name, full_name, path));
                    }
                    Some(_) => {}
                    None => layer.set(spec, path, (name, text), first_source),
                },
                None => layer.diagnostics.push(not_utf8(name, path)),
            },
            Meaning::Unknown => layer.diagnostics.push(unknown_variable(name, names)),
            Meaning::Setting | Meaning::Secret(_) => {}
        }
    }
    layer
}

impl VariableLayer {
    fn set(&mut self, spec: &ConfigSpec, path: &Path, (name, text): (&str, &str), first_source: usize) {
        let Some(subschema) = at(spec.view(), path) else { return };
        let source = u16::try_from(first_source + self.sources.len()).unwrap_or(u16::MAX);
        self.sources.push(Source::new(name, ""));
        let mut node = parse_value(subschema, text);
        set_origin(&mut node, &layer_origin(source));
        insert_at(&mut self.tree, path, node);
        self.field_count += 1;
    }
}

/// Returns name and value of the variable with the full name of a field, if `alias` is an alias and that variable is set.
fn shadowing_variable<'a>(
    names: &'a VariableNames,
    system: &'a SystemContext,
    alias: &str,
) -> Option<(&'a str, &'a OsStr)> {
    let full_name = names.full_name(alias)?;
    Some((full_name, system.get(full_name)?))
}

fn not_utf8(name: &str, path: &Path) -> Diagnostic {
    let diagnostic = Diagnostic::error(path.field(), path.clone(), format!("{name} is not UTF-8"));
    diagnostic.at([variable_place(name)], "").help(format!("set {name} to a text, or unset it"))
}

fn two_variables(name: &str, full_name: &str, path: &Path) -> Diagnostic {
    let message = format!("{name} and {full_name} set {path} to different values, and {full_name} counts");
    let diagnostic = Diagnostic::new(Severity::Warning, &codes::ENVIRONMENT_TWO_VARIABLES, path.clone(), message);
    diagnostic.at([variable_place(name)], "").help(format!("unset {name}"))
}

fn unknown_variable(name: &str, names: &VariableNames) -> Diagnostic {
    let message = format!("{name} sets nothing: no field has this variable");
    let diagnostic = Diagnostic::new(Severity::Warning, &codes::ENVIRONMENT_UNKNOWN_VARIABLE, Path::root(), message)
        .at([variable_place(name)], "");
    let all: Vec<String> = names.all().collect();
    match suggest::nearest(name, all.iter().map(String::as_str)) {
        Some(nearest) => {
            let suggestion = Suggestion { replacement: nearest.to_owned(), place: None, path: None };
            diagnostic.suggest(&[nearest.to_owned()], vec![suggestion])
        }
        None => diagnostic.help("unset it, or see the reference for the variables of every field"),
    }
}

/// Returns the place of a variable for a diagnostic.
pub(super) fn variable_place(name: &str) -> Location {
    Location { source: Source::new(name, ""), span: Span::default(), position: (0, 0) }
}
