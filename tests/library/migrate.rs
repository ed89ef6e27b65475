//! Configs of older versions: migration of trees and of texts, its messages, and compatibility of a schema with stored
//! configs.

mod compatible;
mod layout;
mod model;
mod properties;
mod read;
mod stored;

use confgate::migrate::{self, Failed, Migrated, Migration, Route, Scope};
use confgate::toml::reader;
use confgate::value::{Node, Path, Source};

/// Migrates a text whose field `version` is at the top.
fn text(migrations: &[Migration], text: &str, from: u64, to: u64) -> Result<(String, Migrated), Failed> {
    let route = Route::between(migrations, from, to).expect("there is a way");
    migrate::text("relay.toml", text, &route, &Scope::whole(&Path::dotted("version")))
}

/// Parses a text.
fn parsed(text: &str) -> Node {
    let (tree, errors) = reader::read(&Source::new("relay.toml", text));
    assert_eq!(errors, [], "{text}");
    tree
}
