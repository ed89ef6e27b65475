//! What a load reads first: which config there is, for which environment, and what stands in it.

use std::collections::HashMap;
use std::path::PathBuf;

use confgate_core::bundle::OverriddenDefinition;
use confgate_core::diagnostics::{Diagnostic, Severity};
use confgate_core::environment::Environment;
use confgate_core::gate::{Input, ValidateOptions};
use confgate_core::syntax::SYNTAX;
use confgate_core::value::{Location, Node, Path, Source, Sources, Span, Table, Value};

use crate::load::file::{self, Choice, Found};
use crate::load::{Loader, Refused};

/// The config as it is written, before anything is laid on it.
pub struct Written {
    /// The environment that it is for.
    pub environment: Environment,
    /// Why that may be another one.
    pub doubt: Option<Diagnostic>,
    /// Where it was found; nothing when there is none.
    pub found: Option<Found>,
    /// What it says.
    pub input: Input,
    /// The definitions in Nix files that stronger ones put aside, by value.
    pub overridden: HashMap<Path, Vec<OverriddenDefinition>>,
}

impl Loader {
    /// Finds the config and reads it.
    pub(super) fn written(&self) -> Result<Written, Refused> {
        let folder = self.folder();
        let (environment, doubt) = self.detect(folder.as_deref());
        let found = self.find(folder, environment)?;
        let options = ValidateOptions {
            environment: Some(environment),
            unknown_keys: self.unknown_keys,
            ..ValidateOptions::default()
        };
        let (input, overridden) = match &found {
            Some(found) => {
                let read =
                    file::read(found, options, &*self.asked.opener).map_err(|diagnostic| Refused::from(*diagnostic))?;
                (read.input, read.overridden)
            }
            None => {
                let tree = Node::generated(Value::Table(Table::default()));
                (Input { tree, sources: Sources::default(), found: Vec::new(), options }, HashMap::new())
            }
        };
        if input.found.iter().any(|diagnostic| diagnostic.code == SYNTAX) {
            return Err(Refused { report: self.gate.examine(input).report });
        }
        Ok(Written { environment, doubt, found, input, overridden })
    }

    /// The environment that a load would be for.
    pub(crate) fn environment_now(&self) -> Environment {
        self.detect(self.folder().as_deref()).0
    }

    /// The file or folder that the config is looked for in.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        match &self.choice {
            Choice::Nothing | Choice::Values(_) => None,
            Choice::At(path) => Some(self.host.path(path)),
            Choice::Look => {
                let named = self.names.as_ref().and_then(|names| self.host.get(&names.own("CONFIG_PATH")));
                Some(self.host.path(named.filter(|path| !path.is_empty()).unwrap_or("config".as_ref())))
            }
        }
    }

    /// The environment: the one that was asked for, else that of the variable, else that of a bundle, else Development.
    fn detect(&self, folder: Option<&std::path::Path>) -> (Environment, Option<Diagnostic>) {
        if let Some(environment) = self.environment {
            return (environment, None);
        }
        let built = || folder.and_then(file::environment_of).unwrap_or(Environment::Development);
        let Some(name) = self.names.as_ref().map(|names| names.own("ENV")) else { return (built(), None) };
        match self.host.get(&name).map(|value| value.to_string_lossy()) {
            None => (built(), None),
            Some(text) if text.trim().is_empty() => (built(), None),
            Some(text) => match text.parse() {
                Ok(environment) => (environment, None),
                Err(unknown) => {
                    let environment = built();
                    let message = format!("{name} is {text:?}, and the node is in {environment}");
                    let diagnostic = Diagnostic::new(Severity::Warning, "environment/unknown", Path::root(), message);
                    (environment, Some(diagnostic.at([variable_place(&name)], "").help(unknown.to_string())))
                }
            },
        }
    }

    fn find(&self, folder: Option<PathBuf>, environment: Environment) -> Result<Option<Found>, Refused> {
        let Some(folder) = folder else { return Ok(None) };
        let found = file::locate(&folder, environment);
        // What is a file is no folder with two.
        let is_file = matches!(&found, Some(Found::File(file)) if *file == folder);
        if !is_file && let Some(diagnostic) = file::ambiguous(&folder, environment) {
            return Err(diagnostic.into());
        }
        if found.is_none() && matches!(self.choice, Choice::At(_)) {
            let name = environment.name().to_lowercase();
            let message = format!("there is no config for {environment} at {}", folder.display());
            let help = format!("name a TOML file, a bundle, or a folder with {name}.toml or the bundle {name}");
            return Err(Diagnostic::error(file::UNREADABLE, Path::root(), message).help(help).into());
        }
        Ok(found)
    }
}

fn variable_place(name: &str) -> Location {
    Location { source: Source::new(name, ""), span: Span::default(), position: (0, 0) }
}
