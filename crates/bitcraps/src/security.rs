//! How a node protects itself: proof of work, sessions, rate limits, TLS.

use std::path::PathBuf;

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Rule;
use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Config;

/// How a node protects itself against forgery, floods and eavesdroppers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecurityConfig {
    /// Leading zero bits that a proof of work must show; each more doubles the work.
    #[schemars(range(min = 1, max = 64), extend("x-unit" = "bits"))]
    pub pow_difficulty: u32,
    /// How long the node uses a session key before it makes a new one.
    pub key_rotation_interval: Duration,
    /// How long a session may be idle before its peer must authenticate again.
    pub session_timeout: Duration,
    /// Sessions that are open at once. More are refused until one ends.
    #[schemars(range(min = 1), extend("x-unit" = "sessions"))]
    pub max_session_count: u32,
    /// Refuse the requests of a peer that sends more than `rate_limit_requests` in `rate_limit_window`.
    pub enable_rate_limiting: bool,
    /// Requests that one peer may send in `rate_limit_window`.
    #[schemars(extend("x-unit" = "requests"))]
    pub rate_limit_requests: u32,
    /// The span over which the requests of a peer are counted.
    pub rate_limit_window: Duration,
    /// Encrypt peer connections. Needs `tls_cert_path` and `tls_key_path`.
    #[schemars(extend("x-reload" = "restart"))]
    pub enable_tls: bool,
    /// Certificate chain, PEM.
    #[schemars(extend("x-reload" = "restart"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_cert_path: Option<PathBuf>,
    /// The certificate's private key, PEM, readable by the node alone.
    #[schemars(extend("x-reload" = "restart"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key_path: Option<PathBuf>,
}

impl SecurityConfig {
    pub(super) fn defaults(environment: Environment) -> Self {
        let deployed = matches!(environment, Staging | Production);
        Self {
            pow_difficulty: match environment {
                Development => 8,
                Testing => 4,
                Staging => 16,
                Production => 20,
            },
            key_rotation_interval: Duration::from_secs(86400),
            session_timeout: Duration::from_secs(3600),
            max_session_count: 1000,
            enable_rate_limiting: environment != Testing,
            rate_limit_requests: 100,
            rate_limit_window: Duration::from_secs(60),
            enable_tls: deployed,
            tls_cert_path: deployed.then(|| "/etc/bitcraps/cert.pem".into()),
            tls_key_path: deployed.then(|| "/etc/bitcraps/key.pem".into()),
        }
    }
}

pub(super) const RULES: &[Rule<Config>] = &[
    Rule {
        name: "security/rate-limit-positive",
        severity: Severity::Error,
        why: "a rate limit of zero requests turns every peer away",
        reads: &["security.rate_limit_requests", "security.enable_rate_limiting"],
        holds: |c| !c.security.enable_rate_limiting || c.security.rate_limit_requests >= 1,
        help: "set rate_limit_requests to at least 1, or enable_rate_limiting = false",
    },
    Rule {
        name: "security/tls-paths",
        severity: Severity::Error,
        why: "TLS needs a certificate and its key",
        reads: &["security.enable_tls", "security.tls_cert_path", "security.tls_key_path"],
        // One path alone is a mistake even where TLS is off: it would fail on the day somebody turns it on.
        holds: |c| match (&c.security.tls_cert_path, &c.security.tls_key_path) {
            (Some(_), Some(_)) => true,
            (None, None) => !c.security.enable_tls,
            _ => false,
        },
        help: "set both paths, or neither and enable_tls = false",
    },
];
