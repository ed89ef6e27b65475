//! Validates what profiles set on the config that they are merged into: each profile alone, and with those before it that may be
//! active at the same time.

use crate::diagnostics::{Diagnostic, FlagCombinations, Label, Severity, codes};
use crate::environment::Environment;
use crate::gate::fill::fill_defaults;
use crate::gate::input::{Phase, ValidateOptions};
use crate::gate::normalize;
use crate::gate::profiles::combinations::combinations;
use crate::gate::spec::ConfigSpec;
use crate::gate::stages::flags;
use crate::gate::stages::rules::{self, RuleContext};
use crate::gate::stages::schema::misspelled_secrets;
use crate::gate::stages::unused_keys;
use crate::profile::{Profile, may_overlap};
use crate::schema::{ExplainContext, Subschema};
use crate::value::merge::merge;
use crate::value::{Location, Node, Path, PathRef, Sources, Value};

/// The config that profiles are merged into.
pub struct ProfileContext<'a> {
    /// The specification.
    pub spec: &'a ConfigSpec,
    /// The config with its defaults, without profiles.
    pub tree: &'a Node,
    /// Sources that the origins point to, those of the profiles too.
    pub sources: &'a Sources,
    /// The environment that the config is for.
    pub environment: Environment,
    /// Options of the validation.
    pub options: ValidateOptions,
    /// Paths of values of the config that have errors already.
    pub invalid: &'a [Path],
}

/// Result of the check.
#[derive(Default)]
pub struct ProfileFindings {
    /// Diagnostics about the values that they set.
    pub found: Vec<Diagnostic>,
    /// Places of values that may be secrets.
    pub hidden: Vec<Location>,
    /// Unknown keys that are left out: the name of the profile, and the path in the values that it sets.
    pub unknown: Vec<(String, Path)>,
    /// The combinations of flags that they were validated in.
    pub combinations: Option<FlagCombinations>,
}

/// Validates what profiles set: each alone, with the ones before it that may be active too, and in the combinations of the variants of
/// flags. Diagnostics that the config has without them are left out.
pub fn check(context: &ProfileContext<'_>, profiles: &[Profile]) -> ProfileFindings {
    let mut checked = ProfileFindings::default();
    let (mut seen, _) = context.diagnostics(&[]);
    let profiles: Vec<Profile> =
        profiles.iter().map(|profile| context.without_forbidden(profile, &mut checked.found)).collect();
    let mut check_merged = |merged: &[&Profile], checked: &mut ProfileFindings| {
        let Some(last) = merged.last() else { return };
        let (found, hidden) = context.diagnostics(merged);
        checked.hidden.extend(hidden);
        for diagnostic in found
            .into_iter()
            .filter(|diagnostic| !seen.iter().any(|seen| is_same(seen, diagnostic)))
            .collect::<Vec<_>>()
        {
            if unused_keys::is_ignored_key(&diagnostic) {
                checked.unknown.push((last.name.clone(), diagnostic.path.clone()));
            }
            checked.found.push(context.in_profile(diagnostic.clone(), merged));
            seen.push(diagnostic);
        }
    };
    for (index, profile) in profiles.iter().enumerate() {
        context.warn_of_restart_only(profile, &mut checked.found);
        // Profiles of other flags are combined below, each only with those that its variants admit.
        let before = profiles[..index].iter().filter(|earlier| {
            earlier.when.flag.is_none() && may_overlap(&earlier.when, &profile.when, context.environment)
        });
        let combined: Vec<&Profile> = before.chain([profile]).collect();
        check_merged(&[profile], &mut checked);
        if combined.len() > 1 {
            check_merged(&combined, &mut checked);
        }
    }
    if let Some((sets, combinations)) = combinations(&profiles, context.environment) {
        checked.combinations = Some(combinations);
        let admitted = |profile: &Profile| profile.when.admits(context.environment);
        for set in sets {
            let of_flags: Vec<&Profile> = set.iter().map(|index| &profiles[*index]).collect();
            let with_all: Vec<&Profile> = profiles
                .iter()
                .enumerate()
                .filter(|(index, other)| set.contains(index) || (other.when.flag.is_none() && admitted(other)))
                .map(|(_, profile)| profile)
                .collect();
            if of_flags.len() > 1 {
                check_merged(&of_flags, &mut checked);
            }
            if with_all.len() > of_flags.len() && with_all.len() > 1 {
                check_merged(&with_all, &mut checked);
            }
        }
    }
    checked
}

/// Tells whether two diagnostics are about one mistake: the help depends on the profiles beside it, and values without a place are not
/// told apart by it.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    let has_same_facts = one.code == other.code && one.path == other.path && one.message == other.message;
    has_same_facts && (one == other || !one.labels.is_empty() && one.labels == other.labels)
}

