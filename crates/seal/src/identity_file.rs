//! Identity file of a node. It is read when the load has sealed data to open.

use std::path::{Path, PathBuf};

use confgate_core::types::Secret;
use confgate_files::SizeLimit;
use confgate_runtime::secrets::{Decryptor, ProviderError, directory};
use confgate_runtime::system::SystemContext;
use confgate_runtime::variable_names;
use zeroize::Zeroizing;

use crate::identities::Identities;
use crate::identity::Identity;

/// Name of the systemd credential with the identity.
const CREDENTIAL: &str = "identity";

/// Identity file of a node: the one that `<PREFIX>_IDENTITY` names, or else the systemd credential `identity`.
#[derive(Debug, Clone)]
pub struct IdentityFile {
    /// Name of the environment variable with its path.
    variable: String,
    named: Option<PathBuf>,
    credential: Option<PathBuf>,
}

impl IdentityFile {
    /// Locates the identity file of a service, whose environment variables begin with `prefix`, such as `BITCRAPS`.
    pub fn of(context: &SystemContext, prefix: &str) -> Self {
        let variable = variable_names::setting(prefix, variable_names::IDENTITY);
        let path = |name: &str| context.get(name).filter(|path| !path.is_empty()).map(|path| context.path(path));
        let named = path(&variable);
        let credential = path(variable_names::CREDENTIALS_DIRECTORY).map(|folder| folder.join(CREDENTIAL));
        Self { variable, named, credential }
    }

    fn path(&self) -> Option<&Path> {
        let credential = || self.credential.as_deref().filter(|path| path.exists());
        self.named.as_deref().or_else(credential)
    }

    fn identities(&self) -> Result<Identities, ProviderError> {
        let variable = &self.variable;
        let Some(path) = self.path() else {
            let help = format!(
                "set {variable} to the path of the node's identity file, or give the unit the credential `{CREDENTIAL}`"
            );
            return Err(ProviderError::new("no identity is configured").help(help));
        };
        let file = directory::read(path, SizeLimit::IDENTITY)?.ok_or_else(|| {
            ProviderError::new(format!("{variable} names {}, which does not exist", path.display()))
                .help("set it to the path of the node's identity file")
        })?;
        let identities = Identity::read(file.secret.expose().as_bytes(), &mut || None).map_err(|error| {
            ProviderError::new(format!("{}: {error}", path.display()))
                .help("give the node an identity file without a passphrase: `confgate keygen` makes one")
        })?;
        Ok(Identities::from(identities))
    }
}

impl Decryptor for IdentityFile {
    fn open(&self, text: &str) -> Result<Secret, ProviderError> {
        self.identities()?.open(text)
    }

    fn open_file(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProviderError> {
        self.identities()?.open_file(sealed)
    }

    fn warning(&self) -> Option<String> {
        let found = directory::read(self.path()?, SizeLimit::IDENTITY).ok()??;
        found.warnings.first().map(ToString::to_string)
    }

    fn watched(&self) -> Vec<PathBuf> {
        self.named.iter().chain(&self.credential).cloned().collect()
    }
}

/// Makes the decryptor of a service: the identity file that `<PREFIX>_IDENTITY` names, or else the systemd credential `identity`.
pub fn decryptor(context: &SystemContext, prefix: &str) -> Box<dyn Decryptor> {
    Box::new(IdentityFile::of(context, prefix))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::time::SystemTime;

    use super::*;
    use crate::seal_value;

    /// Creates a directory with the identity files `id` and `credentials/identity`, and a value sealed for each of them.
    fn identity_files() -> (tempfile::TempDir, String, String) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("credentials")).unwrap();
        let sealed = ["id", "credentials/identity"].map(|name| {
            let new = Identity::generate();
            let path = folder.path().join(name);
            fs::write(&path, new.file(SystemTime::UNIX_EPOCH).expose()).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
            seal_value(&[new.recipient()], &Secret::from(name)).unwrap()
        });
        let [named, credential] = sealed;
        (folder, named, credential)
    }

    #[test]
    fn the_variable_names_the_identity_and_the_credential_is_the_fallback() {
        let (folder, named, credential) = identity_files();
        let context = SystemContext::bare().folder(folder.path()).variable("CREDENTIALS_DIRECTORY", "credentials");
        let file = IdentityFile::of(&context, "APP");
        assert_eq!(file.open(&credential).unwrap().expose(), "credentials/identity");
        let other = file.open(&named).unwrap_err().to_string();
        assert!(other.starts_with("none of the identities opens it"), "{other}");
        let file = IdentityFile::of(&context.variable("APP_IDENTITY", "id"), "APP");
        assert_eq!(file.open(&named).unwrap().expose(), "id");
        assert_eq!(file.watched().len(), 2);
    }

    #[test]
    fn a_missing_identity_is_an_error_with_the_way_out() {
        let error = IdentityFile::of(&SystemContext::bare(), "APP").open("encrypted:x").unwrap_err();
        assert_eq!(error.to_string(), "no identity is configured");
        assert_eq!(
            error.help.unwrap(),
            "set APP_IDENTITY to the path of the node's identity file, or give the unit the credential `identity`"
        );
        let context = SystemContext::bare().folder("/nowhere").variable("APP_IDENTITY", "id");
        let error = IdentityFile::of(&context, "APP").open_file(b"x").unwrap_err();
        assert_eq!(error.to_string(), "APP_IDENTITY names /nowhere/id, which does not exist");
    }

    #[test]
    fn an_identity_that_others_can_read_is_a_warning_and_a_malformed_one_an_error() {
        let (folder, ..) = identity_files();
        let path = folder.path().join("id");
        let file = IdentityFile::of(&SystemContext::bare().variable("APP_IDENTITY", &path), "APP");
        assert_eq!(file.warning(), None);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert!(file.warning().unwrap().ends_with("/id can be read by everyone (mode 644)"));
        fs::write(&path, "hunter2\n").unwrap();
        let error = file.open("encrypted:x").unwrap_err().to_string();
        assert!(error.ends_with("/id: line 1: not an identity, or malformed"), "{error}");
    }
}
