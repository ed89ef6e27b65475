//! Provider of secrets in environment variables, and in files that environment variables name.

use std::path::Path;

use confgate_core::types::Secret;
use confgate_files::SizeLimit;

use crate::secrets::{FoundSecret, Provider, ProviderError, checked_without_line_end, directory};
use crate::system::SystemContext;
use crate::variable_names::{self, FILE};

/// Provider of the variables `<PREFIX>_SECRET_<NAME>`, and `<PREFIX>_SECRET_<NAME>_FILE` with the path of a
/// file.
#[derive(Debug, Clone)]
pub struct VariableProvider {
    system: SystemContext,
    prefix: String,
}

impl VariableProvider {
    /// Returns the provider for the variables of `system` with a prefix: `BITCRAPS`.
    pub fn new(system: SystemContext, prefix: &str) -> Self {
        Self { system, prefix: prefix.to_owned() }
    }

    fn variable(&self, name: &str) -> String {
        variable_names::secret(&self.prefix, name)
    }
}

impl Provider for VariableProvider {
    fn name(&self) -> String {
        "variables".to_owned()
    }

    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError> {
        let variable = self.variable(name);
        if let Some(value) = self.system.get(&variable) {
            let Some(text) = value.to_str() else { return Err(ProviderError::new(format!("{variable} is not UTF-8"))) };
            let (text, warning) = checked_without_line_end(text, &variable);
            let warnings = warning.into_iter().collect();
            return Ok(Some(FoundSecret { secret: Secret::from(text), place: variable, warnings }));
        }
        let variable = format!("{variable}{FILE}");
        let Some(path) = self.system.get(&variable).filter(|path| !path.is_empty()) else { return Ok(None) };
        let path = self.system.path(Path::new(path));
        match directory::read(&path, SizeLimit::SECRET)? {
            Some(found) => Ok(Some(found)),
            None => Err(ProviderError::new(format!("{variable}: file {} not found", path.display()))),
        }
    }

    fn place(&self, name: &str) -> String {
        format!("the variable {}", self.variable(name))
    }

    fn watched(&self) -> Vec<std::path::PathBuf> {
        let prefix = self.variable("");
        let variables = self.system.with_prefix(&prefix);
        let files = variables.filter(|(name, value)| name.ends_with(FILE) && !value.is_empty());
        files.map(|(_, path)| self.system.path(Path::new(path))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_a_secret_or_the_path_of_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("hook");
        std::fs::write(&file, "https://example.net/x\n").unwrap();
        let system = SystemContext::bare().variable("APP_SECRET_DB", "hunter2").variable("APP_SECRET_HOOK_FILE", &file);
        let provider = VariableProvider::new(system, "APP");
        let secret = |name: &str| provider.secret(name).unwrap().map(|found| found.secret.expose().to_owned());
        assert_eq!(secret("DB").as_deref(), Some("hunter2"));
        assert_eq!(secret("HOOK").as_deref(), Some("https://example.net/x"));
        assert_eq!(secret("OTHER"), None);
        assert_eq!(provider.watched(), [file]);
        assert_eq!(provider.place("DB"), "the variable APP_SECRET_DB");
    }

    #[test]
    fn the_line_end_of_echo_is_removed_with_a_warning() {
        let found = |value: &str| {
            let system = SystemContext::bare().variable("APP_SECRET_DB", value);
            VariableProvider::new(system, "APP").secret("DB").unwrap().unwrap()
        };
        for value in ["hunter2\n", "hunter2\r\n"] {
            let found = found(value);
            assert_eq!(found.secret.expose(), "hunter2");
            let warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
            assert_eq!(warnings, ["APP_SECRET_DB: the secret ends with a line end, which is removed"]);
        }
        assert_eq!(found("hunter2\n\n").secret.expose(), "hunter2\n");
        let key = found("-----BEGIN KEY-----\nx\n-----END KEY-----\n");
        assert!(key.secret.expose().ends_with("-----END KEY-----") && key.warnings.is_empty());
    }

    #[test]
    fn a_missing_file_is_an_error_with_its_variable() {
        let provider = VariableProvider::new(
            SystemContext::bare().variable("APP_SECRET_DB_FILE", "gone").folder("/nowhere"),
            "APP",
        );
        let error = provider.secret("DB").unwrap_err();
        assert_eq!(error.to_string(), "APP_SECRET_DB_FILE: file /nowhere/gone not found");
    }

    #[test]
    fn a_value_that_is_not_utf8_is_reported_without_it() {
        use std::os::unix::ffi::OsStrExt;
        let value = std::ffi::OsStr::from_bytes(b"hunter\xff");
        let error = VariableProvider::new(SystemContext::bare().variable("APP_SECRET_DB", value), "APP")
            .secret("DB")
            .unwrap_err();
        assert_eq!(error.to_string(), "APP_SECRET_DB is not UTF-8");
    }
}
