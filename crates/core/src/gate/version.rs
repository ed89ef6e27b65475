//! Migration of a config to the current version: an older config is updated in memory, a newer one is rejected.

use crate::diagnostics::{Diagnostic, Label, Severity, codes};
use crate::gate::input::Phase;
use crate::gate::plain_secrets;
use crate::gate::spec::ConfigSpec;
use crate::gate::version_field::VersionField;
use crate::migrate::{self, MigrationOutcome, MigrationProblem, Route, Scope};
use crate::schema::{Subschema, search};
use crate::sensitive::words;
use crate::value::{Location, Node, Origin, Path, Segment, Sources, Value};

/// Number of changes that a warning names.
const NAMED: usize = 8;

/// A config that cannot be migrated.
pub struct MigrationFailure {
    pub diagnostics: Vec<Diagnostic>,
    /// Places of its secrets.
    pub hidden: Vec<Location>,
}

/// Returns the tables of a tree that migrations apply to.
pub fn scope<'s>(spec: &'s ConfigSpec, tree: &Node) -> Option<Scope<'s>> {
    Some(Scope { version: spec.version_path()?, overlays: overlays(spec, tree) })
}

/// Returns the paths of the overlays in a tree.
fn overlays(spec: &ConfigSpec, tree: &Node) -> Vec<Path> {
    let Some(list) = &spec.profiles_path else { return Vec::new() };
    let Some(Value::List(elements)) = tree.get(&list.0).map(|node| &node.value) else { return Vec::new() };
    let inside = elements.iter().enumerate().flat_map(|(index, element)| {
        let keys = element.as_table().into_iter().flat_map(|table| table.keys());
        keys.map(move |key| list.index(index).key(key))
    });
    let view = spec.schema.view();
    inside.filter(|path| view.at(&path.0, tree).is_some_and(Subschema::is_overlay)).collect()
}

/// Migrates a tree, and returns a warning about it. A tree of merged layers has been migrated already.
pub fn update(
    spec: &ConfigSpec,
    tree: &mut Node,
    sources: &Sources,
    phase: Phase,
) -> Result<Option<Diagnostic>, Box<MigrationFailure>> {
    let Some(version @ VersionField { path, current }) = &spec.version else { return Ok(None) };
    let node = tree.get(&path.0);
    let said = spec.version_of(tree);
    if node.is_some_and(|node| !node.is_null()) && said.is_none() {
        return Ok(None);
    }
    let origin = node.map_or(&tree.origin, |node| &node.origin);
    // A config of a program or of Nix without a version is of the current one.
    let unsaid = if sources.text.is_some() { migrate::implied_version(spec.migrations(), *current) } else { *current };
    let written = said.unwrap_or(unsaid);
    if written > *current {
        return Err(failure(spec, vec![newer(path, *current, written, sources.locations(origin))], tree, sources));
    }
    if written == *current || phase == Phase::Load || spec.model.is_none() {
        return Ok(None);
    }
    let places = said.map(|_| sources.locations(origin)).unwrap_or_default();
    let from_nix = matches!(origin, Origin::Nix(_));
    let route = match Route::between(spec.migrations(), written, *current) {
        Ok(route) => route,
        Err(error) => {
            let message = format!("the config is written for version {written}: {error}");
            let diagnostic = Diagnostic::error(&codes::VERSION_UNKNOWN, path.clone(), message).at(places, "");
            let diagnostic = diagnostic.help(format!("write it anew for version {current}"));
            return Err(failure(spec, vec![diagnostic], tree, sources));
        }
    };
    let scope = Scope { version: path, overlays: overlays(spec, tree) };
    let migrated = migrate::migrate_tree(tree, &route, &scope);
    if !migrated.problems.is_empty() {
        let found = migrated.problems.iter().map(|problem| problem_diagnostic(problem, sources)).collect();
        let mut failure = failure(spec, found, tree, sources);
        failure.hidden.extend(secrets_in(spec, &migrated.problems, sources));
        return Err(failure);
    }
    let touched = migrated.changes.iter().any(|change| change.from.iter().any(|(from, _)| from != path));
    if said.is_none() && !touched {
        return Ok(None);
    }
    let warning = older(version, written, said.is_some(), &migrated, from_nix, sources);
    Ok(Some(warning.at(places, "")))
}

