//! Small models, each with one disagreement between schema and serde, and models without any.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::*;
use crate::model::Rule;
use crate::types::{Duration, Secret, Url};

/// Defines a model of a struct whose defaults are those of `Default`.
macro_rules! model {
    ($(#[$attribute:meta])* struct $name:ident { $($fields:tt)* } $defaults:expr) => {
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        $(#[$attribute])*
        pub struct $name { $($fields)* }

        impl Model for $name {
            const NAME: &'static str = "small";
            const ENV_PREFIX: &'static str = "SMALL";

            fn defaults(environment: Environment) -> Self {
                let make: fn(Environment) -> Self = $defaults;
                make(environment)
            }

            fn rules() -> &'static [Rule<Self>] {
                &[]
            }
        }
    };
}

mod all_kinds;
mod flattened;
mod names;
mod numbers;
mod presence;

/// Returns the kind and message of each disagreement.
fn found<M: Model>() -> Vec<(Kind, String)> {
    let found = check_model::<M>().err().map(|found| found.found).unwrap_or_default();
    found.into_iter().map(|it| (it.kind, it.message)).collect()
}

fn one(kind: Kind, message: &str) -> Vec<(Kind, String)> {
    vec![(kind, message.to_owned())]
}

#[test]
fn a_model_with_fields_of_all_kinds_agrees_with_serde() {
    assert_eq!(check_model::<all_kinds::Config>(), Ok(()));
}

mod newtypes {
    use super::*;

    /// Share of a whole; its deserialization rejects what is not one.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(try_from = "u8")]
    struct Percent(u8);

    impl TryFrom<u8> for Percent {
        type Error = &'static str;

        fn try_from(percent: u8) -> Result<Self, &'static str> {
            if percent <= 100 { Ok(Self(percent)) } else { Err("more than 100 percent") }
        }
    }

    model! {
        struct Bounded { share: Percent, by_name: BTreeMap<String, Percent> }
        |_| Self { share: Percent(1), by_name: BTreeMap::new() }
    }

    #[test]
    fn a_bound_that_the_schema_does_not_have_is_found() {
        assert_eq!(
            found::<Bounded>(),
            [
                (
                    Kind::TypeRejects,
                    "the schema admits share = 255, and serde rejects it: more than 100 percent".to_owned()
                ),
                (
                    Kind::TypeRejects,
                    "the schema admits by_name.key = 255, and serde rejects it: more than 100 percent".to_owned()
                ),
            ]
        );
    }
}

#[test]
fn a_failed_test_says_what_to_change() {
    let error = check_model::<numbers_of_display::Wide>().unwrap_err();
    let text = "the schema of small and its config type disagree:\n\
                - the schema admits small = 300, and serde rejects it: invalid value: integer `300`, expected u8\n  \
                help: narrow the schema to what the type takes: ";
    assert!(format!("{error:?}").starts_with(text), "{error}");
    assert_eq!(format!("{error:?}"), error.to_string());
}

mod numbers_of_display {
    use super::*;

    model! {
        struct Wide {
            #[schemars(range(max = 300))]
            small: u8,
        }
        |_| Self { small: 1 }
    }
}
