//! Names of the environment variables that a service reads.
//!
//! All of them start with the prefix of the model, here `BITCRAPS`:
//!
//! | variable | meaning |
//! |---|---|
//! | `BITCRAPS_<SECTION>__<FIELD>` | the value of a field: `BITCRAPS_NETWORK__LISTEN_PORT`. [`variable_name`](confgate_core::schema::variable_name) builds the name, [`ConfigSpec::variables`] adds the aliases of the model: `BITCRAPS_LISTEN_PORT` |
//! | `BITCRAPS_ENV`, `BITCRAPS_CONFIG_PATH` | environment, and file or directory of the config |
//! | `BITCRAPS_SECRETS` | order of the secret providers |
//! | `BITCRAPS_SECRET_<NAME>`, `BITCRAPS_SECRET_<NAME>_FILE` | a secret, or the path of a file with it |
//! | `BITCRAPS_IDENTITY` | identity file that opens sealed values |
//! | `BITCRAPS_VAULT_…` | settings of Vault |

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::sync::Arc;

use confgate_core::gate::ConfigSpec;
use confgate_core::schema::fields::{at, settable_fields};
use confgate_core::sensitive::words;
use confgate_core::types::url;
use confgate_core::value::{Path, Source};
use foldhash::fast::RandomState;

use crate::value_types::ValueTypes;

/// Suffix of the variable with the environment.
pub const ENV: &str = "ENV";

/// Suffix of the variable with the path of the config.
pub const CONFIG_PATH: &str = "CONFIG_PATH";

/// Suffix of the variable with the order of the secret providers.
pub const SECRETS: &str = "SECRETS";

/// Suffix of the variable with the path of the identity file.
pub const IDENTITY: &str = "IDENTITY";

/// Suffix of the variable with the path in Vault, which adds Vault to the default providers.
pub const VAULT_PATH: &str = "VAULT_PATH";

/// Suffixes of all variables that configure the load itself.
const SETTINGS: &[&str] = &[
    ENV,
    CONFIG_PATH,
    SECRETS,
    IDENTITY,
    VAULT_PATH,
    "VAULT_MOUNT",
    "VAULT_VERSION",
    "VAULT_AUTH",
    "VAULT_TOKEN_FILE",
    "VAULT_ROLE",
    "VAULT_SECRET_ID",
    "VAULT_SECRET_ID_FILE",
    "VAULT_JWT_FILE",
    "VAULT_TIMEOUT",
    "VAULT_POLL",
];

/// Start of the suffix of a variable that holds a secret.
const SECRET: &str = "SECRET_";

/// End of the name of a variable that holds the path of a secret's file.
pub(crate) const FILE: &str = "_FILE";

/// Variable with systemd's credentials directory.
pub const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Prefix of the variables of a service without a model.
pub(crate) const DEFAULT_PREFIX: &str = "CONFGATE";

/// Returns the name of a setting: `BITCRAPS_ENV`.
pub fn setting(prefix: &str, suffix: &str) -> String {
    format!("{prefix}_{suffix}")
}

/// Returns the name of a setting of Vault: `BITCRAPS_VAULT_ROLE`.
pub fn vault_setting(prefix: &str, suffix: &str) -> String {
    setting(prefix, &format!("VAULT_{suffix}"))
}

/// Returns the name of the variable that holds the secret `name`: `BITCRAPS_SECRET_DB_PASSWORD`.
pub fn secret(prefix: &str, name: &str) -> String {
    format!("{prefix}_{SECRET}{name}")
}

/// Variables of other programs that hold a secret or the path of one: the tokens of Vault and OpenBao, the identities of age, and
/// systemd's credentials.
const SENSITIVE: &[&str] = &["VAULT_TOKEN", "BAO_TOKEN", "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", CREDENTIALS_DIRECTORY];

/// Ends of the names of settings with a credential or the path of one, after the prefix of any service.
const SENSITIVE_SETTINGS: &[&str] = &[
    "_IDENTITY",
    "_VAULT_TOKEN",
    "_VAULT_TOKEN_FILE",
    "_VAULT_ROLE",
    "_VAULT_SECRET_ID",
    "_VAULT_SECRET_ID_FILE",
    "_VAULT_JWT_FILE",
];

