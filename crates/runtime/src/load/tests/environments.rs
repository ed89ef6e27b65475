//! The environment of a load: named by the loader, a variable, the config, or not at all.

use super::*;

const PRODUCTION: &str = "app.environment = 'Production'\n";

fn environment_of(system: SystemContext, file: &str) -> Environment {
    loader(system).at(file).load(&LoadOptions::default()).unwrap().environment
}

#[test]
fn a_file_that_names_its_environment_is_loaded_for_it() {
    let (_folder, system) = node(&[("node.toml", PRODUCTION)]);
    let (config, loaded) = loader(system.clone()).at("node.toml").config(&LoadOptions::default()).unwrap();
    assert_eq!((config, loaded.environment), (Config::defaults(Production), Production));
    let explained = loaded.explain(&Gate::of::<Config>(), "security.pow_difficulty").unwrap();
    assert_eq!(explained.default, Some(20.into()));
    // The program may ask for a default of its own.
    let testing = loader(system).at("node.toml").default_environment(Testing).load(&LoadOptions::default()).unwrap();
    assert_eq!(testing.environment, Production);
}

#[test]
fn values_of_the_program_name_their_environment_as_well() {
    let values = confgate_core::value::serialize(&Config::defaults(Staging)).unwrap();
    let loaded = loader(SystemContext::bare()).location(ConfigLocation::Values(values)).load(&LoadOptions::default());
    assert_eq!(loaded.unwrap().environment, Staging);
}

#[test]
fn the_variable_of_the_field_names_the_environment() {
    let (_folder, system) = node(&[("node.toml", "network.max_connections = 7\n"), ("own.toml", PRODUCTION)]);
    let system = system.variable("BITCRAPS_APP__ENVIRONMENT", "Staging");
    assert_eq!(environment_of(system.clone(), "node.toml"), Staging);
    // It replaces the value in the file.
    assert_eq!(environment_of(system.clone(), "own.toml"), Staging);
    let both = system.variable("BITCRAPS_ENV", "production");
    let error = loader(both).at("node.toml").load(&LoadOptions::default()).unwrap_err().to_string();
    assert!(error.contains("app.environment is Staging, and the config is meant for Production"), "{error}");
}

#[test]
fn an_environment_that_disagrees_with_the_file_is_an_error() {
    let (_folder, system) = node(&[("node.toml", PRODUCTION)]);
    let variable = system.clone().variable("BITCRAPS_ENV", "testing");
    for loader in [loader(variable), loader(system).environment(Testing)] {
        let error = loader.at("node.toml").load(&LoadOptions::default()).unwrap_err();
        assert_eq!(
            error.report.diagnostics()[0].message,
            "app.environment is Production, and the config is meant for Testing"
        );
    }
}

#[test]
fn an_unknown_variable_is_warned_of_with_the_environment_of_the_file() {
    let (_folder, system) = node(&[("node.toml", PRODUCTION)]);
    let system = system.variable("BITCRAPS_ENV", "prodution");
    let loaded = loader(system).at("node.toml").load(&LoadOptions::default()).unwrap();
    assert_eq!(loaded.environment, Production);
    let message = &loaded.report.diagnostics()[0].message;
    assert_eq!(message, "BITCRAPS_ENV is \"prodution\", and the node is in Production");
}

#[test]
fn a_folder_without_a_config_for_development_needs_the_environment() {
    let files = [("config/production.toml", "network.max_connections = 7\n"), ("config/staging.toml.age", "")];
    let (_folder, system) = node(&files);
    for loader in [loader(system.clone()), loader(system.clone()).at("config")] {
        let error = loader.load(&LoadOptions::default()).unwrap_err();
        let diagnostic = &error.report.diagnostics()[0];
        assert!(diagnostic.is(&confgate_core::diagnostics::codes::ENVIRONMENT_NOT_NAMED));
        let folder = system.path("config");
        assert_eq!(
            diagnostic.message,
            format!(
                "the environment is not named: {} has a config for Staging, Production, and none for Development",
                folder.display()
            )
        );
        assert_eq!(
            diagnostic.help.as_deref(),
            Some(&*format!(
                "set BITCRAPS_ENV to Staging or Production, or give the path of one config: {}",
                folder.join("staging.toml.age").display()
            ))
        );
    }
    let production = loader(system.clone()).default_environment(Production).config(&LoadOptions::default()).unwrap().0;
    assert_eq!(production.network.max_connections, 7);
    // An explicit environment without a file has its defaults, as before.
    let explicit = system.variable("BITCRAPS_ENV", "development");
    assert_eq!(load(explicit).unwrap().0, Config::defaults(Development));
}
