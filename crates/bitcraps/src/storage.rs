//! Loading and saving of a config by the application.

use std::path::Path;

use confgate_core::environment::Environment;
use confgate_core::gate::{Gate, Input, Phase, ValidateOptions, written};
use confgate_core::model::Model;
use confgate_core::toml;
use confgate_core::value::{self, Node, Source, Sources, Value};
use confgate_runtime::atomic_file::{self, Mode};
use confgate_runtime::load::{LoadOptions, Loader, Refused};
use confgate_runtime::secrets::SecretBackends;
use confgate_runtime::system::SystemContext;
use zeroize::Zeroizing;

use crate::save_error::SaveError;

/// Returns a loader for the files, environment variables and secrets of this machine.
pub(crate) fn process_loader<M: Model>() -> Loader<M> {
    Loader::of::<M>(SystemContext::of_process()).backends(secret_backends())
}

/// Returns the secret backends of the features that this crate is built with.
pub(crate) fn secret_backends() -> SecretBackends {
    SecretBackends {
        #[cfg(feature = "vault")]
        vault: Some(confgate_vault::provider),
        #[cfg(not(feature = "vault"))]
        vault: None,
        #[cfg(feature = "seal")]
        decryptor: Some(confgate_seal::decryptor),
        #[cfg(not(feature = "seal"))]
        decryptor: None,
    }
}

/// Loads a config, without its origins and warnings.
pub(crate) fn load<M: Model>(loader: &Loader<M>) -> Result<M, Refused> {
    loader.config(&LoadOptions::default()).map(|(config, _)| config)
}

/// Converts a config to a tree.
pub(crate) fn tree<M: Model>(config: &M) -> Node {
    // A model is plain data, so the conversion succeeds; the gate rejects null.
    value::serialize(config).unwrap_or_else(|_| Node::generated(Value::Null))
}

/// Renders a config as TOML that passes the gate when it is read again. The text may contain secrets.
pub(crate) fn to_toml<M: Model>(config: &M, environment: Environment) -> Result<Zeroizing<String>, SaveError> {
    let gate = Gate::of::<M>();
    let options = ValidateOptions { environment: Some(environment), phase: Phase::Load, ..ValidateOptions::default() };
    let input = Input { tree: tree(config), sources: Sources::default(), found: Vec::new(), options };
    let outcome = gate.validate(input);
    if !outcome.report.admits() {
        return Err(SaveError::Rejected(outcome.report));
    }
    let text = Zeroizing::new(toml::write(&outcome.tree)?);
    // A sealed source wipes its copy of the text.
    written::verify(
        gate.spec(),
        &outcome.tree,
        Input::toml(&Source::sealed("the saved config", text.as_str()), options),
    )?;
    Ok(text)
}

/// Replaces a file atomically by one that its owner alone can read.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), SaveError> {
    atomic_file::overwrite(path, bytes, Mode::OwnerOnly)
        .map_err(|source| SaveError::Io { path: path.to_owned(), source })
}
