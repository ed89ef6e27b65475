//! What a load reads of the machine that it runs on: its environment variables and the folder that paths start from.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A machine as a load sees it. Nothing in this module asks the process itself, so a test, or a service with another idea of
/// its environment, says what is there.
///
/// ```
/// use confgate_runtime::system::SystemContext;
/// let host = SystemContext::bare().variable("BITCRAPS_LISTEN_PORT", "9000").folder("/srv/node");
/// assert_eq!(host.text("BITCRAPS_LISTEN_PORT"), Some("9000"));
/// ```
#[derive(Clone, Default)]
pub struct SystemContext {
    variables: BTreeMap<String, OsString>,
    folder: PathBuf,
}

impl SystemContext {
    /// The machine of this process. A variable whose name is no text names no field and is left out.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Self { variables: variables.collect(), folder: PathBuf::new() }
    }

    /// A machine without a variable, whose paths start from the folder of the process.
    pub fn bare() -> Self {
        Self::default()
    }

    /// The same with a variable more.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The same without a variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// The same with paths that start from `folder`.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// A variable's value.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).map(OsString::as_os_str)
    }

    /// A variable's value, when it is UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.to_str()
    }

    /// The variables whose names begin with `prefix`, in order.
    pub fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (&str, &OsStr)> {
        let from = self.variables.range(prefix.to_owned()..);
        let all = from.map(|(name, value)| (name.as_str(), value.as_os_str()));
        all.take_while(move |(name, _)| name.starts_with(prefix))
    }

    /// `path`, from the folder that paths start from.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }
}

impl std::fmt::Debug for SystemContext {
    // The values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.variables.keys().collect();
        f.debug_struct("SystemContext").field("variables", &names).field("folder", &self.folder).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_by_their_beginning_and_their_values_are_not_shown() {
        let host = SystemContext::bare()
            .variable("A_B", "1")
            .variable("A_C", "hunter2")
            .variable("AB", "3")
            .variable("B", "4");
        let names: Vec<&str> = host.with_prefix("A_").map(|(name, _)| name).collect();
        assert_eq!(names, ["A_B", "A_C"]);
        assert!(!format!("{host:?}").contains("hunter2"));
        assert_eq!(host.without("A_B").get("A_B"), None);
    }
}
