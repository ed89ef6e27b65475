//! The type of a registry entry.

use crate::diagnostics::Severity;

/// A stable name that a diagnostic carries, and what a user reads about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The name, `area/mistake`.
    pub name: &'static str,
    /// The level of its diagnostics, where no option changes it.
    pub level: Severity,
    /// The meaning: one or two sentences.
    pub what: &'static str,
    /// The reason for reporting it.
    pub why: &'static str,
    /// The way to correct it, as an imperative.
    pub fix: &'static str,
    /// An input that produces it.
    pub example: Example,
}

impl From<&Code> for String {
    fn from(code: &Code) -> Self {
        code.name.to_owned()
    }
}

/// An input that produces a code. Tests run every example that is not [`Described`](Example::Described).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Example {
    /// A config for `confgate check config.toml`.
    Check {
        /// The text of `config.toml`.
        config: &'static str,
        /// The text of the schema; `None` for the bundled model.
        schema: Option<&'static str>,
        /// Further arguments.
        arguments: &'static [&'static str],
    },
    /// Another command.
    Command {
        /// The files in its folder: path and text.
        files: &'static [(&'static str, &'static str)],
        /// Its environment variables.
        variables: &'static [(&'static str, &'static str)],
        /// Its arguments.
        arguments: &'static [&'static str],
    },
    /// Nix modules that are built into a bundle, `config.nix` first.
    Nix {
        /// The modules: path and text.
        files: &'static [(&'static str, &'static str)],
    },
    /// A situation that no single command produces.
    Described(&'static str),
}

impl Example {
    /// Returns the command that produces it; `None` for Nix modules and descriptions.
    pub fn command(&self) -> Option<String> {
        let words = |variables: &[(&str, &str)], arguments: Vec<&str>| {
            let variables = variables.iter().map(|(name, value)| format!("{name}={value}"));
            let arguments = arguments.into_iter().map(str::to_owned);
            let all: Vec<String> = variables.chain(["confgate".to_owned()]).chain(arguments).collect();
            all.join(" ")
        };
        match self {
            Self::Check { schema, arguments, .. } => {
                let schema = schema.iter().flat_map(|_| ["--schema", "schema.json"]);
                let all = ["check", "config.toml"].into_iter().chain(schema).chain(arguments.iter().copied());
                Some(words(&[], all.collect()))
            }
            Self::Command { variables, arguments, .. } => Some(words(variables, arguments.to_vec())),
            Self::Nix { .. } | Self::Described(_) => None,
        }
    }

    /// Returns the files of the folder in which the command runs: path and text.
    pub fn files(&self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Check { config, schema, .. } => {
                let schema = schema.map(|schema| ("schema.json", schema));
                [("config.toml", *config)].into_iter().chain(schema).collect()
            }
            Self::Command { files, .. } | Self::Nix { files } => files.to_vec(),
            Self::Described(_) => Vec::new(),
        }
    }
}
