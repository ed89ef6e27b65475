//! Problems that were found while Nix modules were evaluated, and their diagnostics.

use confgate_core::diagnostics::{Diagnostic, Label, codes};
use confgate_core::gate::Gate;
use confgate_core::value::{Definition, Location, Node, Path, Sources, json};
use serde::Deserialize;

/// Problem that was found while the modules were evaluated.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ModuleProblem {
    /// The schema does not describe the key.
    UnknownKey {
        /// Key and its definitions.
        #[serde(flatten)]
        at: ProblemPlace,
        /// Sentence about a name that has a meaning elsewhere.
        #[serde(default)]
        hint: Option<String>,
    },
    /// Definitions of the same priority differ.
    Conflict {
        /// Value and its definitions.
        #[serde(flatten)]
        at: ProblemPlace,
        /// Value of each definition, if all are plain values.
        #[serde(default)]
        values: Option<Vec<serde_json::Value>>,
        /// The default of the schema is one of the definitions, which have its priority.
        #[serde(default, rename = "withDefault")]
        with_default: bool,
    },
    /// A value that is not a table stands where the schema has a section.
    NotATable {
        /// Section and its definitions.
        #[serde(flatten)]
        at: ProblemPlace,
        /// Type of the value, with its article.
        found: String,
    },
    /// A module has a wrong structure, which is not about a value.
    Module {
        /// Position in the module; the path is that of the root.
        #[serde(flatten)]
        at: ProblemPlace,
        /// Mistake.
        message: String,
        /// Correction.
        help: String,
    },
    /// The value is a function.
    Function(ProblemPlace),
    /// The value is a Nix path instead of a string.
    Path(ProblemPlace),
    /// The float has more digits than Nix writes.
    FloatPrecision(ProblemPlace),
    /// The float is infinite, or not a number.
    NotFinite(ProblemPlace),
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
    /// A function such as `mkIf` has an argument of the wrong type.
    PropertyArgument {
        /// Value and its definitions.
        #[serde(flatten)]
        at: ProblemPlace,
        /// Function.
        mark: String,
        /// Name of the argument.
        argument: String,
        /// Type that the argument has to have, with its article.
        expected: String,
        /// Type of the argument, with its article.
        found: String,
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
        let subject = if path.0.is_empty() { "the module".to_owned() } else { path.to_string() };
        let places: Vec<Location> = at.definitions.iter().map(|definition| sources.definition(definition)).collect();
        match self {
            Self::UnknownKey { hint, .. } => {
                let diagnostic = gate.unknown_key(&path, tree, sources).at(places, "");
                match hint {
                    Some(hint) => diagnostic.help(hint.as_str()),
                    None => diagnostic,
                }
            }
            Self::Conflict { values, with_default, .. } => {
                let conflict = Conflict { path, places, values: values.as_deref(), with_default: *with_default };
                conflict.diagnostic(gate, tree)
            }
            Self::NotATable { found, .. } => gate.not_a_table(&path, found, tree).at(places, "set here"),
            Self::Module { message, help, .. } => {
                Diagnostic::error(&codes::NIX_MODULE, path, message).at(places, "").help(help.as_str())
            }
            Self::PropertyArgument { mark, argument, expected, found, .. } => Diagnostic::error(
                &codes::NIX_ARGUMENT,
                path.clone(),
                format!("{subject} has {mark} with {found} as its {argument}, which must be {expected}"),
            )
            .at(places, "set here")
            .help(match mark.as_str() {
                "mkIf" => "compare the value, as in lib.mkIf (config.app.log_level == \"debug\")",
                "mkMerge" => "put brackets around the definitions, as in lib.mkMerge [ { … } { … } ]",
                "mkOrder" => "write a number without quotes, such as 500 for lib.mkBefore and 1500 for lib.mkAfter",
                _ => "write a number without quotes, such as 50 for lib.mkForce",
            }),
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
            Self::NotFinite(_) => Diagnostic::error(
                &codes::NIX_NO_VALUE,
                path.clone(),
                format!("{path} is infinite or not a number, which no config can hold"),
            )
            .at(places, "set here")
            .help("check the computation: its result is too large, or a difference of infinite numbers"),
            Self::WholeFloat { value, .. } => gate.whole_float(&path, *value, tree).at(places, "set here"),
            Self::Misplaced { mark, .. } => Diagnostic::error(
                &codes::NIX_MISPLACED,
                path.clone(),
                format!("{subject} has {mark} where it has no effect"),
            )
            .at(places, "set here")
            .help(match mark.as_str() {
                "mkDefinition" => "put mkDefinition around the value of a field, inside mkIf and mkMerge",
                _ => "put mkIf and mkMerge outermost, then mkForce or mkDefault, then mkBefore or mkAfter",
            }),
            Self::NullInList(_) => Diagnostic::error(
                &codes::NIX_NO_VALUE,
                path.clone(),
                format!("{path} is null, which a list cannot hold"),
            )
            .at(places, "in this list")
            .help("omit the element, with lib.optional or mkIf around it"),
        }
    }

    /// Returns the value, if the definitions of the message may show it and the config does not contain it.
    pub fn shown_value(&self) -> Option<&ProblemPlace> {
        match self {
            Self::UnknownKey { at, .. }
            | Self::Conflict { at, .. }
            | Self::NotATable { at, .. }
            | Self::Misplaced { at, .. }
            | Self::PropertyArgument { at, .. } => Some(at),
            _ => None,
        }
    }

    /// Returns the definitions of the value.
    pub fn definitions(&self) -> &[Definition] {
        &self.at().definitions
    }

    fn at(&self) -> &ProblemPlace {
        match self {
            Self::UnknownKey { at, .. }
            | Self::Conflict { at, .. }
            | Self::NotATable { at, .. }
            | Self::Module { at, .. }
            | Self::WholeFloat { at, .. }
            | Self::Misplaced { at, .. }
            | Self::PropertyArgument { at, .. }
            | Self::Function(at)
            | Self::Path(at)
            | Self::FloatPrecision(at)
            | Self::NotFinite(at)
            | Self::NullInList(at) => at,
        }
    }
}

/// Conflicting definitions.
struct Conflict<'a> {
    path: Path,
    places: Vec<Location>,
    values: Option<&'a [serde_json::Value]>,
    with_default: bool,
}

impl Conflict<'_> {
    fn diagnostic(self, gate: &Gate, tree: &Node) -> Diagnostic {
        let Self { path, places, values, with_default } = self;
        let message = if with_default {
            format!("{path} has a definition with the priority of its default, and another value")
        } else {
            format!("{path} is defined {} with different values", times(places.len()))
        };
        let mut diagnostic = Diagnostic::error(&codes::NIX_CONFLICT, path.clone(), message);
        for (index, place) in places.into_iter().enumerate() {
            let value = values.and_then(|values| values.get(index)).and_then(|value| json::read(value.clone()).ok());
            let text = match value.and_then(|value| gate.shown(&path, &value, tree)) {
                Some(value) => format!("set to {value} here"),
                None => "set here".to_owned(),
            };
            diagnostic.labels.push(Label { place, text });
        }
        diagnostic.help(if with_default {
            "use lib.mkDefault, which overrides the default: the priority of lib.mkOptionDefault is that of the default"
        } else {
            "remove all but one, or give one priority with lib.mkForce and the others less with lib.mkDefault"
        })
    }
}

fn times(number: usize) -> String {
    match number {
        2 => "twice".to_owned(),
        many => format!("{many} times"),
    }
}
