//! What profiles set, checked as the config will be with it: each profile by itself, and with those before it that may hold at
//! the same time.

use crate::diagnostics::{Diagnostic, Label, Severity, codes};
use crate::environment::Environment;
use crate::gate::rules::{Case, ModelInfo};
use crate::gate::{ConfigSpec, ValidateOptions, misspelt_secrets, normalize};
use crate::profile::Profile;
use crate::schema::{Subject, Subschema};
use crate::value::merge::merge;
use crate::value::{Node, Path, Place, Sources, Trail, Value};

/// What profiles are laid on.
pub struct Base<'a> {
    /// The specification.
    pub spec: &'a ConfigSpec,
    /// The config, complete and without profiles.
    pub tree: &'a Node,
    /// Where origins point, those of the profiles too.
    pub sources: &'a Sources,
    /// The environment that the config is for.
    pub environment: Environment,
    /// How strict the gate is.
    pub options: ValidateOptions,
    /// The values that were found wrong before the gate.
    pub faults: &'a [Path],
}

/// What checking profiles came to.
#[derive(Default)]
pub struct Checked {
    /// What is wrong with what they set.
    pub found: Vec<Diagnostic>,
    /// Where values stand that may be secrets.
    pub hidden: Vec<Place>,
    /// The unknown keys that are left out: of which profile, and where in what it sets.
    pub unknown: Vec<(String, Path)>,
}

/// Checks what profiles set. What is wrong with the config without them is not said again.
pub fn check(base: &Base<'_>, profiles: &[Profile]) -> Checked {
    let mut checked = Checked::default();
    let (mut seen, _) = base.diagnostics(&[]);
    let profiles: Vec<Profile> = profiles.iter().map(|profile| base.sound(profile, &mut checked.found)).collect();
    for (index, profile) in profiles.iter().enumerate() {
        base.restarts(profile, &mut checked.found);
        let before: Vec<&Profile> =
            profiles[..index].iter().filter(|earlier| earlier.when.may_meet(&profile.when, base.environment)).collect();
        let together: Vec<&Profile> = before.iter().copied().chain([profile]).collect();
        let passes: &[&[&Profile]] = if before.is_empty() { &[&[profile]] } else { &[&[profile], &together] };
        for laid in passes {
            let (found, hidden) = base.diagnostics(laid);
            checked.hidden.extend(hidden);
            for diagnostic in found.into_iter().filter(|diagnostic| !seen.contains(diagnostic)).collect::<Vec<_>>() {
                if diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY) && diagnostic.severity == Severity::Warning {
                    checked.unknown.push((profile.name.clone(), diagnostic.path.clone()));
                }
                checked.found.push(base.told(diagnostic.clone(), laid));
                seen.push(diagnostic);
            }
        }
    }
    checked
}

