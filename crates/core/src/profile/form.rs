//! The form in which a config carries profiles, as the schema says it.

use std::collections::BTreeMap;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value as Json, json};

use crate::profile::{Condition, Name};

/// The name of the field that carries profiles, in the schema of a model that has no field of this name.
const FIELD: &str = "profiles";

/// The mark of that field, by which everything else finds it.
pub const MARK: &str = "x-profiles";

/// The mark of a table that is laid on the config: what is in it is named and checked as it is at the top.
pub const OVERLAY: &str = "x-overlay";

/// A profile as it may stand in a file, below the header that names the list.
pub const EXAMPLE: &str = "\
name = \"night\"
when = { time = \"22:00-06:00\", zone = \"Europe/Berlin\" }
set = {}
";

/// Parts of the config that hold under conditions, such as at night or when the machine is busy. Those that hold are laid on the
/// config in their order, the later over the earlier.
#[derive(JsonSchema)]
#[schemars(transparent, inline, extend("x-profiles" = true, "x-optional" = true))]
#[expect(dead_code, reason = "it is a schema alone")]
struct Profiles(Vec<Form>);

/// A part of the config, and the conditions under which it holds.
#[derive(JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
#[expect(dead_code, reason = "it is a schema alone")]
struct Form {
    /// What it is called in messages, logs and metrics. Each profile has a name of its own.
    name: Name,
    /// When it holds: each condition that is there must. Without any it always holds.
    when: Option<Condition>,
    /// What it sets, as it would stand in the config itself. A list takes the place of the whole list.
    #[schemars(extend("x-overlay" = true))]
    set: BTreeMap<String, Json>,
}

/// Adds the field to the schema of a model that has none of its name.
pub fn declare(schema: &mut Json, generator: &mut SchemaGenerator) {
    let Some(properties) = schema.get_mut("properties").and_then(Json::as_object_mut) else { return };
    if !properties.contains_key(FIELD) {
        properties.insert(FIELD.to_owned(), json!(generator.subschema_for::<Profiles>()));
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::environment::Environment;
    use crate::gate::Gate;
    use crate::model::{Model, Rule};
    use crate::value::Source;

    /// A service with users' profiles.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Social {
        /// How many users may have one.
        profiles: u32,
    }

    impl Model for Social {
        const NAME: &'static str = "social";
        const ENV_PREFIX: &'static str = "SOCIAL";

        fn defaults(_: Environment) -> Self {
            Self { profiles: 5 }
        }

        fn rules() -> &'static [Rule<Self>] {
            &[]
        }
    }

    #[test]
    fn a_model_with_a_field_of_that_name_keeps_it_and_has_no_profiles() {
        let gate = Gate::of::<Social>();
        assert_eq!(gate.profiles_path(), None);
        let outcome = gate.check(&Source::new("x", "profiles = 7\n"), None);
        assert_eq!(outcome.into_config(), Ok(Social { profiles: 7 }));
    }
}
