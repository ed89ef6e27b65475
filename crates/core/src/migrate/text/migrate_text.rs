//! The entry point: migration of a text.

use thiserror::Error;

use crate::migrate::outcome::MigrationOutcome;
use crate::migrate::route::Route;
use crate::migrate::scope::Scope;
use crate::migrate::text::edit;
use crate::migrate::tree;
use crate::toml::{self, SyntaxError};
use crate::value::{Node, Source};

/// Reason why a text was not migrated.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MigrateTextError {
    /// The text is not TOML.
    #[error("not TOML: {}", .0.first().map_or("", |error| error.message.as_str()))]
    Syntax(Vec<SyntaxError>),
    /// Some steps cannot be applied to the text.
    #[error("{}", .0.problems.first().map_or("", |problem| problem.message.as_str()))]
    Problems(MigrationOutcome),
    /// The layout of the text cannot be kept. No such layout is known.
    #[error("the layout cannot be kept; rewrite the text in its canonical form first")]
    Layout,
}

/// Applies the steps of a route to a TOML text, and sets its version. All comments stay.
///
/// # Errors
///
/// Fails if the text is not TOML or a step cannot be applied to it.
pub fn migrate_text(
    name: &str,
    text: &str,
    route: &Route<'_>,
    scope: &Scope<'_>,
) -> Result<(String, MigrationOutcome), MigrateTextError> {
    let mut tree = parse(name, text).map_err(MigrateTextError::Syntax)?;
    let (outcome, edits) = tree::apply_route(&mut tree, route, scope);
    if !outcome.problems.is_empty() {
        return Err(MigrateTextError::Problems(outcome));
    }
    let mut edited = text.to_owned();
    for edit in &edits {
        edited = edit::apply(&edited, edit).ok_or(MigrateTextError::Layout)?;
    }
    match parse(name, &edited) {
        Ok(edited_tree) if edited_tree == tree => Ok((edited, outcome)),
        _ => Err(MigrateTextError::Layout),
    }
}

fn parse(name: &str, text: &str) -> Result<Node, Vec<SyntaxError>> {
    let (tree, errors) = toml::read(&Source::new(name, text));
    if errors.is_empty() { Ok(tree) } else { Err(errors) }
}
