use crate::diagnostics::Severity;
use crate::migrate::Migration;
use crate::model::Model;
use crate::value::{Node, Path, Segment, json};

/// Names, migrations and rules of a model, independent of its type.
pub struct ModelInfo {
    /// [`Model::NAME`].
    pub name: &'static str,
    /// Set for a config type; unset for a service with a schema alone.
    pub typed: bool,
    /// [`Model::ENV_PREFIX`].
    pub env_prefix: &'static str,
    /// [`Model::aliases`].
    pub aliases: &'static [(&'static str, &'static str)],
    /// [`Model::migrations`].
    pub migrations: &'static [Migration],
    /// The rules, without what tests them.
    pub rules: Vec<RuleInfo>,
    run: fn(&Node) -> Result<Vec<usize>, Mismatch>,
}

/// Description of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// A stable name, `section/rule`.
    pub name: &'static str,
    /// Level of the diagnostic: an error rejects the config.
    pub severity: Severity,
    /// One sentence: what must hold or what is wrong.
    pub why: &'static str,
    /// The dotted fields that it reads.
    pub reads: &'static [&'static str],
    /// The way out.
    pub help: &'static str,
}

/// The typed config and the rules that it breaks, by their place in the list of rules.
pub struct Verdict<M> {
    pub config: M,
    pub broken: Vec<usize>,
}

/// A value that the schema accepts and the type does not.
pub struct Mismatch {
    pub path: Path,
    pub message: String,
}

impl ModelInfo {
    /// The description of `M`.
    pub fn of<M: Model>() -> Self {
        let rules = M::rules().iter().map(|rule| RuleInfo {
            name: rule.name,
            severity: rule.severity,
            why: rule.why,
            reads: rule.reads,
            help: rule.help,
        });
        Self {
            name: M::NAME,
            typed: true,
            env_prefix: M::ENV_PREFIX,
            aliases: M::aliases(),
            migrations: M::migrations(),
            rules: rules.collect(),
            run: |tree| run::<M>(tree).map(|verdict| verdict.broken),
        }
    }

    /// The description of a service that has no type, and no rules: it admits what the schema does.
    pub fn without_type(name: &'static str, env_prefix: &'static str) -> Self {
        let run = |_: &Node| Ok(Vec::new());
        Self { name, typed: false, env_prefix, aliases: &[], migrations: &[], rules: Vec::new(), run }
    }

    /// Converts a tree into the type, runs the rules on it, and drops it. Returns the indices of the broken rules.
    pub fn run(&self, tree: &Node) -> Result<Vec<usize>, Mismatch> {
        (self.run)(tree)
    }
}

/// Converts a tree into the type, and runs the rules on it.
pub fn run<M: Model>(tree: &Node) -> Result<Verdict<M>, Mismatch> {
    let config = M::deserialize(tree).or_else(|_| with_path::<M>(tree))?;
    let rules = M::rules().iter().enumerate();
    let broken = rules.filter(|(_, rule)| !(rule.holds)(&config)).map(|(index, _)| index).collect();
    Ok(Verdict { config, broken })
}

/// Says where the type does not take a value, for the price of noting every step on the way.
fn with_path<M: Model>(tree: &Node) -> Result<M, Mismatch> {
    serde_path_to_error::deserialize(json::write(tree))
        .map_err(|error| Mismatch { path: path_of(error.path()), message: error.inner().to_string() })
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