impl Base<'_> {
    /// What is found of the config with these profiles laid on it.
    fn diagnostics(&self, laid: &[&Profile]) -> (Vec<Diagnostic>, Vec<Place>) {
        let spec = self.spec;
        let view = spec.view();
        let mut tree = self.tree.clone();
        laid.iter().for_each(|profile| merge(&mut tree, profile.set.clone()));
        normalize::read_other_forms(view, &mut tree);
        if spec.model.is_some() || self.options.fill_defaults {
            normalize::fill_defaults(view, &mut tree, self.environment);
        }
        let subject = Subject {
            sources: self.sources,
            environment: Some(self.environment),
            unknown_keys: self.options.unknown_keys,
            env_prefix: spec.env_prefix(),
            // Secrets are put in where a profile holds.
            resolved: false,
        };
        let mut found = spec.schema.diagnostics(&tree, &subject);
        let hidden = misspelt_secrets(view, &found, &tree, self.sources);
        for diagnostic in &found {
            if diagnostic.is(&codes::SCHEMA_UNKNOWN_KEY) && diagnostic.severity == Severity::Warning {
                tree.remove(&diagnostic.path.0);
            }
        }
        // What holds in another environment is held against the rules there.
        let here = laid.iter().all(|profile| profile.when.admits(self.environment));
        if let Some(model) = spec.model.as_ref().filter(|_| here) {
            let wrong = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
            let faults = wrong.map(|diagnostic| &diagnostic.path).chain(self.faults).cloned().collect();
            let (sources, environment) = (self.sources, self.environment);
            let case = Case { tree: &tree, view, sources, environment, resolved: false, faults };
            found.extend(model.judge(&case, &mut ModelInfo::run).0);
        }
        (found, hidden)
    }

    /// A profile without what no profile may set.
    fn sound(&self, profile: &Profile, found: &mut Vec<Diagnostic>) -> Profile {
        let mut sound = profile.clone();
        let refused = [
            (
                &self.spec.environment_path,
                "names the environment itself, which no profile changes",
                "remove it; as a condition it stands in when: environment = \"…\"",
            ),
            (
                &self.spec.profiles_path,
                "stands in a profile, and a profile holds no others",
                "move it out of the profile",
            ),
        ];
        for (path, says, help) in refused {
            let Some((path, node)) = path.as_ref().and_then(|path| Some((path, sound.set.remove(&path.0)?))) else {
                continue;
            };
            let diagnostic = Diagnostic::error(path.field(), path.clone(), format!("{path} {says}"));
            let diagnostic = diagnostic.at(self.sources.places(&node.origin), "set here").help(help);
            found.push(self.told(diagnostic, &[profile]));
        }
        sound
    }

    /// Says which values of a profile that comes and goes only a restart would apply.
    fn restarts(&self, profile: &Profile, found: &mut Vec<Diagnostic>) {
        if !profile.when.changes() {
            return;
        }
        let mut leaves = Vec::new();
        slow_leaves(Some(self.spec.view()), &profile.set, Trail::Root, &mut leaves);
        for (path, node) in leaves {
            let message = format!("{path} is set by a profile that comes and goes, and only a restart applies it");
            let diagnostic = Diagnostic::new(Severity::Warning, &codes::PROFILES_RESTART, path, message);
            let diagnostic = diagnostic.at(self.sources.places(&node.origin), "set here");
            let help = "set it outside of profiles, or under conditions that a start decides: environment, feature";
            found.push(self.told(diagnostic.help(help), &[profile]));
        }
    }

    /// A diagnostic about what the last of `laid` sets: it points there first, and says which profile it is.
    fn told(&self, mut diagnostic: Diagnostic, laid: &[&Profile]) -> Diagnostic {
        let Some((profile, before)) = laid.split_last() else { return diagnostic };
        let mut places = Vec::new();
        written(&profile.set, self.sources, &mut places);
        diagnostic.labels.sort_by_key(|label| !places.contains(&label.place));
        if !diagnostic.labels.first().is_some_and(|label| places.contains(&label.place)) {
            let here = self.sources.places(&profile.origin).into_iter();
            diagnostic.labels.splice(0..0, here.map(|place| Label { place, text: "with this profile".to_owned() }));
        }
        let names: Vec<&str> = before.iter().map(|profile| profile.name.as_str()).collect();
        diagnostic.note(match names.as_slice() {
            [] => format!("in the profile {}", profile.name),
            [only] => format!("in the profile {}, laid on the profile {only}", profile.name),
            [first @ .., last] => {
                format!("in the profile {}, laid on the profiles {} and {last}", profile.name, first.join(", "))
            }
        })
    }
}

/// The leaves of what a profile sets that only a restart applies.
fn slow_leaves<'n>(view: Option<Subschema<'_>>, node: &'n Node, trail: Trail<'_>, found: &mut Vec<(Path, &'n Node)>) {
    let Some(view) = view else { return };
    match (&node.value, view.text("x-reload")) {
        (_, Some("restart")) => found.push((trail.path(), node)),
        (Value::Table(table), _) => {
            for (key, child) in table {
                slow_leaves(view.property(key, node), child, Trail::Key(&trail, key), found);
            }
        }
        _ => {}
    }
}

/// Where a value and all that is in it was written.
fn written(node: &Node, sources: &Sources, places: &mut Vec<Place>) {
    places.extend(sources.places(&node.origin));
    match &node.value {
        Value::Table(table) => table.values().for_each(|child| written(child, sources, places)),
        Value::List(elements) => elements.iter().for_each(|child| written(child, sources, places)),
        _ => {}
    }
}
