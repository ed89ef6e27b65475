use crate::environment::Environment;
use crate::gate::Gate;
use crate::model::Model;
use crate::testing::disagreement::{Disagreement, Disagreements, Kind};
use crate::testing::probe::names_of;
use crate::testing::walk::{ConfigType, Unread, Walk};
use crate::value::{self, Node, Path, Segment};

/// Compares the schema of a model with what serde reads and writes, for a test of the service.
///
/// Configs are made from the schema: each field at its bounds, each variant, each field left out. The gate and serde must agree on
/// all of them. A disagreement names the field and the way out.
///
/// ```
/// use confgate_core::environment::Environment;
/// use confgate_core::model::{Model, Rule};
/// use confgate_core::testing::check_model;
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
///
/// /// A lamp.
/// #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Lamp {
///     /// Brightness. The range is wider than the type.
///     #[schemars(range(max = 300))]
///     brightness: u8,
/// }
///
/// impl Model for Lamp {
///     const NAME: &'static str = "lamp";
///     const ENV_PREFIX: &'static str = "LAMP";
///
///     fn defaults(_: Environment) -> Self {
///         Self { brightness: 50 }
///     }
///
///     fn rules() -> &'static [Rule<Self>] {
///         &[]
///     }
/// }
///
/// let found = check_model::<Lamp>().unwrap_err().found;
/// assert_eq!(
///     found[0].message,
///     "the schema admits brightness = 300, and serde rejects it: invalid value: integer `300`, expected u8"
/// );
/// ```
///
/// # Errors
///
/// The disagreements.
///
/// # Panics
///
/// The schema attributes of the model are not a JSON Schema, as in [`Gate::of`].
pub fn check_model<M: Model>() -> Result<(), Disagreements> {
    let gate = Gate::of::<M>();
    let config_type = ConfigType { read: &read_and_write::<M>, names: &names_of::<M> };
    let mut walk = Walk::new(gate.spec(), config_type);
    for environment in Environment::ALL {
        match value::serialize(&M::defaults(environment)) {
            Ok(defaults) => walk.defaults(environment, &defaults),
            Err(error) => walk.found.push(Disagreement {
                path: Path::root(),
                kind: Kind::NotReadAgain,
                message: format!("serde does not write the defaults in {environment}: {error}"),
                help: Kind::NotReadAgain.help(),
            }),
        }
    }
    walk.fields();
    if walk.found.is_empty() { Ok(()) } else { Err(Disagreements { model: M::NAME, found: walk.found }) }
}

/// Reads a tree into the type, and writes what was read.
fn read_and_write<M: Model>(tree: &Node) -> Result<Node, Unread> {
    let config: M = serde_path_to_error::deserialize(tree)
        .map_err(|error| Unread { path: path_of(error.path()), message: error.inner().to_string() })?;
    value::serialize(&config).map_err(|error| Unread { path: Path::root(), message: error.to_string() })
}

fn path_of(path: &serde_path_to_error::Path) -> Path {
    use serde_path_to_error::Segment as Step;
    let steps = path.iter().filter_map(|step| match step {
        Step::Seq { index } => Some(Segment::Index(*index)),
        Step::Map { key } => Some(Segment::Key(key.into())),
        Step::Enum { variant } => Some(Segment::Key(variant.into())),
        Step::Unknown => None,
    });
    Path(steps.collect())
}

#[cfg(test)]
mod tests;
