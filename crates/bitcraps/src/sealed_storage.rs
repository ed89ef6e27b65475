//! Loading and saving of a config in a sealed file.

use std::path::Path;

use confgate_core::diagnostics::{Diagnostic, codes};
use confgate_core::environment::Environment;
use confgate_core::model::Model;
use confgate_core::value;
use confgate_runtime::load::{Loader, Refused, file};
use confgate_runtime::secrets::is_sealed_file;
use confgate_seal::{Encoding, Identities, Identity, Recipient, seal};

use crate::save_error::SaveError;
use crate::storage;

/// Seals a config as armored TOML and replaces a file by it.
pub(crate) fn save<M: Model>(
    config: &M,
    environment: Environment,
    path: &Path,
    recipients: &[Recipient],
) -> Result<(), SaveError> {
    let text = storage::to_toml(config, environment)?;
    let sealed = seal(recipients, Encoding::Armored, text.as_bytes())?;
    storage::replace(path, &sealed)
}

/// Loads a config from a sealed file, whose sealed values are opened with the same identities.
pub(crate) fn load<M: Model>(loader: Loader<M>, path: &Path, identities: Vec<Identity>) -> Result<M, Refused> {
    if !is_sealed_file(&file::bytes(path).map_err(|diagnostic| Refused::from(*diagnostic))?) {
        let message = format!("{} is not sealed", path.display());
        let diagnostic = Diagnostic::error(&codes::SECRETS_SEALED, value::Path::root(), message);
        return Err(diagnostic.help("read it with `load_from_file`, or write it with `save_encrypted`").into());
    }
    storage::load(&loader.at(path).decryptor(Box::new(Identities::from(identities))))
}
