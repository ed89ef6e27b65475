//! Section `security`.

use std::path::PathBuf;

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Rule;
use confgate_core::types::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::section::HasSection;

/// Protection against forgery, floods and eavesdroppers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecurityConfig {
    /// Leading zero bits that a proof of work must have. Each further bit doubles the work.
    #[schemars(range(min = 1, max = 64), extend("x-unit" = "bits"))]
    pub pow_difficulty: u32,
    /// Time after which the node replaces a session key.
    pub key_rotation_interval: Duration,
    /// Idle time after which the peer of a session must authenticate again.
    pub session_timeout: Duration,
    /// Maximum number of open sessions. Further ones are rejected until one ends.
    #[schemars(range(min = 1), extend("x-unit" = "sessions"))]
    pub max_session_count: u32,
    /// Reject the requests of a peer that sends more than `rate_limit_requests` in `rate_limit_window`.
    pub enable_rate_limiting: bool,
    /// Requests that one peer may send in `rate_limit_window`.
    #[schemars(extend("x-unit" = "requests"))]
    pub rate_limit_requests: u32,
    /// Time window over which the requests of a peer are counted.
    pub rate_limit_window: Duration,
    /// Encrypt peer connections. Needs `tls_cert_path` and `tls_key_path`.
    #[schemars(extend("x-reload" = "restart"))]
    pub enable_tls: bool,
    /// File with the certificate chain, in PEM.
    #[schemars(extend("x-reload" = "restart"))]
    pub tls_cert_path: Option<PathBuf>,
    /// File with the certificate's private key, in PEM, readable for the node alone.
    #[schemars(extend("x-reload" = "restart", "x-secret-file" = true))]
    pub tls_key_path: Option<PathBuf>,
}

impl SecurityConfig {
    pub(crate) fn defaults(environment: Environment) -> Self {
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

pub(crate) fn rules<C: HasSection<SecurityConfig> + 'static>() -> [Rule<C>; 2] {
    [
        Rule {
            name: "security/rate-limit-positive",
            severity: Severity::Error,
            why: "a rate limit of zero requests turns every peer away",
            reads: &["security.rate_limit_requests", "security.enable_rate_limiting"],
            holds: |config| {
                let security = config.section();
                !security.enable_rate_limiting || security.rate_limit_requests >= 1
            },
            help: "set rate_limit_requests to at least 1, or enable_rate_limiting = false",
        },
        Rule {
            name: "security/tls-paths",
            severity: Severity::Error,
            why: "TLS needs a certificate and its key",
            reads: &["security.enable_tls", "security.tls_cert_path", "security.tls_key_path"],
            // One path alone is a mistake even if TLS is disabled: enabling it later would fail.
            holds: |config| {
                let security = config.section();
                match (&security.tls_cert_path, &security.tls_key_path) {
                    (Some(_), Some(_)) => true,
                    (None, None) => !security.enable_tls,
                    _ => false,
                }
            },
            help: "set both paths, or neither and enable_tls = false",
        },
    ]
}
