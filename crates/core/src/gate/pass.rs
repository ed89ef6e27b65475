use std::cell::OnceCell;

use crate::diagnostics::{Diagnostic, FlagCombinations, Report, Severity};
use crate::environment::Environment;
use crate::gate::input::ValidateOptions;
use crate::gate::outcome::Outcome;
use crate::gate::spec::ConfigSpec;
use crate::syntax::Reading;
use crate::value::{Location, Node, Path, Sources};

/// State of one validation, which each stage reads and extends.
pub struct Pass<'a> {
    pub spec: &'a ConfigSpec,
    /// Sources that the origins in the tree point to.
    pub sources: &'a Sources,
    pub options: ValidateOptions,
    /// The config, as the stages so far have left it.
    pub tree: Node,
    /// The environment whose defaults are filled in.
    pub environment: Environment,
    /// All diagnostics so far, those of the input first.
    pub diagnostics: Vec<Diagnostic>,
    /// Places in the sources that are not displayed: they hold secrets, or may hold some.
    pub hidden: Vec<Location>,
    /// Places in the sources that may be displayed although their names sound like those of secrets.
    pub public: Vec<Location>,
    /// Set when the text has syntax errors. The tree is then what could be read of it, and no typed config is built.
    pub has_syntax_errors: bool,
    /// The text with its mistakes, once a stage needs it.
    pub reading: OnceCell<Reading>,
    /// Paths of values that the type would not accept, once the stages that find them have run.
    pub invalid: Vec<Path>,
    /// The list of profiles, while it is out of the tree.
    pub profiles: Option<Node>,
    /// The combinations of flags that the profiles were validated in.
    pub combinations: Option<FlagCombinations>,
}

impl<'a> Pass<'a> {
    pub fn new(
        spec: &'a ConfigSpec,
        tree: Node,
        sources: &'a Sources,
        diagnostics: Vec<Diagnostic>,
        options: ValidateOptions,
    ) -> Self {
        Self {
            spec,
            sources,
            options,
            tree,
            environment: options.environment.unwrap_or(Environment::Development),
            has_syntax_errors: diagnostics.iter().any(Diagnostic::is_syntax),
            diagnostics,
            hidden: Vec::new(),
            public: Vec::new(),
            reading: OnceCell::new(),
            invalid: Vec::new(),
            profiles: None,
            combinations: None,
        }
    }

    /// Returns whether defaults are filled in: always for a model, and on request for a schema.
    pub fn fills_defaults(&self) -> bool {
        self.spec.model.is_some() || self.options.fill_defaults
    }

    /// Returns whether an error was found at this very path.
    pub fn has_error_at(&self, path: &Path) -> bool {
        self.diagnostics.iter().any(|other| other.severity == Severity::Error && other.path == *path)
    }

    /// Ends the pass.
    pub fn into_outcome(self) -> Outcome<()> {
        let environment = self.spec.has_environments().then_some(self.environment);
        let report = Report::new(self.diagnostics).with_secrets(self.hidden).with_public(self.public);
        let report = report.for_environment(environment).with_combinations(self.combinations);
        Outcome { report, environment: self.environment, tree: self.tree, config: None }
    }
}
