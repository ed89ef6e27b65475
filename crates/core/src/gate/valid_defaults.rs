//! Defaults of a schema that others wrote: those that the schema itself rejects are reported, and not used.
//!
//! The config was validated before without its defaults. If it is no longer valid with them, the errors name the defaults to leave
//! out: those at the place of an error, else those without which the config is valid again.

use std::cell::OnceCell;

use serde_json::Value as Json;

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::environment::Environment;
use crate::gate::fill::{UnreadableDefault, fill_readable_defaults, requires};
use crate::gate::input::{Phase, ValidateOptions};
use crate::schema::{ExplainContext, Schema, escapes, keywords};
use crate::sensitive::display;
use crate::value::{Node, Path, PathRef, Segment, Sources, Value};

/// Number of rounds in which the defaults at the places of errors are removed.
const MAX_ROUNDS: usize = 8;

/// Number of validations in the search for the defaults that do not fit together. Those that were not tried are left out.
const MAX_TRIALS: usize = 64;

/// Inputs of the validation of defaults.
pub struct DefaultsContext<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The prefix of the environment variables of the model, if there is one.
    pub env_prefix: Option<&'a str>,
    /// Sources that the origins in the tree point to.
    pub sources: &'a Sources,
    /// The environment of the defaults.
    pub environment: Environment,
    /// Options of the validation.
    pub options: ValidateOptions,
}

/// A config without its defaults.
struct Written {
    tree: Node,
    /// True if the schema admits it, computed for the first error for which that makes a difference.
    is_valid: OnceCell<bool>,
}

/// A default that is not used, and the first error that it causes.
struct RejectedDefault {
    path: Path,
    /// Place of the default in the schema.
    place: String,
    /// True if the error is about the value itself.
    is_own: bool,
    error: Diagnostic,
}

/// Fills in the defaults of a valid config, except those that make it invalid. Returns a warning for each of these in the schema.
///
/// A default is the value itself, without references. What a config is built of is loaded later, so that a `${` in a default is then
/// escaped.
pub fn fill_valid_defaults(context: &DefaultsContext<'_>, tree: &mut Node) -> Vec<Diagnostic> {
    let written = Written { tree: tree.clone(), is_valid: OnceCell::new() };
    let warnings = fill_into(context, &written, tree);
    if context.options.phase == Phase::Build {
        let mut defaults = Vec::new();
        collect_defaults(&written.tree, tree, PathRef::Root, &mut defaults);
        for (path, _) in defaults {
            if let Some(default) = tree.get_mut(&path.0) {
                escapes::escape(default);
            }
        }
    }
    warnings
}

fn fill_into(context: &DefaultsContext<'_>, written: &Written, tree: &mut Node) -> Vec<Diagnostic> {
    let unreadable = fill_readable_defaults(context.schema.view(), tree, context.environment);
    let mut rejected = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let mut errors = context.errors(written, tree);
        if errors.is_empty() {
            return context.warnings(rejected, unreadable);
        }
        // The innermost first: a default may be valid without one in it.
        errors.sort_by_key(|error| std::cmp::Reverse(error.path.0.len()));
        let before = rejected.len();
        for error in errors {
            let Some(path) = context.default_at(&written.tree, tree, &error.path) else { continue };
            let is_around = |other: &RejectedDefault| other.path.0.starts_with(&path.0);
            if rejected[before..].iter().any(is_around) {
                continue;
            }
            let place = context.place_of(&path, tree);
            tree.remove(&path.0);
            rejected.push(RejectedDefault { path, place, is_own: true, error });
        }
        if rejected.len() == before {
            break;
        }
    }
    context.leave_out_misfits(written, tree, &mut rejected);
    context.warnings(rejected, unreadable)
}

