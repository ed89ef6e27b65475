//! The base of a load: the config file or bundle, before other layers are merged over it.

use std::collections::HashMap;
use std::path::{self, PathBuf};

use confgate_core::bundle::OverriddenDefinition;
use confgate_core::diagnostics::suggest::join_or;
use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::environment::Environment;
use confgate_core::gate::{Input, ValidateOptions};
use confgate_core::value::{Path, Sources};

use crate::load::bundle::{BundleFiles, read_bundle};
use crate::load::context::{DetectedEnvironment, LoadContext};
use crate::load::error::Refused;
use crate::load::location::{ConfigLocation, FoundConfig, Located, ambiguous, file_place, locate};
use crate::load::read::read_config;
use crate::load::tree_edit::empty_table;
use crate::variable_names::ENV;

/// The content of the config file or bundle.
pub(super) struct Base {
    /// The environment, before the config is asked.
    pub detected: DetectedEnvironment,
    /// The file or bundle, or `None` if there is none.
    pub found: Option<FoundConfig>,
    /// The values.
    pub input: Input,
    /// Nix definitions that others override, by path.
    pub overridden: HashMap<Path, Vec<OverriddenDefinition>>,
}

/// Finds the config and reads it.
///
/// # Errors
///
/// The config cannot be read, or has a syntax error.
pub(super) fn read_base(context: &LoadContext) -> Result<Base, Refused> {
    let path = context.config_path();
    let detected = context.detect_environment(path.as_deref());
    let options = ValidateOptions {
        environment: Some(detected.environment),
        unknown_keys: context.unknown_keys,
        ..ValidateOptions::default()
    };
    let (found, read) = match &context.location {
        ConfigLocation::Bundle(content) => {
            let found = FoundConfig::Bundle(content.directory().to_owned());
            (Some(found), Some(read_bundle(BundleFiles::Memory(content), options, context.max_config_size)))
        }
        _ => {
            let found = find(context, path, &detected)?;
            let read = |found: &Located| {
                read_config(found, options, context.format, context.max_config_size, &*context.secrets.decryptor)
            };
            let read = found.as_ref().map(read);
            (found.map(|found| found.config), read)
        }
    };
    let (input, overridden) = match read {
        Some(read) => {
            let read = read.map_err(|diagnostic| Refused::from(*diagnostic))?;
            (read.input, read.overridden)
        }
        None => {
            let input = Input { tree: empty_table(), sources: Sources::default(), found: Vec::new(), options };
            (input, HashMap::new())
        }
    };
    if input.found.iter().any(Diagnostic::is_syntax) {
        let mut input = input;
        input.options.environment = Some(context.environment_with(&detected, &input.tree));
        return Err(Refused { report: context.gate.validate(input).report });
    }
    if let (Some(found), None) = (&found, input.tree.as_table()) {
        // Other layers could not be merged over it. The text is not quoted, because it may be a secret.
        let message = format!("the file must be a table, and is {}", input.tree.value.kind());
        let diagnostic = Diagnostic::error(&codes::SCHEMA_WHOLE, Path::root(), message);
        return Err(diagnostic.at([file_place(found.path())], "").help("write keys and their values").into());
    }
    Ok(Base { detected, found, input, overridden })
}

fn find(
    context: &LoadContext,
    path: Option<PathBuf>,
    detected: &DetectedEnvironment,
) -> Result<Option<Located>, Refused> {
    let Some(path) = path else { return Ok(None) };
    let environment = detected.environment;
    let found = locate(&path, environment);
    // A path of a file cannot be ambiguous.
    let is_file = found.as_ref().is_some_and(|found| matches!(&found.config, FoundConfig::File(file) if *file == path));
    if !is_file && let Some(diagnostic) = ambiguous(&path, environment) {
        return Err(diagnostic.into());
    }
    if found.is_none()
        && !detected.is_named
        && let Some(diagnostic) = unnamed_environment(context, &path)
    {
        return Err(diagnostic.into());
    }
    if found.is_none() && matches!(context.location, ConfigLocation::Path(_)) {
        let name = environment.name().to_lowercase();
        let message = format!("config for {environment} not found at {}", path.display());
        let help = format!("name a TOML file, a bundle, or a folder with {name}.toml or the bundle {name}");
        return Err(Diagnostic::error(&codes::FILE_UNREADABLE, Path::root(), message).help(help).into());
    }
    Ok(found)
}

/// Reports a directory with the configs of other environments than the default one, if nothing names the environment. Without the
/// report a service would silently run on defaults.
fn unnamed_environment(context: &LoadContext, directory: &path::Path) -> Option<Diagnostic> {
    let configs: Vec<(Environment, FoundConfig)> =
        Environment::ALL.into_iter().filter_map(|known| Some((known, locate(directory, known)?.config))).collect();
    let (_, first) = configs.first()?;
    let names: Vec<String> = configs.iter().map(|(known, _)| known.name().to_owned()).collect();
    let message = format!(
        "the environment is not named: {} has a config for {}, and none for {}",
        directory.display(),
        names.join(", "),
        context.default_environment
    );
    let choice = join_or(&names);
    let help = match context.names.as_ref().map(|names| names.setting(ENV)) {
        Some(variable) => {
            format!("set {variable} to {choice}, or give the path of one config: {}", first.path().display())
        }
        None => format!("give the path of one config: {}", first.path().display()),
    };
    let places = configs.iter().map(|(_, found)| file_place(found.path()));
    let diagnostic = Diagnostic::error(&codes::ENVIRONMENT_NOT_NAMED, Path::root(), message);
    Some(diagnostic.at(places, "").help(help))
}
