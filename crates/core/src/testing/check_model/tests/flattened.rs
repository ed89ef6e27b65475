//! Flattened enums.

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
