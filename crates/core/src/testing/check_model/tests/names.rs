//! Names of fields and variants.

use super::*;

model! {
    #[serde(deny_unknown_fields)]
    struct Aliased {
        #[serde(alias = "max_conn")]
        max_connections: u16,
    }
    |_| Self { max_connections: 1 }
}

model! {
    struct Directions {
        #[serde(rename(serialize = "one", deserialize = "other"))]
        value: u16,
    }
    |_| Self { value: 1 }
}

model! {
    struct Renamed {
        #[schemars(rename = "listen")]
        #[serde(default)]
        port: u16,
    }
    |_| Self { port: 1 }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
enum Level {
    Quiet,
    #[serde(alias = "Verbose")]
    Loud,
}

model! {
    struct Variants {
        level: Level,
    }
    |_| Self { level: Level::Quiet }
}

#[test]
fn a_second_name_of_a_field_is_found() {
    assert_eq!(
        found::<Aliased>(),
        one(
            Kind::Alias,
            "serde reads max_conn (an alias, or a field that the schema leaves out), and the schema does not have it"
        )
    );
}

#[test]
fn a_second_name_of_a_variant_is_found() {
    assert_eq!(
        found::<Variants>(),
        one(
            Kind::Alias,
            "serde reads level = \"Verbose\" (an alias, or a variant that the schema leaves out), and the schema does not \
             have it"
        )
    );
}

#[test]
fn names_that_differ_are_found() {
    assert!(!found::<Directions>().is_empty());
    assert!(!found::<Renamed>().is_empty());
}
