//! Problems that were found while Nix modules were evaluated, and their diagnostics.

use confgate_core::diagnostics::{Diagnostic, Label, codes};
use confgate_core::gate::{Gate, plain_secrets};
use confgate_core::schema::Subschema;
use confgate_core::value::{Definition, Node, Path, Place, Sources, json};
use serde::Deserialize;

/// Problem that was found while the modules were evaluated.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ModuleProblem {
    /// The schema does not describe the key.
    UnknownKey(ProblemPlace),
    /// Definitions of the same priority differ.
    Conflict {
        /// Value and its definitions.
        #[serde(flatten)]
        at: ProblemPlace,
        /// Value of each definition, if all are plain values.
        #[serde(default)]
        values: Option<Vec<serde_json::Value>>,
    },
    /// The value is a function.
    Function(ProblemPlace),
    /// The value is a Nix path instead of a string.
    Path(ProblemPlace),
    /// The float has more digits than Nix writes.
    FloatPrecision(ProblemPlace),
    /// The value is a float without a fraction, and the schema requires an integer.
    WholeFloat {
        /// Value and its definitions.
        #[serde(flatten)]
        at: ProblemPlace,
        /// The same number as an integer.
        value: i64,
    },
    /// A list contains null.
    NullInList(ProblemPlace),
    /// Properties such as `mkIf` are nested in an order that nixpkgs does not accept either.
    Misplaced {
        /// Value and its definitions.
        #[serde(flatten)]
        at: ProblemPlace,
        /// Function that made the inner property.
        mark: String,
    },
}

/// Value with a problem, and its definitions.
#[derive(Debug, Clone, Deserialize)]
pub struct ProblemPlace {
    /// JSON Pointer of the value.
    pub path: String,
    /// Definitions of the value.
    #[serde(rename = "at")]
    pub definitions: Vec<Definition>,
}

impl ModuleProblem {
    /// Makes the diagnostic of the problem.
    pub fn diagnostic(&self, gate: &Gate, tree: &Node, sources: &Sources) -> Diagnostic {
        let at = self.at();
        let path = Path::from_pointer(&at.path);
        let places: Vec<Place> = at.definitions.iter().map(|definition| sources.definition(definition)).collect();
        match self {
            Self::UnknownKey(_) => gate.unknown_key(&path, tree).at(places, ""),
            Self::Conflict { values, .. } => conflict(path, places, values.as_deref(), gate, tree),
            Self::Function(_) => {
                Diagnostic::error(&codes::NIX_NO_VALUE, path.clone(), format!("{path} is a function, not a value"))
                    .at(places, "set here")
                    .help("call it with its arguments, or remove it")
            }
            Self::Path(_) => Diagnostic::error(
                &codes::NIX_NO_VALUE,
                path.clone(),
                format!("{path} is a Nix path, which Nix copies to its store"),
            )
            .at(places, "set here")
            .note("the store is readable by everyone, and the node would look for the file there")
            .help("write it in quotes"),
            Self::FloatPrecision(_) => Diagnostic::error(
                &codes::NIX_FLOAT_PRECISION,
                path.clone(),
                format!("{path} has more digits than Nix writes"),
            )
            .at(places, "set here")
            .note("Nix before 2.12 keeps six digits of a float")
            .help("write it with at most six digits"),
            Self::WholeFloat { value, .. } => gate.whole_float(&path, *value, tree).at(places, "set here"),
            Self::Misplaced { mark, .. } => Diagnostic::error(
                &codes::NIX_MISPLACED,
                path.clone(),
                format!("{path} has {mark} where it has no effect"),
            )
            .at(places, "set here")
            .help("put mkIf and mkMerge outermost, then mkForce or mkDefault, then mkBefore or mkAfter"),
            Self::NullInList(_) => Diagnostic::error(
                &codes::NIX_NO_VALUE,
                path.clone(),
                format!("{path} is null, which a list cannot hold"),
            )
            .at(places, "in this list")
            .help("omit the element, with lib.optional or mkIf around it"),
        }
    }

    /// Returns the places of conflicting secrets, whose source lines must not be displayed. The config does not contain the values, so
    /// the gate cannot find them there.
    pub fn secret_places(&self, gate: &Gate, tree: &Node, sources: &Sources) -> Vec<Place> {
        let Self::Conflict { at, .. } = self else { return Vec::new() };
        let path = Path::from_pointer(&at.path);
        let holds_secrets = gate.view().at(&path.0, tree).is_some_and(Subschema::holds_secrets);
        if !holds_secrets && !gate.view().hides(&path.0, tree) {
            return Vec::new();
        }
        at.definitions.iter().map(|definition| plain_secrets::rest_of_line(sources.definition(definition))).collect()
    }

    /// Returns the definitions of the value.
    pub fn definitions(&self) -> &[Definition] {
        &self.at().definitions
    }

    fn at(&self) -> &ProblemPlace {
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
    places: Vec<Place>,
    values: Option<&[serde_json::Value]>,
    gate: &Gate,
    tree: &Node,
) -> Diagnostic {
    let message = format!("{path} is defined {} with different values", times(places.len()));
    let mut diagnostic = Diagnostic::error(&codes::NIX_CONFLICT, path.clone(), message);
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
