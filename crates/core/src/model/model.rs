use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostics::Severity;
use crate::environment::Environment;
use crate::migrate::Migration;

/// A config type with its defaults and rules.
///
/// ```
/// use confgate::{Environment, Model, Rule, Severity};
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
///
/// /// A web server.
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Web {
///     /// Port to listen on.
///     #[schemars(range(min = 1), extend("x-reload" = "restart"))]
///     port: u16,
///     /// Connections served at once.
///     #[schemars(range(min = 1))]
///     workers: u32,
///     /// Connections that may wait.
///     backlog: u32,
/// }
///
/// impl Model for Web {
///     const NAME: &'static str = "web";
///     const ENV_PREFIX: &'static str = "WEB";
///
///     fn defaults(environment: Environment) -> Self {
///         Self { port: if environment == Environment::Production { 80 } else { 8080 }, workers: 4, backlog: 16 }
///     }
///
///     fn rules() -> &'static [Rule<Self>] {
///         &[Rule {
///             name: "web/backlog-holds-workers",
///             severity: Severity::Warning,
///             why: "a backlog shorter than the workers drops connections in a burst",
///             reads: &["backlog", "workers"],
///             holds: |web| web.backlog >= web.workers,
///             help: "raise backlog to at least workers",
///         }]
///     }
/// }
///
/// let gate = confgate_core::gate::Gate::of::<Web>();
/// let file = confgate_core::value::Source::new("web.toml", "port = 0\nbacklog = 2\n");
/// let outcome = gate.check(&file, Environment::Production);
/// let rules: Vec<&str> = outcome.report.diagnostics().iter().map(|diagnostic| diagnostic.code.as_str()).collect();
/// assert_eq!(rules, ["port", "web/backlog-holds-workers"]);
/// ```
pub trait Model: Serialize + DeserializeOwned + JsonSchema + Clone + PartialEq + Send + Sync + 'static {
    /// The service's name in file names, metrics and units: `"bitcraps"`.
    const NAME: &'static str;

    /// What the service's environment variables begin with, without the underscore: `"BITCRAPS"`.
    const ENV_PREFIX: &'static str;

    /// The whole config that a service has in `environment` when nobody says anything else.
    fn defaults(environment: Environment) -> Self;

    /// What must hold between fields. Bounds of a single field belong in the schema.
    fn rules() -> &'static [Rule<Self>];

    /// Short names of environment variables and the dotted field that each stands for:
    /// `("BITCRAPS_LISTEN_PORT", "network.listen_port")`.
    fn aliases() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// How older configs become newer ones, the oldest first. The version of today is the default of the field that the
    /// schema marks with `x-version`: `#[schemars(extend("x-version" = true))] version: u64`.
    fn migrations() -> &'static [Migration] {
        &[]
    }
}

/// What stands for the typed config of a service that has a schema and no type: its values are in
/// [`LoadedConfig::tree`](confgate_runtime::load::LoadedConfig::tree).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Untyped;

/// A relation between fields that must hold, as data: the gate, the list of rules, the reference and the metrics all
/// read this one.
pub struct Rule<M: 'static> {
    /// A stable name, `section/rule`.
    pub name: &'static str,
    /// Whether breaking it refuses the config.
    pub severity: Severity,
    /// One sentence that is the headline of the diagnostic. It reads as what must hold or what is wrong.
    pub why: &'static str,
    /// The dotted fields that `holds` reads. The diagnostic shows their values and places, the first one as the main
    /// place; a rule waits while one of them has a diagnostic of its own or is a reference that is not resolved yet.
    pub reads: &'static [&'static str],
    /// Whether `config` keeps the rule.
    pub holds: fn(config: &M) -> bool,
    /// The way out, in the imperative.
    pub help: &'static str,
}
