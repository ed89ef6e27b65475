//! The identity file of a node, which is read when there is something to open.

use std::path::{Path, PathBuf};

use confgate_core::types::Secret;
use confgate_runtime::secrets::{Decryptor, FoundSecret, ProviderError, directory};
use confgate_runtime::system::SystemContext;
use zeroize::Zeroizing;

use crate::{Identities, Identity};

/// The name of the credential of systemd that holds the identity.
const CREDENTIAL: &str = "identity";

/// The file with the identities of a node: the one that `<PREFIX>_IDENTITY` names, else the credential `identity` of systemd.
#[derive(Debug, Clone)]
pub struct IdentityFile {
    /// The variable that names it.
    variable: String,
    named: Option<PathBuf>,
    credential: Option<PathBuf>,
}

impl IdentityFile {
    /// The identity file of a machine, whose variable begins with the prefix of a service: `BITCRAPS`.
    pub fn of(host: &SystemContext, prefix: &str) -> Self {
        let variable = format!("{prefix}_IDENTITY");
        let path = |name: &str| host.get(name).filter(|path| !path.is_empty()).map(|path| host.path(path));
        let named = path(&variable);
        let credential = path("CREDENTIALS_DIRECTORY").map(|folder| folder.join(CREDENTIAL));
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
            return Err(ProviderError::new("there is no identity to open it with").help(help));
        };
        let shown = path.display();
        let known = directory::read(path)?.ok_or_else(|| {
            let named = format!("{variable} names {shown}, which is not there");
            ProviderError::new(named).help("write the path of the node's identity file")
        })?;
        let identities = Identity::read(known.secret.expose().as_bytes(), &mut || None).map_err(|error| {
            let help = "a node needs an identity file without a passphrase: `confgate keygen` makes one";
            ProviderError::new(format!("{shown}: {error}")).help(help)
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
        let Ok(Some(FoundSecret { warning, .. })) = directory::read(self.path()?) else { return None };
        warning
    }

    fn watched(&self) -> Vec<PathBuf> {
        self.named.iter().chain(&self.credential).cloned().collect()
    }
}

/// Makes the decryptor of a service: the identity file that `<PREFIX>_IDENTITY` names, else the credential `identity`.
pub fn decryptor(host: &SystemContext, prefix: &str) -> Box<dyn Decryptor> {
    Box::new(IdentityFile::of(host, prefix))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::time::SystemTime;

    use super::*;
    use crate::seal_value;

    /// A folder with the identity files `id` and `credentials/identity`, and a value that is sealed for each of them.
    fn machine() -> (tempfile::TempDir, String, String) {
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
    fn the_variable_names_the_identity_and_else_it_is_the_credential() {
        let (folder, named, credential) = machine();
        let host = SystemContext::bare().folder(folder.path()).variable("CREDENTIALS_DIRECTORY", "credentials");
        let file = IdentityFile::of(&host, "APP");
        assert_eq!(file.open(&credential).unwrap().expose(), "credentials/identity");
        let other = file.open(&named).unwrap_err().to_string();
        assert!(other.starts_with("no identity here opens it"), "{other}");
        let file = IdentityFile::of(&host.variable("APP_IDENTITY", "id"), "APP");
        assert_eq!(file.open(&named).unwrap().expose(), "id");
        assert_eq!(file.watched().len(), 2);
    }

    #[test]
    fn a_node_without_an_identity_says_how_it_gets_one() {
        let trouble = IdentityFile::of(&SystemContext::bare(), "APP").open("encrypted:x").unwrap_err();
        assert_eq!(trouble.to_string(), "there is no identity to open it with");
        assert_eq!(
            trouble.help.unwrap(),
            "set APP_IDENTITY to the path of the node's identity file, or give the unit the credential `identity`"
        );
        let host = SystemContext::bare().folder("/nowhere").variable("APP_IDENTITY", "id");
        let trouble = IdentityFile::of(&host, "APP").open_file(b"x").unwrap_err();
        assert_eq!(trouble.to_string(), "APP_IDENTITY names /nowhere/id, which is not there");
    }

    #[test]
    fn an_identity_that_others_can_read_is_warned_of_and_one_that_is_none_is_named() {
        let (folder, ..) = machine();
        let path = folder.path().join("id");
        let file = IdentityFile::of(&SystemContext::bare().variable("APP_IDENTITY", &path), "APP");
        assert_eq!(file.warning(), None);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert!(file.warning().unwrap().ends_with("/id can be read by everyone (mode 644)"));
        fs::write(&path, "hunter2\n").unwrap();
        let said = file.open("encrypted:x").unwrap_err().to_string();
        assert!(said.ends_with("/id: line 1: this is no identity, or has a mistake in it"), "{said}");
    }
}
