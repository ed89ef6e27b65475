//! The system context of a load: environment variables and the base directory of relative paths.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::ops::Bound;
use std::path::{Path, PathBuf};

/// Environment variables and base directory of a load. Loads read the process environment only through this type, so that a
/// test, or a service with an environment of its own, can replace it.
///
/// ```
/// use confgate_runtime::system::SystemContext;
/// let system = SystemContext::bare().variable("BITCRAPS_LISTEN_PORT", "9000").folder("/srv/node");
/// assert_eq!(system.text("BITCRAPS_LISTEN_PORT"), Some("9000"));
/// ```
#[derive(Clone, Default)]
pub struct SystemContext {
    variables: BTreeMap<String, OsString>,
    folder: PathBuf,
}

impl SystemContext {
    /// Returns the context of this process. Variables whose names are not UTF-8 are left out.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Self { variables: variables.collect(), folder: PathBuf::new() }
    }

    /// Returns a context without variables, whose base directory is the working directory.
    pub fn bare() -> Self {
        Self::default()
    }

    /// Sets a variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Sets the base directory of relative paths.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Returns the value of a variable.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).map(OsString::as_os_str)
    }

    /// Returns the value of a variable, if it is UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.to_str()
    }

    /// Returns the variables whose names start with `prefix`, sorted by name.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, &OsStr)> {
        self.variables
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            .map(|(name, value)| (name.as_str(), value.as_os_str()))
            .take_while(move |(name, _)| name.starts_with(prefix))
    }

    /// Resolves `path` against the base directory.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }
}

impl std::fmt::Debug for SystemContext {
    // Leave out the values: they may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.variables.keys().collect();
        f.debug_struct("SystemContext").field("variables", &names).field("folder", &self.folder).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_by_prefix_and_their_values_are_not_displayed() {
        let system = SystemContext::bare()
            .variable("A_B", "1")
            .variable("A_C", "hunter2")
            .variable("AB", "3")
            .variable("B", "4");
        let names: Vec<&str> = system.with_prefix("A_").map(|(name, _)| name).collect();
        assert_eq!(names, ["A_B", "A_C"]);
        assert!(!format!("{system:?}").contains("hunter2"));
        assert_eq!(system.without("A_B").get("A_B"), None);
    }
}
