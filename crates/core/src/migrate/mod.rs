//! Migrations of configs between versions. A migration is data, and every change is reported line by line.
//!
//! A model that changes the form of its configs increments its version and adds a [`Migration`] with the [steps](MigrationStep)
//! from the old form to the new one. [`Route::between`] selects the migrations between two versions. [`migrate_tree`] applies
//! them to a tree, whose values keep their origins; [`migrate_text`] applies them to a TOML text, whose comments, order and
//! untouched bytes stay. The text is edited by the changes of its tree, so that both agree.
//!
//! [`compatible`] compares the schemas of two versions and finds the changes that need a migration.
//!
//! ```
//! use confgate_core::migrate::{Migration, MigrationStep, Route, Scope, TimeUnit, migrate_text};
//! use confgate_core::value::Path;
//!
//! const MIGRATIONS: &[Migration] = &[Migration {
//!     from: 1,
//!     to: 2,
//!     compatible: false,
//!     steps: &[
//!         MigrationStep::Rename { from: "network.timeout_secs", to: "network.timeout" },
//!         MigrationStep::ToDuration { at: "network.timeout", unit: TimeUnit::Seconds },
//!     ],
//! }];
//!
//! let route = Route::between(MIGRATIONS, 1, 2)?;
//! let version = Path::dotted("version");
//! let old = "version = 1\n\n[network]\n# generous\ntimeout_secs = 30 # for now\n";
//! let (new, outcome) = migrate_text("app.toml", old, &route, &Scope::without_overlays(&version))?;
//! assert_eq!(new, "version = 2\n\n[network]\n# generous\ntimeout = \"30s\" # for now\n");
//! assert_eq!(outcome.changes[0].summary(), "renamed, converted to a duration");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apply;
pub mod compatible;
mod convert;
mod field_pattern;
mod literal;
mod migration;
mod outcome;
mod route;
mod scope;
mod step;
mod text;
mod time_unit;
mod tree;
mod tree_edit;
mod tree_editor;
mod validate;

pub use self::literal::Literal;
pub use self::migration::Migration;
pub use self::outcome::{MigratedValue, MigrationOutcome, MigrationProblem};
pub(crate) use self::route::implied_version;
pub use self::route::{Route, RouteError, oldest_version};
pub use self::scope::Scope;
pub use self::step::{MigrationStep, PartField};
pub use self::text::{MigrateTextError, migrate_text};
pub use self::time_unit::TimeUnit;
pub use self::tree::migrate_tree;
pub use self::validate::{InvalidMigration, InvalidStep, check_migrations};
