use std::fmt;

use crate::migrate::change::Migrated;
use crate::migrate::route::Route;
use crate::migrate::text::edit;
use crate::migrate::work::{self, Scope};
use crate::toml::reader::{self, SyntaxError};
use crate::value::{Node, Source};

/// A text that was not migrated.
#[derive(Debug, Clone, PartialEq)]
pub enum Failed {
    /// It is not TOML.
    Syntax(Vec<SyntaxError>),
    /// Some steps cannot be done to it.
    Problems(Migrated),
    /// Its layout is one that cannot be kept. No such layout is known.
    Layout,
}

/// Applies the steps of a route to a TOML text, and sets its version. Every comment of it stays.
///
/// # Errors
///
/// It is not TOML, or a step cannot be done to it.
pub fn text(name: &str, text: &str, route: &Route<'_>, scope: &Scope<'_>) -> Result<(String, Migrated), Failed> {
    let mut tree = parsed(name, text).map_err(Failed::Syntax)?;
    let (migrated, edits) = work::migrate(&mut tree, route, scope);
    if !migrated.problems.is_empty() {
        return Err(Failed::Problems(migrated));
    }
    let mut edited = text.to_owned();
    for edit in &edits {
        edited = edit::edit(&edited, edit).ok_or(Failed::Layout)?;
    }
    match parsed(name, &edited) {
        Ok(again) if again == tree => Ok((edited, migrated)),
        _ => Err(Failed::Layout),
    }
}

fn parsed(name: &str, text: &str) -> Result<Node, Vec<SyntaxError>> {
    let (tree, errors) = reader::read(&Source::new(name, text));
    if errors.is_empty() { Ok(tree) } else { Err(errors) }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(errors) => {
                let first = errors.first().map_or("", |error| error.message.as_str());
                write!(f, "not TOML: {first}")
            }
            Self::Problems(migrated) => {
                let first = migrated.problems.first().map_or("", |problem| problem.message.as_str());
                f.write_str(first)
            }
            Self::Layout => f.write_str("its layout cannot be kept: bring it into its canonical form first"),
        }
    }
}

impl std::error::Error for Failed {}
