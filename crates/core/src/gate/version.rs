//! The version that a config is written for: an older one is brought up to date as it is read, a newer one is refused.

use crate::diagnostics::{Diagnostic, Label, Report, Severity, codes};
use crate::environment::Environment;
use crate::gate::{ConfigSpec, Input, Outcome, plain_secrets};
use crate::migrate::compatible::VERSION;
use crate::migrate::{self, Migrated, Migration, Problem, Route, Scope, route};
use crate::schema::Subschema;
use crate::value::{Node, Origin, Path, Place, Segment, Sources, Value};

/// How many changes a warning names.
const NAMED: usize = 8;

/// Where a schema says its version, and which it is.
#[derive(Debug, Clone)]
pub struct Version {
    path: Path,
    current: u64,
}

/// A config that cannot be brought up to date, and what is in it that nobody may see.
pub(super) struct Stuck {
    pub found: Vec<Diagnostic>,
    pub hidden: Vec<Place>,
}

impl Stuck {
    /// What is said of the config, after what was found before. What else is wrong with it nobody can tell.
    pub fn outcome(self, mut found: Vec<Diagnostic>, environment: Environment, tree: Node) -> Outcome<()> {
        found.extend(self.found);
        Outcome { report: Report::new(found).hiding(self.hidden), environment, tree, config: None }
    }
}

impl Version {
    pub(super) fn of(view: Subschema<'_>) -> Option<Self> {
        let path = view.find_marked(VERSION)?;
        let nothing = Node::bare(Value::Null);
        let current = view.at(&path.0, &nothing)?.get("default")?.as_u64()?;
        Some(Self { path, current })
    }
}

impl ConfigSpec {
    /// The version that configs are written for: the default of the field that the schema marks with `x-version`.
    pub fn version(&self) -> Option<u64> {
        self.version.as_ref().map(|version| version.current)
    }

    /// Where a config says its version.
    pub fn version_path(&self) -> Option<&Path> {
        self.version.as_ref().map(|version| &version.path)
    }

