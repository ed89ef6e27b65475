//! The gate and the profiles of a config: taken out of it before the typed config is made, checked, and put back where the
//! config is written.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::environment::Environment;
use crate::gate::profiles::check::{Base, Checked, check};
use crate::gate::{ConfigSpec, ValidateOptions, normalize, plain_secrets, retire};
use crate::profile::read::Listed;
use crate::profile::{Profile, Taken};
use crate::schema::{Subject, Subschema};
use crate::value::{Node, Path, Place, Segment, Sources, Table, Value};

impl ConfigSpec {
    /// Where configs carry [profiles](super), if the schema lets them.
    pub fn profiles_path(&self) -> Option<&Path> {
        self.profiles_path.as_ref()
    }

    /// What does not belong in a file of profiles, where the config has any.
    pub fn beside_profiles(&self, tree: &Node, sources: &Sources) -> Vec<Diagnostic> {
        let Some(path) = &self.profiles_path else { return Vec::new() };
        let mut others = tree.clone();
        others.remove(&path.0);
        crate::profile::beside(&others, sources)
    }

    /// Takes the profiles out of a config. Their form is checked; for what they set there is
    /// [`check_profiles`](Self::check_profiles).
    ///
    /// ```
    /// use confgate::{Gate, Source, ValidateOptions, bitcraps::Config};
    /// use confgate_core::toml::reader;
    /// use confgate_core::value::Sources;
    ///
    /// let text = "[[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\nset.network.max_connections = 100\n";
    /// let source = Source::new("production.toml", text);
    /// let (mut tree, _) = reader::read(&source);
    /// let taken = Gate::of::<Config>().take_profiles(&mut tree, &Sources::of(&source), ValidateOptions::default());
    /// assert_eq!((taken.profiles[0].name.as_str(), tree.keys()), ("night", 1));
    /// ```
    pub fn take_profiles(&self, tree: &mut Node, sources: &Sources, options: ValidateOptions) -> Taken {
        let Some(path) = &self.profiles_path else { return Taken::default() };
        let Some(list) = tree.remove(&path.0) else { return Taken::default() };
        let mut alone = path.0.iter().rev().fold(list, |node, step| match step {
            Segment::Key(key) => Node::bare(Value::Table(Table::from_iter([(key.clone(), node)]))),
            Segment::Index(_) => node,
        });
        let view = self.view();
        normalize::read_other_forms(view, &mut alone);
        let (unknown_keys, env_prefix) = (options.unknown_keys, self.env_prefix());
        let subject = Subject { sources, environment: None, unknown_keys, env_prefix, resolved: false };
        let by_schema = self.schema.diagnostics(&alone, &subject).into_iter();
        let by_schema: Vec<Diagnostic> =
            by_schema.filter(|it| it.path.0.starts_with(&path.0) && !in_overlay(view, &it.path, &alone)).collect();
        for diagnostic in &by_schema {
            if diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY) && diagnostic.severity == Severity::Warning {
                alone.remove(&diagnostic.path.0);
            }
        }
        let Some(mut list) = alone.remove(&path.0) else { return Taken::default() };
        let retired = retire_within(view, &mut list, sources);
        let mut taken = Taken::of(&list, &Listed { path, sources, by_schema: &by_schema });
        taken.found.splice(0..0, by_schema.into_iter().chain(retired));
        taken
    }

    /// Checks what profiles set, laid on a config that is without them: each by itself, and with those before it that may hold
    /// at the same time. What is wrong with the config itself is not said.
    pub fn check_profiles(
        &self,
        config: &Node,
        profiles: &[Profile],
        sources: &Sources,
        environment: Environment,
        options: ValidateOptions,
    ) -> Vec<Diagnostic> {
        let mut tree = config.clone();
        normalize::read_other_forms(self.view(), &mut tree);
        check(&Base { spec: self, tree: &tree, sources, environment, options, faults: &[] }, profiles).found
    }

    /// Puts the list of profiles back to where it was.
    pub(in crate::gate) fn put_profiles(&self, tree: &mut Node, list: Node) {
        let Some((Segment::Key(key), around)) = self.profiles_path.as_ref().and_then(|path| path.0.split_last()) else {
            return;
        };
        if let Some(table) = tree.get_mut(around).and_then(Node::as_table_mut) {
            table.insert(key.clone(), list);
        }
    }

    /// Examines the profiles of a config, of which the schema said `found`, and brings the list into the form that is written.
    pub(in crate::gate) fn examine_profiles(
        &self,
        list: &mut Node,
        base: &Base<'_>,
        found: &[Diagnostic],
    ) -> (Vec<Diagnostic>, Vec<Place>) {
        let Some(path) = &self.profiles_path else { return Default::default() };
        let mut all = retire_within(self.view(), list, base.sources);
        // What is wrong with a value that a profile sets is no fault of its form.
        let of_form = found.iter().filter(|diagnostic| !in_overlay(self.view(), &diagnostic.path, base.tree));
        let by_schema: Vec<Diagnostic> = of_form.cloned().collect();
        let taken = Taken::of(list, &Listed { path, sources: base.sources, by_schema: &by_schema });
        all.extend(taken.found);
        let Checked { found, mut hidden, unknown } = check(base, &taken.profiles);
        all.extend(found);
        for (name, set) in sets(list) {
            unknown.iter().filter(|(of, _)| *of == name).for_each(|(_, path)| drop(set.remove(&path.0)));
            // What was not checked may be a secret under a name that is none.
            if !taken.profiles.iter().any(|profile| profile.name == name) {
                hidden.extend(plain_secrets::places_within(set, base.sources));
            }
        }
        (all, hidden)
    }
}

/// Whether a path leads into what a profile sets.
pub fn in_overlay(view: Subschema<'_>, path: &Path, tree: &Node) -> bool {
    (0..path.0.len()).any(|end| view.at(&path.0[..end], tree).is_some_and(Subschema::is_overlay))
}

/// The name of each profile of a list, and what it sets.
fn sets(list: &mut Node) -> impl Iterator<Item = (String, &mut Node)> {
    let elements = if let Value::List(elements) = &mut list.value { elements.as_mut_slice() } else { &mut [] };
    elements.iter_mut().filter_map(Node::as_table_mut).filter_map(|profile| {
        let name = profile.get("name").and_then(Node::as_str).unwrap_or_default().to_owned();
        Some((name, profile.get_mut("set")?))
    })
}

/// Takes the keys out of profiles that are no longer read.
fn retire_within(view: Subschema<'_>, list: &mut Node, sources: &Sources) -> Vec<Diagnostic> {
    let retired = sets(list).flat_map(|(name, set)| {
        let found = retire(view, set, sources).into_iter();
        found.map(move |diagnostic| diagnostic.note(format!("in the profile {name}")))
    });
    retired.collect()
}
