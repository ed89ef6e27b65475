//! Configs of older versions: what a migration makes of a tree and of a text, what it says, and what a change of the schema
//! must not do to configs that are stored somewhere.

mod support;

#[cfg(feature = "live")]
#[path = "migrate/command.rs"]
mod command;
#[path = "migrate/compatible.rs"]
mod compatible;
#[path = "migrate/layout.rs"]
mod layout;
#[path = "migrate/model.rs"]
mod model;
#[path = "migrate/properties.rs"]
mod properties;
#[path = "migrate/read.rs"]
mod read;
#[path = "migrate/stored.rs"]
mod stored;

use confgate::migrate::{self, MigrateTextError, Migration, MigrationOutcome, Route, Scope};
use confgate::toml;
use confgate::value::{Node, Path, Source};

/// Migrates a text whose version stands at the top.
fn text(
    migrations: &[Migration],
    text: &str,
    from: u64,
    to: u64,
) -> Result<(String, MigrationOutcome), MigrateTextError> {
    let route = Route::between(migrations, from, to).expect("there is a way");
    migrate::migrate_text("relay.toml", text, &route, &Scope::without_overlays(&Path::dotted("version")))
}

/// What a text says.
fn parsed(text: &str) -> Node {
    let (tree, errors) = toml::read(&Source::new("relay.toml", text));
    assert_eq!(errors, [], "{text}");
    tree
}
