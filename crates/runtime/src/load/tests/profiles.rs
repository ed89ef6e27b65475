//! Profiles among the layers.

use super::*;

const NIGHT: &str = "[network]\nmax_connections = 500\n\
    [[profiles]]\nname = 'night'\nwhen.time = '22:00-06:00'\nset.network.max_connections = 100\n\
    [[profiles]]\nname = 'tests'\nwhen.environment = 'Testing'\nset.network.max_connections = 3\n";

fn at_night() -> jiff::Timestamp {
    "2026-01-15T23:30:00Z".parse().unwrap()
}

fn at_noon() -> jiff::Timestamp {
    "2026-01-15T12:00:00Z".parse().unwrap()
}

#[test]
fn a_profile_counts_while_its_conditions_hold() {
    let (_folder, system) = node(&[("config/development.toml", NIGHT)]);
    let at = |clock| loader(system.clone()).clock(clock).config(&LoadOptions::default()).unwrap();
    let (config, loaded) = at(at_noon);
    assert_eq!((config.network.max_connections, loaded.active_profiles.len()), (500, 0));
    assert_eq!(loaded.next_check.unwrap().to_string(), "2026-01-15T22:00:00Z");
    let (config, loaded) = at(at_night);
    assert_eq!((config.network.max_connections, &loaded.active_profiles[..]), (100, &["night".to_owned()][..]));
    assert_eq!(loaded.profiles, ["night", "tests"]);
    let explained = loaded.explain(&Gate::of::<Config>(), "network.max_connections").unwrap();
    let winner = &explained.contributions[0];
    assert_eq!((winner.layer, winner.name.as_deref()), (LayerKind::Profile, Some("night")));
    assert!(winner.places[0].ends_with("config/development.toml:6:13"), "{:?}", winner.places);
    assert_eq!(explained.contributions[1].layer, LayerKind::File);
}

#[test]
fn a_variable_counts_before_a_profile() {
    let (_folder, system) = node(&[("config/development.toml", NIGHT)]);
    let system = system.variable("BITCRAPS_MAX_CONNECTIONS", "7");
    let (config, _) = loader(system).clock(at_night).config(&LoadOptions::default()).unwrap();
    assert_eq!(config.network.max_connections, 7);
}

#[test]
fn profiles_stand_in_a_file_beside_as_well_and_come_after_those_of_the_config() {
    let beside = "[[profiles]]\nname = 'always'\nset.monitoring.alert_webhook = '${SECRET_HOOK}'\n\
                  [[profiles]]\nname = 'late'\nwhen.time = '23:00-00:00'\nset.network.max_connections = 50\n";
    let (_folder, system) = node(&[("config/development.toml", NIGHT), ("config/profiles.toml", beside)]);
    let system = system.variable("BITCRAPS_SECRET_HOOK", "https://hooks.example/hunter2");
    let (config, loaded) = loader(system).clock(at_night).config(&LoadOptions::default()).unwrap();
    assert_eq!(loaded.active_profiles, ["night", "always", "late"]);
    assert_eq!(config.network.max_connections, 50);
    assert_eq!(config.monitoring.alert_webhook.unwrap().expose(), "https://hooks.example/hunter2");
    let shown = toml::write(&loaded.redacted(&Gate::of::<Config>())).unwrap();
    assert!(shown.contains("${SECRET_HOOK}") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_profile_that_would_be_refused_is_refused_before_its_time() {
    let text = NIGHT.replace("max_connections = 100", "max_connections = 0");
    let (_folder, system) = node(&[("config/development.toml", &text)]);
    let refused = loader(system).clock(at_noon).load(&LoadOptions::default()).unwrap_err().to_string();
    assert!(refused.contains("network.max_connections must be at least 1, and is 0"), "{refused}");
    assert!(refused.contains("config/development.toml:6:13"), "{refused}");
}

#[test]
fn the_file_of_profiles_holds_nothing_else_and_is_whole() {
    let (folder, system) = node(&[("config/development.toml", ""), ("config/profiles.toml", "game.min_bet = 1\n")]);
    let message = refusal(system.clone());
    assert!(message.contains("unexpected key game: profiles.toml may contain only profiles"), "{message}");
    fs::write(folder.path().join("config/profiles.toml"), "[[profiles\n").unwrap();
    assert!(refusal(system).contains("config/profiles.toml:1:"));
}

#[test]
fn a_busy_machine_brings_its_profile_and_keeps_it_until_it_is_clearly_less_busy() {
    let text = "[[profiles]]\nname = 'busy'\nwhen.memory_above = 80.0\nset.network.max_connections = 5\n";
    let (folder, system) = node(&[("config/development.toml", text)]);
    let proc = folder.path().join("proc");
    fs::create_dir(&proc).unwrap();
    fs::write(proc.join("stat"), "cpu 1 0 1 8 0 0 0 0 0 0\n").unwrap();
    let active = |percent: u64, active_profiles: &[String]| {
        let free = 100_000 - percent * 1000;
        fs::write(proc.join("meminfo"), format!("MemTotal: 100000 kB\nMemAvailable: {free} kB\n")).unwrap();
        let loader = loader(system.clone()).meter(crate::profile::ResourceMeter::at(folder.path()));
        loader.load(&LoadOptions { active_profiles, ..LoadOptions::default() }).unwrap().active_profiles
    };
    let busy = ["busy".to_owned()];
    assert!(active(79, &[]).is_empty());
    assert_eq!(active(81, &[]), busy);
    assert_eq!(active(75, &busy), busy);
    assert!(active(69, &busy).is_empty());
}

#[test]
fn a_condition_that_the_machine_cannot_answer_is_a_warning_and_does_not_hold() {
    let text = "[[profiles]]\nname = 'busy'\nwhen.cpu_above = 85.0\nset.network.max_connections = 45\n";
    let (folder, system) = node(&[("config/development.toml", text)]);
    let loader = loader(system).meter(crate::profile::ResourceMeter::at(folder.path()));
    let loaded = loader.load(&LoadOptions::default()).unwrap();
    assert!(loaded.active_profiles.is_empty());
    let rules: Vec<&str> = loaded.report.diagnostics().iter().map(|diagnostic| diagnostic.code.as_str()).collect();
    assert_eq!(rules, ["profiles/unknown"]);
}