/// Tells whether a variable holds a secret or leads to one, whatever the prefix of the service: this is the list of what no child
/// process inherits. A field counts by its name, and a URL by its password; that of a proxy is for children as well.
pub fn is_sensitive(name: &str, value: &OsStr) -> bool {
    let is_secret = name.find("_SECRET_").is_some_and(|at| at > 0);
    let is_setting = SENSITIVE_SETTINGS.iter().any(|end| name.ends_with(end));
    let is_field = name.contains("__") && words::names_secret(name);
    let is_proxy = name.to_ascii_lowercase().ends_with("proxy");
    let has_password = || !is_proxy && !url::passwords(&value.to_string_lossy()).is_empty();
    SENSITIVE.contains(&name) || is_secret || is_setting || is_field || has_password()
}

/// Index of the variables of a service: its fields, its settings and its secrets.
#[derive(Debug, Clone)]
pub struct VariableNames {
    prefix: String,
    /// The prefix with its underscore.
    start: String,
    fields: HashMap<String, FieldVariable, RandomState>,
    aliases: HashMap<String, String, RandomState>,
}

/// The variable of a field. A load refers to these parts, and copies none of them.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldVariable {
    /// The field.
    pub path: Path,
    /// The variable as the source of a value.
    pub source: Source,
    /// The name of the variable.
    pub name: Arc<str>,
    /// The types of the field, so that a load does not read its schema.
    pub(crate) types: ValueTypes,
    /// True if another variable sets a part of the field, or the field is a part of that of another variable.
    pub overlaps: bool,
}

impl FieldVariable {
    fn new(name: &str, path: Path, types: ValueTypes) -> Self {
        Self { path, source: Source::new(name, ""), name: name.into(), types, overlaps: false }
    }
}

