//! The page about profiles: its examples are valid, and complete.

use confgate::bitcraps::Config;
use confgate::{Environment, Gate, Source};

const PAGE: &str = include_str!("../../docs/profiles.md");

/// Returns the code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let parts = PAGE.split(fence.as_str()).skip(1);
    parts.map(|part| part.split("```").next().unwrap()).collect()
}

#[test]
fn what_the_page_shows_is_admitted_without_a_finding() {
    let [example] = blocks("toml")[..] else { panic!("one example in TOML") };
    for environment in Environment::ALL {
        let outcome = Gate::of::<Config>().check(&Source::new("docs/profiles.md", example), environment);
        assert_eq!(outcome.report.diagnostics(), [], "{environment}");
    }
}

#[test]
fn what_the_page_shows_in_nix_is_built_as_a_case() {
    assert_eq!(blocks("nix"), [include_str!("../corpus/nix/profiles/config.nix")]);
}

#[test]
fn the_page_has_every_condition() {
    let schema = Gate::of::<Config>().schema().clone();
    let when = &schema["properties"]["profiles"]["items"]["properties"]["when"]["properties"];
    for condition in when.as_object().unwrap().keys() {
        assert!(PAGE.contains(&format!("`{condition}`")), "{condition}");
    }
}
