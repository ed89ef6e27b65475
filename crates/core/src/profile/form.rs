//! Schema of the list of profiles in a config.

use std::collections::BTreeMap;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value as Json, json};

use crate::profile::{Condition, Name};

/// Name of the list in the schema of a model that has no field of this name.
const FIELD: &str = "profiles";

/// Keyword that marks the list of profiles in a schema.
pub const MARK: &str = "x-profiles";

/// Keyword that marks a table with the fields of the config itself, which is merged into the config.
pub const OVERLAY: &str = "x-overlay";

/// Example of a profile, to follow the header of the list.
pub const EXAMPLE: &str = "\
name = \"night\"
when = { time = \"22:00-06:00\", zone = \"Europe/Berlin\" }
set = {}
";

/// Parts of the config that are active under conditions, such as at night or under load. Active profiles are merged into the
/// config in order; later profiles override earlier ones.
#[derive(JsonSchema)]
#[schemars(transparent, inline, extend("x-profiles" = true, "x-optional" = true))]
#[expect(dead_code, reason = "only its schema is used")]
struct Profiles(Vec<Form>);

/// A part of the config, and the condition under which it is active.
#[derive(JsonSchema)]
#[schemars(inline, deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Form {
    /// Name in messages, logs and metrics; unique in the config.
    name: Name,
    /// Condition; every part that is set must hold. A profile without a condition is always active.
    when: Option<Condition>,
    /// Values that the profile sets, in the form of the config itself. A list replaces the whole list.
    #[schemars(extend("x-overlay" = true))]
    set: BTreeMap<String, Json>,
}

/// Adds the list to the schema of a model that has no field of its name.
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
        /// Largest number of users with a profile.
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
