//! Rules that depend on the environment: Production has more of them than a developer's machine.

use confgate_core::diagnostics::Severity;
use confgate_core::environment::Environment::{self, *};
use confgate_core::model::Rule;

use crate::app::{AppConfig, LogLevel};
use crate::database::DatabaseConfig;
use crate::section::HasSection;
use crate::security::SecurityConfig;

pub(crate) fn rules<C: HasSection<AppConfig> + HasSection<DatabaseConfig> + HasSection<SecurityConfig> + 'static>()
-> [Rule<C>; 5] {
    [
        Rule {
            name: "environment/production-tls",
            severity: Severity::Error,
            why: "Production must encrypt peer connections",
            reads: &["security.enable_tls", "app.environment"],
            holds: |config| environment(config) != Production || security(config).enable_tls,
            help: "set enable_tls = true, with tls_cert_path and tls_key_path",
        },
        Rule {
            name: "environment/production-durable",
            severity: Severity::Error,
            why: "Production and Staging must not keep their database in memory",
            reads: &["database.url", "app.environment"],
            holds: |config| {
                let database: &DatabaseConfig = config.section();
                !matches!(environment(config), Staging | Production) || !database.is_in_memory()
            },
            help: "name a file, such as \"sqlite:///var/lib/bitcraps/bitcraps.db\", or a database server",
        },
        Rule {
            name: "environment/production-pow",
            severity: Severity::Warning,
            why: "Production wants a pow_difficulty of at least 16",
            reads: &["security.pow_difficulty", "app.environment"],
            holds: |config| environment(config) != Production || security(config).pow_difficulty >= 16,
            help: "raise pow_difficulty to 16 or more",
        },
        Rule {
            name: "environment/production-rate-limit",
            severity: Severity::Warning,
            why: "without rate limits one peer can flood a node in Production",
            reads: &["security.enable_rate_limiting", "app.environment"],
            holds: |config| environment(config) != Production || security(config).enable_rate_limiting,
            help: "set enable_rate_limiting = true",
        },
        Rule {
            name: "environment/production-debug-log",
            severity: Severity::Warning,
            why: "logs at debug or trace slow a node in Production and fill its disk",
            reads: &["app.log_level", "app.environment"],
            holds: |config| {
                let app: &AppConfig = config.section();
                app.environment != Production || app.log_level < LogLevel::Debug
            },
            help: "set log_level to info, warn or error",
        },
    ]
}

fn environment(config: &impl HasSection<AppConfig>) -> Environment {
    config.section().environment
}

fn security(config: &impl HasSection<SecurityConfig>) -> &SecurityConfig {
    config.section()
}
