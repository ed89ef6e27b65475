//! Programs that Confgate starts: they inherit its environment without secrets.

use std::ffi::OsStr;
use std::process::Command;

use crate::system::SystemContext;
use crate::variable_names;

/// Returns a command that runs `program` with the environment of this process, less the variables that hold secrets or lead to
/// them ([`variable_names::is_sensitive`]). Every program is started through it: a reload command has no use for the
/// secrets of the config, and its environment can be read in `/proc` and in core dumps.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for name in sensitive_variables(&SystemContext::of_process()) {
        command.env_remove(name);
    }
    command
}

fn sensitive_variables(system: &SystemContext) -> Vec<&str> {
    let variables = system.with_prefix("");
    variables.filter(|(name, value)| variable_names::is_sensitive(name, value)).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
