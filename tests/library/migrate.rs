//! Configs of older versions: migration of trees and of texts, its messages, and compatibility of a schema with stored
//! configs.

mod compatible;
mod layout;
mod model;
mod properties;
mod read;
mod stored;

use confgate::migrate::{self, MigrateTextError, Migration, MigrationOutcome, Route, Scope};
use confgate::toml;
use confgate::value::{Node, Path, Source};

/// Migrates a text whose field `version` is at the top.
fn text(
    migrations: &[Migration],
    text: &str,
    from: u64,
    to: u64,
) -> Result<(String, MigrationOutcome), MigrateTextError> {
    let route = Route::between(migrations, from, to).expect("there is a way");
    migrate::migrate_text("relay.toml", text, &route, &Scope::without_overlays(&Path::dotted("version")))
}

/// Parses a text.
fn parsed(text: &str) -> Node {
    let (tree, errors) = toml::read(&Source::new("relay.toml", text));
    assert_eq!(errors, [], "{text}");
    tree
}
