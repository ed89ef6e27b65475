//! Programs that Confgate starts: they inherit its environment without secrets.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::{PoisonError, RwLock};

use confgate_core::gate::ConfigSpec;
use confgate_core::schema::fields::settable_fields;

use crate::system::SystemContext;
use crate::variable_names;

/// The variables of the secret fields of this process's configs, which [`withhold`] adds. Their names, such as aliases, need not
/// sound secret.
static OF_SECRET_FIELDS: RwLock<BTreeSet<String>> = RwLock::new(BTreeSet::new());

/// Returns a command that runs `program` with the environment of this process, less the variables that hold secrets or lead to
/// them ([`variable_names::is_sensitive`], [`withhold`]). Every program is started through it: a reload command has no use for the
/// secrets of the config, and its environment can be read in `/proc` and in core dumps.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in sensitive_variables(&SystemContext::of_process()) {
        command.env_remove(name);
    }
    for name in OF_SECRET_FIELDS.read().unwrap_or_else(PoisonError::into_inner).iter() {
        command.env_remove(name);
    }
    command
}

/// Leaves the variables of a config's secret fields, their aliases included, out of the environment of each program that is started
/// from now on.
pub fn withhold(spec: &ConfigSpec) {
    let names = secret_fields(spec);
    OF_SECRET_FIELDS.write().unwrap_or_else(PoisonError::into_inner).extend(names);
}

/// Returns the variables of the fields that are secret or contain secrets.
fn secret_fields(spec: &ConfigSpec) -> Vec<String> {
    let fields = settable_fields(spec.view()).into_iter();
    let secret = fields.filter(|field| field.view.is_secret() || field.view.holds_secrets());
    secret.flat_map(|field| spec.variables(&field.path)).collect()
}

fn sensitive_variables(system: &SystemContext) -> Vec<&str> {
    let variables = system.with_prefix("");
    variables.filter(|(name, value)| variable_names::is_sensitive(name, value)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use confgate_bitcraps::Config;
    use confgate_core::gate::Gate;

    use super::*;

    #[test]
    fn secret_fields_are_left_out_by_each_of_their_names() {
        let names = secret_fields(&Gate::of::<Config>());
        for name in ["BITCRAPS_MONITORING__ALERT_WEBHOOK", "BITCRAPS_ALERT_WEBHOOK", "BITCRAPS_NETWORK__TURN_SERVERS"] {
            assert!(names.iter().any(|found| found == name), "{name}: {names:?}");
        }
        for name in ["BITCRAPS_NETWORK__LISTEN_PORT", "BITCRAPS_LISTEN_PORT", "BITCRAPS_GAME__MIN_BET"] {
            assert!(!names.iter().any(|found| found == name), "{name}");
        }
    }

    #[test]
    fn secrets_tokens_and_identities_are_left_out() {
        let removed = [
            "APP_DATABASE__PASSWORD",
            "APP_DATABASE__URL",
            "APP_IDENTITY",
            "APP_SECRET_DB",
            "APP_SECRET_DB_FILE",
            "APP_VAULT_ROLE",
            "APP_VAULT_SECRET_ID",
            "APP_VAULT_TOKEN_FILE",
            "BAO_TOKEN",
            "CREDENTIALS_DIRECTORY",
            "DATABASE_URL",
            "SOPS_AGE_KEY",
            "SOPS_AGE_KEY_FILE",
            "VAULT_TOKEN",
        ];
        let kept = ["APP_DATABASE__POOL", "APP_ENV", "GIT_ASKPASS", "HOME", "PATH", "SSH_AUTH_SOCK", "VAULT_ADDR"];
        let with = |system: SystemContext, names: &[&str]| {
            names.iter().fold(system, |system, name| system.variable(*name, "postgresql://u:hunter2@db/x"))
        };
        let system = with(SystemContext::bare(), &removed);
        let system = kept.iter().fold(system, |system, name| system.variable(*name, "/x"));
        // Git needs the proxy, and the proxy its password.
        let system = with(system, &["https_proxy", "HTTPS_PROXY"]);
        assert_eq!(sensitive_variables(&system), removed);
    }
}
