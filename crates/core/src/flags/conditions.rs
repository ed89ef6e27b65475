//! Checks of the flags and variants that conditions of profiles name.

use std::collections::BTreeMap;

use crate::diagnostics::suggest::{join_or, nearest};
use crate::diagnostics::{Diagnostic, Suggestion, codes};
use crate::profile::Profile;
use crate::value::{Path, Sources};

/// Maximum number of names that a help lists.
const MAX_LISTED: usize = 12;

/// Checks that the flags and variants of conditions are declared. `declared` has the names of the variants of each flag.
pub fn check_conditions(
    profiles: &[Profile],
    declared: &BTreeMap<String, Vec<String>>,
    path: &Path,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, profile) in profiles.iter().enumerate() {
        let Some(flag) = &profile.when.flag else { continue };
        let at = path.index(index).key("when");
        let mut report = |key: &str, message: String, name: &str, known: Vec<&str>| {
            let diagnostic = Diagnostic::error(&codes::FLAGS_UNKNOWN_FLAG, at.key(key), message);
            let diagnostic = diagnostic.at(sources.locations(&profile.origin), "in this profile");
            let near = nearest(name, known.iter().copied()).map(|near| format!("{near:?}"));
            found.push(match near {
                Some(near) => {
                    let suggestion = Suggestion { replacement: near.clone(), place: None, path: None };
                    diagnostic.suggest(&[near], vec![suggestion])
                }
                None if (1..=MAX_LISTED).contains(&known.len()) => {
                    let names: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
                    diagnostic.help(format!("use one of those that are declared: {}", join_or(&names)))
                }
                None => diagnostic.help("declare it in the flags file"),
            });
        };
        let Some(variants) = declared.get(flag) else {
            let message = format!("profile {} depends on the flag {flag:?}, which is not declared", profile.name);
            report("flag", message, flag, declared.keys().map(String::as_str).collect());
            continue;
        };
        for variant in profile.when.variants().iter().filter(|variant| !variants.contains(variant)) {
            let message = format!(
                "profile {} depends on the variant {variant:?} of the flag {flag:?}, which has no such variant",
                profile.name
            );
            report("variant", message, variant, variants.iter().map(String::as_str).collect());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Condition, OneOrMany};
    use crate::value::{Node, Origin, Value};

    #[test]
    fn a_flag_and_its_variants_must_be_declared() {
        let of = |flag: &str, variants: &[&str]| Profile {
            name: "p".to_owned(),
            when: Condition {
                flag: Some(flag.to_owned()),
                variant: Some(OneOrMany::Many(variants.iter().map(|name| (*name).to_owned()).collect())),
                ..Condition::default()
            },
            set: Node::generated(Value::Null),
            origin: Origin::Generated,
        };
        let declared = BTreeMap::from([("lobby".to_owned(), vec!["on".to_owned(), "off".to_owned()])]);
        let profiles = [of("lobby", &["on"]), of("loby", &["on"]), of("lobby", &["onn", "x"])];
        let found = check_conditions(&profiles, &declared, &Path::dotted("profiles"), &Sources::default());
        let told: Vec<String> =
            found.iter().map(|it| format!("{}: {}; {}", it.path, it.message, it.help.as_deref().unwrap())).collect();
        assert_eq!(
            told,
            [
                "profiles[1].when.flag: profile p depends on the flag \"loby\", which is not declared; did you mean \"lobby\"?",
                "profiles[2].when.variant: profile p depends on the variant \"onn\" of the flag \"lobby\", which has no such variant; did you mean \"on\"?",
                "profiles[2].when.variant: profile p depends on the variant \"x\" of the flag \"lobby\", which has no such variant; use one of those that are declared: on or off",
            ]
        );
    }
}
