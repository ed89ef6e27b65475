//! Secret backends that live in crates of their own: Vault and age.

use crate::secrets::{Decryptor, Provider, ProviderError};
use crate::system::SystemContext;

/// Constructors of the secret backends that a program is built with.
///
/// The façade `confgate` fills them in by its features (`confgate::secret_backends()`). A loader without them reports a
/// configuration that asks for one.
#[derive(Debug, Clone, Copy, Default)]
pub struct SecretBackends {
    /// Connects to Vault or OpenBao with the settings in the variables of the service.
    pub vault: Option<VaultConstructor>,
    /// Opens sealed values with the identity file of this machine.
    pub decryptor: Option<DecryptorConstructor>,
}

/// Creates the Vault provider from the variables with a prefix, or returns every invalid setting.
pub type VaultConstructor = fn(&SystemContext, prefix: &str) -> Result<Box<dyn Provider>, Vec<ProviderError>>;

/// Creates the decryptor from the variables with a prefix.
pub type DecryptorConstructor = fn(&SystemContext, prefix: &str) -> Box<dyn Decryptor>;
