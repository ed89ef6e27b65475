//! How a node listens and how it finds and keeps its peers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Rule;
use confgate_core::types::Duration;
use confgate_core::types::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Config;

/// How a node listens and how it finds and keeps its peers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// IP address to listen on for peers. `0.0.0.0` is every IPv4 address of the machine.
    #[schemars(extend("x-reload" = "restart"))]
    pub listen_address: IpAddr,
    /// Port to listen on for peers. Firewalls and port forwards must agree with it.
    #[schemars(range(min = 1), extend("x-reload" = "restart"))]
    pub listen_port: u16,
    /// The number of peers this node accepts. More are turned away.
    #[schemars(range(min = 1, max = 10000), extend("x-unit" = "connections"))]
    pub max_connections: u32,
    /// How long a peer may take to connect before the node gives up on it.
    #[schemars(extend("formatMinimum" = "10ms", "formatMaximum" = "1h"))]
    pub connection_timeout: Duration,
    /// Silence after which the node asks a peer whether it is still there. A shorter interval finds lost peers sooner
    /// and keeps NAT entries open, and costs traffic and battery.
    pub keepalive_interval: Duration,
    /// The largest packet that the node sends or accepts. All nodes of a network need to be able to take it.
    #[schemars(range(min = 1024), extend("x-unit" = "bytes"))]
    pub max_packet_size: u32,
    /// Find and reach peers nearby over Bluetooth.
    pub enable_bluetooth: bool,
    /// Reach peers over TCP.
    pub enable_tcp: bool,
    /// Compress what is sent to peers that can read it: less traffic for more CPU time.
    pub enable_compression: bool,
    /// Find out the largest packet that each path to a peer can carry, instead of assuming a small one.
    pub mtu_discovery: bool,
    /// Use IPv6 beside IPv4, where the machine has it.
    pub enable_ipv6: bool,
    /// Ask the router over UPnP to forward `listen_port`, so that peers reach a node at home.
    pub enable_upnp: bool,
    /// STUN servers, `host:port`, that tell a node behind a NAT its public address. Several, so that one may fail.
    #[schemars(extend("items" = { "type": "string", "format": "host-port" }))]
    pub stun_servers: Vec<String>,
    /// TURN servers that relay traffic for peers which find no direct way to each other.
    pub turn_servers: Vec<TurnServer>,
    /// Addresses, `ip:port`, of the nodes that this one asks for peers when it starts.
    #[schemars(extend("items" = { "type": "string", "format": "socket-address" }))]
    pub bootstrap_nodes: Vec<SocketAddr>,
}

/// A server that relays traffic between peers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnServer {
    /// Where the server is: `turn:host:port`, or `turns:host:port` over TLS.
    // A TURN URL has no `//`, so it is none that model::Url knows.
    #[schemars(
        regex(pattern = r"^turns?:."),
        extend("patternErrorMessage" = "must begin with turn: or turns:")
    )]
    pub url: String,
    /// The user that the server knows the node as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password of that user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// The realm to authenticate in, where the server does not name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
}

impl NetworkConfig {
    pub(super) fn defaults(environment: Environment) -> Self {
        Self {
            listen_address: Ipv4Addr::UNSPECIFIED.into(),
            listen_port: match environment {
                Development => 8334,
                Testing => 8336,
                Staging => 8335,
                Production => 8333,
            },
            max_connections: match environment {
                Development => 50,
                Testing => 10,
                Staging | Production => 1000,
            },
            connection_timeout: Duration::from_secs(30),
            keepalive_interval: Duration::from_secs(60),
            max_packet_size: 65536,
            enable_bluetooth: true,
            enable_tcp: true,
            enable_compression: true,
            mtu_discovery: true,
            enable_ipv6: true,
            enable_upnp: true,
            stun_servers: [
                "stun.l.google.com:19302",
                "stun1.l.google.com:19302",
                "stun2.l.google.com:19302",
                "stun3.l.google.com:19302",
                "stun4.l.google.com:19302",
            ]
            .map(String::from)
            .into(),
            turn_servers: Vec::new(),
            bootstrap_nodes: Vec::new(),
        }
    }
}

pub(super) const RULES: &[Rule<Config>] = &[
    Rule {
        name: "network/ports-distinct",
        severity: Severity::Error,
        why: "peers and metrics cannot share a port",
        reads: &["network.listen_port", "monitoring.metrics_port", "monitoring.enable_metrics"],
        holds: |c| !c.monitoring.enable_metrics || c.network.listen_port != c.monitoring.metrics_port,
        help: "change listen_port or metrics_port, or set enable_metrics = false",
    },
    Rule {
        name: "network/some-transport",
        severity: Severity::Error,
        why: "a node without TCP and Bluetooth reaches no peer",
        reads: &["network.enable_tcp", "network.enable_bluetooth"],
        holds: |c| c.network.enable_tcp || c.network.enable_bluetooth,
        help: "set enable_tcp = true or enable_bluetooth = true",
    },
    Rule {
        name: "network/keepalive-positive",
        severity: Severity::Error,
        why: "keepalive_interval must be longer than zero",
        reads: &["network.keepalive_interval"],
        holds: |c| !c.network.keepalive_interval.is_zero(),
        help: "set an interval such as \"60s\"",
    },
];
