//! The layer of profiles: those of the config file and those in a file beside it, and which of them hold.

use std::path::PathBuf;

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::{Input, ValidateOptions};
use confgate_core::profile::{Profile, TakenProfiles};
use confgate_core::value::{Node, Origin, Source, Value};
use jiff::Timestamp;

use crate::load::file::{self, Found};
use crate::load::stack::Stack;
use crate::load::{Kind, LoadContext, Refused};
use crate::profile::{self, Moment, POLL, Usage};

/// Which profiles hold, and until when.
#[derive(Debug, Clone, Default)]
pub struct Overlays {
    /// Those that hold, in their order.
    pub active: Vec<Profile>,
    /// The names of all.
    pub all: Vec<String>,
    /// When others may hold.
    pub next_look: Option<Timestamp>,
    /// What profiles ask for and nobody knows.
    pub unknowns: Vec<String>,
}

/// The file with profiles beside a config, if it is there. A bundle has its profiles in its config.
pub fn beside(found: Option<&Found>) -> Option<PathBuf> {
    found.filter(|found| matches!(found, Found::File(_))).map(Found::profiles).filter(|path| file::is_there(path))
}

/// Takes the profiles out of the tree of the file, adds those beside it, and checks what they set.
pub fn take(
    loader: &LoadContext,
    stack: &mut Stack,
    found: Option<&Found>,
    environment: Environment,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Profile>, Refused> {
    let options = ValidateOptions { environment: Some(environment), ..ValidateOptions::default() };
    let mut taken = loader.gate().take_profiles(&mut stack.tree, &stack.sources, options);
    let text = stack.sources.text.clone();
    taken.profiles.iter_mut().for_each(|profile| declare(profile, stack, text.as_ref()));
    if let Some(path) = beside(found) {
        let (other, source) = read_beside(loader, path, options)?;
        add(&mut taken, other, &source, stack);
    }
    diagnostics.append(&mut taken.found);
    if !taken.profiles.is_empty() {
        let checked = loader.gate().check_profiles(&stack.tree, &taken.profiles, &stack.sources, environment, options);
        diagnostics.extend(checked);
    }
    Ok(taken.profiles)
}

/// Which of the profiles hold now. `held` are the names of those that held at the last look.
pub fn which(
    loader: &LoadContext,
    profiles: &[Profile],
    environment: Environment,
    now: Timestamp,
    usage: Usage,
    held: &[String],
) -> Overlays {
    let variable = |name: &str| loader.host().text(name).map(str::to_owned);
    let moment = Moment { environment, variable: &variable, now, usage };
    Overlays {
        active: profile::active(profiles, &moment, held).into_iter().cloned().collect(),
        all: profiles.iter().map(|profile| profile.name.clone()).collect(),
        next_look: profile::next_look(profiles, &moment, POLL),
        unknowns: profile::unknowns(profiles, &moment),
    }
}

fn add(taken: &mut TakenProfiles, mut other: TakenProfiles, source: &Source, stack: &mut Stack) {
    other.profiles.iter_mut().for_each(|profile| declare(profile, stack, Some(source)));
    taken.and(other, &stack.sources);
}

/// Reads a file with profiles and nothing else.
fn read_beside(
    loader: &LoadContext,
    path: PathBuf,
    options: ValidateOptions,
) -> Result<(TakenProfiles, Source), Refused> {
    let bytes = file::bytes(&path).map_err(|diagnostic| Refused::from(*diagnostic))?;
    let mut input = Input::bytes(path.display().to_string(), bytes, options);
    if input.found.iter().any(|diagnostic| diagnostic.is(&codes::TOML_SYNTAX)) {
        return Err(Refused { report: loader.gate().validate(input).report });
    }
    let mut taken = loader.gate().take_profiles(&mut input.tree, &input.sources, options);
    taken.found.extend(confgate_core::profile::beside(&input.tree, &input.sources));
    let source = input.sources.text.unwrap_or_else(|| Source::new(path.display().to_string(), ""));
    Ok((taken, source))
}

/// Makes a layer of what a profile sets.
fn declare(profile: &mut Profile, stack: &mut Stack, text: Option<&Source>) {
    let name = profile.name.clone();
    if let Some(text) = text {
        let source = stack.declare(Kind::Profile, name.clone(), text.clone());
        in_layer(&mut profile.set, source);
        move_to(&mut profile.origin, source);
    }
    from_nix(&mut profile.set, &name, stack);
}

/// What was read from a text belongs to a layer of its own.
fn in_layer(node: &mut Node, source: u16) {
    move_to(&mut node.origin, source);
    for_each_child(node, &mut |child| in_layer(child, source));
}

fn move_to(origin: &mut Origin, source: u16) {
    if let Origin::Text { key, value } = *origin {
        *origin = Origin::Layer { source, key, value };
    }
}

/// A definition in Nix is a layer of its own, whose name is its place.
fn from_nix(node: &mut Node, name: &str, stack: &mut Stack) {
    if let Origin::Nix(definitions) = &node.origin
        && let Some(first) = definitions.first()
    {
        let place = format!("{}:{}:{}", first.file, first.line, first.column);
        let source = stack.declare(Kind::Profile, name, Source::new(place, ""));
        node.origin = Origin::Layer { source, key: Default::default(), value: Default::default() };
    }
    for_each_child(node, &mut |child| from_nix(child, name, stack));
}

fn for_each_child(node: &mut Node, visit: &mut dyn FnMut(&mut Node)) {
    match &mut node.value {
        Value::List(elements) => elements.iter_mut().for_each(visit),
        Value::Table(table) => table.values_mut().for_each(visit),
        _ => {}
    }
}
