//! The summary of a union: what each alternative admits, where none of them is nearer than the others.

use crate::diagnostics::suggest::{join_and, join_or};
use crate::diagnostics::{Diagnostic, Suggestion};
use crate::schema::explain::bounds::bounds;
use crate::schema::explain::describe::{describe, distinct, without_absent};
use crate::schema::explain::explainer::Explainer;
use crate::schema::explain::finish::finish;
use crate::schema::explain::phrases::{Must, breach, is};
use crate::schema::explain::similar_keys::similar_names;
use crate::schema::explain::site::{Site, key_place, suggest_key};
use crate::schema::explain::union::branch::Branch;
use crate::schema::notation::Notation;
use crate::schema::subschema::Subschema;
use crate::schema::violation::{Condition, Violation};
use crate::sensitive::display;
use crate::value::{Node, Path};

/// The maximum number of alternatives that a message describes.
const MAX_ALTERNATIVES: usize = 12;

/// Creates the diagnostic for a value that fits none of the alternatives.
pub(super) fn summary(
    union: &Violation,
    site: &Site<'_>,
    branches: &[Branch<'_, '_>],
    explainer: &Explainer<'_>,
) -> Diagnostic {
    if let Some(diagnostic) = several_variants(union, site, branches, explainer) {
        return diagnostic;
    }
    let must = Must {
        words: phrases(union, branches, explainer),
        states: branches.iter().filter_map(|branch| branch.view).filter_map(bounds).collect(),
    };
    let diagnostic = finish(&union.keyword, must, has_keys(site).or_else(|| is(site)), site, explainer);
    // A suggestion for a key that resembles one of an alternative is more useful than the summary of the field.
    if let Some((names, suggestions)) = similar(site, branches, explainer) {
        return diagnostic.suggest(&names, suggestions);
    }
    match wrapped_option(site, branches)
        .filter(|word| site.view.is_none_or(|view| explainer.accepts_value(view, &site.path, word)))
    {
        Some(word) => {
            let place =
                site.node.and_then(|node| crate::schema::explain::site::value_place(node, explainer.context.sources));
            let notation = Notation::of(site.node, explainer.context.sources);
            let replacement = notation.value(&word);
            let mut diagnostic = diagnostic.help(format!("write {}", notation.entry(&site.path, &replacement)));
            diagnostic.suggestions = vec![Suggestion { replacement, place, path: None }];
            diagnostic
        }
        None => match variant(site, branches) {
            Some(word) => {
                let notation = Notation::of(site.node, explainer.context.sources);
                let value = match notation {
                    Notation::Json | Notation::Yaml => format!("{{ {}: … }}", notation.key(word)),
                    Notation::Toml | Notation::Nix => format!("{{ {word} = … }}"),
                };
                diagnostic.help(format!("write {}", notation.entry(&site.path, &value)))
            }
            None => diagnostic,
        },
    }
}

/// Returns the only key of each alternative that is a table with one key, as enums of serde with data are.
fn variants<'a>(branches: &'a [Branch<'_, '_>]) -> impl Iterator<Item = &'a str> {
    let only = |view: Subschema<'a>| {
        let mut fields = view.fields().map(|(name, _)| name.as_str());
        fields.next().filter(|name| fields.next().is_none() && view.requires(name))
    };
    branches.iter().filter_map(|branch| branch.view).filter_map(only)
}

/// Returns the variant with data that a word names.
fn variant<'a>(site: &Site<'a>, branches: &'a [Branch<'_, '_>]) -> Option<&'a str> {
    let word = site.node.filter(|_| !site.is_secret())?.as_str()?;
    variants(branches).find(|variant| *variant == word)
}

/// Creates the diagnostic for a table with the keys of several variants.
fn several_variants(
    union: &Violation,
    site: &Site<'_>,
    branches: &[Branch<'_, '_>],
    explainer: &Explainer<'_>,
) -> Option<Diagnostic> {
    let table = site.node?.as_table()?;
    let present = distinct(variants(branches).filter(|variant| table.contains_key(*variant)).map(str::to_owned));
    if present.len() < 2 || present.len() < table.len() {
        return None;
    }
    let has = if present.len() == 2 { "has both".to_owned() } else { format!("has all {}", present.len()) };
    let words = format!("have only one of the keys {}", join_and(&present));
    let diagnostic = finish(&union.keyword, words.into(), Some(has), site, explainer);
    Some(diagnostic.help(format!("remove all but one of {}", join_and(&present))))
}

