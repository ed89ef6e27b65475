//! A model with fields of all kinds.

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
