//! Units of systemd, as NixOS writes them from the options of a service.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value as Json;

/// Keys of the section `[Unit]` that NixOS leaves out when it compares two versions of a unit.
const NOT_COMPARED: [&str; 4] = ["Description", "Documentation", "SourcePath", "X-Reload-Triggers"];

/// The effect that `nixos-rebuild switch` has on a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitChange {
    /// The unit is left alone.
    Nothing,
    /// The unit is reloaded.
    Reload,
    /// The unit is restarted.
    Restart,
}

/// Returns the text of the unit of a service. NixOS adds the variables `PATH`, `LOCALE_ARCHIVE` and `TZDIR`.
pub fn unit_file(unit: &Json) -> String {
    let mut file = "[Unit]\n".to_owned();
    for (name, key) in [
        ("description", "Description"),
        ("documentation", "Documentation"),
        ("wants", "Wants"),
        ("before", "Before"),
        ("after", "After"),
        ("reloadTriggers", "X-Reload-Triggers"),
        ("restartTriggers", "X-Restart-Triggers"),
    ] {
        let value = all(&unit[name]).join(" ");
        if !value.is_empty() {
            let _ = writeln!(file, "{key}={value}");
        }
    }
    file.push_str("\n[Service]\n");
    for (name, value) in unit["environment"].as_object().into_iter().flatten() {
        let _ = writeln!(file, "Environment=\"{name}={}\"", text(value));
    }
    for (name, value) in unit["serviceConfig"].as_object().into_iter().flatten() {
        for value in all(value) {
            let _ = writeln!(file, "{name}={value}");
        }
    }
    let wanted = all(&unit["wantedBy"]).join(" ");
    if !wanted.is_empty() {
        let _ = writeln!(file, "\n[Install]\nWantedBy={wanted}");
    }
    file
}

fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn all(value: &Json) -> Vec<String> {
    match value {
        Json::Null => Vec::new(),
        Json::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    }
}

/// Compares two versions of a unit by the rules of NixOS (`switch-to-configuration`).
pub fn unit_change(before: &str, after: &str) -> UnitChange {
    let (before, after) = (settings(before), settings(after));
    let compared = |settings: &BTreeMap<(String, String), Vec<String>>| {
        let mut compared = settings.clone();
        compared.retain(|(section, key), _| section != "Unit" || !NOT_COMPARED.contains(&key.as_str()));
        compared
    };
    let trigger = ("Unit".to_owned(), "X-Reload-Triggers".to_owned());
    if compared(&before) != compared(&after) {
        UnitChange::Restart
    } else if before.get(&trigger) != after.get(&trigger) {
        UnitChange::Reload
    } else {
        UnitChange::Nothing
    }
}

/// Returns the values of each section and key.
fn settings(file: &str) -> BTreeMap<(String, String), Vec<String>> {
    let mut settings = BTreeMap::<_, Vec<_>>::new();
    let mut section = "";
    for line in file.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if let Some((key, value)) = line.split_once('=') {
            settings.entry((section.to_owned(), key.to_owned())).or_default().push(value.to_owned());
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_reloaded_for_its_trigger_alone() {
        let unit = |documentation: &str, reload: &str, restart: &str| {
            unit_file(&serde_json::json!({
                "description": "a service",
                "documentation": [documentation],
                "reloadTriggers": [reload],
                "restartTriggers": [restart],
                "serviceConfig": { "ExecStart": ["/bin/a", "/bin/b"], "PrivateTmp": true, "Type": "exec" },
                "wantedBy": ["multi-user.target"],
            }))
        };
        let before = unit("file:/old", "1", "1");
        assert!(before.contains("ExecStart=/bin/a\nExecStart=/bin/b\nPrivateTmp=true\nType=exec\n"), "{before}");
        assert_eq!(unit_change(&before, &unit("file:/new", "1", "1")), UnitChange::Nothing);
        assert_eq!(unit_change(&before, &unit("file:/new", "2", "1")), UnitChange::Reload);
        assert_eq!(unit_change(&before, &unit("file:/old", "2", "2")), UnitChange::Restart);
        assert_eq!(unit_change(&before, &before.replace("/bin/b", "/bin/c")), UnitChange::Restart);
    }
}