impl ProfileContext<'_> {
    /// Validates the config with these profiles merged into it.
    fn diagnostics(&self, merged: &[&Profile]) -> (Vec<Diagnostic>, Vec<Location>) {
        let spec = self.spec;
        let view = spec.view();
        let mut tree = self.tree.clone();
        merged.iter().for_each(|profile| merge(&mut tree, profile.set.clone()));
        normalize::read_other_forms(view, &mut tree);
        // The defaults of a schema without a type are no part of its verdict.
        if spec.has_type() {
            fill_defaults(view, &mut tree, self.environment);
        }
        let subject = ExplainContext {
            sources: self.sources,
            environment: Some(self.environment),
            unknown_keys: self.options.unknown_keys,
            env_prefix: spec.env_prefix(),
            // Secrets are inserted when a profile becomes active.
            resolved: false,
        };
        let mut found = spec.schema.diagnostics(&tree, &subject);
        let hidden = misspelled_secrets(view, &found, &tree, self.sources);
        unused_keys::remove_ignored(&mut tree, &found);
        found.extend(flags::check(spec, &tree, self.sources, self.options.today));
        // A profile of another environment is validated against the rules in that environment.
        let here = merged.iter().all(|profile| profile.when.admits(self.environment));
        if let Some(model) = spec.model.as_ref().filter(|_| here) {
            let wrong = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
            let invalid: Vec<Path> = wrong.map(|diagnostic| &diagnostic.path).chain(self.invalid).cloned().collect();
            let (sources, environment) = (self.sources, self.environment);
            let phase = Phase::Build;
            let rule_context = RuleContext { tree: &tree, view, sources, environment, phase, invalid: &invalid };
            found.extend(rules::check(model, &rule_context, &mut |model, tree| model.run(tree)).0);
        }
        (found, hidden)
    }

    /// Removes from a profile what profiles must not set, and reports it.
    fn without_forbidden(&self, profile: &Profile, found: &mut Vec<Diagnostic>) -> Profile {
        let mut allowed = profile.clone();
        let forbidden = [
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
        for (path, problem, help) in forbidden {
            let Some((path, node)) = path.as_ref().and_then(|path| Some((path, allowed.set.remove(&path.0)?))) else {
                continue;
            };
            let diagnostic = Diagnostic::error(path.field(), path.clone(), format!("{path} {problem}"));
            let diagnostic = diagnostic.at(self.sources.locations(&node.origin), "set here").help(help);
            found.push(self.in_profile(diagnostic, &[profile]));
        }
        allowed
    }

    /// Warns of values that only a restart applies, in a profile that becomes active and inactive at run time.
    fn warn_of_restart_only(&self, profile: &Profile, found: &mut Vec<Diagnostic>) {
        if !profile.when.changes() {
            return;
        }
        let mut leaves = Vec::new();
        restart_only_leaves(Some(self.spec.view()), &profile.set, PathRef::Root, &mut leaves);
        for (path, node) in leaves {
            let message = format!("{path} is set by a profile that comes and goes, and only a restart applies it");
            let diagnostic = Diagnostic::new(Severity::Warning, &codes::PROFILES_RESTART, path, message);
            let diagnostic = diagnostic.at(self.sources.locations(&node.origin), "set here");
            let help = "set it outside of profiles, or under conditions that a start decides: environment, feature";
            found.push(self.in_profile(diagnostic.help(help), &[profile]));
        }
    }

    /// Points a diagnostic to the last of the merged profiles first, and notes its name.
    fn in_profile(&self, mut diagnostic: Diagnostic, merged: &[&Profile]) -> Diagnostic {
        let Some((profile, before)) = merged.split_last() else { return diagnostic };
        let mut places = Vec::new();
        written(&profile.set, self.sources, &mut places);
        diagnostic.labels.sort_by_key(|label| !places.contains(&label.place));
        if !diagnostic.labels.first().is_some_and(|label| places.contains(&label.place)) {
            let here = self.sources.locations(&profile.origin).into_iter();
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

/// Collects the leaves that only a restart applies.
fn restart_only_leaves<'n>(
    view: Option<Subschema<'_>>,
    node: &'n Node,
    trail: PathRef<'_>,
    found: &mut Vec<(Path, &'n Node)>,
) {
    let Some(view) = view else { return };
    match (&node.value, view.text(crate::schema::keywords::RELOAD)) {
        (_, Some("restart")) => found.push((trail.to_path(), node)),
        (Value::Table(table), _) => {
            for (key, child) in table {
                restart_only_leaves(view.property(key, node), child, PathRef::Key(&trail, key), found);
            }
        }
        _ => {}
    }
}

/// Collects the places of a value and of everything in it.
fn written(node: &Node, sources: &Sources, places: &mut Vec<Location>) {
    places.extend(sources.locations(&node.origin));
    match &node.value {
        Value::Table(table) => table.values().for_each(|child| written(child, sources, places)),
        Value::List(elements) => elements.iter().for_each(|child| written(child, sources, places)),
        _ => {}
    }
}
