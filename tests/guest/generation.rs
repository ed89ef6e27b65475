//! Generations of the machine: the files below /etc and the units of a golden file, and its bundle.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use confgate_test_support::root;
use confgate_test_support::units::{UnitChange, unit_change, unit_file};
use serde_json::Value as Json;

use crate::archive::Files;
use crate::machine::Machine;

/// A generation of the machine.
pub struct Generation {
    name: &'static str,
    /// The units by their names without suffix.
    units: BTreeMap<String, String>,
    /// Files below /etc, each with its file in the bundle, or with its path on the machine.
    etc: BTreeMap<String, String>,
}

impl Generation {
    /// Reads the golden file of a machine of `tests/nixos`.
    pub fn read(name: &'static str) -> Self {
        let file = root().join(format!("tests/nix/nixos/golden/machines/guest-{name}.json"));
        let machine: Json = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let units = machine["units"].as_object().unwrap();
        let etc = machine["etc"].as_object().unwrap();
        Self {
            name,
            units: units.iter().map(|(name, unit)| (name.clone(), unit_file(unit))).collect(),
            etc: etc.iter().map(|(path, source)| (path.clone(), source.as_str().unwrap().to_owned())).collect(),
        }
    }

    /// Adds the files of the generation below `/generations`.
    pub fn add_to(&self, files: &mut Files, bundles: &Path) {
        let folder = format!("generations/{}", self.name);
        for (name, unit) in &self.units {
            files.add(&format!("{folder}/units/{name}.service"), 0o644, unit.as_bytes());
        }
        for (path, source) in &self.etc {
            if let Some((_, file)) = source.split_once("-bitcraps-bundle/") {
                files.copy(&format!("{folder}/etc/{path}"), 0o444, &bundles.join(self.name).join(file));
            }
        }
    }

    /// Switches to this generation, as NixOS does after another one. Returns the effect on each unit, and whether all of its commands
    /// succeeded.
    pub fn switch(&self, machine: &mut Machine, before: Option<&Self>) -> (BTreeMap<String, UnitChange>, bool) {
        let folder = format!("/generations/{}", self.name);
        // The link of all files is replaced at once.
        let mut commands = vec![format!("ln -sfn {folder}/etc /etc/static.new && mv -T /etc/static.new /etc/static")];
        for (path, source) in &self.etc {
            let target = if source.starts_with("/usr/") { source.clone() } else { format!("/etc/static/{path}") };
            commands.push(format!("mkdir -p $(dirname /etc/{path}) && ln -sfn {target} /etc/{path}"));
        }
        commands.push(format!("ln -sf {folder}/units/*.service /etc/systemd/system/ && systemctl daemon-reload"));
        machine.succeed(&commands.join(" && "));
        let mut changes = BTreeMap::new();
        let mut all_succeeded = true;
        for (name, unit) in &self.units {
            let change = match before.and_then(|before| before.units.get(name)) {
                Some(old) => unit_change(old, unit),
                None => UnitChange::Nothing,
            };
            let command = match change {
                UnitChange::Nothing => None,
                UnitChange::Reload => Some("reload"),
                UnitChange::Restart => Some("restart"),
            };
            if let Some(command) = command {
                all_succeeded &= machine.run(&format!("systemctl {command} {name}.service")).code == 0;
            }
            changes.insert(name.clone(), change);
        }
        (changes, all_succeeded)
    }
}
