//! Loads of configs that are sealed in part or as a whole.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::SystemTime;

use confgate_bitcraps::Config;
use confgate_core::toml::writer;
use confgate_core::types::secret::Secret;
use confgate_runtime::load::{LoadOptions, LoadedConfig, Loader, Refused};
use confgate_runtime::secrets::SecretBackends;
use confgate_runtime::system::SystemContext;
use confgate_seal::{Encoding, Identity, Recipient, seal, seal_value};

const CANARY: &str = "canary-3f9a";
const HOOK: &str = "https://hooks.example/canary-3f9a";

fn loader(context: SystemContext) -> Loader<Config> {
    let backends = SecretBackends { decryptor: Some(confgate_seal::decryptor), ..SecretBackends::default() };
    Loader::of::<Config>(context).backends(backends)
}

fn load(context: SystemContext) -> Result<(Config, LoadedConfig), Refused> {
    loader(context).config(&LoadOptions::default())
}

/// Creates a directory with files, and the context of a node that has its configs there.
fn node(files: &[(&str, &str)]) -> (tempfile::TempDir, SystemContext) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let context = SystemContext::bare().folder(folder.path());
    (folder, context)
}

fn error_message(context: SystemContext) -> String {
    load(context).expect_err("the config is rejected").to_string()
}

/// Creates a node with an identity in the file `id`, and returns its recipient.
fn keyed(files: &[(&str, &str)]) -> (tempfile::TempDir, SystemContext, Recipient) {
    let (folder, context) = node(files);
    let new = Identity::generate();
    let path = folder.path().join("id");
    fs::write(&path, new.file(SystemTime::UNIX_EPOCH).expose()).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    (folder, context.variable("BITCRAPS_IDENTITY", "id"), new.recipient())
}

/// Creates a node whose config is a sealed file.
fn sealed(text: &str, encoding: Encoding) -> (tempfile::TempDir, SystemContext) {
    let (folder, context, recipient) = keyed(&[]);
    fs::create_dir(folder.path().join("config")).unwrap();
    let file = seal(&[recipient], encoding, text.as_bytes()).unwrap();
    fs::write(folder.path().join("config/development.toml.age"), file).unwrap();
    (folder, context)
}

#[test]
fn a_sealed_value_is_opened_with_the_identity_of_the_node_and_never_displayed() {
    let (folder, context, recipient) = keyed(&[("config/development.toml", "")]);
    let value = seal_value(&[recipient], &Secret::from(HOOK)).unwrap();
    let text = format!("[monitoring]\nalert_webhook = '{value}'\n");
    fs::write(folder.path().join("config/development.toml"), text).unwrap();
    let (config, loaded) = load(context.clone()).unwrap();
    assert_eq!(config.monitoring.alert_webhook.unwrap().expose(), HOOK);
    assert_eq!(loaded.report.diagnostics(), []);
    assert_eq!(loaded.secrets[0].place, "a sealed value");
    let displayed = writer::write(&loaded.redacted(loader(context.clone()).gate())).unwrap();
    assert!(!format!("{displayed}{loaded:?}").contains(CANARY), "{displayed}");
    fs::set_permissions(folder.path().join("id"), Permissions::from_mode(0o640)).unwrap();
    let (_, loaded) = load(context).unwrap();
    let warning = &loaded.report.diagnostics()[0].message;
    assert!(warning.ends_with("/id can be read by its group (mode 640)"), "{warning}");
}

#[test]
fn a_sealed_value_without_an_identity_names_the_variable() {
    let (_folder, context) = node(&[("config/development.toml", "[monitoring]\nalert_webhook = 'encrypted:YWdl'\n")]);
    let message = error_message(context);
    let first = "error: monitoring.alert_webhook is sealed and cannot be opened: no identity is configured";
    assert!(message.starts_with(first), "{message}");
    assert!(message.contains("help: set BITCRAPS_IDENTITY to the path of the node's identity file"), "{message}");
    assert!(message.contains("config/development.toml:2:1"), "{message}");
}

#[test]
fn a_sealed_config_file_is_loaded_with_the_places_of_its_values() {
    let text = format!("[network]\nmax_connections = 20\n[monitoring]\nalert_webhook = '{HOOK}'\n");
    for encoding in [Encoding::Binary, Encoding::Armored] {
        let (_folder, context) = sealed(&text, encoding);
        let (config, loaded) = load(context.clone()).unwrap();
        assert_eq!(config.network.max_connections, 20);
        assert_eq!(config.monitoring.alert_webhook.unwrap().expose(), HOOK);
        assert_eq!(loaded.report.diagnostics(), [], "what is sealed is not in plain text");
        let explained = loaded.explain(loader(context).gate(), "network.max_connections").unwrap();
        let place = &explained.contributions[0].places[0];
        assert!(place.ends_with("config/development.toml.age:2:1"), "{place}");
    }
}

#[test]
fn no_line_of_a_sealed_config_is_quoted() {
    let text = format!("name = 'x' # {CANARY}\n[network]\nmax_connections = 0 # {CANARY}\n");
    let (_folder, context) = sealed(&text, Encoding::Binary);
    let message = error_message(context);
    assert!(message.contains("network.max_connections must be at least 1, and is 0"), "{message}");
    assert!(message.contains("config/development.toml.age:3:1") && message.contains(".age:1:1"), "{message}");
    assert!(!message.contains(CANARY) && !message.contains('│'), "{message}");
}

#[test]
fn a_sealed_config_that_is_not_toml_is_not_quoted() {
    for broken in ["a = canary-3f9a\n", "[canary-3f9a\n", "x = 1\ncanary-3f9a = 1\ncanary-3f9a = 2\n"] {
        let (_folder, context) = sealed(broken, Encoding::Binary);
        let message = error_message(context);
        assert!(message.contains("error: not TOML; what stands here is sealed and not shown"), "{message}");
        assert!(message.contains("help: correct what was sealed: `confgate unseal"), "{message}");
        assert!(!message.contains(CANARY), "{message}");
    }
    let (folder, context, recipient) = keyed(&[("config/profiles.toml", "")]);
    let bytes = seal(&[recipient], Encoding::Binary, b"a = '\xff'").unwrap();
    fs::write(folder.path().join("config/development.toml.age"), bytes).unwrap();
    let message = error_message(context);
    assert!(message.contains("the config is sealed, and what is in it is not UTF-8"), "{message}");
}

#[test]
fn a_sealed_config_that_cannot_be_opened_is_rejected_with_the_way_out() {
    let (folder, context) = sealed("", Encoding::Binary);
    let message = error_message(context.clone().without("BITCRAPS_IDENTITY"));
    assert!(message.contains("the config is sealed and cannot be opened: no identity is configured"), "{message}");
    let path = folder.path().join("config/development.toml.age");
    let mut bytes = fs::read(&path).unwrap();
    bytes.pop();
    fs::write(&path, bytes).unwrap();
    let message = error_message(context);
    assert!(message.contains("help: seal the file again: `confgate seal FILE -o FILE.age`"), "{message}");
}

#[test]
fn a_config_and_a_sealed_one_beside_it_are_rejected() {
    let (folder, context) = sealed("", Encoding::Binary);
    fs::write(folder.path().join("config/development.toml"), "").unwrap();
    let message = error_message(context.clone());
    assert!(message.contains("there are two configs for Development, one of them sealed"), "{message}");
    let named = loader(context).at("config/development.toml").load(&LoadOptions::default());
    assert!(named.is_ok(), "one that is named is meant");
}