impl DefaultsContext<'_> {
    /// Returns the errors that a default may cause. A config to start from may lack required values: then a key that is missing in a table
    /// which the config needs anyway is not one of them.
    fn errors(&self, written: &Written, tree: &Node) -> Vec<Diagnostic> {
        let lacks_required = |diagnostic: &Diagnostic| {
            let table = diagnostic.path.parent().unwrap_or_default();
            diagnostic.keyword.as_deref() == Some("required")
                && self.is_needed(&table, &written.tree, tree)
                && !*written.is_valid.get_or_init(|| self.all_errors(&written.tree).is_empty())
        };
        let mut found = self.all_errors(tree);
        found.retain(|diagnostic| !lacks_required(diagnostic));
        found
    }

    fn all_errors(&self, tree: &Node) -> Vec<Diagnostic> {
        let subject = ExplainContext {
            sources: self.sources,
            environment: Some(self.environment),
            unknown_keys: self.options.unknown_keys,
            env_prefix: self.env_prefix,
            resolved: self.options.phase == Phase::Load,
        };
        let mut found = self.schema.diagnostics(tree, &subject);
        found.retain(|diagnostic| diagnostic.severity == Severity::Error);
        found
    }

    /// Returns whether a table is written, or required by the tables around it.
    fn is_needed(&self, table: &Path, written: &Node, tree: &Node) -> bool {
        (1..=table.0.len()).all(|depth| {
            let (path, around) = (&table.0[..depth], &table.0[..depth - 1]);
            let view = self.schema.view().at(around, tree);
            let required = || match &path[depth - 1] {
                Segment::Key(key) => view.is_some_and(|view| requires(view, key)),
                Segment::Index(_) => false,
            };
            written.get(path).is_some() || required()
        })
    }

    /// Returns the default that the value at `path` is of: the innermost value on the way to it that is in `filled` and not in
    /// `written`, or the table around that value whose default states it.
    fn default_at(&self, written: &Node, filled: &Node, path: &Path) -> Option<Path> {
        let depth = (0..=path.0.len()).rev().find(|depth| filled.get(&path.0[..*depth]).is_some())?;
        // An element is removed with its list, whose default it is a part of.
        let is_field = |depth: usize| matches!(path.0[depth - 1], Segment::Key(_));
        let inner = (1..=depth).rev().find(|depth| is_field(*depth))?;
        let is_default = |depth: usize| written.get(&path.0[..depth]).is_none();
        let states = |depth: &usize| {
            let view = self.schema.view().at(&path.0[..*depth], filled);
            let default = view.and_then(|view| view.default_in(self.environment));
            default.is_some_and(|default| is_stated(default, &path.0[*depth..inner]))
        };
        // A default is used as a whole or not at all.
        let outer = (1..inner).filter(|depth| is_field(*depth) && is_default(*depth)).find(states);
        is_default(inner).then(|| Path(path.0[..outer.unwrap_or(inner)].to_vec()))
    }

    /// Returns the place in the schema of the default of the field at `path`, as a JSON Pointer.
    fn place_of(&self, path: &Path, tree: &Node) -> String {
        let Some(view) = self.schema.view().at(&path.0, tree) else { return String::new() };
        let by_environment = view.get(keywords::DEFAULTS).is_some_and(|all| all.get(self.environment.name()).is_some());
        match by_environment {
            true => format!("{}/{}/{}", view.place(), keywords::DEFAULTS, self.environment.name()),
            false => format!("{}/default", view.place()),
        }
    }

    /// Adds the defaults to what was written again, in halves, and leaves out those without which the config is valid.
    fn leave_out_misfits(&self, written: &Written, tree: &mut Node, rejected: &mut Vec<RejectedDefault>) {
        let mut defaults = Vec::new();
        collect_defaults(&written.tree, tree, PathRef::Root, &mut defaults);
        for (path, _) in &defaults {
            tree.remove(&path.0);
        }
        let mut trials = 0;
        let mut open = vec![defaults];
        while let Some(mut chunk) = open.pop() {
            trials += 1;
            let mut trial = tree.clone();
            chunk.iter().for_each(|(path, value)| insert(&mut trial, path, value.clone()));
            let Some(error) = self.errors(written, &trial).into_iter().next() else {
                *tree = trial;
                continue;
            };
            if chunk.len() > 1 && trials < MAX_TRIALS {
                let second = chunk.split_off(chunk.len() / 2);
                open.extend([second, chunk]);
                continue;
            }
            for (path, _) in chunk {
                let place = self.place_of(&path, &trial);
                rejected.push(RejectedDefault { path, place, is_own: false, error: error.clone() });
            }
        }
    }

    /// Returns one warning for each default in the schema, however many fields it was meant for.
    fn warnings(&self, rejected: Vec<RejectedDefault>, unreadable: Vec<UnreadableDefault>) -> Vec<Diagnostic> {
        let mut places: Vec<String> = Vec::new();
        let mut warnings = Vec::new();
        for UnreadableDefault { place, field, digits } in unreadable {
            if places.contains(&place) {
                continue;
            }
            let message = format!("the default of {field} holds {digits}, which does not fit in 64 bits");
            let diagnostic = Diagnostic::new(Severity::Warning, &codes::SCHEMA_INVALID_DEFAULT, Path::root(), message)
                .note(format!("the default is in the schema at {place}"))
                .note(format!("{field} stays absent"))
                .help(format!("set {field}, or correct the schema"));
            warnings.push(diagnostic);
            places.push(place);
        }
        for RejectedDefault { path, place, is_own, error } in rejected {
            if places.contains(&place) {
                continue;
            }
            let name = display::path(&path);
            let message = match is_own {
                true => format!("the schema rejects its own default of {name}: {}", error.message),
                false => format!("the default of {name} does not fit this config: {}", error.message),
            };
            let diagnostic = Diagnostic::new(Severity::Warning, &codes::SCHEMA_INVALID_DEFAULT, path, message)
                .note(format!("the default is in the schema at {place}"))
                .note(format!("{name} stays absent"))
                .help(format!("set {name}, or correct the schema"));
            warnings.push(diagnostic);
            places.push(place);
        }
        warnings
    }
}

/// Tells whether a default has a value at a path in it.
fn is_stated(default: &Json, path: &[Segment]) -> bool {
    let step = |json, segment: &Segment| match segment {
        Segment::Key(key) => Json::get(json, key.as_str()),
        Segment::Index(index) => Json::get(json, *index),
    };
    path.iter().try_fold(default, step).is_some()
}

/// Collects the defaults that were filled in, each without those in it.
fn collect_defaults(written: &Node, filled: &Node, path: PathRef<'_>, found: &mut Vec<(Path, Node)>) {
    match (&written.value, &filled.value) {
        (Value::Table(written), Value::Table(filled)) => {
            for (key, value) in filled {
                let path = PathRef::Key(&path, key);
                match written.get(key) {
                    Some(written) => collect_defaults(written, value, path, found),
                    None => found.push((path.to_path(), value.clone())),
                }
            }
        }
        (Value::List(written), Value::List(filled)) => {
            for (index, (written, filled)) in written.iter().zip(filled).enumerate() {
                collect_defaults(written, filled, PathRef::Index(&path, index), found);
            }
        }
        _ => {}
    }
}

/// Inserts a value into a table that exists.
fn insert(tree: &mut Node, path: &Path, value: Node) {
    let Some((Segment::Key(key), parent)) = path.0.split_last() else { return };
    if let Some(table) = tree.get_mut(parent).and_then(Node::as_table_mut) {
        table.insert(key.clone(), value);
    }
}