/// Returns the conditions of all alternatives, as the words after "must".
fn phrases(union: &Violation, branches: &[Branch<'_, '_>], explainer: &Explainer<'_>) -> String {
    let mut nouns: Vec<String> = Vec::new();
    let mut verbs: Vec<String> = Vec::new();
    for branch in branches {
        let described = branch.view.map(describe).unwrap_or_default();
        if described.is_empty() {
            let words = branch.violations.first().map(|violation| wish(violation, union, explainer));
            match words {
                Some(words) => match words.strip_prefix("be ") {
                    Some(noun) => nouns.push(noun.to_owned()),
                    None => verbs.push(words),
                },
                None => verbs.push("fit an alternative that admits any value".to_owned()),
            }
        }
        nouns.extend(described);
    }
    let (mut nouns, mut verbs) = (without_absent(merged(distinct(nouns))), distinct(verbs));
    let left = (nouns.len() + verbs.len()).saturating_sub(MAX_ALTERNATIVES);
    nouns.truncate(MAX_ALTERNATIVES);
    verbs.truncate(MAX_ALTERNATIVES - nouns.len());
    if left > 0 {
        verbs.push(format!("fit one of {left} other alternatives"));
    }
    let mut all = Vec::new();
    if !nouns.is_empty() {
        all.push(format!("be {}", if verbs.is_empty() { join_or(&nouns) } else { nouns.join(", ") }));
    }
    all.extend(verbs);
    join_or(&all)
}

/// Merges tables with one tag: `a table with kind = "disk"` and `a table with kind = "s3"` are `a table with kind = "disk" or "s3"`.
fn merged(nouns: Vec<String>) -> Vec<String> {
    let mut all: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
    for noun in &nouns {
        let tag = noun.starts_with("a table with ").then(|| noun.split_once(" = ")).flatten();
        match tag.filter(|(_, value)| !value.contains(" = ")) {
            None => all.push((None, vec![noun])),
            Some((tag, value)) => match all.iter_mut().find(|(known, _)| *known == Some(tag)) {
                Some((_, values)) => values.push(value),
                None => all.push((Some(tag), vec![value])),
            },
        }
    }
    let phrase = |(tag, values): (Option<&str>, Vec<&str>)| {
        let values: Vec<String> = values.into_iter().map(str::to_owned).collect();
        tag.map_or_else(|| join_or(&values), |tag| format!("{tag} = {}", join_or(&values)))
    };
    all.into_iter().map(phrase).collect()
}

/// Returns the condition that a value would have to meet for an alternative without a type, as the words after "must".
fn wish(violation: &Violation, union: &Violation, explainer: &Explainer<'_>) -> String {
    let site = explainer.site(violation);
    let words = match &violation.condition {
        Condition::Required(key) if violation.instance == union.instance => return format!("have the key {key}"),
        Condition::NoOtherKeys(keys) if violation.instance == union.instance => {
            return format!("not have the key {}", keys.first().map_or("", String::as_str));
        }
        Condition::Required(key) => format!("have the key {key}"),
        Condition::NoAlternative(_) => "fit one alternative of the schema".to_owned(),
        condition => breach(condition, &violation.keyword, &site).0.words,
    };
    let inner = violation.instance.strip_prefix(&union.instance).filter(|inner| !inner.is_empty());
    match inner.map(|inner| explainer.tree.path_of(inner).to_string()) {
        None => words,
        Some(inner) => match words.strip_prefix("be ") {
            Some(noun) => format!("have {noun} as {inner}"),
            None => format!("have {inner}, which must {words}"),
        },
    }
}

/// Returns the phrase for the keys of a table.
fn has_keys(site: &Site<'_>) -> Option<String> {
    let table = site.node?.as_table().filter(|table| !table.is_empty())?;
    let keys: Vec<&str> = table.keys().map(|key| key.as_str()).take(6).collect();
    let more = if table.len() > keys.len() { ", …" } else { "" };
    let word = if table.len() == 1 { "the key" } else { "the keys" };
    Some(format!("is a table with {word} {}{more}", display::short(&keys.join(", "))))
}

/// Suggests keys of alternatives for similar ones of the table.
fn similar(
    site: &Site<'_>,
    branches: &[Branch<'_, '_>],
    explainer: &Explainer<'_>,
) -> Option<(Vec<String>, Vec<Suggestion>)> {
    let views = || branches.iter().filter_map(|branch| branch.view);
    let names = || views().flat_map(Subschema::fields).map(|(name, _)| name.as_str());
    let table = site.node?.as_table()?;
    let candidates: Vec<(Path, Suggestion)> = table
        .iter()
        .filter(|(key, _)| !names().any(|name| name == key.as_str()))
        .filter_map(|(key, node)| {
            let from = site.path.key(key);
            let near = similar_names(key, names());
            let path =
                near.into_iter().map(|name| site.path.key(name)).find(|path| explainer.accepts_move(&from, path))?;
            let suggestion = suggest_key(&path, &site.path, key_place(node, explainer.context.sources).as_ref());
            Some((path, suggestion))
        })
        .take(3)
        .collect();
    let (paths, suggestions): (Vec<Path>, Vec<Suggestion>) = candidates.into_iter().unzip();
    (!paths.is_empty()).then(|| (paths.iter().map(Path::to_string).collect(), suggestions))
}

/// Returns the option that stands alone in a table, such as `mode = { name = "fast" }` in the place of the word `fast`.
fn wrapped_option(site: &Site<'_>, branches: &[Branch<'_, '_>]) -> Option<Node> {
    let table = site.node?.as_table().filter(|table| table.len() == 1)?;
    let word = table.values().next()?;
    let text = word.as_str()?;
    let options = branches.iter().filter_map(|branch| branch.view?.get("enum")?.as_array()).flatten();
    options.into_iter().any(|value| value == text).then(|| Node::generated(word.value.clone()))
}
