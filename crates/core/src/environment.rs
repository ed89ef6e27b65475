//! The four environments that a config is written for.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a service runs. Defaults differ between environments, and some rules hold in Production alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub enum Environment {
    /// A developer's machine.
    Development,
    /// Automated tests.
    Testing,
    /// A rehearsal of Production, on machines like those of Production.
    Staging,
    /// What users depend on.
    Production,
}

impl Environment {
    /// All four, from the least to the most demanding.
    pub const ALL: [Self; 4] = [Self::Development, Self::Testing, Self::Staging, Self::Production];

    /// The name as it stands in a config file: `"Production"`.
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

/// The text names none of the four environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEnvironment(
    /// The text as it was given.
    pub String,
);

impl fmt::Display for UnknownEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no environment: use Development, Testing, Staging or Production (dev, test, stage, prod)",
            self.0
        )
    }
}

impl std::error::Error for UnknownEnvironment {}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    /// Reads a name in any case, whole (`production`) or short (`prod`).
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
    fn every_environment_is_read_from_its_own_name_in_any_case() {
        for environment in Environment::ALL {
            assert_eq!(environment.name().parse(), Ok(environment));
            assert_eq!(environment.name().to_uppercase().parse(), Ok(environment));
        }
    }

    #[test]
    fn short_names_are_read() {
        let read: Vec<Environment> = ["dev", "test", "stage", " PROD "].map(|name| name.parse().unwrap()).into();
        assert_eq!(read, Environment::ALL);
    }

    #[test]
    fn another_name_is_refused_with_the_names_that_are_known() {
        let refused = "prodution".parse::<Environment>().unwrap_err().to_string();
        assert_eq!(
            refused,
            "\"prodution\" is no environment: use Development, Testing, Staging or Production (dev, test, stage, prod)"
        );
    }
}
