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

mod all_kinds {
    use super::*;

    /// Store of a model.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    enum Store {
        /// On a disk.
        Disk {
            /// Folder.
            path: String,
        },
        /// In memory.
        Memory {
            /// Rows.
            #[serde(default)]
            rows: u16,
        },
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    enum Mode {
        Plain,
        Custom(Custom),
    }

    #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct Custom {
        size: u8,
        share: f32,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Peer {
        host: String,
        #[serde(default)]
        weight: Option<f64>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tags: Vec<String>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Tls {
        cert: String,
        min_version: String,
    }

    model! {
        /// Fields of all kinds.
        #[serde(deny_unknown_fields)]
        struct Config {
            #[schemars(range(min = 1))]
            port: u16,
            ratio: f32,
            share: Option<f64>,
            wait: Duration,
            url: Option<Url>,
            secret: Option<Secret>,
            mode: Mode,
            store: Store,
            peers: Vec<Peer>,
            by_name: BTreeMap<String, Custom>,
            by_number: BTreeMap<u32, bool>,
            tls: Option<Tls>,
            pair: (u8, String),
        }
        |environment| Self {
            port: 80,
            ratio: 0.1,
            share: None,
            wait: Duration::from_secs(1),
            url: None,
            secret: None,
            mode: Mode::Plain,
            store: Store::Disk { path: "/data".to_owned() },
            peers: Vec::new(),
            by_name: BTreeMap::new(),
            by_number: BTreeMap::new(),
            tls: (environment == Environment::Production)
                .then(|| Tls { cert: "/cert".to_owned(), min_version: "1.2".to_owned() }),
            pair: (1, "x".to_owned()),
        }
    }
}

mod flattened {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "kind", rename_all = "lowercase")]
    pub enum Store {
        Disk { path: String },
        Memory { rows: u16 },
        S3 { bucket: String },
    }

    model! {
        struct Open {
            port: u16,
            #[serde(flatten)]
            store: Store,
        }
        |_| Self { port: 80, store: Store::Disk { path: "/data".to_owned() } }
    }

    model! {
        struct ByEnvironment {
            #[serde(flatten)]
            store: Store,
        }
        |environment| Self { store: match environment {
            Environment::Production => Store::S3 { bucket: "b".to_owned() },
            _ => Store::Memory { rows: 1 },
        } }
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
    struct Common {
        name: String,
        #[serde(default)]
        level: u8,
    }

    model! {
        struct WithStruct {
            port: u16,
            #[serde(flatten)]
            common: Common,
        }
        |_| Self { port: 80, common: Common { name: "x".to_owned(), level: 1 } }
    }

    model! {
        #[serde(deny_unknown_fields)]
        struct Closed {
            port: u16,
            #[serde(flatten)]
            store: Store,
        }
        |_| Self { port: 80, store: Store::Disk { path: "/data".to_owned() } }
    }

    #[test]
    fn a_flattened_enum_keeps_its_default_and_is_read() {
        assert_eq!(found::<Open>(), []);
        assert_eq!(found::<WithStruct>(), []);
        let defaults = crate::toml::write(&Gate::of::<Open>().defaults(Environment::Testing)).unwrap();
        assert_eq!(defaults, "port = 80\nkind = \"disk\"\npath = \"/data\"\n");
        let gate = Gate::of::<Open>();
        let written = |text: &str| gate.check(&crate::value::Source::new("a.toml", text), None).into_config();
        assert_eq!(written("kind = 'memory'\nrows = 3\n").unwrap().store, Store::Memory { rows: 3 });
        assert_eq!(written("path = '/other'\n").unwrap().store, Store::Disk { path: "/other".to_owned() });
        assert!(written("kind = 'memory'\n").is_err());
    }

    #[test]
    fn a_flattened_enum_may_have_another_default_in_each_environment() {
        let gate = Gate::of::<ByEnvironment>();
        let defaults = |environment| crate::toml::write(&gate.defaults(environment)).unwrap();
        assert_eq!(defaults(Environment::Testing), "kind = \"memory\"\nrows = 1\n");
        assert_eq!(defaults(Environment::Production), "bucket = \"b\"\nkind = \"s3\"\n");
    }

    #[test]
    fn unknown_fields_cannot_be_denied_beside_a_flattened_enum() {
        let found = found::<Closed>();
        assert_eq!(found[0].0, Kind::NotReadAgain, "{found:?}");
        assert!(found[0].1.starts_with("serde does not read the default of "), "{found:?}");
    }
}

mod numbers {
    use super::*;

    model! {
        struct Wide {
            #[schemars(range(max = 300))]
            small: u8,
        }
        |_| Self { small: 1 }
    }

    model! {
        struct Negative {
            #[schemars(range(min = -5))]
            small: u16,
        }
        |_| Self { small: 1 }
    }

    model! {
        struct InList {
            #[schemars(inner(range(max = 300)))]
            small: Vec<u8>,
        }
        |_| Self { small: Vec::new() }
    }

    model! {
        struct AsDouble {
            #[schemars(with = "f64")]
            ratio: f32,
        }
        |_| Self { ratio: 0.5 }
    }

    model! {
        struct AsInteger {
            #[schemars(with = "i64")]
            count: f64,
        }
        |_| Self { count: 1.0 }
    }

    #[test]
    fn a_range_wider_than_the_type_is_found() {
        assert_eq!(
            found::<Wide>(),
            one(
                Kind::TypeRejects,
                "the schema admits small = 300, and serde rejects it: invalid value: integer `300`, expected u8"
            )
        );
        assert_eq!(
            found::<Negative>(),
            one(
                Kind::TypeRejects,
                "the schema admits small = -1, and serde rejects it: invalid value: integer `-1`, expected u16"
            )
        );
        assert_eq!(
            found::<InList>(),
            one(
                Kind::TypeRejects,
                "the schema admits small[0] = 300, and serde rejects it: invalid value: integer `300`, expected u8"
            )
        );
    }

    #[test]
    fn a_float_that_the_type_cannot_hold_is_found() {
        assert_eq!(
            found::<AsDouble>(),
            one(Kind::TypeChanges, "the schema admits ratio = -1e300, and serde reads -inf")
        );
    }

    #[test]
    fn a_type_that_serde_writes_in_another_way_is_found() {
        let found = found::<AsInteger>();
        assert_eq!(
            found[0],
            (
                Kind::DefaultRejected,
                "the schema rejects the default in Development: count must be an integer, and is 1.0".to_owned()
            )
        );
    }

    #[test]
    fn digits_of_a_small_float_are_kept() {
        model! {
            struct Small { ratio: f32, more: Vec<f32> }
            |_| Self { ratio: 0.1, more: vec![0.2] }
        }
        assert_eq!(found::<Small>(), []);
        let gate = Gate::of::<Small>();
        assert_eq!(gate.schema()["properties"]["ratio"]["default"], 0.1);
        assert_eq!(gate.schema()["properties"]["more"]["default"][0], 0.2);
        let report = gate.check(&crate::value::Source::new("a.toml", "ratio = 1e39\n"), None).report;
        assert_eq!(report.diagnostics()[0].message, "ratio must be at most 3.4028235e+38, and is 1e39");
    }
}

mod names {
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
}

mod presence {
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
            one(
                Kind::DefaultRejected,
                "the schema rejects the default in Production: size must be at least 10, and is 1"
            )
        );
    }

    #[test]
    fn a_default_that_is_not_written_is_found() {
        assert!(!found::<NotWritten>().is_empty());
    }
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
