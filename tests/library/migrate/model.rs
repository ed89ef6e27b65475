//! A service in its fourth version, whose migrations have every kind of step.

use confgate::migrate::{Literal, MigrationStep, PartField, TimeUnit};
use confgate::types::Duration;
use confgate::{Environment, Model, Rule};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Migration;

/// A relay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// Version of the schema.
    #[schemars(extend("x-version" = true))]
    pub version: u64,
    /// Verbosity of the log.
    pub log: Log,
    /// Name among the relays.
    pub id: String,
    /// Password of the peer.
    #[schemars(extend("x-secret" = true))]
    pub passphrase: String,
    /// Next relay.
    pub network: Network,
    /// Limits of clients.
    pub client: Client,
    /// Listening address.
    pub server: Server,
    /// Size of the cache in bytes.
    pub cache_bytes: u64,
    /// Other relays that it receives from.
    pub listeners: Vec<Listener>,
}

/// Verbosity of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Log {
    /// Errors.
    Error,
    /// Actions.
    Info,
    /// Everything.
    Debug,
}

/// Address of the next relay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The host.
    pub peer_host: String,
    /// The port.
    pub peer_port: u16,
}

/// Limits of clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Longest time of a request.
    pub timeout: Duration,
    /// Number of tries.
    pub retries: u32,
    /// Longest silence in minutes.
    pub idle: u32,
    /// Time to finish after a shutdown.
    pub grace: Duration,
}

/// Listening address of a relay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// SystemContext and port.
    pub bind: String,
}

/// Relay to receive from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Name of the relay.
    pub name: String,
}

impl Model for Relay {
    const NAME: &'static str = "relay";
    const ENV_PREFIX: &'static str = "RELAY";

    fn defaults(_: Environment) -> Self {
        Self {
            version: 4,
            log: Log::Info,
            id: "a".to_owned(),
            passphrase: "${SECRET_PEER}".to_owned(),
            network: Network { peer_host: "localhost".to_owned(), peer_port: 1 },
            client: Client { timeout: Duration::from_secs(1), retries: 3, idle: 5, grace: Duration::from_secs(2) },
            server: Server { bind: "0.0.0.0:80".to_owned() },
            cache_bytes: 0,
            listeners: Vec::new(),
        }
    }

    fn rules() -> &'static [Rule<Self>] {
        &[]
    }

    fn migrations() -> &'static [Migration] {
        MIGRATIONS
    }
}

pub const MIGRATIONS: &[Migration] = &[
    Migration {
        from: 1,
        to: 2,
        compatible: false,
        steps: &[
            MigrationStep::Rename { from: "network.timeout_secs", to: "network.timeout" },
            MigrationStep::ToDuration { at: "network.timeout", unit: TimeUnit::Seconds },
            MigrationStep::Split {
                from: "network.peer",
                separator: ":",
                into: [PartField::Text("network.peer_host"), PartField::Integer("network.peer_port")],
            },
            MigrationStep::Map {
                at: "log",
                values: &[
                    (Literal::Text("quiet"), Literal::Text("error")),
                    (Literal::Text("normal"), Literal::Text("info")),
                    (Literal::Text("loud"), Literal::Text("debug")),
                ],
            },
        ],
    },
    Migration {
        from: 2,
        to: 3,
        compatible: false,
        steps: &[
            MigrationStep::Join {
                from: [PartField::Text("server.host"), PartField::Integer("server.port")],
                separator: ":",
                to: "server.bind",
            },
            MigrationStep::Rename { from: "cache_kb", to: "cache_bytes" },
            MigrationStep::Scale { at: "cache_bytes", times: 1024, per: 1 },
            MigrationStep::Move { from: "network.timeout", to: "client.timeout" },
            MigrationStep::Rename { from: "listeners[].label", to: "listeners[].name" },
            MigrationStep::ToNumber { at: "client.idle", unit: TimeUnit::Minutes },
            MigrationStep::Add { at: "client.retries", value: Literal::Integer(3) },
            MigrationStep::Rename { from: "peer_password", to: "passphrase" },
        ],
    },
    Migration {
        from: 3,
        to: 4,
        compatible: false,
        steps: &[
            MigrationStep::Remove { at: "colour", why: "nothing is shown any more" },
            MigrationStep::Strip { at: "id", prefixes: &["relay-"] },
            MigrationStep::TableToDuration { at: "client.grace" },
        ],
    },
];
