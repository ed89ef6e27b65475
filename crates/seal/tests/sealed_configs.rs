//! Loads of configs that are sealed in part or as a whole.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::SystemTime;

use confgate_core::types::Secret;
use confgate_seal::{Form, Identity, Recipient, seal, seal_value};

use confgate_bitcraps::Config;
use confgate_core::toml;
use confgate_runtime::load::{LoadOptions, LoadedConfig, Loader, Refused};
use confgate_runtime::secrets::SecretBackends;
use confgate_runtime::system::SystemContext;

const CANARY: &str = "canary-3f9a";
const HOOK: &str = "https://hooks.example/canary-3f9a";

fn loader(host: SystemContext) -> Loader {
    let backends = SecretBackends { decryptor: Some(confgate_seal::decryptor), ..SecretBackends::default() };
    Loader::of::<Config>(host).backends(backends)
}

fn load(host: SystemContext) -> Result<(Config, LoadedConfig), Refused> {
    loader(host).config::<Config>(&LoadOptions::default())
}

/// A folder with files, and a machine whose configs are in it.
fn node(files: &[(&str, &str)]) -> (tempfile::TempDir, SystemContext) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let host = SystemContext::bare().folder(folder.path());
    (folder, host)
}

fn refusal(host: SystemContext) -> String {
    load(host).expect_err("the config is rejected").to_string()
}

/// A machine with a key in the file `id`, and whom to seal for.
fn keyed(files: &[(&str, &str)]) -> (tempfile::TempDir, SystemContext, Recipient) {
    let (folder, host) = node(files);
    let new = Identity::generate();
    let path = folder.path().join("id");
    fs::write(&path, new.file(SystemTime::UNIX_EPOCH).expose()).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    (folder, host.variable("BITCRAPS_IDENTITY", "id"), new.recipient())
}

/// A machine whose config is sealed as a whole.
fn sealed(text: &str, form: Form) -> (tempfile::TempDir, SystemContext) {
    let (folder, host, recipient) = keyed(&[]);
    fs::create_dir(folder.path().join("config")).unwrap();
    let file = seal(&[recipient], form, text.as_bytes()).unwrap();
    fs::write(folder.path().join("config/development.toml.age"), file).unwrap();
    (folder, host)
}

#[test]
fn a_sealed_value_is_opened_with_the_key_of_the_node_and_shown_by_nobody() {
    let (folder, host, recipient) = keyed(&[("config/development.toml", "")]);
    let value = seal_value(&[recipient], &Secret::from(HOOK)).unwrap();
    let text = format!("[monitoring]\nalert_webhook = '{value}'\n");
    fs::write(folder.path().join("config/development.toml"), text).unwrap();
    let (config, loaded) = load(host.clone()).unwrap();
    assert_eq!(config.monitoring.alert_webhook.unwrap().expose(), HOOK);
    assert_eq!(loaded.report.diagnostics(), []);
    assert_eq!(loaded.used[0].place, "a sealed value");
    let shown = toml::write(&loaded.shown(loader(host.clone()).gate())).unwrap();
    assert!(!format!("{shown}{loaded:?}").contains(CANARY), "{shown}");
    fs::set_permissions(folder.path().join("id"), Permissions::from_mode(0o640)).unwrap();
    let (_, loaded) = load(host).unwrap();
    let warning = &loaded.report.diagnostics()[0].message;
    assert!(warning.ends_with("/id can be read by its group (mode 640)"), "{warning}");
}

#[test]
fn a_sealed_value_without_a_key_says_which_variable_names_it() {
    let (_folder, host) = node(&[("config/development.toml", "[monitoring]\nalert_webhook = 'encrypted:YWdl'\n")]);
    let said = refusal(host);
    let first = "error: monitoring.alert_webhook is sealed and cannot be opened: there is no identity to open it with";
    assert!(said.starts_with(first), "{said}");
    assert!(said.contains("help: set BITCRAPS_IDENTITY to the path of the node's identity file"), "{said}");
    assert!(said.contains("config/development.toml:2:1"), "{said}");
}

#[test]
fn a_config_that_is_sealed_as_a_whole_is_loaded_and_says_where_its_values_stand() {
    let text = format!("[network]\nmax_connections = 20\n[monitoring]\nalert_webhook = '{HOOK}'\n");
    for form in [Form::Binary, Form::Armored] {
        let (_folder, host) = sealed(&text, form);
        let (config, loaded) = load(host.clone()).unwrap();
        assert_eq!(config.network.max_connections, 20);
        assert_eq!(config.monitoring.alert_webhook.unwrap().expose(), HOOK);
        assert_eq!(loaded.report.diagnostics(), [], "what is sealed is not in plain text");
        let explained = loaded.explain(loader(host).gate(), "network.max_connections").unwrap();
        let place = &explained.contributions[0].places[0];
        assert!(place.ends_with("config/development.toml.age:2:1"), "{place}");
    }
}

#[test]
fn no_line_of_a_sealed_config_is_shown() {
    let text = format!("name = 'x' # {CANARY}\n[network]\nmax_connections = 0 # {CANARY}\n");
    let (_folder, host) = sealed(&text, Form::Binary);
    let said = refusal(host);
    assert!(said.contains("network.max_connections must be at least 1, and is 0"), "{said}");
    assert!(said.contains("config/development.toml.age:3:1") && said.contains(".age:1:1"), "{said}");
    assert!(!said.contains(CANARY) && !said.contains('│'), "{said}");
}

#[test]
fn a_sealed_config_that_is_no_toml_is_not_quoted() {
    for broken in ["a = canary-3f9a\n", "[canary-3f9a\n", "x = 1\ncanary-3f9a = 1\ncanary-3f9a = 2\n"] {
        let (_folder, host) = sealed(broken, Form::Binary);
        let said = refusal(host);
        assert!(said.contains("error: not TOML; what stands here is sealed and not shown"), "{said}");
        assert!(said.contains("help: correct what was sealed: `confgate unseal"), "{said}");
        assert!(!said.contains(CANARY), "{said}");
    }
    let (folder, host, recipient) = keyed(&[("config/profiles.toml", "")]);
    let bytes = seal(&[recipient], Form::Binary, b"a = '\xff'").unwrap();
    fs::write(folder.path().join("config/development.toml.age"), bytes).unwrap();
    let said = refusal(host);
    assert!(said.contains("the config is sealed, and what is in it is not UTF-8"), "{said}");
}

#[test]
fn a_sealed_config_that_cannot_be_opened_is_refused_with_the_way_out() {
    let (folder, host) = sealed("", Form::Binary);
    let said = refusal(host.clone().without("BITCRAPS_IDENTITY"));
    assert!(said.contains("the config is sealed and cannot be opened: there is no identity to open it with"), "{said}");
    let path = folder.path().join("config/development.toml.age");
    let mut bytes = fs::read(&path).unwrap();
    bytes.pop();
    fs::write(&path, bytes).unwrap();
    let said = refusal(host);
    assert!(said.contains("help: seal the file again: `confgate seal FILE -o FILE.age`"), "{said}");
}

#[test]
fn a_config_and_a_sealed_one_beside_it_are_two_too_many() {
    let (folder, host) = sealed("", Form::Binary);
    fs::write(folder.path().join("config/development.toml"), "").unwrap();
    let said = refusal(host.clone());
    assert!(said.contains("there are two configs for Development, one of them sealed"), "{said}");
    let named = loader(host).at("config/development.toml").load(&LoadOptions::default());
    assert!(named.is_ok(), "one that is named is meant");
}
