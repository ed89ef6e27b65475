//! Deployment environments.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The environment that a service runs in. Defaults differ between environments, and some rules apply in Production only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// Automated tests.
    Testing,
    /// Test of a release before Production, on similar machines.
    Staging,
    /// The deployment that users depend on.
    Production,
}

impl Environment {
    /// All environments, from the least to the most demanding.
    pub const ALL: [Self; 4] = [Self::Development, Self::Testing, Self::Staging, Self::Production];

    /// Returns the name as it is written in a config file: `"Production"`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Development => "Development",
            Self::Testing => "Testing",
            Self::Staging => "Staging",
            Self::Production => "Production",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Error of parsing an [`Environment`]: the text does not name one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not an environment; use Development, Testing, Staging or Production (dev, test, stage, prod)")]
pub struct UnknownEnvironment(
    /// The text.
    pub String,
);

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    /// Parses a name in any case, in full (`production`) or short (`prod`).
    fn from_str(text: &str) -> Result<Self, UnknownEnvironment> {
        match text.trim().to_ascii_lowercase().as_str() {
            "development" | "dev" => Ok(Self::Development),
            "testing" | "test" => Ok(Self::Testing),
            "staging" | "stage" => Ok(Self::Staging),
            "production" | "prod" => Ok(Self::Production),
            _ => Err(UnknownEnvironment(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_environment_is_parsed_from_its_name_in_any_case() {
        for environment in Environment::ALL {
            assert_eq!(environment.name().parse(), Ok(environment));
            assert_eq!(environment.name().to_uppercase().parse(), Ok(environment));
        }
    }

    #[test]
    fn short_names_are_parsed() {
        let parsed: Vec<Environment> = ["dev", "test", "stage", " PROD "].map(|name| name.parse().unwrap()).into();
        assert_eq!(parsed, Environment::ALL);
    }

    #[test]
    fn an_unknown_name_is_rejected_with_the_known_names() {
        let error = "prodution".parse::<Environment>().unwrap_err().to_string();
        assert_eq!(
            error,
            "\"prodution\" is not an environment; use Development, Testing, Staging or Production (dev, test, stage, prod)"
        );
    }
}