fn failure(spec: &ConfigSpec, found: Vec<Diagnostic>, tree: &Node, sources: &Sources) -> Box<MigrationFailure> {
    let plain = plain_secrets::find(spec.schema.view(), tree);
    Box::new(MigrationFailure { diagnostics: found, hidden: plain.iter().flat_map(|it| it.places(sources)).collect() })
}

fn newer(path: &Path, current: u64, written: u64, places: Vec<Location>) -> Diagnostic {
    let message =
        format!("the config is written for version {written}, and this program reads versions up to {current}");
    let diagnostic = Diagnostic::error(&codes::VERSION_NEWER, path.clone(), message).at(places, "");
    diagnostic.help(format!("update the program to one that reads version {written}"))
}

fn older(
    version: &VersionField,
    written: u64,
    said: bool,
    migrated: &MigrationOutcome,
    from_nix: bool,
    sources: &Sources,
) -> Diagnostic {
    let VersionField { path, current } = version;
    let message = match said {
        true => format!("the config is written for version {written}, and is read as version {current}"),
        false => {
            format!("the config names no version; it is taken for version {written}, and read as version {current}")
        }
    };
    let mut diagnostic = Diagnostic::new(Severity::Warning, &codes::VERSION_OLDER, path.clone(), message);
    let changes = migrated.changes.iter().filter(|change| change.from.iter().all(|(from, _)| from != path));
    let mut changes = changes.map(|change| {
        let names =
            |values: &[(Path, Node)]| values.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>().join(" and ");
        let (from, to) = (names(&change.from), names(&change.to));
        let arrow = if from.is_empty() || to.is_empty() || from == to { "" } else { " → " };
        let to = if from == to { String::new() } else { to };
        format!("{from}{arrow}{to}: {}", change.summary())
    });
    diagnostic = changes.by_ref().take(NAMED).fold(diagnostic, Diagnostic::note);
    let more = changes.count();
    if more > 0 {
        diagnostic = diagnostic.note(format!("and {more} more"));
    }
    diagnostic.help(match (&sources.text, from_nix) {
        (Some(_), true) => "build the bundle again, with this version of the program".to_owned(),
        (Some(text), false) => format!("confgate migrate --in-place {} writes it in the new form", text.name()),
        (None, _) => format!("write it as version {current} wants it, and {path} = {current}"),
    })
}

/// Returns the diagnostic for a value that cannot be migrated.
pub fn problem_diagnostic(problem: &MigrationProblem, sources: &Sources) -> Diagnostic {
    let rule = if problem.is_conflict { &codes::MIGRATE_CONFLICT } else { &codes::MIGRATE_VALUE };
    let mut diagnostic = Diagnostic::error(rule, problem.path.clone(), problem.message.clone());
    for (_, origin, words) in &problem.labels {
        diagnostic
            .labels
            .extend(sources.locations(origin).into_iter().map(|place| Label { place, text: (*words).to_owned() }));
    }
    diagnostic.help(problem.help.clone())
}

/// Returns the places of values of problems that are secrets, or may be secrets by their names.
pub fn secrets_in(spec: &ConfigSpec, problems: &[MigrationProblem], sources: &Sources) -> Vec<Location> {
    let secret = problems.iter().filter(|problem| problem.labels.iter().any(|(path, ..)| may_be_secret(spec, path)));
    let origins = secret.flat_map(|problem| &problem.labels).map(|(_, origin, _)| origin);
    origins
        .flat_map(|origin| {
            sources.value_location(origin).map_or_else(|| sources.locations(origin), |place| vec![place])
        })
        .collect()
}

/// Returns whether a field is a secret, or has the name of one: the schema does not describe fields of older versions.
pub fn may_be_secret(spec: &ConfigSpec, path: &Path) -> bool {
    let nothing = Node::generated(Value::Null);
    let view = spec.schema.view();
    let named = path.0.iter().rev().find_map(|segment| match segment {
        Segment::Key(key) => Some(key.as_str()),
        Segment::Index(_) => None,
    });
    let known = view.at(&path.0, &nothing);
    known.is_some_and(Subschema::is_secret)
        || known.is_none()
            && named.is_some_and(|name| search::secret_names(view).contains(&name) || words::is_secret_name(name))
}
