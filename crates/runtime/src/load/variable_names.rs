//! The names of what a service reads of its environment.

use std::collections::HashMap;

use confgate_core::gate::Gate;
use confgate_core::schema::fields::settable_fields;
use confgate_core::value::Path;
use foldhash::fast::RandomState;

/// The variables of a service: those of its fields and those with a meaning of their own.
#[derive(Debug, Clone)]
pub struct Names {
    prefix: String,
    fields: HashMap<String, Path, RandomState>,
    aliases: HashMap<String, String, RandomState>,
}

/// What a variable with the prefix of a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning<'n> {
    /// It sets a field.
    Field(&'n Path),
    /// It carries a secret, with this name.
    Secret(&'n str),
    /// It is read by something else than this layer.
    FoundSecret,
    /// Nothing reads it.
    Unknown,
}

/// Variables that tell where a config comes from and what becomes of it, behind the prefix.
const KNOWN: [&str; 2] = ["ENV", "CONFIG_PATH"];

fn known() -> impl Iterator<Item = &'static str> {
    KNOWN.into_iter().chain(crate::secrets::VARIABLES.iter().copied())
}

/// What the name of a variable with a secret begins with, behind the prefix.
const SECRET: &str = "SECRET_";

impl Names {
    /// The variables of the service whose gate this is; none for a schema without a model, which has no prefix.
    pub fn of(gate: &Gate) -> Option<Self> {
        let prefix = gate.env_prefix()?.to_owned();
        let mut fields = HashMap::default();
        let mut aliases = HashMap::default();
        for leaf in settable_fields(gate.view())
            .into_iter()
            .filter(|leaf| !leaf.view.marked(confgate_core::schema::keywords::PROFILES))
        {
            let mut names = gate.variables(&leaf.path).into_iter();
            let Some(own) = names.next() else { continue };
            for alias in names {
                fields.insert(alias.clone(), leaf.path.clone());
                aliases.insert(alias, own.clone());
            }
            fields.insert(own, leaf.path);
        }
        Some(Self { prefix, fields, aliases })
    }

    /// What the names begin with, with the underscore: `BITCRAPS_`.
    pub fn start(&self) -> String {
        format!("{}_", self.prefix)
    }

    /// The variable with this ending: `BITCRAPS_ENV`.
    pub fn own(&self, ending: &str) -> String {
        format!("{}_{ending}", self.prefix)
    }

    /// What a variable is.
    pub fn meaning<'n>(&'n self, name: &'n str) -> Meaning<'n> {
        let ending = name.strip_prefix(&self.prefix).and_then(|rest| rest.strip_prefix('_'));
        // No variable means two things: what chooses the config sets no field.
        if ending.is_some_and(|ending| known().any(|known| known == ending)) {
            return Meaning::FoundSecret;
        }
        if let Some(path) = self.fields.get(name) {
            return Meaning::Field(path);
        }
        match ending {
            Some(ending) => ending.strip_prefix(SECRET).map_or(Meaning::Unknown, Meaning::Secret),
            None => Meaning::Unknown,
        }
    }

    /// The whole name behind a short one.
    pub fn whole(&self, alias: &str) -> Option<&str> {
        self.aliases.get(alias).map(String::as_str)
    }

    /// Every name that means something.
    pub fn all(&self) -> impl Iterator<Item = String> {
        self.fields.keys().cloned().chain(known().map(|ending| self.own(ending)))
    }
}

#[cfg(test)]
mod tests {
    use confgate_bitcraps::Config;

    use super::*;

    #[test]
    fn every_leaf_has_a_variable_and_the_short_names_mean_the_same() {
        let gate = Gate::of::<Config>();
        let names = Names::of(&gate).unwrap();
        let port = Path::dotted("network.listen_port");
        for name in ["BITCRAPS_NETWORK__LISTEN_PORT", "BITCRAPS_LISTEN_PORT"] {
            assert_eq!(names.meaning(name), Meaning::Field(&port));
        }
        assert_eq!(names.whole("BITCRAPS_LISTEN_PORT"), Some("BITCRAPS_NETWORK__LISTEN_PORT"));
        let deep = Path::dotted("performance.Custom.battery.background_limits.max_cpu_seconds");
        let variable = "BITCRAPS_PERFORMANCE__CUSTOM__BATTERY__BACKGROUND_LIMITS__MAX_CPU_SECONDS";
        assert_eq!(names.meaning(variable), Meaning::Field(&deep));
        // One for each leaf: 63 values of a custom profile, the profile itself, and the other fields.
        let leaves = names.fields.keys().filter(|name| names.whole(name).is_none()).count();
        assert_eq!(leaves, leaves_of_the_model(&gate), "two fields share a variable");
    }

    fn leaves_of_the_model(gate: &Gate) -> usize {
        settable_fields(gate.view())
            .into_iter()
            .filter(|leaf| !leaf.view.marked(confgate_core::schema::keywords::PROFILES))
            .count()
    }

    #[test]
    fn what_is_no_field_is_told_apart() {
        let gate = Gate::of::<Config>();
        let names = Names::of(&gate).unwrap();
        for name in ["BITCRAPS_ENV", "BITCRAPS_SECRETS", "BITCRAPS_IDENTITY", "BITCRAPS_VAULT_PATH"] {
            assert_eq!(names.meaning(name), Meaning::FoundSecret);
        }
        assert_eq!(names.meaning("BITCRAPS_SECRET_DB"), Meaning::Secret("DB"));
        assert_eq!(names.meaning("BITCRAPS_LISTEN_PROT"), Meaning::Unknown);
        assert_eq!(names.meaning("PATH"), Meaning::Unknown);
    }
}
