//! Language server for configs in TOML, JSON, YAML and Nix.
//!
//! The server shows in an editor what `confgate check` reports, and what the schema says about each field. It decides nothing itself:
//! a [`Host`] chooses the schema of a file and validates its text, as the command line does.
//!
//! | module | content |
//! |---|---|
//! | `server` | the loop over messages: cancellation, order, diagnostics when no message waits |
//! | `session` | the open documents and their analyses, within limits of memory |
//! | `document`, `line_index`, `encoding`, `uri` | texts, positions and file names as the protocol has them |
//! | `requests` | one file for each feature: hover, completion, code actions, symbols, formatting, definition |
//! | `cursor` | the value or the unfinished key at a position |
//! | `nix_text` | the option at a position of a Nix settings file |
//! | `nix` | evaluation of bundles on a thread of its own, for a host that has a [`NixEvaluator`] |
//! | `watch` | changes of `confgate.toml` and of schemas, for clients that do not report them |
//!
//! ```
//! use std::path::Path;
//! use std::sync::Arc;
//!
//! use confgate_core::gate::{Gate, Input, ValidateOptions};
//! use confgate_core::value::{Format, Source};
//! use confgate_lsp::{Analysis, Checked, Host};
//!
//! /// A host with one schema for all files.
//! struct OneSchema(Arc<Gate>);
//!
//! impl Host for OneSchema {
//!     fn check(&self, file: &Path, language: Option<Format>, text: &str) -> Checked {
//!         let format = Format::of_file(file).or(language).unwrap_or_default();
//!         let source = Source::in_format(format, file.display().to_string(), text);
//!         let Input { tree, sources, found, options } = Input::text(&source, ValidateOptions::default());
//!         let outcome = self.0.validate_as_written(tree.clone(), &sources, found, options);
//!         let (gate, report) = (Some(self.0.clone()), outcome.report);
//!         Checked::File(Analysis { source, tree, report, gate, schema_file: None, options })
//!     }
//! }
//! ```

mod capabilities;
mod cursor;
mod diagnostics;
mod document;
mod encoding;
mod error;
mod host;
mod line_index;
mod message_queue;
mod nix;
mod nix_text;
mod origins;
mod requests;
mod server;
mod session;
mod uri;
mod watch;

pub use self::error::ServerError;
pub use self::host::{Analysis, Checked, Host, NixSchema};
pub use self::nix::{Bundle, Evaluated, EvaluationError, NixEvaluator, UnsavedTexts};
pub use self::server::{serve, serve_stdio};

#[cfg(test)]
mod tests;
