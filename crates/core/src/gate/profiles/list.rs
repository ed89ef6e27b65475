use crate::diagnostics::Diagnostic;
use crate::gate::plain_secrets;
use crate::gate::profiles::check::{ProfileContext, ProfileFindings, check};
use crate::gate::profiles::overlay::{in_overlay, retire_within, sets};
use crate::profile::TakenProfiles;
use crate::profile::read::ProfileList;
use crate::value::Node;

/// Validates a list of profiles, with the `found` diagnostics of the config, and removes the keys from it that are not read.
pub fn check_list(list: &mut Node, context: &ProfileContext<'_>, found: &[Diagnostic]) -> ProfileFindings {
    let Some(path) = &context.spec.profiles_path else { return ProfileFindings::default() };
    let mut all = retire_within(context.spec.view(), list, context.sources);
    // An error in a value that a profile sets does not make its form invalid.
    let of_form = found.iter().filter(|diagnostic| !in_overlay(context.spec.view(), &diagnostic.path, context.tree));
    let by_schema: Vec<Diagnostic> = of_form.cloned().collect();
    let taken = TakenProfiles::of(list, &ProfileList { path, sources: context.sources, by_schema: &by_schema });
    all.extend(taken.found);
    let ProfileFindings { found, mut hidden, unknown, combinations } = check(context, &taken.profiles);
    all.extend(found);
    for (name, set) in sets(list) {
        unknown.iter().filter(|(of, _)| *of == name).for_each(|(_, path)| drop(set.remove(&path.0)));
        // The values of a profile that was not checked may be secrets under misspelled names.
        if !taken.profiles.iter().any(|profile| profile.name == name) {
            hidden.extend(plain_secrets::places_within(set, context.sources));
        }
    }
    ProfileFindings { found: all, hidden, unknown, combinations }
}
