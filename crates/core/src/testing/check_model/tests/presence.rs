//! Defaults, and fields that may be absent.

use super::*;

fn seven() -> u8 {
    7
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SchemaOptional {
    host: String,
    #[schemars(default = "seven")]
    weight: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["weight"]))]
struct SchemaRequired {
    weight: Option<u8>,
}

model! {
    struct Required { peers: Vec<SchemaRequired> }
    |_| Self { peers: Vec::new() }
}

model! {
    struct Nested { peers: Vec<SchemaOptional> }
    |_| Self { peers: Vec::new() }
}

model! {
    struct OutOfBounds {
        #[schemars(range(min = 10))]
        size: u8,
    }
    |environment| Self { size: if environment == Environment::Production { 1 } else { 10 } }
}

model! {
    struct NotWritten {
        #[serde(skip_serializing, default)]
        size: u8,
    }
    |_| Self { size: 1 }
}

model! {
    struct NotWrittenAbsent {
        #[serde(skip_serializing_if = "Option::is_none")]
        cert: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    }
    |environment| Self {
        cert: (environment == Environment::Production).then(|| "/cert".to_owned()),
        key: None,
    }
}

#[test]
fn a_default_that_comes_back_in_place_of_what_is_absent_is_found() {
    assert_eq!(
        found::<NotWrittenAbsent>(),
        one(Kind::AbsenceLost, "serde does not write that cert is absent, and its default would come back")
    );
}

#[test]
fn a_field_that_the_schema_alone_requires_is_found() {
    assert_eq!(
        found::<Required>(),
        one(Kind::SchemaRequires, "the schema requires peers[0].weight, and serde has a default for it")
    );
}

#[test]
fn a_default_of_the_schema_stands_for_a_field_that_serde_requires() {
    // The gate fills it in before serde reads the config.
    assert_eq!(found::<Nested>(), []);
}

#[test]
fn a_default_out_of_bounds_is_found() {
    assert_eq!(
        found::<OutOfBounds>(),
        one(Kind::DefaultRejected, "the schema rejects the default in Production: size must be at least 10, and is 1")
    );
}

#[test]
fn a_default_that_is_not_written_is_found() {
    assert!(!found::<NotWritten>().is_empty());
}
