//! Loading and saving of a config by the application.

use std::io;
use std::path::Path;

use confgate_core::model::Model;
use confgate_core::toml::writer;
use confgate_core::value::{Node, Table, Value, json};
use confgate_runtime::atomic_file::{self, Mode};
use confgate_runtime::load::{LoadOptions, Loader, Refused};
use confgate_runtime::secrets::SecretBackends;
use confgate_runtime::system::SystemContext;
use zeroize::Zeroizing;

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
    // A model is plain data within 64 bits, so both conversions succeed.
    let json = serde_json::to_value(config).unwrap_or_default();
    json::read(json).unwrap_or_else(|_| Node::bare(Value::Table(Table::default())))
}

/// Renders a config as TOML. The text may contain secrets.
pub(crate) fn to_toml<M: Model>(config: &M) -> io::Result<Zeroizing<String>> {
    writer::write(&tree(config)).map(Zeroizing::new).map_err(io::Error::other)
}

/// Replaces a file atomically by one that its owner alone can read.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    atomic_file::overwrite(path, bytes, Mode::OwnerOnly)
}
