//! The layer of profiles: those in the config file and in `profiles.toml` beside it, and which of them are active.

use std::path::PathBuf;

use confgate_core::diagnostics::Diagnostic;
use confgate_core::environment::Environment;
use confgate_core::gate::{Input, ValidateOptions};
use confgate_core::profile::{Profile, TakenProfiles};
use confgate_core::value::{Format, Node, Origin, Source};
use confgate_files::SizeLimit;
use jiff::Timestamp;

use crate::load::context::LoadContext;
use crate::load::error::Refused;
use crate::load::file;
use crate::load::location::{FoundConfig, is_there};
use crate::load::precedence::LayerKind;
use crate::load::stack::Stack;
use crate::load::tree_edit::{for_each_child, layer_origin};
use crate::profile::{self, Moment, POLL, Usage};

/// The active profiles, and the time until which they stay active.
#[derive(Debug, Clone, Default)]
pub(super) struct ActiveProfiles {
    /// The active profiles, in order.
    pub profiles: Vec<Profile>,
    /// The names of all profiles.
    pub all_names: Vec<String>,
    /// Time of the next check, or `None` if the active profiles cannot change.
    pub next_check: Option<Timestamp>,
    /// Descriptions of the unknown facts that profiles depend on.
    pub unknown_facts: Vec<String>,
}

impl ActiveProfiles {
    /// Evaluates the conditions of the profiles. `active_before` has the names of those that were active at the last check.
    pub fn evaluate(
        context: &LoadContext,
        profiles: &[Profile],
        environment: Environment,
        usage: Usage,
        active_before: &[String],
    ) -> Self {
        let variable = |name: &str| context.system().text(name).map(str::to_owned);
        let flags = context.flags.as_deref();
        let moment = Moment { environment, variable: &variable, now: context.now(), usage, flags };
        Self {
            profiles: profile::active(profiles, &moment, active_before).into_iter().cloned().collect(),
            all_names: profiles.iter().map(|profile| profile.name.clone()).collect(),
            next_check: profile::next_check(profiles, &moment, POLL),
            unknown_facts: profile::unknown_facts(profiles, &moment),
        }
    }
}

/// Removes the profiles from the tree of the file, adds those of `profiles.toml`, and validates their values.
///
/// # Errors
///
/// `profiles.toml` cannot be read, or has a syntax error.
pub(super) fn take_profiles(
    context: &LoadContext,
    stack: &mut Stack,
    found: Option<&FoundConfig>,
    environment: Environment,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<Profile>, Refused> {
    let options = ValidateOptions { environment: Some(environment), ..ValidateOptions::default() };
    let mut taken = context.gate().take_profiles(&mut stack.tree, &stack.sources, options);
    let text = stack.sources.text.clone();
    for profile in &mut taken.profiles {
        add_profile_source(profile, stack, text.as_ref());
    }
    if let Some(path) = profiles_file(found) {
        let (mut others, source) = read_profiles_file(context, path, options)?;
        for profile in &mut others.profiles {
            add_profile_source(profile, stack, Some(&source));
        }
        taken.and(others, &stack.sources);
    }
    diagnostics.append(&mut taken.found);
    if !taken.profiles.is_empty() {
        let checked = context.gate().check_profiles(&stack.tree, &taken.profiles, &stack.sources, environment, options);
        diagnostics.extend(checked);
    }
    Ok(taken.profiles)
}

/// Returns the path of `profiles.toml` beside a config file, if it exists. A bundle has its profiles in its config.
fn profiles_file(found: Option<&FoundConfig>) -> Option<PathBuf> {
    let is_file = |found: &&FoundConfig| matches!(found, FoundConfig::File(_));
    found.filter(is_file).map(FoundConfig::profiles).filter(|path| is_there(path))
}

/// Reads `profiles.toml`, which has profiles and nothing else.
fn read_profiles_file(
    context: &LoadContext,
    path: PathBuf,
    options: ValidateOptions,
) -> Result<(TakenProfiles, Source), Refused> {
    let bytes = file::part_bytes(&path, SizeLimit::PROFILES).map_err(|diagnostic| Refused::from(*diagnostic))?;
    let mut input = Input::bytes(Format::Toml, path.display().to_string(), bytes, options);
    if input.found.iter().any(Diagnostic::is_syntax) {
        return Err(Refused { report: context.gate().validate(input).report });
    }
    let mut taken = context.gate().take_profiles(&mut input.tree, &input.sources, options);
    taken.found.extend(confgate_core::profile::beside(&input.tree, &input.sources));
    let source = input.sources.text.unwrap_or_else(|| Source::new(path.display().to_string(), ""));
    Ok((taken, source))
}

/// Makes a profile a layer of its own: adds its text as a source, and points the origins of its values to it.
fn add_profile_source(profile: &mut Profile, stack: &mut Stack, text: Option<&Source>) {
    let name = profile.name.clone();
    if let Some(text) = text {
        let source = stack.add_source(LayerKind::Profile, name.as_str(), text.clone());
        move_to_source(&mut profile.set, source);
        move_origin(&mut profile.origin, source);
    }
    add_nix_sources(&mut profile.set, &name, stack);
}

/// Points the text origins of a value and of everything in it to a source.
fn move_to_source(node: &mut Node, source: u16) {
    move_origin(&mut node.origin, source);
    for_each_child(node, &mut |child| move_to_source(child, source));
}

fn move_origin(origin: &mut Origin, source: u16) {
    if let Origin::Text { key, value } = *origin {
        *origin = Origin::Layer { source, key, value };
    }
}

/// Makes each Nix definition a layer of its own, named by its place.
fn add_nix_sources(node: &mut Node, name: &str, stack: &mut Stack) {
    if let Origin::Nix(definitions) = &node.origin
        && let Some(first) = definitions.first()
    {
        let place = format!("{}:{}:{}", first.file, first.line, first.column);
        let source = stack.add_source(LayerKind::Profile, name, Source::new(place, ""));
        node.origin = layer_origin(source);
    }
    for_each_child(node, &mut |child| add_nix_sources(child, name, stack));
}
