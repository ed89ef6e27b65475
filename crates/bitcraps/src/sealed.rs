//! The names that the application uses for configs in sealed files.

use std::io;
use std::path::Path;

use confgate_core::diagnostics::Diagnostic;
use confgate_core::toml;
use confgate_core::value;
use confgate_runtime::load::{Loader, Refused, file};
use confgate_runtime::secrets::{SEALED, is_sealed_file};
use confgate_seal as seal;
use confgate_seal::{Form, Identities, Identity, Recipient};
use zeroize::Zeroizing;

use crate::Config;
use crate::face::{loader, replace};

impl Config {
    /// Writes the config as TOML that is sealed for these recipients, all at once or not at all.
    ///
    /// # Errors
    ///
    /// Nobody could open it, or the file cannot be written; what was there stays.
    pub fn save_encrypted(&self, path: impl AsRef<Path>, recipients: &[Recipient]) -> io::Result<()> {
        let text = Zeroizing::new(toml::write(&self.tree()).map_err(io::Error::other)?);
        let sealed = seal::seal(recipients, Form::Armored, text.as_bytes()).map_err(io::Error::other)?;
        replace(path.as_ref(), &sealed)
    }

    /// The config in a sealed file, with the variables and secrets of this machine. Sealed values in it are opened with the
    /// same identities.
    ///
    /// # Errors
    ///
    /// The report of everything that is wrong: the file is not sealed, none of the identities opens it, or the gate refuses
    /// what is in it.
    pub fn load_encrypted(path: impl AsRef<Path>, identities: Vec<Identity>) -> Result<Self, Refused> {
        Self::opened(loader(), path.as_ref(), identities)
    }

    fn opened(loader: Loader, path: &Path, identities: Vec<Identity>) -> Result<Self, Refused> {
        if !is_sealed_file(&file::bytes(path).map_err(|diagnostic| Refused::from(*diagnostic))?) {
            let message = format!("{} is not sealed", path.display());
            let diagnostic = Diagnostic::error(SEALED, value::Path::root(), message);
            return Err(diagnostic.help("read it with `load_from_file`, or write it with `save_encrypted`").into());
        }
        Self::loaded(loader.at(path).opener(Box::new(Identities::from(identities))))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use confgate_core::environment::Environment;
    use confgate_runtime::system::SystemContext;

    use super::*;

    fn opened(path: &Path, identity: Identity) -> Result<Config, Refused> {
        let loader = Loader::of::<Config>(SystemContext::bare()).environment(Environment::Production);
        Config::opened(loader, path, vec![identity])
    }

    #[test]
    fn what_is_saved_for_a_key_is_loaded_with_it_and_with_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.toml.age");
        let mut config = Config::production_defaults();
        config.monitoring.alert_webhook = Some("https://hooks.example/hunter2".into());
        let key = Identity::generate();
        config.save_encrypted(&path, &[key.recipient()]).unwrap();
        assert!(fs::read_to_string(&path).unwrap().starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
        assert_eq!(opened(&path, key.into()).unwrap(), config);
        let refused = opened(&path, Identity::generate().into()).unwrap_err().to_string();
        assert!(refused.contains("the config is sealed and cannot be opened: no identity here opens it"), "{refused}");
        assert!(refused.contains("node.toml.age") && !refused.contains("hunter2"), "{refused}");
    }

    #[test]
    fn nothing_is_saved_for_nobody_and_nothing_plain_is_taken_for_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.toml");
        let config = Config::development_defaults();
        let error = config.save_encrypted(&path, &[]).unwrap_err().to_string();
        assert_eq!((error.as_str(), path.exists()), ("there is no recipient to seal for", false));
        config.save(&path).unwrap();
        let refused = opened(&path, Identity::generate().into()).unwrap_err().to_string();
        assert!(refused.contains("node.toml is not sealed"), "{refused}");
        let gone = opened(&folder.path().join("gone"), Identity::generate().into()).unwrap_err().to_string();
        assert!(gone.contains("the config cannot be read: No such file"), "{gone}");
    }
}
