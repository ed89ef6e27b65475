//! Section `network`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Rule;
use confgate_core::types::duration::Duration;
use confgate_core::types::secret::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::monitoring::MonitoringConfig;
use crate::section::HasSection;

/// Listening for peers, and finding and keeping them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// IP address to listen on for peers. `0.0.0.0` is every IPv4 address of the machine.
    #[schemars(extend("x-reload" = "restart"))]
    pub listen_address: IpAddr,
    /// Port to listen on for peers. Firewalls and port forwards must agree with it.
    #[schemars(range(min = 1), extend("x-reload" = "restart"))]
    pub listen_port: u16,
    /// Maximum number of peers. Further ones are rejected.
    #[schemars(range(min = 1, max = 10000), extend("x-unit" = "connections"))]
    pub max_connections: u32,
    /// Time for a peer to connect, before the node gives up.
    #[schemars(extend("formatMinimum" = "10ms", "formatMaximum" = "1h"))]
    pub connection_timeout: Duration,
    /// Idle time after which the node probes a peer. A shorter interval detects lost peers sooner and keeps NAT entries open, and
    /// costs traffic and battery.
    pub keepalive_interval: Duration,
    /// Maximum size of a packet that the node sends or accepts. All nodes of a network must support it.
    #[schemars(range(min = 1024), extend("x-unit" = "bytes"))]
    pub max_packet_size: u32,
    /// Discover and reach peers nearby over Bluetooth.
    pub enable_bluetooth: bool,
    /// Reach peers over TCP.
    pub enable_tcp: bool,
    /// Compress packets to peers that support it: less traffic for more CPU time.
    pub enable_compression: bool,
    /// Discover the maximum packet size of each path to a peer, instead of assuming a small one.
    pub mtu_discovery: bool,
    /// Use IPv6 beside IPv4, if the machine has it.
    pub enable_ipv6: bool,
    /// Request a forward of `listen_port` from the router over UPnP, so that peers reach a node at home.
    pub enable_upnp: bool,
    /// STUN servers, `host:port`, by which a node behind a NAT finds its public address. List several, so that one may fail.
    #[schemars(extend("items" = { "type": "string", "format": "host-port" }))]
    pub stun_servers: Vec<String>,
    /// TURN servers that relay traffic between peers without a direct connection.
    pub turn_servers: Vec<TurnServer>,
    /// Addresses, `ip:port`, of the nodes from which this one requests peers when it starts.
    #[schemars(extend("items" = { "type": "string", "format": "socket-address" }))]
    pub bootstrap_nodes: Vec<SocketAddr>,
}

/// Server that relays traffic between peers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnServer {
    /// URL of the server: `turn:host:port`, or `turns:host:port` over TLS.
    // A TURN URL has no `//`, so the type `Url` does not accept it.
    #[schemars(
        regex(pattern = r"^turns?:."),
        extend("patternErrorMessage" = "must begin with turn: or turns:")
    )]
    pub url: String,
    /// User name of the node at the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Password of that user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    /// Realm to authenticate in, if the server does not name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub realm: Option<String>,
}

impl NetworkConfig {
    pub(crate) fn defaults(environment: Environment) -> Self {
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

pub(crate) fn rules<C: HasSection<NetworkConfig> + HasSection<MonitoringConfig> + 'static>() -> [Rule<C>; 3] {
    [
        Rule {
            name: "network/ports-distinct",
            severity: Severity::Error,
            why: "peers and metrics cannot share a port",
            reads: &["network.listen_port", "monitoring.metrics_port", "monitoring.enable_metrics"],
            holds: |config| {
                let (network, monitoring): (&NetworkConfig, &MonitoringConfig) = (config.section(), config.section());
                !monitoring.enable_metrics || network.listen_port != monitoring.metrics_port
            },
            help: "change listen_port or metrics_port, or set enable_metrics = false",
        },
        Rule {
            name: "network/some-transport",
            severity: Severity::Error,
            why: "a node without TCP and Bluetooth reaches no peer",
            reads: &["network.enable_tcp", "network.enable_bluetooth"],
            holds: |config| {
                let network: &NetworkConfig = config.section();
                network.enable_tcp || network.enable_bluetooth
            },
            help: "set enable_tcp = true or enable_bluetooth = true",
        },
        Rule {
            name: "network/keepalive-positive",
            severity: Severity::Error,
            why: "keepalive_interval must be longer than zero",
            reads: &["network.keepalive_interval"],
            holds: |config| {
                let network: &NetworkConfig = config.section();
                !network.keepalive_interval.is_zero()
            },
            help: "set an interval such as \"60s\"",
        },
    ]
}
