//! The pipeline of a load: merges all layers in order of precedence, and passes the result through the gate.
//!
//! The order is that of [`LayerKind`]: defaults, file, active profiles, override of the region, variables, overrides. References to secrets are resolved
//! in the layers that contain them. The gate fills the defaults in last, where no layer has a value.

use std::collections::HashMap;
use std::mem;
use std::sync::PoisonError;

use confgate_core::bundle::OverriddenDefinition;
use confgate_core::diagnostics::{Diagnostic, Severity, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::{Input, Outcome, Phase, ValidateOptions, plain_secrets};
use confgate_core::profile::Profile;
use confgate_core::value::{Location, Node, Path, Source, Sources, Value};
use jiff::Timestamp;

use crate::load::base::{Base, read_base};
use crate::load::context::LoadContext;
use crate::load::error::Refused;
use crate::load::location::{ConfigLocation, FoundConfig};
use crate::load::profiles::{self, ActiveProfiles};
use crate::load::region;
use crate::load::stack::Stack;
use crate::load::tree_edit::{empty_table, insert_at, layer_origin, set_origin};
use crate::load::variables::read_variables;
use crate::load::{LayerKind, LoadOptions, LoadedConfig};
use crate::profile::Usage;
use crate::secrets::{UsedSecret, resolve};

/// All layers, merged: the input of the gate, and the facts about it that the loaded config keeps.
pub(super) struct MergedLayers {
    found: Option<FoundConfig>,
    overridden: HashMap<Path, Vec<OverriddenDefinition>>,
    diagnostics: Vec<Diagnostic>,
    /// Places of secrets, which messages must not quote.
    hidden: Vec<Location>,
    options: ValidateOptions,
    profiles: Vec<Profile>,
    active: ActiveProfiles,
    secrets: Vec<UsedSecret>,
    variable_count: usize,
    region_expires: Option<Timestamp>,
    stack: Stack,
}

impl MergedLayers {
    /// Validates the tree with `validate`, the gate.
    ///
    /// # Errors
    ///
    /// The gate rejects the tree.
    pub(super) fn validate<M>(
        mut self,
        validate: impl FnOnce(Node, &Sources, Vec<Diagnostic>, ValidateOptions) -> Outcome<M>,
    ) -> Result<(Option<M>, LoadedConfig), Refused> {
        let tree = mem::replace(&mut self.stack.tree, Node::generated(Value::Null));
        let diagnostics = mem::take(&mut self.diagnostics);
        let options = ValidateOptions { phase: Phase::Load, ..self.options };
        let Outcome { report, environment, tree, config } = validate(tree, &self.stack.sources, diagnostics, options);
        let loaded = self.into_loaded(Outcome { report, environment, tree, config: None })?;
        Ok((config, loaded))
    }

    fn into_loaded(self, outcome: Outcome) -> Result<LoadedConfig, Refused> {
        let Outcome { report, environment, tree, .. } = outcome;
        let Self {
            found, overridden, hidden, profiles, active, secrets, variable_count, region_expires, stack, ..
        } = self;
        let Stack { sources, layers, shadowed, .. } = stack;
        let mut places = report.secrets().to_vec();
        places.extend(hidden);
        let report = report.with_secrets(places);
        if !report.admits() {
            return Err(Refused { report });
        }
        Ok(LoadedConfig {
            environment,
            found,
            tree,
            report,
            sources,
            layers,
            shadowed,
            overridden,
            secrets,
            variable_count,
            active_profiles: active.profiles.into_iter().map(|profile| profile.name).collect(),
            profiles: active.all_names,
            conditions: profiles.into_iter().map(without_values).collect(),
            next_check: active.next_check.into_iter().chain(region_expires).min(),
            region_expires,
        })
    }
}

/// Reads all layers and merges them.
///
/// # Errors
///
/// A layer cannot be read.
pub(super) fn merge_layers(context: &LoadContext, options: &LoadOptions<'_>) -> Result<MergedLayers, Refused> {
    context.secrets.begin()?;
    let Base { detected, found, mut input, overridden } = read_base(context)?;
    context.gate.migrate(&mut input).map_err(|report| Refused { report })?;
    let environment = context.environment_with(&detected, &input.tree);
    input.options.environment = Some(environment);
    let Input { tree, sources, found: mut diagnostics, options: validate_options } = input;
    diagnostics.extend(detected.unknown.map(|unknown| unknown.warning(environment)));
    let plain = plain_secrets::find(context.gate.view(), &tree);
    if !sources.text.as_ref().is_some_and(Source::is_sealed) {
        let prefix = context.gate.env_prefix();
        diagnostics.extend(plain.iter().filter_map(|it| it.diagnostic(&sources, Severity::Warning, prefix)));
    }
    let mut hidden: Vec<Location> = plain.iter().flat_map(|it| it.places(&sources)).collect();

    let mut stack = Stack::new(tree, sources);
    if let ConfigLocation::Values(values) = &context.location {
        merge_value(&mut stack, LayerKind::File, "the program", &Path::root(), values.clone());
    }
    let profiles = profiles::take_profiles(context, &mut stack, found.as_ref(), environment, &mut diagnostics)?;
    let active = active_profiles(context, &profiles, environment, options.active_profiles);
    for fact in &active.unknown_facts {
        diagnostics.push(Diagnostic::new(Severity::Warning, &codes::PROFILES_UNKNOWN, Path::root(), fact.clone()));
    }
    let resolver = context.secrets.resolver(&context.system);
    let mut secrets = resolve(&mut stack.tree, &resolver, &mut stack.sources, &mut diagnostics);
    for profile in &active.profiles {
        secrets.extend(merge_layer(context, profile.set.clone(), &mut stack, &mut diagnostics));
    }
    let region_override = context.read_region_override()?;
    if let Some(region_override) = &region_override {
        let values = region::layer(region_override, &mut stack);
        secrets.extend(merge_layer(context, values, &mut stack, &mut diagnostics));
    }
    hidden.extend(secret_places(&stack));
    let variable_count = merge_variables(context, &mut stack, &mut diagnostics);
    for value in options.overrides {
        merge_value(&mut stack, LayerKind::Override, &value.reason, &value.path, value.value.clone());
    }
    Ok(MergedLayers {
        found,
        overridden,
        diagnostics,
        hidden,
        options: validate_options,
        profiles,
        active,
        secrets,
        variable_count,
        region_expires: region_override.map(|region_override| region_override.expires),
        stack,
    })
}

/// Returns the names of the profiles of a loaded config that are active now, and the time of the next check. No file is read.
pub(crate) fn profiles_now(context: &LoadContext, loaded: &LoadedConfig) -> (Vec<String>, Option<Timestamp>) {
    let active = active_profiles(context, &loaded.conditions, loaded.environment, &loaded.active_profiles);
    let next_check = active.next_check.into_iter().chain(loaded.region_expires).min();
    (active.profiles.into_iter().map(|profile| profile.name).collect(), next_check)
}

fn active_profiles(
    context: &LoadContext,
    profiles: &[Profile],
    environment: Environment,
    active_before: &[String],
) -> ActiveProfiles {
    if profiles.is_empty() {
        return ActiveProfiles::default();
    }
    // Sample the usage only if a profile depends on it.
    let usage = match profiles.iter().any(|profile| profile.when.depends_on_usage()) {
        true => context.meter.lock().unwrap_or_else(PoisonError::into_inner).usage(),
        false => Usage::default(),
    };
    ActiveProfiles::evaluate(context, profiles, environment, usage, active_before)
}

/// Merges values, and resolves the references to secrets in them.
fn merge_layer(
    context: &LoadContext,
    mut values: Node,
    stack: &mut Stack,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<UsedSecret> {
    let mut sources = Sources { resolved: HashMap::new(), ..stack.sources.clone() };
    let secrets = resolve(&mut values, &context.secrets.resolver(&context.system), &mut sources, diagnostics);
    stack.merge(values, sources.resolved);
    secrets
}

/// Returns the places of references to secrets.
fn secret_places(stack: &Stack) -> Vec<Location> {
    let Stack { tree, sources, .. } = stack;
    sources.resolved.keys().filter_map(|path| sources.value_location(&tree.get(&path.0)?.origin)).collect()
}

/// Merges the variables. Returns the number of fields that they set.
fn merge_variables(context: &LoadContext, stack: &mut Stack, diagnostics: &mut Vec<Diagnostic>) -> usize {
    let Some(names) = &context.names else { return 0 };
    let mut layer = read_variables(names, &context.system);
    diagnostics.append(&mut layer.diagnostics);
    let field_count = layer.values.len();
    layer.merge(&context.gate, stack);
    field_count
}

/// Merges a value of the program at `path`, or a whole config at the root.
fn merge_value(stack: &mut Stack, kind: LayerKind, name: &str, path: &Path, mut value: Node) {
    let source = stack.add_source(kind, name, Source::new(name, ""));
    set_origin(&mut value, &layer_origin(source));
    let tree = match path.0.is_empty() {
        true => value,
        false => {
            let mut tree = empty_table();
            insert_at(&mut tree, path, value);
            tree
        }
    };
    stack.merge(tree, HashMap::new());
}

/// Returns a profile with its conditions alone.
fn without_values(profile: Profile) -> Profile {
    Profile { set: Node::generated(Value::Null), ..profile }
}
