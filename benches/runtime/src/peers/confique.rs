//! confique, whose derive macro needs a type of its own: the same sections, with the environment variables named on their fields.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use confgate::bitcraps as model;
use confgate::bitcraps::{LogLevel, PerformanceProfile, TurnServer};
use confgate::environment::Environment;
use confgate::types::duration::Duration;
use confgate::types::secret::Secret;
use confgate::types::url::Url;
use confique::Config as _;

pub fn load(path: &Path) -> Peer {
    Peer::builder().env().file(path).load().expect("confique takes it")
}

/// Declares a section and its conversion to that of the model. Optional fields follow the others.
macro_rules! section {
    ($name:ident {
        $($(#[$variable:meta])? $field:ident: $type:ty,)*
        $(; $($absent:ident: $inner:ty,)*)?
    }) => {
        #[derive(confique::Config)]
        pub struct $name {
            $($(#[$variable])? $field: $type,)*
            $($($absent: Option<$inner>,)*)?
        }

        impl From<$name> for model::$name {
            fn from(own: $name) -> Self {
                Self { $($field: own.$field,)* $($($absent: own.$absent,)*)? }
            }
        }
    };
}

section!(AppConfig {
    #[config(env = "BITCRAPS_APP__NAME")]
    name: String,
    version: String,
    environment: Environment,
    data_dir: PathBuf,
    #[config(env = "BITCRAPS_APP__LOG_LEVEL")]
    log_level: LogLevel,
    #[config(env = "BITCRAPS_APP__WORKER_THREADS")]
    worker_threads: u32,
    #[config(env = "BITCRAPS_APP__ENABLE_TUI")]
    enable_tui: bool,
});

section!(NetworkConfig {
    listen_address: IpAddr,
    #[config(env = "BITCRAPS_NETWORK__LISTEN_PORT")]
    listen_port: u16,
    #[config(env = "BITCRAPS_NETWORK__MAX_CONNECTIONS")]
    max_connections: u32,
    #[config(env = "BITCRAPS_NETWORK__CONNECTION_TIMEOUT")]
    connection_timeout: Duration,
    #[config(env = "BITCRAPS_NETWORK__KEEPALIVE_INTERVAL")]
    keepalive_interval: Duration,
    max_packet_size: u32,
    #[config(env = "BITCRAPS_NETWORK__ENABLE_BLUETOOTH")]
    enable_bluetooth: bool,
    enable_tcp: bool,
    enable_compression: bool,
    mtu_discovery: bool,
    enable_ipv6: bool,
    #[config(env = "BITCRAPS_NETWORK__ENABLE_UPNP")]
    enable_upnp: bool,
    stun_servers: Vec<String>,
    turn_servers: Vec<TurnServer>,
    bootstrap_nodes: Vec<SocketAddr>,
});

section!(ConsensusConfig {
    min_participants: u32,
    #[config(env = "BITCRAPS_CONSENSUS__MAX_PARTICIPANTS")]
    max_participants: u32,
    proposal_timeout: Duration,
    voting_timeout: Duration,
    #[config(env = "BITCRAPS_CONSENSUS__FINALITY_THRESHOLD")]
    finality_threshold: f64,
    byzantine_tolerance: f64,
    enable_fast_path: bool,
    checkpoint_interval: u64,
});

section!(DatabaseConfig {
    #[config(env = "BITCRAPS_DATABASE__URL")]
    url: Url,
    #[config(env = "BITCRAPS_DATABASE__MAX_CONNECTIONS")]
    max_connections: u32,
    connection_timeout: Duration,
    idle_timeout: Duration,
    enable_wal: bool,
    checkpoint_interval: Duration,
    backup_dir: PathBuf,
    backup_interval: Duration,
    log_retention_days: u32,
});

section!(SecurityConfig {
    #[config(env = "BITCRAPS_SECURITY__POW_DIFFICULTY")]
    pow_difficulty: u32,
    key_rotation_interval: Duration,
    #[config(env = "BITCRAPS_SECURITY__SESSION_TIMEOUT")]
    session_timeout: Duration,
    max_session_count: u32,
    enable_rate_limiting: bool,
    #[config(env = "BITCRAPS_SECURITY__RATE_LIMIT_REQUESTS")]
    rate_limit_requests: u32,
    rate_limit_window: Duration,
    enable_tls: bool,
    ;
    tls_cert_path: PathBuf,
    tls_key_path: PathBuf,
});

section!(MonitoringConfig {
    enable_metrics: bool,
    #[config(env = "BITCRAPS_MONITORING__METRICS_PORT")]
    metrics_port: u16,
    enable_tracing: bool,
    health_check_interval: Duration,
    log_retention_days: u32,
    metric_retention_days: u32,
    ;
    tracing_endpoint: Url,
    alert_webhook: Secret,
});

section!(GameConfig {
    min_bet: u64,
    #[config(env = "BITCRAPS_GAME__MAX_BET")]
    max_bet: u64,
    max_players_per_game: u32,
    game_timeout: Duration,
    auto_resolve_timeout: Duration,
    enable_side_bets: bool,
    house_edge: f64,
});

section!(TreasuryConfig {
    initial_supply: u64,
    treasury_address: String,
    #[config(env = "BITCRAPS_TREASURY__RAKE_PERCENTAGE")]
    rake_percentage: f64,
    min_reserve: u64,
    max_exposure: u64,
    rebalance_interval: Duration,
});

#[derive(confique::Config)]
pub struct Peer {
    version: u64,
    #[config(nested)]
    app: AppConfig,
    #[config(nested)]
    network: NetworkConfig,
    #[config(nested)]
    consensus: ConsensusConfig,
    #[config(nested)]
    database: DatabaseConfig,
    #[config(nested)]
    security: SecurityConfig,
    #[config(nested)]
    monitoring: MonitoringConfig,
    #[config(nested)]
    game: GameConfig,
    #[config(nested)]
    treasury: TreasuryConfig,
    performance: PerformanceProfile,
}

impl From<Peer> for model::Config {
    fn from(own: Peer) -> Self {
        Self {
            version: own.version,
            app: own.app.into(),
            network: own.network.into(),
            consensus: own.consensus.into(),
            database: own.database.into(),
            security: own.security.into(),
            monitoring: own.monitoring.into(),
            game: own.game.into(),
            treasury: own.treasury.into(),
            performance: own.performance,
        }
    }
}
