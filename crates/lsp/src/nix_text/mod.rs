//! Nix settings files as texts: the option at a position, and what can be written there.
//!
//! The syntax tree ([`parse`]) is lossless and has all of a text with mistakes. [`flow`] follows an expression outwards to the
//! place in the value of its file, and [`settings`] knows where in that value settings are. [`place`] joins both for a position, and
//! [`context`] does so for a text that is being typed, with a marker at the cursor.

mod before;
mod context;
mod flow;
mod functions;
mod marker;
mod names;
mod parse;
mod paths;
mod place;
mod repair;
mod scopes;
mod settings;
mod values;
mod write;

pub(crate) use self::context::{NixContext, NixExpected, context_at};
pub(crate) use self::names::{attribute, string};
pub(crate) use self::paths::relative_paths;
pub(crate) use self::place::option_at;
pub(crate) use self::settings::{Settings, SettingsPath};
pub(crate) use self::write::inline;

#[cfg(test)]
mod tests;
