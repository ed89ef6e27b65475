//! Bundles as configs.

use super::*;

/// A bundle as a build makes it.
fn bundle(config: &str, origins: &str) -> Vec<(&'static str, String)> {
    use sha2::Digest;
    let digest: String = sha2::Sha256::digest(config.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest = format!(
        r#"{{"name":"n","environment":"Production","model":"bitcraps","admitted":true,"keys":1,"findings":[],
            "digests":{{"schema":"","settings":"{digest}","sources":{{}}}}}}"#
    );
    vec![("config.toml", config.to_owned()), ("origins.json", origins.to_owned()), ("manifest.json", manifest)]
}

fn bundled(at: &str, config: &str, origins: &str) -> (tempfile::TempDir, SystemContext) {
    let files = bundle(config, origins);
    let files: Vec<(String, String)> = files.into_iter().map(|(name, text)| (format!("{at}/{name}"), text)).collect();
    node(&files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
}

const ORIGINS: &str = r#"{"/network/max_connections":{"set":[{"file":"config/production.nix","line":14,"column":5}],
    "overridden":[{"file":"config/base.nix","line":3,"column":2,"priority":1000}]}}"#;

#[test]
fn a_bundle_says_where_its_values_were_written_in_nix() {
    for at in ["config", "config/production"] {
        let (_folder, system) = bundled(at, "[network]\nmax_connections = 9\n", ORIGINS);
        let system = if at == "config" { system } else { system.variable("BITCRAPS_ENV", "production") };
        let (config, loaded) = load(system).unwrap();
        assert_eq!((config.network.max_connections, loaded.environment), (9, Production));
        let explained = loaded.explain(&Gate::of::<Config>(), "network.max_connections").unwrap();
        let places: Vec<&str> = explained.contributions.iter().flat_map(|it| &it.places).map(String::as_str).collect();
        assert_eq!(places, ["config/production.nix:14:5", "config/base.nix:3:2"], "{at}");
    }
}

#[test]
fn a_bundle_that_was_altered_is_refused() {
    let (folder, system) = bundled("config", "[network]\nmax_connections = 9\n", ORIGINS);
    fs::write(folder.path().join("config/config.toml"), "[network]\nmax_connections = 10\n").unwrap();
    let message = refusal(system.clone());
    assert!(
        message.contains("the bundle was altered: its digest is another than the one in manifest.json"),
        "{message}"
    );
    fs::write(folder.path().join("config/manifest.json"), "{").unwrap();
    assert!(refusal(system.variable("BITCRAPS_ENV", "prod")).contains("it does not have the form that a build writes"));
}

#[test]
fn a_bundle_of_another_environment_is_refused() {
    let (_folder, system) = bundled("config", "[network]\nmax_connections = 9\n", ORIGINS);
    let message = refusal(system.variable("BITCRAPS_ENV", "staging"));
    assert!(message.contains("the bundle was built for Production, and the node is in Staging"), "{message}");
}

#[test]
fn a_folder_with_a_manifest_is_that_bundle_and_no_file_takes_its_place() {
    let config = "[network]\nmax_connections = 9\n";
    for at in ["config", "config/production"] {
        let (folder, system) = bundled(at, config, ORIGINS);
        let system = system.variable("BITCRAPS_ENV", "production");
        let file = |name: &str| folder.path().join(at).join(name);
        // As on NixOS: the same config under the name of its environment.
        std::os::unix::fs::symlink(file("config.toml"), file("production.toml")).unwrap();
        let (read, loaded) = load(system.clone()).unwrap();
        assert_eq!(read.network.max_connections, 9);
        assert_eq!(loaded.found, Some(FoundConfig::Bundle(folder.path().join(at))));
        fs::remove_file(file("production.toml")).unwrap();
        for (name, text) in [
            ("production.toml", "[network]\nmax_connections = 777\n"),
            ("production.toml.age", ""),
            ("production.json", "{}"),
            ("production.yml", "network: {}\n"),
            ("profiles.toml", "[[profiles]]\nname = 'p'\nset.network.max_connections = 777\n"),
        ] {
            fs::write(file(name), text).unwrap();
            let message = refusal(system.clone());
            assert!(
                message.contains("there is a bundle for Production, and a file that a build does not write"),
                "{message}"
            );
            assert!(message.contains(&format!("{at}/{name}")), "{message}");
            fs::remove_file(file(name)).unwrap();
        }
    }
}

#[test]
fn a_bundle_that_lost_its_config_is_refused_and_not_taken_for_none() {
    let (folder, system) = bundled("config", "[network]\nmax_connections = 9\n", ORIGINS);
    fs::remove_file(folder.path().join("config/config.toml")).unwrap();
    assert!(
        refusal(system)
            .contains("the bundle was altered: it has no config (one of config.toml, config.json, config.yaml)")
    );
}
