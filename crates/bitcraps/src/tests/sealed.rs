//! Configs in sealed files.

use std::fs;
use std::path::Path;

use confgate_core::environment::Environment;
use confgate_runtime::load::{Loader, Refused};
use confgate_runtime::system::SystemContext;
use confgate_seal::Identity;

use crate::{Config, sealed_storage};

fn load(path: &Path, identity: Identity) -> Result<Config, Refused> {
    let loader = Loader::of::<Config>(SystemContext::bare()).environment(Environment::Production);
    sealed_storage::load(loader, path, vec![identity])
}

#[test]
fn a_config_saved_for_a_key_is_loaded_with_that_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml.age");
    let mut config = Config::production_defaults();
    config.monitoring.alert_webhook = Some("https://hooks.example/hunter2".into());
    let key = Identity::generate();
    config.save_encrypted(&path, &[key.recipient()]).unwrap();
    assert!(fs::read_to_string(&path).unwrap().starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
    assert_eq!(load(&path, key.into()).unwrap(), config);
    let error = load(&path, Identity::generate().into()).unwrap_err().to_string();
    assert!(error.contains("the config is sealed and cannot be opened: none of the identities opens it"), "{error}");
    assert!(error.contains("node.toml.age") && !error.contains("hunter2"), "{error}");
}

#[test]
fn saving_without_a_recipient_and_loading_a_plain_file_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("node.toml");
    let config = Config::development_defaults();
    let error = config.save_encrypted(&path, &[]).unwrap_err().to_string();
    assert_eq!((error.as_str(), path.exists()), ("no recipient given", false));
    config.save(&path).unwrap();
    let error = load(&path, Identity::generate().into()).unwrap_err().to_string();
    assert!(error.contains("node.toml is not sealed"), "{error}");
    let missing = load(&folder.path().join("gone"), Identity::generate().into()).unwrap_err().to_string();
    assert!(missing.contains("the config cannot be read: No such file"), "{missing}");
}
