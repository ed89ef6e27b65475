//! Migrations of configs that older nodes wrote.
//!
//! Version 0 is the format before configs had a version: durations as tables, the address of the treasury with its `0x`, the time of
//! the last reload. Version 1 still accepts all of that, so a file without a version is read as it is, and `confgate migrate` rewrites
//! it in the format of version 1.

use confgate_core::migrate::{Migration, Step};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    from: 0,
    to: 1,
    form_only: true,
    steps: &[
        Step::Remove { at: "last_reload", why: "the running node knows when it last reloaded" },
        duration("network.connection_timeout"),
        duration("network.keepalive_interval"),
        duration("consensus.proposal_timeout"),
        duration("consensus.voting_timeout"),
        duration("database.connection_timeout"),
        duration("database.idle_timeout"),
        duration("database.checkpoint_interval"),
        duration("database.backup_interval"),
        duration("security.key_rotation_interval"),
        duration("security.session_timeout"),
        duration("security.rate_limit_window"),
        duration("monitoring.health_check_interval"),
        duration("game.game_timeout"),
        duration("game.auto_resolve_timeout"),
        Step::Strip { at: "treasury.treasury_address", prefixes: &["0x", "0X"] },
        duration("treasury.rebalance_interval"),
        duration("performance.Custom.network.connection_timeout"),
        duration("performance.Custom.network.keepalive_interval"),
        duration("performance.Custom.consensus.round_timeout"),
        duration("performance.Custom.consensus.vote_timeout"),
        duration("performance.Custom.consensus.fork_detection_interval"),
        duration("performance.Custom.database.wal_checkpoint_interval"),
        duration("performance.Custom.database.vacuum_interval"),
        duration("performance.Custom.bluetooth.scan_interval"),
        duration("performance.Custom.bluetooth.scan_window"),
        duration("performance.Custom.bluetooth.advertisement_interval"),
        duration("performance.Custom.bluetooth.connection_interval_min"),
        duration("performance.Custom.bluetooth.connection_interval_max"),
        duration("performance.Custom.bluetooth.supervision_timeout"),
        duration("performance.Custom.cpu.idle_sleep_duration"),
        duration("performance.Custom.memory.gc_interval"),
    ],
}];

/// Makes the step for a duration that older nodes wrote as a table.
const fn duration(at: &'static str) -> Step {
    Step::TableToDuration { at }
}

#[cfg(test)]
mod tests {
    use confgate_core::gate::Gate;
    use confgate_core::value::{Node, Path, Value};

    use super::*;
    use crate::Config;

    /// Collects the dotted names of all durations below a table of a schema.
    fn durations(schema: &serde_json::Value, name: &str, found: &mut Vec<String>) {
        if schema["format"] == "human-duration" {
            found.push(name.trim_start_matches('.').to_owned());
        }
        for (key, property) in schema["properties"].as_object().into_iter().flatten() {
            durations(property, &format!("{name}.{key}"), found);
        }
        for alternative in schema["oneOf"].as_array().into_iter().flatten() {
            durations(alternative, name, found);
        }
    }

    #[test]
    fn every_duration_of_version_1_was_a_table_in_version_0() {
        let first: serde_json::Value = serde_json::from_str(include_str!("../../../modules/history/1.json")).unwrap();
        let mut expected = Vec::new();
        durations(&first, "", &mut expected);
        let mut named: Vec<&str> = MIGRATIONS[0]
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::TableToDuration { at } => Some(*at),
                _ => None,
            })
            .collect();
        expected.sort_unstable();
        named.sort_unstable();
        assert_eq!(named, expected);
    }

    #[test]
    fn the_migrations_lead_to_the_version_of_the_schema_and_have_no_flaws() {
        let gate = Gate::of::<Config>();
        assert_eq!(gate.version(), Some(1));
        assert_eq!(gate.version_path(), Some(&Path::dotted("version")));
        assert_eq!(confgate_core::migrate::flaws(MIGRATIONS, 1), [""; 0]);
        let versioned =
            Node::bare(Value::Table([("version".to_owned(), Node::bare(Value::Integer(0)))].into_iter().collect()));
        assert_eq!(gate.version_of(&versioned), Some(0));
    }
}
