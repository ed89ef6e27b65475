use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::Rule;
use crate::schema::Schema;
use crate::schema::generate::*;
use crate::types::Duration;

/// A service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Service {
    /// The log level.
    level: Level,
    /// The port.
    #[schemars(extend("x-reload" = "restart"))]
    port: u16,
    /// The timeout.
    wait: Option<Duration>,
    /// Others.
    peers: Vec<Peer>,
    /// Its store.
    store: Store,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
enum Level {
    /// Little.
    Quiet,
    /// Much.
    Loud,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Peer {
    /// The host.
    host: String,
    /// Its weight.
    weight: Option<f64>,
}

/// Its store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Store {
    /// Rows kept.
    #[schemars(range(min = 1))]
    rows: i64,
}

impl Model for Service {
    const NAME: &'static str = "service";
    const ENV_PREFIX: &'static str = "SERVICE";

    fn defaults(environment: Environment) -> Self {
        let production = environment == Environment::Production;
        Self {
            level: Level::Quiet,
            port: if production { 80 } else { 8080 },
            wait: production.then(|| Duration::from_secs(1)),
            peers: Vec::new(),
            store: Store { rows: 5 },
        }
    }

    fn rules() -> &'static [Rule<Self>] {
        &[]
    }
}

#[test]
fn the_schema_says_in_the_words_of_config_files_what_the_types_say() {
    let mut schema = schema::<Service>();
    schema["properties"].as_object_mut().unwrap().remove("profiles");
    assert_eq!(
        schema,
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Service",
            "description": "A service.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "level": {
                    "description": "The log level.",
                    "type": "string",
                    "enum": ["Quiet", "Loud"],
                    "enumDescriptions": ["Little.", "Much."],
                    "default": "Quiet",
                    "x-reload": "live",
                },
                "port": {
                    "description": "The port.",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 65535,
                    "x-reload": "restart",
                    "x-defaults": { "Development": 8080, "Testing": 8080, "Staging": 8080, "Production": 80 },
                },
                "wait": {
                    "description": "The timeout.",
                    "type": "string",
                    "format": "human-duration",
                    "x-optional": true,
                    "x-reload": "live",
                    "x-defaults": { "Production": "1s" },
                },
                "peers": {
                    "description": "Others.",
                    "type": "array",
                    "default": [],
                    "x-reload": "live",
                    "items": {
                        "type": "object",
                        "additionalProperties": false,
                        "required": ["host"],
                        "properties": {
                            "host": { "description": "The host.", "type": "string" },
                            "weight": { "description": "Its weight.", "type": "number", "x-optional": true },
                        },
                    },
                },
                "store": {
                    "description": "Its store.",
                    "type": "object",
                    "default": {},
                    "additionalProperties": false,
                    "properties": {
                        "rows": {
                            "description": "Rows kept.",
                            "type": "integer",
                            "minimum": 1,
                            "default": 5,
                            "x-reload": "live",
                        },
                    },
                },
            },
        })
    );
}

#[test]
fn the_schema_is_valid_under_the_meta_schema() {
    assert!(Schema::new(schema::<Service>()).is_ok());
}