    /// The model's migrations; none for a gate without a model.
    pub fn migrations(&self) -> &'static [Migration] {
        self.model.as_ref().map_or(&[], |model| model.migrations)
    }

    /// The version that a tree says it is written for; `None` when it says none, or what is no version.
    pub fn version_of(&self, tree: &Node) -> Option<u64> {
        match tree.get(&self.version_path()?.0)?.value {
            Value::Integer(version) => version.try_into().ok(),
            _ => None,
        }
    }

    /// The tables of a tree in which migrations have something to do.
    pub fn migration_scope(&self, tree: &Node) -> Option<Scope<'_>> {
        Some(Scope { version: self.version_path()?, overlays: self.overlays(tree) })
    }

    /// Where the tables stand that a tree lays on itself.
    fn overlays(&self, tree: &Node) -> Vec<Path> {
        let Some(list) = &self.profiles_path else { return Vec::new() };
        let Some(Value::List(elements)) = tree.get(&list.0).map(|node| &node.value) else { return Vec::new() };
        let inside = elements.iter().enumerate().flat_map(|(index, element)| {
            let keys = element.as_table().into_iter().flat_map(|table| table.keys());
            keys.map(move |key| list.index(index).key(key))
        });
        let view = self.schema.view();
        inside.filter(|path| view.at(&path.0, tree).is_some_and(Subschema::is_overlay)).collect()
    }

    /// Brings what was read up to date, before anything is laid on it.
    ///
    /// # Errors
    ///
    /// It is written for a newer version, or a migration cannot be done to it.
    pub fn bring_up_to_date(&self, input: &mut Input) -> Result<(), Report> {
        match self.updated(&mut input.tree, &input.sources, input.options.resolved) {
            Ok(warning) => {
                input.found.extend(warning);
                Ok(())
            }
            Err(stuck) => {
                let before = std::mem::take(&mut input.found);
                Err(Report::new([before, stuck.found].concat()).hiding(stuck.hidden))
            }
        }
    }

    /// Brings a tree up to date, and warns of it. One whose layers are merged already has been.
    pub(super) fn updated(
        &self,
        tree: &mut Node,
        sources: &Sources,
        merged: bool,
    ) -> Result<Option<Diagnostic>, Box<Stuck>> {
        let Some(Version { path, current }) = &self.version else { return Ok(None) };
        let node = tree.get(&path.0);
        let said = self.version_of(tree);
        if node.is_some_and(|node| !node.is_null()) && said.is_none() {
            return Ok(None);
        }
        let origin = node.map_or(&tree.origin, |node| &node.origin);
        // What a program or Nix says without a version, it says in the words of today.
        let unsaid = if sources.text.is_some() { route::unversioned(self.migrations(), *current) } else { *current };
        let written = said.unwrap_or(unsaid);
        if written > *current {
            return Err(self.stuck(vec![self.newer(written, sources.places(origin))], tree, sources));
        }
        if written == *current || merged || self.model.is_none() {
            return Ok(None);
        }
        let places = said.map(|_| sources.places(origin)).unwrap_or_default();
        let from_nix = matches!(origin, Origin::Nix(_));
        let route = match Route::between(self.migrations(), written, *current) {
            Ok(route) => route,
            Err(error) => {
                let message = format!("the config is written for version {written}: {error}");
                let diagnostic = Diagnostic::error(&codes::VERSION_UNKNOWN, path.clone(), message).at(places, "");
                let diagnostic = diagnostic.help(format!("write it anew for version {current}"));
                return Err(self.stuck(vec![diagnostic], tree, sources));
            }
        };
        let scope = Scope { version: path, overlays: self.overlays(tree) };
        let migrated = migrate::tree(tree, &route, &scope);
        if !migrated.problems.is_empty() {
            let found = migrated.problems.iter().map(|problem| self.problem(problem, sources)).collect();
            let mut stuck = self.stuck(found, tree, sources);
            stuck.hidden.extend(self.secrets_in(&migrated.problems, sources));
            return Err(stuck);
        }
        let touched = migrated.changes.iter().any(|change| change.from.iter().any(|(from, _)| from != path));
        if said.is_none() && !touched {
            return Ok(None);
        }
        Ok(Some(self.older(written, said.is_some(), &migrated, from_nix, sources).at(places, "")))
    }

    fn stuck(&self, found: Vec<Diagnostic>, tree: &Node, sources: &Sources) -> Box<Stuck> {
        let plain = plain_secrets::plain(self.schema.view(), tree);
        Box::new(Stuck { found, hidden: plain.iter().flat_map(|it| it.places(sources)).collect() })
    }

    fn newer(&self, written: u64, places: Vec<Place>) -> Diagnostic {
        let Some(Version { path, current }) = &self.version else {
            return Diagnostic::error(&codes::VERSION_NEWER, Path::root(), "");
        };
        let message =
            format!("the config is written for version {written}, and this program reads versions up to {current}");
        let diagnostic = Diagnostic::error(&codes::VERSION_NEWER, path.clone(), message).at(places, "");
        diagnostic.help(format!("update the program to one that reads version {written}"))
    }

    fn older(&self, written: u64, said: bool, migrated: &Migrated, from_nix: bool, sources: &Sources) -> Diagnostic {
        let (path, current) = self.version.as_ref().map(|it| (it.path.clone(), it.current)).unwrap_or_default();
        let message = match said {
            true => format!("the config is written for version {written}, and is read as version {current}"),
            false => {
                format!("the config names no version; it is taken for version {written}, and read as version {current}")
            }
        };
        let mut diagnostic = Diagnostic::new(Severity::Warning, &codes::VERSION_OLDER, path.clone(), message);
        let changes = migrated.changes.iter().filter(|change| change.from.iter().all(|(from, _)| *from != path));
        let mut changes = changes.map(|change| {
            let names = |values: &[(Path, Node)]| {
                values.iter().map(|(path, _)| path.to_string()).collect::<Vec<_>>().join(" and ")
            };
            let (from, to) = (names(&change.from), names(&change.to));
            let arrow = if from.is_empty() || to.is_empty() || from == to { "" } else { " → " };
            let to = if from == to { String::new() } else { to };
            format!("{from}{arrow}{to}: {}", change.words())
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

    /// The diagnostic for what a migration cannot do.
    pub fn problem(&self, problem: &Problem, sources: &Sources) -> Diagnostic {
        let rule = if problem.is_conflict { &codes::MIGRATE_CONFLICT } else { &codes::MIGRATE_VALUE };
        let mut diagnostic = Diagnostic::error(rule, problem.path.clone(), problem.message.clone());
        for (_, origin, words) in &problem.places {
            diagnostic
                .labels
                .extend(sources.places(origin).into_iter().map(|place| Label { place, text: (*words).to_owned() }));
        }
        diagnostic.help(problem.help.clone())
    }

    /// Where the values of problems stand that are secrets, or have the name of one.
    pub fn secrets_in(&self, problems: &[Problem], sources: &Sources) -> Vec<Place> {
        let secret = problems.iter().filter(|problem| problem.places.iter().any(|(path, ..)| self.may_be_secret(path)));
        let origins = secret.flat_map(|problem| &problem.places).map(|(_, origin, _)| origin);
        origins
            .flat_map(|origin| sources.value(origin).map_or_else(|| sources.places(origin), |place| vec![place]))
            .collect()
    }

    /// Whether a field is a secret, or has the name of one: what older versions knew, the schema does not say.
    pub fn may_be_secret(&self, path: &Path) -> bool {
        let nothing = Node::bare(Value::Null);
        let view = self.schema.view();
        let named = path.0.iter().rev().find_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        });
        let words = ["password", "secret", "token", "key", "credential"];
        let known = view.at(&path.0, &nothing);
        known.is_some_and(Subschema::is_secret)
            || known.is_none()
                && named.is_some_and(|name| {
                    view.secret_names().contains(&name) || words.iter().any(|word| name.to_lowercase().contains(word))
                })
    }
}
