//! The layer of environment variables: each field of the schema has one.

use std::collections::HashMap;
use std::ffi::OsStr;

use confgate_core::diagnostics::{Diagnostic, Severity, Suggestion, codes, suggest};
use confgate_core::gate::ConfigSpec;
use confgate_core::schema::fields::at;
use confgate_core::value::{Node, Path};

use crate::load::LayerKind;
use crate::load::location::variable_place;
use crate::load::service_links::ServiceLinks;
use crate::load::stack::Stack;
use crate::load::tree_edit::{empty_table, insert_at, layer_origin, set_origin};
use crate::load::variable_value::parse_typed;
use crate::system::SystemContext;
use crate::variable_names::{FieldVariable, Meaning, VariableNames};

/// The layer of environment variables.
#[derive(Debug, Default)]
pub(super) struct VariableLayer<'n> {
    /// The variables that set a field, with their texts.
    pub values: Vec<(&'n FieldVariable, &'n str)>,
    /// Unknown variables, and values that are not UTF-8.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the variables of `system`.
pub(super) fn read_variables<'n>(names: &'n VariableNames, system: &'n SystemContext) -> VariableLayer<'n> {
    let mut layer = VariableLayer::default();
    let links = ServiceLinks::find(system, names.start());
    let mut linked = Vec::new();
    for (name, value) in system.with_prefix(names.start()) {
        if links.contains(name) {
            linked.push(name);
            continue;
        }
        match names.meaning(name) {
            Meaning::Field(variable) => match value.to_str() {
                Some(text) => match shadowing_variable(names, system, name) {
                    Some((full_name, other)) if other != value => {
                        layer.diagnostics.push(two_variables(name, full_name, &variable.path));
                    }
                    Some(_) => {}
                    None => layer.values.push((variable, text)),
                },
                None => layer.diagnostics.push(not_utf8(name, &variable.path)),
            },
            Meaning::Unknown => layer.diagnostics.push(unknown_variable(name, names)),
            Meaning::Setting | Meaning::Secret(_) => {}
        }
    }
    layer.diagnostics.extend(links.warning(&linked));
    layer
}

/// Returns the value of a field that a variable has as a text.
pub(super) fn value_of(spec: &ConfigSpec, variable: &FieldVariable, text: &str) -> Node {
    parse_typed(&variable.types, || at(spec.view(), &variable.path), text)
}

impl VariableLayer<'_> {
    /// Merges the layer over a stack.
    pub fn merge(self, spec: &ConfigSpec, stack: &mut Stack) {
        stack.reserve(self.values.len());
        // The variable of a table and those of its fields make one table, which replaces no part of itself.
        let mut joined = self.values.iter().any(|(variable, _)| variable.overlaps).then(empty_table);
        for (variable, text) in self.values {
            let mut node = value_of(spec, variable, text);
            let source = stack.add_source(LayerKind::Variable, variable.name.clone(), variable.source.clone());
            set_origin(&mut node, &layer_origin(source));
            match &mut joined {
                Some(tree) => insert_at(tree, &variable.path, node),
                None => stack.set(&variable.path, node),
            }
        }
        if let Some(tree) = joined {
            stack.merge(tree, HashMap::new());
        }
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
