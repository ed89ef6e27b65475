//! Secrets in environment variables, and in files that environment variables name.

use std::path::Path;

use confgate_core::types::Secret;

use crate::secrets::{FoundSecret, Provider, ProviderError, directory};
use crate::system::SystemContext;

/// The variables `<PREFIX>_SECRET_<NAME>`, and `<PREFIX>_SECRET_<NAME>_FILE` with the path of a file.
#[derive(Debug, Clone)]
pub struct Variables {
    host: SystemContext,
    prefix: String,
}

impl Variables {
    /// The variables of `host` that begin with the prefix of a service: `BITCRAPS`.
    pub fn new(host: SystemContext, prefix: &str) -> Self {
        Self { host, prefix: prefix.to_owned() }
    }

    fn variable(&self, name: &str) -> String {
        format!("{}_SECRET_{name}", self.prefix)
    }
}

impl Provider for Variables {
    fn name(&self) -> String {
        "variables".to_owned()
    }

    fn secret(&self, name: &str) -> Result<Option<FoundSecret>, ProviderError> {
        let variable = self.variable(name);
        if let Some(value) = self.host.get(&variable) {
            let Some(text) = value.to_str() else { return Err(ProviderError::new(format!("{variable} is not UTF-8"))) };
            return Ok(Some(FoundSecret { secret: Secret::from(text), place: variable, warning: None }));
        }
        let variable = format!("{variable}_FILE");
        let Some(path) = self.host.get(&variable).filter(|path| !path.is_empty()) else { return Ok(None) };
        let path = self.host.path(Path::new(path));
        match directory::read(&path)? {
            Some(known) => Ok(Some(known)),
            None => Err(ProviderError::new(format!("{variable} names {}, which is not there", path.display()))),
        }
    }

    fn place(&self, name: &str) -> String {
        format!("the variable {}", self.variable(name))
    }

    fn watched(&self) -> Vec<std::path::PathBuf> {
        let start = self.variable("");
        let variables = self.host.with_prefix(&start);
        let files = variables.filter(|(name, value)| name.ends_with("_FILE") && !value.is_empty());
        files.map(|(_, path)| self.host.path(Path::new(path))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_a_secret_or_the_path_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hook");
        std::fs::write(&file, "https://example.net/x\n").unwrap();
        let host = SystemContext::bare().variable("APP_SECRET_DB", "hunter2").variable("APP_SECRET_HOOK_FILE", &file);
        let provider = Variables::new(host, "APP");
        let found = |name: &str| provider.secret(name).unwrap().map(|known| known.secret.expose().to_owned());
        assert_eq!(found("DB").as_deref(), Some("hunter2"));
        assert_eq!(found("HOOK").as_deref(), Some("https://example.net/x"));
        assert_eq!(found("OTHER"), None);
        assert_eq!(provider.watched(), [file]);
        assert_eq!(provider.place("DB"), "the variable APP_SECRET_DB");
    }

    #[test]
    fn a_file_that_is_named_and_not_there_is_said() {
        let provider =
            Variables::new(SystemContext::bare().variable("APP_SECRET_DB_FILE", "gone").folder("/nowhere"), "APP");
        let trouble = provider.secret("DB").unwrap_err();
        assert_eq!(trouble.to_string(), "APP_SECRET_DB_FILE names /nowhere/gone, which is not there");
    }

    #[test]
    fn a_value_that_is_no_text_is_said_without_it() {
        use std::os::unix::ffi::OsStrExt;
        let value = std::ffi::OsStr::from_bytes(b"hunter\xff");
        let trouble =
            Variables::new(SystemContext::bare().variable("APP_SECRET_DB", value), "APP").secret("DB").unwrap_err();
        assert_eq!(trouble.to_string(), "APP_SECRET_DB is not UTF-8");
    }
}
