//! What composing Nix modules finds wrong, as diagnostics.

use confgate_core::diagnostics::{Diagnostic, Label};
use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::schema::Subschema;
use confgate_core::value::{Definition, Location, Node, Path, Sources, json};
use serde::Deserialize;

/// Two definitions of the same strength that differ.
pub const CONFLICT: &str = "nix/conflict";
/// A value that no config can hold.
pub const NO_VALUE: &str = "nix/no-value";
/// A function of the module library inside one that is taken off before it.
pub const MISPLACED: &str = "nix/misplaced";
/// A float that Nix does not write as it is.
pub const PRECISION: &str = "nix/float-precision";

/// One thing that composing the modules found.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Problem {
    /// The schema does not name it.
    UnknownKey(At),
    /// Definitions of the same strength differ.
    Conflict {
        /// Where.
        #[serde(flatten)]
        at: At,
        /// What each definition says, when all say plain values.
        #[serde(default)]
        values: Option<Vec<serde_json::Value>>,
    },
    /// A function stands where a value should.
    Function(At),
    /// A path stands where a text should.
    Path(At),
    /// A float has more digits than Nix writes.
    FloatPrecision(At),
    /// A whole float stands where the schema wants an integer.
    WholeFloat {
        /// Where.
        #[serde(flatten)]
        at: At,
        /// The integer.
        value: i64,
    },
    /// A list holds null.
    NullInList(At),
    /// `mkIf` and the like stand inside one another in an order that nixpkgs does not take either.
    Misplaced {
        /// Where.
        #[serde(flatten)]
        at: At,
        /// The function of the inner one.
        mark: String,
    },
}

/// A value and the places that define it.
#[derive(Debug, Clone, Deserialize)]
pub struct At {
    /// The value, as a JSON Pointer.
    pub path: String,
    /// The places.
    pub at: Vec<Definition>,
}

impl Problem {
    /// The diagnostic that says it.
    pub fn diagnostic(&self, gate: &Gate, tree: &Node, sources: &Sources) -> Diagnostic {
        let at = self.at();
        let path = Path::from_pointer(&at.path);
        let places: Vec<Location> = at.at.iter().map(|definition| sources.definition(definition)).collect();
        match self {
            Self::UnknownKey(_) => gate.unknown_key(&path, tree).at(places, ""),
            Self::Conflict { values, .. } => conflict(path, places, values.as_deref(), gate, tree),
            Self::Function(_) => {
                Diagnostic::error(NO_VALUE, path.clone(), format!("{path} is a function, and a config holds values"))
                    .at(places, "set here")
                    .help("call it with its arguments, or remove it")
            }
            Self::Path(_) => Diagnostic::error(
                NO_VALUE,
                path.clone(),
                format!("{path} is a Nix path, which Nix copies to its store"),
            )
            .at(places, "set here")
            .note("everyone can read the store, and the node would look for the file there")
            .help("write it in quotes"),
            Self::FloatPrecision(_) => {
                Diagnostic::error(PRECISION, path.clone(), format!("{path} has more digits than Nix writes down"))
                    .at(places, "set here")
                    .note("Nix before 2.12 keeps six digits of a float")
                    .help("write it with at most six digits")
            }
            Self::WholeFloat { value, .. } => gate.whole_float(&path, *value, tree).at(places, "set here"),
            Self::Misplaced { mark, .. } => {
                Diagnostic::error(MISPLACED, path.clone(), format!("{path} has {mark} where it has no effect"))
                    .at(places, "set here")
                    .help("put mkIf and mkMerge outermost, then mkForce or mkDefault, then mkBefore or mkAfter")
            }
            Self::NullInList(_) => Diagnostic::error(
                NO_VALUE,
                path.clone(),
                format!("{path} is null, and a list cannot hold what is absent"),
            )
            .at(places, "in this list")
            .help("leave it out, with lib.optional or mkIf around it"),
        }
    }

    /// Where it names values that nobody may see: in the config they are not, so that nobody else knows of them.
    pub fn hidden(&self, gate: &Gate, tree: &Node, sources: &Sources) -> Vec<Location> {
        let Self::Conflict { at, .. } = self else { return Vec::new() };
        let path = Path::from_pointer(&at.path);
        let holds = gate.view().at(&path.0, tree).is_some_and(Subschema::holds_secrets);
        if !holds && !gate.view().hides(&path.0, tree) {
            return Vec::new();
        }
        at.at.iter().map(|definition| plain_secrets::rest_of_line(sources.definition(definition))).collect()
    }

    /// The places that it names.
    pub fn places(&self) -> &[Definition] {
        &self.at().at
    }

    fn at(&self) -> &At {
        match self {
            Self::Conflict { at, .. } | Self::WholeFloat { at, .. } | Self::Misplaced { at, .. } => at,
            Self::UnknownKey(at)
            | Self::Function(at)
            | Self::Path(at)
            | Self::FloatPrecision(at)
            | Self::NullInList(at) => at,
        }
    }
}

fn conflict(
    path: Path,
    places: Vec<Location>,
    values: Option<&[serde_json::Value]>,
    gate: &Gate,
    tree: &Node,
) -> Diagnostic {
    let message = format!("{path} is defined {} with different values", times(places.len()));
    let mut diagnostic = Diagnostic::error(CONFLICT, path.clone(), message);
    for (index, place) in places.into_iter().enumerate() {
        let value = values.and_then(|values| values.get(index)).and_then(|value| json::read(value.clone()).ok());
        let text = match value.and_then(|value| gate.shown(&path, &value, tree)) {
            Some(value) => format!("set to {value} here"),
            None => "set here".to_owned(),
        };
        diagnostic.labels.push(Label { place, text });
    }
    diagnostic.help("remove all but one, or give one priority with lib.mkForce and the others less with lib.mkDefault")
}

fn times(number: usize) -> String {
    match number {
        2 => "twice".to_owned(),
        many => format!("{many} times"),
    }
}
