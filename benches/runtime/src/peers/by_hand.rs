//! Load without a library: the file is parsed into the typed config, then each variable is applied.

use std::fmt::Debug;
use std::path::Path;
use std::str::FromStr;

use confgate::bitcraps::{Config, LogLevel};

pub fn load(path: &Path) -> Config {
    let text = std::fs::read_to_string(path).expect("the file is there");
    let mut config: Config = toml::from_str(&text).expect("the file is good");
    let Config { app, network, consensus, database, security, monitoring, game, treasury, .. } = &mut config;
    set(&mut app.name, "BITCRAPS_APP__NAME");
    if let Ok(level) = std::env::var("BITCRAPS_APP__LOG_LEVEL") {
        app.log_level = match level.as_str() {
            "error" => LogLevel::Error,
            "warn" => LogLevel::Warn,
            "info" => LogLevel::Info,
            "debug" => LogLevel::Debug,
            "trace" => LogLevel::Trace,
            other => panic!("unknown level: {other}"),
        };
    }
    set(&mut app.worker_threads, "BITCRAPS_APP__WORKER_THREADS");
    set(&mut app.enable_tui, "BITCRAPS_APP__ENABLE_TUI");
    set(&mut network.listen_port, "BITCRAPS_NETWORK__LISTEN_PORT");
    set(&mut network.max_connections, "BITCRAPS_NETWORK__MAX_CONNECTIONS");
    set(&mut network.connection_timeout, "BITCRAPS_NETWORK__CONNECTION_TIMEOUT");
    set(&mut network.keepalive_interval, "BITCRAPS_NETWORK__KEEPALIVE_INTERVAL");
    set(&mut network.enable_bluetooth, "BITCRAPS_NETWORK__ENABLE_BLUETOOTH");
    set(&mut network.enable_upnp, "BITCRAPS_NETWORK__ENABLE_UPNP");
    set(&mut consensus.max_participants, "BITCRAPS_CONSENSUS__MAX_PARTICIPANTS");
    set(&mut consensus.finality_threshold, "BITCRAPS_CONSENSUS__FINALITY_THRESHOLD");
    set(&mut database.url, "BITCRAPS_DATABASE__URL");
    set(&mut database.max_connections, "BITCRAPS_DATABASE__MAX_CONNECTIONS");
    set(&mut security.pow_difficulty, "BITCRAPS_SECURITY__POW_DIFFICULTY");
    set(&mut security.session_timeout, "BITCRAPS_SECURITY__SESSION_TIMEOUT");
    set(&mut security.rate_limit_requests, "BITCRAPS_SECURITY__RATE_LIMIT_REQUESTS");
    set(&mut monitoring.metrics_port, "BITCRAPS_MONITORING__METRICS_PORT");
    set(&mut game.max_bet, "BITCRAPS_GAME__MAX_BET");
    set(&mut treasury.rake_percentage, "BITCRAPS_TREASURY__RAKE_PERCENTAGE");
    config
}

fn set<T: FromStr<Err: Debug>>(field: &mut T, name: &str) {
    if let Ok(text) = std::env::var(name) {
        *field = text.parse().expect(name);
    }
}
