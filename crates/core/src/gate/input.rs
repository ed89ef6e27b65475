//! Input of the gate: a config and the options of its validation.

use crate::diagnostics::{Diagnostic, Severity, codes};
use crate::environment::Environment;
use crate::flags::Date;
use crate::syntax::Reading;
use crate::value::{Format, Location, Node, Path, Source, Sources, Span};

/// A config to validate.
#[derive(Debug, Clone)]
pub struct Input {
    /// The values.
    pub tree: Node,
    /// Sources that the origins point to.
    pub sources: Sources,
    /// Earlier diagnostics: syntax errors, conflicting definitions.
    pub found: Vec<Diagnostic>,
    /// The options.
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

/// Options of a validation.
#[derive(Debug, Clone, Copy)]
pub struct ValidateOptions {
    /// The environment; `None` for the one that the config names itself, or Development.
    pub environment: Option<Environment>,
    /// Level of an unknown key. With a warning, the key is left out of the config.
    pub unknown_keys: Severity,
    /// Level of a secret in plain text: an error in a file for the Nix store.
    pub plain_secrets: Severity,
    /// Build or load: a load has resolved the references.
    pub phase: Phase,
    /// True to fill in the defaults of a schema without a model. Those of a model are always filled in.
    pub fill_defaults: bool,
    /// The date on which a flag is reported as expired. `None` in a load and in a build: neither a running service nor the output of
    /// a build depends on the clock.
    pub today: Option<Date>,
}

impl Default for ValidateOptions {
    fn default() -> Self {
        Self {
            environment: None,
            unknown_keys: Severity::Error,
            plain_secrets: Severity::Warning,
            phase: Phase::Build,
            fill_defaults: false,
            today: None,
        }
    }
}

impl Input {
    /// Reads the bytes of a file, which messages call `name`. Bytes that are not UTF-8 are a diagnostic.
    pub fn bytes(format: Format, name: String, bytes: Vec<u8>, options: ValidateOptions) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::text(&Source::in_format(format, name, text), options),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let source = Source::in_format(format, name, String::from_utf8_lossy(error.as_bytes()));
                let place = Location::in_text(&source, Span::from(at..at + 1));
                let code = match format {
                    Format::Toml => &codes::TOML_SYNTAX,
                    Format::Json => &codes::JSON_SYNTAX,
                    Format::Yaml => &codes::YAML_SYNTAX,
                };
                let message = format!("not {format}: the text is not UTF-8");
                let found =
                    Diagnostic::error(code, Path::root(), message).at([place], "").help("save the file as UTF-8");
                let tree = Node::generated(crate::value::Value::Table(crate::value::Table::default()));
                Self { tree, sources: Sources::from_text(&source), found: vec![found], options }
            }
        }
    }

    /// Reads a text in the format of its source.
    pub fn text(source: &Source, options: ValidateOptions) -> Self {
        let reading = Reading::of(source);
        let found = reading.diagnostics(source);
        Self { tree: reading.tree, sources: Sources::from_text(source), found, options }
    }
}