/// Meaning of a variable that starts with the prefix of a service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meaning<'n> {
    /// The variable sets a field.
    Field(&'n FieldVariable),
    /// The variable holds the secret with this name.
    Secret(&'n str),
    /// The variable configures the load itself.
    Setting,
    /// The variable has no meaning.
    Unknown,
}

impl VariableNames {
    /// Builds the index for a config, or `None` for a schema without a model, which has no prefix.
    pub fn of(spec: &ConfigSpec) -> Option<Self> {
        let prefix = spec.env_prefix()?.to_owned();
        let mut fields = HashMap::default();
        let mut aliases = HashMap::default();
        for leaf in settable_fields(spec.view())
            .into_iter()
            .filter(|leaf| !leaf.view.marked(confgate_core::schema::keywords::PROFILES))
        {
            let mut names = spec.variables(&leaf.path).into_iter();
            let Some(full) = names.next() else { continue };
            let types = ValueTypes::of(at(spec.view(), &leaf.path).unwrap_or(leaf.view));
            for alias in names {
                fields.insert(alias.clone(), FieldVariable::new(&alias, leaf.path.clone(), types));
                aliases.insert(alias, full.clone());
            }
            let variable = FieldVariable::new(&full, leaf.path, types);
            fields.insert(full, variable);
        }
        mark_overlaps(&mut fields);
        let start = setting(&prefix, "");
        Some(Self { prefix, start, fields, aliases })
    }

    /// Returns the prefix with its underscore: `BITCRAPS_`.
    pub fn start(&self) -> &str {
        &self.start
    }

    /// Returns the name of a setting: `BITCRAPS_ENV`.
    pub fn setting(&self, suffix: &str) -> String {
        setting(&self.prefix, suffix)
    }

    /// Returns the meaning of a variable. A setting takes precedence over a field of the same name.
    pub fn meaning<'n>(&'n self, name: &'n str) -> Meaning<'n> {
        let suffix = name.strip_prefix(&self.start);
        if suffix.is_some_and(|suffix| SETTINGS.contains(&suffix)) {
            return Meaning::Setting;
        }
        if let Some(variable) = self.fields.get(name) {
            return Meaning::Field(variable);
        }
        match suffix.and_then(|suffix| suffix.strip_prefix(SECRET)) {
            Some(secret) => Meaning::Secret(secret),
            None => Meaning::Unknown,
        }
    }

    /// Returns the full name of an alias.
    pub fn full_name(&self, alias: &str) -> Option<&str> {
        self.aliases.get(alias).map(String::as_str)
    }

    /// Returns the names of all fields and settings.
    pub fn all(&self) -> impl Iterator<Item = String> {
        self.fields.keys().cloned().chain(SETTINGS.iter().map(|suffix| self.setting(suffix)))
    }
}

/// Marks the variables of fields that contain each other.
fn mark_overlaps(fields: &mut HashMap<String, FieldVariable, RandomState>) {
    let mut paths: Vec<Path> = fields.values().map(|variable| variable.path.clone()).collect();
    paths.sort();
    paths.dedup();
    // In this order, a path is followed by all paths within it.
    let mut overlapping: HashSet<Path> = HashSet::new();
    let mut outermost: Option<&Path> = None;
    for path in &paths {
        match outermost {
            Some(around) if path.0.starts_with(&around.0) => overlapping.extend([around.clone(), path.clone()]),
            _ => outermost = Some(path),
        }
    }
    for variable in fields.values_mut() {
        variable.overlaps = overlapping.contains(&variable.path);
    }
}

#[cfg(test)]
mod tests {
    use confgate_bitcraps::Config;
    use confgate_core::gate::Gate;

    use super::*;

    #[test]
    fn every_leaf_has_a_variable_and_the_short_names_mean_the_same() {
        let gate = Gate::of::<Config>();
        let names = VariableNames::of(&gate).unwrap();
        let port = Path::dotted("network.listen_port");
        for name in ["BITCRAPS_NETWORK__LISTEN_PORT", "BITCRAPS_LISTEN_PORT"] {
            assert_eq!(field(&names, name), Some(&port));
        }
        assert_eq!(names.full_name("BITCRAPS_LISTEN_PORT"), Some("BITCRAPS_NETWORK__LISTEN_PORT"));
        let deep = Path::dotted("performance.Custom.battery.background_limits.max_cpu_seconds");
        let variable = "BITCRAPS_PERFORMANCE__CUSTOM__BATTERY__BACKGROUND_LIMITS__MAX_CPU_SECONDS";
        assert_eq!(field(&names, variable), Some(&deep));
        // One for each leaf: 63 values of a custom profile, the profile itself, and the other fields.
        let leaves = names.fields.keys().filter(|name| names.full_name(name).is_none()).count();
        assert_eq!(leaves, leaves_of_the_model(&gate), "two fields share a variable");
    }

    fn field<'n>(names: &'n VariableNames, name: &'n str) -> Option<&'n Path> {
        match names.meaning(name) {
            Meaning::Field(variable) => Some(&variable.path),
            _ => None,
        }
    }

    fn leaves_of_the_model(gate: &ConfigSpec) -> usize {
        settable_fields(gate.view())
            .into_iter()
            .filter(|leaf| !leaf.view.marked(confgate_core::schema::keywords::PROFILES))
            .count()
    }

    #[test]
    fn settings_and_secrets_are_distinguished_from_fields() {
        let gate = Gate::of::<Config>();
        let names = VariableNames::of(&gate).unwrap();
        for name in ["BITCRAPS_ENV", "BITCRAPS_SECRETS", "BITCRAPS_IDENTITY", "BITCRAPS_VAULT_PATH"] {
            assert_eq!(names.meaning(name), Meaning::Setting);
        }
        assert_eq!(names.meaning("BITCRAPS_SECRET_DB"), Meaning::Secret("DB"));
        assert_eq!(names.meaning("BITCRAPS_LISTEN_PROT"), Meaning::Unknown);
        assert_eq!(names.meaning("PATH"), Meaning::Unknown);
    }
}
