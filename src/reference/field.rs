//! Field of a config.

use confgate_core::environment::Environment;
use confgate_core::value::Path;

use crate::reference::default_value::DefaultValue;
use confgate_core::describe::Choice;

/// Field of a config, with everything that the schema and the rules say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Name in its table, in TOML syntax.
    pub key: String,
    /// Dotted name.
    pub name: String,
    /// Path of the field.
    pub path: Path,
    /// Description in the schema.
    pub about: String,
    /// Type in words.
    pub kind: String,
    /// Bounds in words.
    pub limits: Option<String>,
    /// Unit of a number.
    pub unit: Option<String>,
    /// Examples in TOML syntax.
    pub examples: Vec<String>,
    /// Permitted values, if the schema enumerates them.
    pub choices: Vec<Choice>,
    /// Default in each environment, in the order of [`Environment::ALL`].
    pub defaults: [Option<String>; 4],
    /// True for a field without a default that every config must set.
    pub required: bool,
    /// Environment variables that set the field.
    pub variables: Vec<String>,
    /// Method that applies a change: `live`, `restart`.
    pub reload: Option<String>,
    /// True for a value that is never displayed.
    pub secret: bool,
    /// True for a field that readers look for first.
    pub important: bool,
    /// True for a field that is still read, but must not be used any more.
    pub deprecated: bool,
    /// True for the field with the environment of the config.
    pub names_environment: bool,
    /// Indexes of the rules that read the field.
    pub rules: Vec<usize>,
    /// Indexes of the sections of nested tables.
    pub tables: Vec<usize>,
}

impl Field {
    /// Returns whether the default depends on the environment.
    pub fn differs(&self) -> bool {
        self.defaults.iter().any(|default| *default != self.defaults[0])
    }

    /// Returns the type, bounds and unit: `integer, 1 to 10000, in connections`.
    pub fn type_words(&self) -> String {
        let unit = self.unit.as_ref().map(|unit| format!("in {unit}"));
        let words = [Some(self.kind.clone()), self.limits.clone(), unit];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Returns the method that applies a change, as a phrase.
    pub fn reload_words(&self) -> Option<String> {
        self.reload.as_ref().map(|reload| match reload.as_str() {
            "live" => "applied by a reload".to_owned(),
            "restart" => "needs a restart".to_owned(),
            other => other.to_owned(),
        })
    }

    /// Returns the default in an environment.
    pub(crate) fn default_in(&self, environment: Environment) -> DefaultValue<'_> {
        let place = Environment::ALL.iter().position(|known| *known == environment);
        match place.and_then(|place| self.defaults[place].as_deref()) {
            Some(value) => DefaultValue::Value(value),
            None if self.required => DefaultValue::None("required"),
            None => DefaultValue::None("absent"),
        }
    }

    /// Returns the default of all environments if it is the same.
    pub(crate) fn default(&self) -> Option<DefaultValue<'_>> {
        (!self.differs()).then(|| self.default_in(Environment::ALL[0]))
    }

    /// Returns each default with its environments.
    pub(crate) fn defaults(&self) -> Vec<(DefaultValue<'_>, Vec<Environment>)> {
        let mut all: Vec<(DefaultValue<'_>, Vec<Environment>)> = Vec::new();
        for environment in Environment::ALL {
            let default = self.default_in(environment);
            match all.iter_mut().find(|(known, _)| *known == default) {
                Some((_, environments)) => environments.push(environment),
                None => all.push((default, vec![environment])),
            }
        }
        all
    }
}
