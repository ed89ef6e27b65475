//! The trait of config types.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::environment::Environment;
use crate::migrate::Migration;
use crate::model::Rule;

/// A config type with its defaults and rules.
///
/// A service derives the serde traits and [`JsonSchema`] for its config type and implements this trait:
///
/// ```
/// use confgate_core::diagnostics::Severity;
/// use confgate_core::environment::Environment;
/// use confgate_core::gate::Gate;
/// use confgate_core::model::{Model, Rule};
/// use confgate_core::value::Source;
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
///             name: "web/backlog-below-workers",
///             severity: Severity::Warning,
///             why: "a backlog shorter than the workers drops connections in a burst",
///             reads: &["backlog", "workers"],
///             holds: |web| web.backlog >= web.workers,
///             help: "raise backlog to at least workers",
///         }]
///     }
/// }
///
/// let gate = Gate::of::<Web>();
/// let file = Source::new("web.toml", "port = 0\nbacklog = 2\n");
/// let outcome = gate.check(&file, Environment::Production);
/// let codes: Vec<&str> = outcome.report.diagnostics().iter().map(|diagnostic| diagnostic.code.as_str()).collect();
/// assert_eq!(codes, ["port", "web/backlog-below-workers"]);
/// ```
///
/// The facade crate `confgate` exports these names at its root.
pub trait Model: Serialize + DeserializeOwned + JsonSchema + Clone + PartialEq + Send + Sync + 'static {
    /// Name of the service in file names, metrics and units: `"bitcraps"`.
    const NAME: &'static str;

    /// Prefix of the environment variables of the service, without the underscore: `"BITCRAPS"`.
    const ENV_PREFIX: &'static str;

    /// Returns the complete default config in `environment`.
    fn defaults(environment: Environment) -> Self;

    /// Returns the rules between fields. Bounds of a single field belong in the schema.
    fn rules() -> &'static [Rule<Self>];

    /// Returns short names of environment variables, each with the dotted path of its field:
    /// `("BITCRAPS_LISTEN_PORT", "network.listen_port")`.
    fn aliases() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Returns the compiled schema of the model, as [`Schema::compiled`](crate::schema::Schema::compiled) made it, or
    /// `confgate schema --compiled`. A program that embeds it starts in a fraction of the time; a test must assert that it is
    /// that of the types.
    ///
    /// ```
    /// # use confgate_bitcraps::Config;
    /// # use confgate_core::model::Model;
    /// use confgate_core::schema::{Schema, generate};
    ///
    /// let compiled = Schema::from_types(generate::schema::<Config>())?.compiled();
    /// assert_eq!(Config::compiled_schema(), compiled.as_deref());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn compiled_schema() -> Option<&'static [u8]> {
        None
    }

    /// Returns the migrations from older versions, the oldest first. The current version is the default of the field that the
    /// schema marks with `x-version`: `#[schemars(extend("x-version" = true))] version: u64`.
    fn migrations() -> &'static [Migration] {
        &[]
    }
}
