//! Configs of older versions, brought up to date: migrations are data, and what they do is told line by line.
//!
//! A model that changes what its configs look like steps its version and says in [`Migration`]s how an older config becomes
//! a newer one. [`tree()`] applies them to a tree, whose values keep their places, and [`text()`] to a TOML text, whose
//! comments, order and untouched bytes stay. Both do the same: the steps are worked out on the tree, and what they did to it is
//! done to the text.
//!
//! ```
//! use confgate_core::migrate::{self, Migration, Route, Scope, Step, Unit};
//! use confgate_core::value::Path;
//!
//! const MIGRATIONS: &[Migration] = &[Migration {
//!     from: 1,
//!     to: 2,
//!     form_only: false,
//!     steps: &[
//!         Step::Rename { from: "network.timeout_secs", to: "network.timeout" },
//!         Step::ToDuration { at: "network.timeout", unit: Unit::Seconds },
//!     ],
//! }];
//!
//! let route = Route::between(MIGRATIONS, 1, 2)?;
//! let version = Path::dotted("version");
//! let old = "version = 1\n\n[network]\n# generous\ntimeout_secs = 30 # for now\n";
//! let (new, migrated) = migrate::text("app.toml", old, &route, &Scope::whole(&version))?;
//! assert_eq!(new, "version = 2\n\n[network]\n# generous\ntimeout = \"30s\" # for now\n");
//! assert_eq!(migrated.changes[0].words(), "renamed, converted to a duration");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod apply;
mod change;
pub mod compatible;
mod convert;
mod flaws;
mod pattern;
pub mod route;
mod step;
mod text;
mod tree;
mod work;

pub use self::change::{Change, Migrated, Problem};
pub use self::flaws::flaws;
pub use self::route::{NoRoute, Route};
pub use self::step::{Literal, Migration, Part, Step, Unit};
pub use self::text::{Failed, text};
pub use self::tree::*;
pub use self::work::Scope;
