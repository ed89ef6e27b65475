//! The texts of one tree, which turn origins into locations.

use std::collections::HashMap;

use crate::parallel;
use crate::value::{Definition, Format, Location, Origin, Path, Source, Span, nix_span};

/// The texts that the origins of a tree point into.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The text that the tree was read from.
    pub text: Option<Source>,
    /// The Nix files that define its values, by name.
    pub nix: HashMap<String, Source>,
    /// The sources of the other layers, in the order of the layers. A source without a text is only a name, such as that of an
    /// environment variable.
    pub layers: Vec<Source>,
    /// The values with resolved references, as they were written: messages show the reference in place of the secret.
    pub resolved: HashMap<Path, String>,
}

impl Sources {
    /// Creates the sources of a tree that was read from one text.
    pub fn from_text(source: &Source) -> Self {
        Self { text: Some(source.clone()), ..Self::default() }
    }

    /// Returns whether the text is large enough that work on its tree is worth threads.
    pub fn is_large(&self) -> bool {
        self.text.as_ref().is_some_and(|source| source.text().len() >= parallel::LARGE)
    }

    /// Returns whether one of the texts is in a format that has null.
    pub fn may_hold_nulls(&self) -> bool {
        self.text.iter().chain(&self.layers).any(|source| source.format() != Format::Toml)
    }

    /// Returns the format of the text that a value is written in; TOML for a value that is not written in a text.
    pub fn format_of(&self, origin: &Origin) -> Format {
        let source = match origin {
            Origin::Text { .. } => self.text.as_ref(),
            Origin::Layer { source, .. } => self.layer(*source),
            Origin::Generated | Origin::Nix(_) => None,
        };
        source.map(Source::format).unwrap_or_default()
    }

    /// Returns the locations of an origin: those of the keys, in the order of the origin.
    pub fn locations(&self, origin: &Origin) -> Vec<Location> {
        match origin {
            Origin::Generated => Vec::new(),
            Origin::Text { key, .. } => self.text.iter().map(|source| Location::in_text(source, *key)).collect(),
            Origin::Layer { source, key, .. } => {
                self.layer(*source).map(|source| location_in_layer(source, *key)).into_iter().collect()
            }
            Origin::Nix(definitions) => definitions.iter().map(|definition| self.definition(definition)).collect(),
        }
    }

    /// Returns the location of the value itself, for an origin in a text.
    pub fn value_location(&self, origin: &Origin) -> Option<Location> {
        match origin {
            Origin::Text { value, .. } => self.text.as_ref().map(|source| Location::in_text(source, *value)),
            Origin::Layer { source, value, .. } => self.layer(*source).map(|source| location_in_layer(source, *value)),
            Origin::Generated | Origin::Nix(_) => None,
        }
    }

    /// Returns a value as its text writes it, if it has one that is not sealed.
    pub fn written(&self, origin: &Origin) -> Option<&str> {
        let (source, value) = match origin {
            Origin::Text { value, .. } => (self.text.as_ref()?, *value),
            Origin::Layer { source, value, .. } => (self.layer(*source)?, *value),
            Origin::Generated | Origin::Nix(_) => return None,
        };
        source.text().get(value.range()).filter(|_| !source.is_sealed())
    }

    fn layer(&self, source: u16) -> Option<&Source> {
        self.layers.get(usize::from(source))
    }

    /// Returns the location of a definition in a Nix file.
    pub fn definition(&self, definition: &Definition) -> Location {
        let position = (definition.line, definition.column);
        match self.nix.get(&definition.file) {
            Some(source) if definition.line > 0 => nix_span::location(source, definition),
            Some(source) => Location { source: source.clone(), span: Span::default(), position },
            None => Location { source: Source::new(definition.file.clone(), ""), span: Span::default(), position },
        }
    }
}

/// Returns a location in the source of a layer; one without a text has no lines.
fn location_in_layer(source: &Source, span: Span) -> Location {
    match source.text() {
        "" => Location { source: source.clone(), span: Span::default(), position: (0, 0) },
        _ => Location::in_text(source, span),
    }
}
