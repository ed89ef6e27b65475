//! The layer of a region: its place between profiles and variables, its expiry, its file.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use confgate_bitcraps::Config;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

use crate::live::{Live, ReloadReason};
use crate::load::region::{REGION_OVERRIDE, RegionOverride};
use crate::load::{LayerKind, LoadOptions, LoadedConfig, Loader, Override, Refused};
use crate::system::SystemContext;

const FILE: &str = "[network]\nmax_connections = 1000\n\n\
    [[profiles]]\nname = 'development'\nwhen.environment = 'Development'\nset.network.max_connections = 1500\n";

fn region_override(values: serde_json::Value, expires: Timestamp) -> RegionOverride {
    let serde_json::Value::Object(values) = values else { panic!("not an object") };
    RegionOverride {
        service: "bitcraps".to_owned(),
        region: "eu".to_owned(),
        expires,
        by: "alice@ops".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        reason: "load".to_owned(),
        values,
    }
}

fn in_an_hour() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

/// A link `current` with an override beside it.
fn active(values: serde_json::Value, expires: Timestamp) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("config.toml"), FILE).unwrap();
    std::os::unix::fs::symlink("config.toml", folder.path().join("current")).unwrap();
    fs::write(folder.path().join(REGION_OVERRIDE), region_override(values, expires).encode()).unwrap();
    folder
}

fn load(config: &Path, system: SystemContext, overrides: &[Override]) -> Result<LoadedConfig, Refused> {
    let loader = Loader::of::<Config>(system).format(confgate_core::value::Format::Toml).at(config);
    loader.load(&LoadOptions { overrides, ..LoadOptions::default() })
}

fn layers(loaded: &LoadedConfig) -> Vec<(LayerKind, Option<String>)> {
    let gate = confgate_core::gate::Gate::of::<Config>();
    let explained = loaded.explain(&gate, "network.max_connections").unwrap();
    explained.contributions.into_iter().map(|it| (it.layer, it.value.map(|value| value.to_string()))).collect()
}

#[test]
fn an_override_is_above_the_profiles_and_below_the_variables() {
    let folder = active(json!({ "network": { "max_connections": 50 } }), in_an_hour());
    let current = folder.path().join("current");
    let loaded = load(&current, SystemContext::bare(), &[]).unwrap();
    let kinds: Vec<LayerKind> = layers(&loaded).iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [LayerKind::Region, LayerKind::Profile, LayerKind::File, LayerKind::Default]);
    assert_eq!(layers(&loaded)[0].1.as_deref(), Some("50"));
    let system = SystemContext::bare().variable("BITCRAPS_NETWORK__MAX_CONNECTIONS", "70");
    let value = Override::json(confgate_core::value::Path::dotted("network.max_connections"), json!(90));
    let loaded = load(&current, system, &[value]).unwrap();
    let top: Vec<(LayerKind, Option<String>)> = layers(&loaded).into_iter().take(3).collect();
    let of = |kind, value: &str| (kind, Some(value.to_owned()));
    assert_eq!(top, [of(LayerKind::Override, "90"), of(LayerKind::Variable, "70"), of(LayerKind::Region, "50")]);
    // The file itself has no override beside it.
    let loaded = load(&folder.path().join("config.toml"), SystemContext::bare(), &[]).unwrap();
    assert_eq!(layers(&loaded)[0].0, LayerKind::Profile);
}

#[test]
fn an_override_that_expired_or_has_no_values_is_no_layer() {
    let expires = in_an_hour();
    let values = json!({ "network": { "max_connections": 50 } });
    for (values, expires) in [(values.clone(), Timestamp::UNIX_EPOCH), (json!({}), expires)] {
        let folder = active(values, expires);
        let loaded = load(&folder.path().join("current"), SystemContext::bare(), &[]).unwrap();
        assert_eq!((layers(&loaded)[0].0, loaded.region_expires), (LayerKind::Profile, None));
    }
    let folder = active(values, expires);
    let loaded = load(&folder.path().join("current"), SystemContext::bare(), &[]).unwrap();
    assert_eq!(loaded.region_expires, Some(expires));
    assert!(loaded.next_check.is_some_and(|next| next <= expires));
}

#[test]
fn an_override_that_cannot_be_read_or_is_rejected_is_named() {
    let folder = active(json!({ "network": { "max_connections": 0 } }), in_an_hour());
    let current = folder.path().join("current");
    let report = load(&current, SystemContext::bare(), &[]).unwrap_err().report.to_string();
    assert!(report.contains("by alice@ops: load") && report.contains("network.max_connections"), "{report}");
    let file = folder.path().join(REGION_OVERRIDE);
    for (text, reason) in [
        ("{", "not an override of a region: EOF while parsing an object at line 1 column 1"),
        ("{\"format\":2}", "written in format 2, and this program reads format 1; update Confgate"),
    ] {
        fs::write(&file, text).unwrap();
        let report = load(&current, SystemContext::bare(), &[]).unwrap_err().report.to_string();
        let message = format!(
            "error: the override of the region cannot be read: {reason} [file/unreadable] in {}; help: remove the file: the \
             agent of the fleet writes it again",
            file.display()
        );
        assert_eq!(report, message);
    }
}

#[test]
fn debug_output_has_no_values() {
    let secret = region_override(json!({ "a": "canary-3f9a" }), in_an_hour());
    assert!(!format!("{secret:?}").contains("canary"));
}

proptest! {
    #[test]
    fn any_bytes_are_an_override_that_survives_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200), reason in "\\PC{0,20}") {
        let _ = RegionOverride::decode(&bytes);
        let built = RegionOverride { reason, ..region_override(json!({ "a": [1, { "b": null }] }), Timestamp::UNIX_EPOCH) };
        prop_assert_eq!(RegionOverride::decode(&built.encode()).unwrap(), built);
    }
}

#[test]
fn a_running_service_leaves_an_override_when_it_expires() {
    let expires = Timestamp::now() + SignedDuration::from_millis(1500);
    let folder = active(json!({ "network": { "max_connections": 50 } }), expires);
    let loader = Loader::of::<Config>(SystemContext::bare())
        .format(confgate_core::value::Format::Toml)
        .at(folder.path().join("current"));
    let live = Live::<Config>::builder(loader).start().unwrap();
    assert_eq!(live.load().network.max_connections, 50);
    let began = Instant::now();
    while live.load().network.max_connections == 50 {
        assert!(began.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(live.load().network.max_connections, 1500);
    assert!(Timestamp::now() >= expires);
    assert_eq!(live.snapshot().reason, ReloadReason::Expired);
}
