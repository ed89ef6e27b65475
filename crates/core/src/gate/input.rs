//! What is given to the gate: a config, and how strict it is to be.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::environment::Environment;
use crate::syntax;
use crate::toml::reader;
use crate::value::{Node, Path, Place, Source, Sources, Span};

/// A config before the gate.
#[derive(Debug, Clone)]
pub struct Input {
    /// The values.
    pub tree: Node,
    /// Where their origins point.
    pub sources: Sources,
    /// What was found before the gate: places that are not TOML, definitions that conflict.
    pub found: Vec<Diagnostic>,
    /// How strict the gate is.
    pub options: ValidateOptions,
}

/// When a config is validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// As it is written: references stand in the place of secrets, and a secret in plain text is reported.
    #[default]
    Build,
    /// As a service uses it: layers are merged, references are resolved, and secrets are plain text.
    Load,
}

/// How strict the gate is with a config.
#[derive(Debug, Clone, Copy)]
pub struct ValidateOptions {
    /// The environment that it is for; `None` to take the one that it names itself, or Development.
    pub environment: Option<Environment>,
    /// How much an unknown key weighs. As a warning it is left out of the config.
    pub unknown_keys: Severity,
    /// How much a secret in plain text weighs: an error in whatever ends in the Nix store.
    pub plain_secrets: Severity,
    /// Whether references are resolved.
    pub phase: Phase,
    /// Whether defaults are filled in for a schema without a model. A model is always made whole.
    pub fill_defaults: bool,
}

impl Default for ValidateOptions {
    fn default() -> Self {
        Self {
            environment: None,
            unknown_keys: Severity::Error,
            plain_secrets: Severity::Warning,
            phase: Phase::Build,
            fill_defaults: false,
        }
    }
}

impl Input {
    /// The bytes of a TOML file, which messages call `name`. What is not UTF-8 is a diagnostic like any other.
    pub fn bytes(name: String, bytes: Vec<u8>, options: ValidateOptions) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::toml(&Source::new(name, text), options),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let source = Source::new(name, String::from_utf8_lossy(error.as_bytes()));
                let place = Place::in_text(&source, Span::from(at..at + 1));
                let found = Diagnostic::error(&codes::TOML_SYNTAX, Path::root(), "not TOML: the text is not UTF-8")
                    .at([place], "")
                    .help("save the file as UTF-8");
                let tree = Node::bare(crate::value::Value::Table(crate::value::Table::default()));
                Self { tree, sources: Sources::of(&source), found: vec![found], options }
            }
        }
    }

    /// A TOML text.
    pub fn toml(source: &Source, options: ValidateOptions) -> Self {
        let (tree, errors) = reader::read(source);
        let found = syntax::diagnostics(source, &tree, &errors);
        Self { tree, sources: Sources::of(source), found, options }
    }
}
